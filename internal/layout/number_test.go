package layout_test

import (
	"strings"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"

	"github.com/fisbridge/fisbridge/internal/fis"
)

func TestAmountForms(t *testing.T) {
	tests := []struct {
		spec                   Spec
		decimals, number, want string
	}{
		{Spec{}, "2", "10", "10.00"},
		{Spec{}, "2", "50.00000000", "50.00"},
		{Spec{}, "2", "0E-8", "0.00"},
		{Spec{}, "2", "-0.00", "0.00"},
		{Spec{}, "0", "7.000", "7"},
		{Spec{}, "0", "1E3", "1000"},
		{Spec{}, "", "10", "10.00"},
		{Spec{}, "", "10.12345", "10.12345"},
		{Spec{}, "any", "10.500", "10.5"},
		{Spec{}, "any", "100", "100"},
		{Spec{}, "4..8", "600.11", "600.1100"},
		{Spec{}, "4..8", "1.2E-7", "0.00000012"},
		{Spec{}, "8", "12345678901234567890123.00000001", "12345678901234567890123.00000001"},
		{Spec{}, "2", "-9223372036854775808.01", "-9223372036854775808.01"},
		{Spec{DecimalMark: ",", Delimiter: ";"}, "2", "1234.5", "1234,50"},
		{Spec{DecimalMark: ",", Grouping: ".", Delimiter: ";"}, "2", "-1234567.5", "-1.234.567,50"},
		{Spec{Grouping: ",", Delimiter: ";"}, "2", "123456", "123,456.00"},
		{Spec{Grouping: "'", Delimiter: ";"}, "2", "123", "123.00"},
		{Spec{Grouping: "nbsp", DecimalMark: ",", Delimiter: ";"}, "2", "1234.5", "1\u00A0234,50"},
		{Spec{Grouping: "nbsp", DecimalMark: ",", Delimiter: ";", Encoding: "windows-1252"}, "2", "1234.5", "1\xA0234,50"},
		{Spec{Grouping: "nnbsp", DecimalMark: ",", Delimiter: ";"}, "2", "1234.5", "1\u202F234,50"},
		{Spec{Grouping: ","}, "2", "1234.5", `"1,234.50"`},
		{Spec{DecimalMark: ","}, "2", "1234.5", `"1234,50"`},
	}
	for _, tt := range tests {
		tt.spec.Kind = Delimited
		p := Compiled(t, tt.spec, One(Field{Name: "amount", Type: AmountType, Decimals: Decimals(tt.decimals)}))
		got, err := Encoded(p, Num(t, tt.number))
		if err != nil || got != tt.want+"\n" {
			t.Errorf("%s with %q: got %q, %v, want %q", tt.number, tt.decimals, got, err, tt.want)
			continue
		}
		rows, bad := ReadAll(t, p, []byte(got))
		if len(rows) != 1 || len(bad) > 0 || !Same(rows[0].Values[0], Num(t, tt.number)) {
			t.Errorf("%q reads back as %v, %v", got, rows, bad)
		}
	}
}

func TestDecimalsByCurrency(t *testing.T) {
	for _, kind := range []KindName{Delimited, Fixed} {
		for _, implied := range []bool{false, true} {
			p := Compiled(t, Spec{Kind: kind}, One(Field{Name: "currency", Type: CodeType, Width: 3}, Field{Name: "amount", Type: AmountType, Width: 10, Decimals: "currency", Currency: "currency", Implied: implied}))
			for currency, number := range map[string]string{"JPY": "-300", "KWD": "1.234", "USD": "36.40"} {
				got, err := Encoded(p, Text(currency), Num(t, number))
				if err != nil {
					t.Fatal(err)
				}
				rows, bad := ReadAll(t, p, []byte(got))
				if len(rows) != 1 || len(bad) > 0 || !Same(rows[0].Values[1], Num(t, number)) {
					t.Errorf("%s %s: %q reads back as %v, %v", currency, number, got, rows, bad)
				}
			}
			for currency, number := range map[string]string{"JPY": "300.5", "USD": "1.234", "": "1"} {
				if got, err := Encoded(p, Text(currency), Num(t, number)); err == nil {
					t.Errorf("%s %s: got %q", currency, number, got)
				}
			}
		}
	}
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "amount", Type: AmountType, Decimals: "currency", Currency: "unit"}, Field{Name: "unit", Hidden: true}))
	if got, err := Encoded(p, Num(t, "5"), Text("KWD")); err != nil || got != "5.000\n" {
		t.Errorf("hidden companion: %q, %v", got, err)
	}
}

