package layout_test

import (
	"strings"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

// The table of legacy conventions: S9(5)V99 and its relatives, each number both ways.
func TestSignConventionsInFixedWidth(t *testing.T) {
	tests := []struct {
		name     string
		field    Field
		encoding string
		number   string
		want     string
	}{
		{"overpunch", Field{Sign: "overpunch", Width: 7, Decimals: "2"}, "", "123.40", "001234{"},
		{"overpunch", Field{Sign: "overpunch", Width: 7, Decimals: "2"}, "", "-123.40", "001234}"},
		{"overpunch", Field{Sign: "overpunch", Width: 7, Decimals: "2"}, "", "-123.45", "001234N"},
		{"overpunch", Field{Sign: "overpunch", Width: 7, Decimals: "2"}, "", "0", "000000{"},
		{"overpunch", Field{Sign: "overpunch", Width: 7, Decimals: "2"}, "", "-0.00", "000000{"},
		{"overpunch ebcdic", Field{Sign: "overpunch", Width: 7, Decimals: "2"}, "ebcdic-037", "123.40", "\xF0\xF0\xF1\xF2\xF3\xF4\xC0"},
		{"overpunch ebcdic", Field{Sign: "overpunch", Width: 7, Decimals: "2"}, "ebcdic-037", "-123.49", "\xF0\xF0\xF1\xF2\xF3\xF4\xD9"},
		{"overpunch german: not the byte of its brace", Field{Sign: "overpunch", Width: 7, Decimals: "2"}, "ebcdic-273", "-123.40", "\xF0\xF0\xF1\xF2\xF3\xF4\xD0"},
		{"overpunch leading", Field{Sign: "overpunch-leading", Width: 7, Decimals: "2"}, "", "123.40", "{012340"},
		{"overpunch leading", Field{Sign: "overpunch-leading", Width: 7, Decimals: "2"}, "", "-123.40", "}012340"},
		{"overpunch leading ebcdic", Field{Sign: "overpunch-leading", Width: 7, Decimals: "2"}, "ebcdic-500", "-923.40", "\xD0\xF0\xF9\xF2\xF3\xF4\xF0"},
		{"overpunch ascii", Field{Sign: "overpunch-ascii", Width: 7, Decimals: "2"}, "", "123.40", "0012340"},
		{"overpunch ascii", Field{Sign: "overpunch-ascii", Width: 7, Decimals: "2"}, "", "-123.40", "001234p"},
		{"overpunch ascii", Field{Sign: "overpunch-ascii", Width: 7, Decimals: "2"}, "", "-123.45", "001234u"},
		{"overpunch ascii leading", Field{Sign: "overpunch-ascii-leading", Width: 7, Decimals: "2"}, "", "-123.45", "p012345"},
		{"trailing separate", Field{Sign: "trailing-separate", Width: 8, Decimals: "2", Implied: true}, "", "123.40", "0012340+"},
		{"trailing separate", Field{Sign: "trailing-separate", Width: 8, Decimals: "2", Implied: true}, "", "-123.40", "0012340-"},
		{"leading separate", Field{Sign: "leading-separate", Width: 8, Decimals: "2", Implied: true}, "", "123.40", "+0012340"},
		{"leading separate", Field{Sign: "leading-separate", Width: 8, Decimals: "2", Implied: true}, "", "-123.40", "-0012340"},
		{"trailing minus, implied", Field{Sign: "trailing", Width: 8, Decimals: "2", Implied: true}, "", "123.40", "0012340 "},
		{"trailing minus, implied", Field{Sign: "trailing", Width: 8, Decimals: "2", Implied: true}, "", "-123.40", "0012340-"},
		{"trailing minus, real point", Field{Sign: "trailing", Width: 9, Decimals: "2"}, "", "123.40", "00123.40 "},
		{"trailing minus, real point", Field{Sign: "trailing", Width: 9, Decimals: "2"}, "", "-123.40", "00123.40-"},
		{"trailing minus ebcdic", Field{Sign: "trailing", Width: 7, Decimals: "2"}, "ebcdic-037", "-123.45", "\xF1\xF2\xF3\x4B\xF4\xF5\x60"},
		{"floating", Field{Sign: "floating", Width: 10, Decimals: "2"}, "", "123.40", "    123.40"},
		{"floating", Field{Sign: "floating", Width: 10, Decimals: "2"}, "", "-123.40", "   -123.40"},
		{"leading, zeros", Field{Sign: "leading", Width: 9, Decimals: "2"}, "", "-123.40", "-00123.40"},
		{"leading, left", Field{Sign: "leading", Width: 9, Decimals: "2", Align: "left"}, "", "-123.40", "-123.40  "},
		{"CR", Field{Sign: "cr", Width: 10, Decimals: "2"}, "", "123.40", "  123.40  "},
		{"CR", Field{Sign: "cr", Width: 10, Decimals: "2"}, "", "-123.40", "  123.40CR"},
		{"DB", Field{Sign: "db", Width: 10, Decimals: "2"}, "", "-123.40", "  123.40DB"},
		{"CRDR", Field{Sign: "crdr", Width: 10, Decimals: "2"}, "", "123.40", "  123.40DR"},
		{"CRDR", Field{Sign: "crdr", Width: 10, Decimals: "2"}, "", "-123.40", "  123.40CR"},
		{"parentheses", Field{Sign: "parentheses", Width: 10, Decimals: "2"}, "", "123.40", "   123.40 "},
		{"parentheses", Field{Sign: "parentheses", Width: 10, Decimals: "2"}, "", "-123.40", "  (123.40)"},
		{"packed", Field{Sign: "packed", Width: 4, Decimals: "2"}, "", "123.40", "\x00\x12\x34\x0C"},
		{"packed", Field{Sign: "packed", Width: 4, Decimals: "2"}, "ebcdic-037", "-123.40", "\x00\x12\x34\x0D"},
		{"packed unsigned", Field{Sign: "packed-unsigned", Width: 4, Decimals: "2"}, "", "123.40", "\x00\x12\x34\x0F"},
		{"binary", Field{Sign: "binary", Width: 4, Decimals: "2"}, "", "123.40", "\x00\x00\x30\x34"},
		{"binary", Field{Sign: "binary", Width: 4, Decimals: "2"}, "", "-123.40", "\xFF\xFF\xCF\xCC"},
		{"binary, all of it", Field{Sign: "binary", Width: 2, Decimals: "0"}, "", "-32768", "\x80\x00"},
		{"binary unsigned", Field{Sign: "binary-unsigned", Width: 2, Decimals: "0"}, "", "65535", "\xFF\xFF"},
		{"none", Field{Sign: "none", Width: 7, Decimals: "2", Implied: true}, "", "123.40", "0012340"},
		{"23 digits", Field{Sign: "overpunch", Width: 31, Decimals: "8"}, "", "-12345678901234567890123.00000001", "123456789012345678901230000000J"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.number, func(t *testing.T) {
			tt.field.Name, tt.field.Type = "amount", AmountType
			p := Compiled(t, Spec{Kind: Fixed, Encoding: tt.encoding, LineEnd: "none"}, One(tt.field))
			got, err := Encoded(p, Num(t, tt.number))
			if err != nil || got != tt.want {
				t.Fatalf("got %q, %v, want %q", got, err, tt.want)
			}
			rows, bad := ReadAll(t, p, []byte(got))
			if len(rows) != 1 || len(bad) > 0 || !Same(rows[0].Values[0], Num(t, tt.number)) {
				t.Errorf("reads back as %v, %v", rows, bad)
			}
		})
	}
}

func TestSignConventionsInDelimitedFiles(t *testing.T) {
	tests := []struct{ sign, number, want string }{
		{"leading", "-5", "-5.00"}, {"leading", "5", "5.00"}, {"leading-separate", "600.11", "+600.11"}, {"leading-separate", "-600.11", "-600.11"},
		{"trailing", "-5", "5.00-"}, {"trailing", "5", "5.00"}, {"trailing-separate", "5", "5.00+"}, {"parentheses", "-12.35", "(12.35)"},
		{"parentheses", "12.35", "12.35"}, {"cr", "-5", "5.00CR"}, {"cr", "5", "5.00"}, {"db", "-5", "5.00DB"}, {"crdr", "5", "5.00DR"},
		{"crdr", "-5", "5.00CR"}, {"none", "5", "5.00"}, {"overpunch", "-5", "50}"}, {"overpunch-ascii", "-5.01", "50q"}, {"leading", "-0.00", "0.00"},
		{"parentheses", "-0", "0.00"}, {"leading", "0.05", "0.05"}, {"overpunch", "0.05", "E"},
	}
	for _, tt := range tests {
		p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "amount", Type: AmountType, Decimals: "2", Sign: tt.sign}))
		got, err := Encoded(p, Num(t, tt.number))
		if err != nil || got != tt.want+"\n" {
			t.Errorf("%s %s: got %q, %v, want %q", tt.sign, tt.number, got, err, tt.want)
			continue
		}
		rows, bad := ReadAll(t, p, []byte(got))
		if len(rows) != 1 || len(bad) > 0 || !Same(rows[0].Values[0], Num(t, tt.number)) {
			t.Errorf("%s %s: reads back as %v, %v", tt.sign, tt.number, rows, bad)
		}
	}
}

