package layout_test

import (
	"strings"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
	"github.com/fisbridge/fisbridge/internal/say"

	"github.com/google/go-cmp/cmp"
)

// Each field is found again in the bytes of its record, in every kind of file and in encodings where a character is
// more than a byte.
func TestSpans(t *testing.T) {
	text, code := Field{Name: "text", Type: TextType, Width: 8, Overflow: "cut"}, Field{Name: "code", Type: CodeType, Width: 4}
	amount := Field{Name: "amount", Type: AmountType, Width: 7, Decimals: "2"}
	zoned, packed := amount, amount
	zoned.Implied, zoned.Sign = true, "overpunch"
	packed.Name, packed.Implied, packed.Sign = "packed", true, "packed"
	for _, c := range []struct {
		name   string
		plan   *Plan
		values []Value
		want   []string // the bytes, then the text
	}{
		{"quotes", Compiled(t, Spec{Kind: Delimited}, One(text, code, amount)), []Value{Text(`a "b"`), Text("x,1"), Num(t, "-1.5")}, []string{`"a ""b"""`, `a "b"`, `"x,1"`, "x,1", "-1.50", "-1.50"}},
		{"several bytes", Compiled(t, Spec{Kind: Delimited, Encoding: "shift_jis", Delimiter: ";"}, One(text, code)), []Value{Text("日本"), Text("7")}, []string{"\x93\xfa\x96{", "日本", "7", "7"}},
		{"cut", Compiled(t, Spec{Kind: Delimited}, One(code, text)), []Value{{}, Text("abcdefghij")}, []string{"", "", "abcdefgh", "abcdefgh"}},
		{"hidden", Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "h", Hidden: true}, code)), []Value{Text("h"), Text("1")}, []string{"", "", "1", "1"}},
		{"fixed", Compiled(t, Spec{Kind: Fixed, LineEnd: "none"}, One(text, zoned, packed)), []Value{Text("ab"), Num(t, "-12.34"), Num(t, "5")}, []string{"ab      ", "ab", "000123M", "000123M", "\x00\x00\x00\x00\x00\x50\x0C", "X'00 00 00 00 00 50 0C'"}},
		{"short lines", Compiled(t, Spec{Kind: Fixed, ShortLines: true}, One(code, text)), []Value{Text("1"), {}}, []string{"1", "1", "", ""}},
		{"ebcdic", Compiled(t, Spec{Kind: Fixed, Encoding: "ebcdic-037"}, One(text, code)), []Value{Text("AB"), Text("12")}, []string{"\xC1\xC2@@@@@@", "AB", "\xF1\xF2@@", "12"}},
		{"pattern", Compiled(t, Spec{Kind: PatternText}, Record{Name: "line", Pattern: "é {code}[[ ; {text}]] {amount:>9}", Fields: []Field{text, code, amount}}), []Value{{}, Text("7"), Num(t, "3")}, []string{"", "", "7", "7", "     3.00", "3.00"}},
		{"pattern with all", Compiled(t, Spec{Kind: PatternText}, Record{Name: "line", Pattern: "é {code}[[ ; {text}]] {amount:>9}", Fields: []Field{text, code, amount}}), []Value{Text("ü"), Text("7"), Num(t, "3")}, []string{"ü", "ü", "7", "7", "     3.00", "3.00"}},
		{"workbook", Compiled(t, Spec{Kind: Workbook}, One(text, amount, Field{Name: "day", Type: DateType})), []Value{Text("a"), Num(t, "3"), OnDay(2026, 3, 1)}, []string{"", "a", "", "3.00", "", "2026-03-01"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			line, err := c.plan.Encode(nil, 0, c.values, nil)
			if err != nil {
				t.Fatal(err)
			}
			spans, err := c.plan.Spans(0, c.values)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range spans {
				got = append(got, string(line[s.Start:s.End]), s.Text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSpansOfWhatCannotBeWritten(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "code", Type: CodeType, Required: true}))
	if _, err := p.Spans(0, nil); err == nil || !strings.Contains(err.Error(), "required") {
		t.Errorf("got %v", err)
	}
}

// The rules say what the layout does, in words.
func TestRules(t *testing.T) {
	p := Compiled(t, Spec{Kind: Fixed, Encoding: "us-ascii", Unmappable: "table", Case: "upper", DateForm: "yyyyMMdd"}, One(
		Field{Name: "text", Type: TextType, Width: 8, Overflow: "cut", Collapse: true, Replace: map[string]string{"&": "+"}},
		Field{Name: "code", Type: CodeType, Width: 4, Required: true, Codes: []Word{"A", "B"}},
		Field{Name: "amount", Type: AmountType, Width: 7, Decimals: "2", Implied: true, Sign: "overpunch"},
		Field{Name: "day", Type: DateType, Width: 8}))
	var got []string
	for i := range 4 {
		got = append(got, say.Join("; ", p.Rules(0, i)...).String())
	}
	want := []string{
		`text, positions 1 to 8 (8 bytes); in capitals; several blanks become one; '&' becomes "+"; what is longer is cut; characters that us-ascii does not have: spelled out, else an error; on the left, filled with blanks`,
		`code, positions 9 to 12 (4 bytes); required; one of A, B; in capitals; a code: never cut, never changed; on the left, filled with blanks`,
		`amount, positions 13 to 19 (7 bytes); 2 decimals; more is an error, nothing is rounded here; no decimal mark is written; sign: overpunch; zeros where there is nothing; on the right, filled with zeros`,
		`date, positions 20 to 27 (8 bytes); date as yyyyMMdd; on the left, filled with blanks`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