// Named conventions only: what looks like a number in another country is not guessed at.
func TestNumbersOfAnotherFormAreErrors(t *testing.T) {
	tests := []struct {
		spec Spec
		text string
	}{
		{Spec{}, "1,234.50"}, {Spec{}, "12,35"}, {Spec{}, "1.234,50"}, {Spec{}, "1 234.50"}, {Spec{}, "(12.35)"}, {Spec{}, "12.35-"}, {Spec{}, "1e5"}, {Spec{}, "0x10"},
		{Spec{}, "."}, {Spec{}, "5.."}, {Spec{}, ".."}, {Spec{Grouping: ","}, "1,234,."}, {Spec{}, "-"}, {Spec{}, "--5"}, {Spec{}, "€5"}, {Spec{}, "5 EUR"}, {Spec{}, "１２"}, {Spec{}, "1.234"}, {Spec{}, "NaN"},
		{Spec{DecimalMark: ","}, "12.35"}, {Spec{DecimalMark: ",", Grouping: "."}, "12.35"}, {Spec{Grouping: ","}, "1,23.50"}, {Spec{Grouping: ","}, ",123.50"}, {Spec{Grouping: ","}, "1234,567.00"},
		{Spec{}, strings.Repeat("9", 65)}, {Spec{}, strings.Repeat("9", 500)},
	}
	for _, tt := range tests {
		tt.spec.Kind, tt.spec.Delimiter = Delimited, ";"
		p := Compiled(t, tt.spec, One(Field{Name: "amount", Type: AmountType, Decimals: "2"}))
		rows, bad := ReadAll(t, p, []byte(tt.text+"\n"))
		if len(bad) != 1 || bad[0].Line != 1 || bad[0].Field != "amount" || bad[0].Value != Clip(tt.text) {
			t.Errorf("%q: read as %v, %v", tt.text, rows, bad)
		}
	}
}

func TestNumbersFromTexts(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "amount", Type: AmountType, Decimals: "2"}, Field{Name: "n", Type: IntegerType}))
	if got, err := Encoded(p, Text("84.03"), Text("7")); err != nil || got != "84.03,7\n" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, v := range [][]Value{{Text("x"), {}}, {{}, Text("1.5")}, {Flag(true), {}}, {OnDay(2026, 1, 1), {}}, {Text("1e99999"), {}}} {
		if got, err := Encoded(p, v...); err == nil {
			t.Errorf("%v: got %q", v, got)
		}
	}
	if got, err := Encoded(p, Number(fis.Zero.Shift(1<<20)), Value{}); err != nil || got != "0.00,\n" {
		t.Errorf("zero with an exponent: %q, %v", got, err)
	}
	huge := Num(t, "1").Number.Shift(5000)
	if _, err := Encoded(p, Number(huge), Value{}); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a hostile exponent: %v", err)
	}
}

func TestEmptyAndDefaultValues(t *testing.T) {
	fields := []Field{
		{Name: "text", Width: 4}, {Name: "needed", Width: 3, Required: true, Default: "X"}, {Name: "zoned", Type: AmountType, Width: 5, Sign: "overpunch", Decimals: "2"},
		{Name: "edited", Type: AmountType, Width: 7, Sign: "floating", Decimals: "2"}, {Name: "packed", Type: AmountType, Width: 2, Sign: "packed", Decimals: "0"},
		{Name: "date", Type: DateType, DateForm: "yyyyMMdd", Width: 8, Empty: "zero"}, {Name: "day", Type: DateType, DateForm: "yyyyMMdd", Width: 8},
		{Name: "nodata", Width: 5, Empty: "/"}, {Name: "dateless", Type: DateType, DateForm: "ddMMyyyy", Width: 8, Empty: "/"},
		{Name: "unposted", Type: AmountType, Width: 5, Align: "left", Empty: "/"}, {Name: "zoneless", Type: AmountType, Width: 3, Sign: "overpunch", Decimals: "2", Empty: "/"},
	}
	p := Compiled(t, Spec{Kind: Fixed, LineEnd: "none"}, One(fields...))
	got, err := Encoded(p, make([]Value, len(fields))...)
	want := "    X  0000{       \x00\x0C00000000        /    /       /    /  "
	if err != nil || got != want {
		t.Fatalf("got %q, %v\nwant %q", got, err, want)
	}
	rows, bad := ReadAll(t, p, []byte(got))
	if len(rows) != 1 || len(bad) > 0 {
		t.Fatal(rows, bad)
	}
	for i, v := range rows[0].Values {
		zero := fields[i].Name == "zoned" || fields[i].Name == "packed"
		if v.IsEmpty() == (zero || fields[i].Default != "") {
			t.Errorf("%s reads back as %+v", fields[i].Name, v)
		}
	}
	if _, err := p.Encode(nil, 0, nil, nil); err != nil {
		t.Errorf("short list of values: %v", err)
	}
}

func TestRequiredAndCodes(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "side", Type: CodeType, Required: true, Codes: []Word{"DR", "CR"}}, Field{Name: "key", Codes: []Word{"40", "50"}}))
	for _, v := range [][]Value{{{}, {}}, {Text("  "), {}}, {Text("dr"), {}}, {Text("DR"), Text("41")}} {
		if got, err := Encoded(p, v...); err == nil {
			t.Errorf("%v: got %q", v, got)
		}
	}
	if _, err := Encoded(p, Text("DRR"), Value{}); err == nil || !strings.Contains(err.Error(), `did you mean "DR"?`) {
		t.Errorf("no near miss: %v", err)
	}
	if got, err := Encoded(p, Text("DR"), Num(t, "40")); err != nil || got != "DR,40\n" {
		t.Errorf("got %q, %v", got, err)
	}
	rows, bad := ReadAll(t, p, []byte("DR,40\nXX,40\n,40\n"))
	if len(rows) != 1 || len(bad) != 2 {
		t.Errorf("read %v, %v", rows, bad)
	}
}