// A file of another sign mode must not be read as numbers in silence: that is how totals go wrong.
func TestSignOfAnotherConventionIsAnError(t *testing.T) {
	tests := []struct{ sign, text string }{
		{"overpunch", "001234u"}, {"overpunch-ascii", "001234}"}, {"overpunch-ascii", "001234J"}, {"overpunch", "12 345{"},
		{"trailing-separate", "0012340"}, {"leading-separate", "0012340"}, {"leading", "0012340-"}, {"trailing", "-012340"}, {"none", "-012340"},
		{"crdr", "012340 "}, {"parentheses", "(12340 "}, {"packed", "\x00\x12\x34\x05"}, {"packed", "\x00\x1A\x34\x0C"}, {"packed-unsigned", "\x00\x12\x34\x0C"},
	}
	for _, tt := range tests {
		p := Compiled(t, Spec{Kind: Fixed, LineEnd: "none"}, One(Field{Name: "amount", Type: AmountType, Decimals: "2", Implied: true, Sign: tt.sign, Width: len(tt.text)}))
		rows, bad := ReadAll(t, p, []byte(tt.text))
		if len(bad) != 1 || bad[0].Field != "amount" {
			t.Errorf("%s %q: read as %v, %v", tt.sign, tt.text, rows, bad)
		}
	}
}

func TestNumbersThatDoNotFitAreErrors(t *testing.T) {
	tests := []struct {
		field  Field
		number string
		reason string
	}{
		{Field{Sign: "overpunch", Width: 5, Decimals: "2"}, "1000.00", "the field has 5 bytes"},
		{Field{Sign: "leading", Width: 5, Decimals: "2"}, "-10.00", "the field has 5 bytes"},
		{Field{Sign: "packed", Width: 2, Decimals: "0"}, "1000", "the field has 2 bytes"},
		{Field{Sign: "binary", Width: 2, Decimals: "0"}, "32768", "the field has 2 bytes"},
		{Field{Sign: "binary", Width: 2, Decimals: "0"}, "-32769", "the field has 2 bytes"},
		{Field{Sign: "binary", Width: 2, Decimals: "0", Digits: 4}, "10000", "has 5 digits, the field holds 4"},
		{Field{Sign: "none", Width: 5, Decimals: "2"}, "-1", "has no sign"},
		{Field{Sign: "leading", Width: 9, Decimals: "2"}, "1.005", "nothing is rounded"},
		{Field{Sign: "leading", Width: 9, Decimals: "0"}, "0.5", "has 1 decimals, 0 are allowed"},
	}
	for _, tt := range tests {
		tt.field.Name, tt.field.Type = "amount", AmountType
		p := Compiled(t, Spec{Kind: Fixed, LineEnd: "none"}, One(tt.field))
		got, err := Encoded(p, Num(t, tt.number))
		if err == nil || !strings.Contains(err.Error(), tt.reason) || !strings.Contains(err.Error(), "line.amount") || got != "" {
			t.Errorf("%+v %s: got %q, %v", tt.field, tt.number, got, err)
		}
	}
}
