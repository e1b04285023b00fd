package workbook

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// Numbers of a spreadsheet are what it shows, not the binary noise below; days count in either date system.
func TestCellValues(t *testing.T) {
	for in, want := range map[string]string{"1.1000000000000001": "1.1", "0.19": "0.19", "6.4009999999999998E+2": "640.1", "12345678901234.5": "12345678901234.5"} {
		a, err := fis.ParseAmount(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := fifteenDigits(a).String(); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	for _, c := range []struct {
		base int
		in   string
		want string
	}{{1900, "1", "1900-01-01"}, {1900, "59", "1900-02-28"}, {1900, "60", ""}, {1900, "61", "1900-03-01"}, {1900, "46112.75", "2026-03-31"}, {1904, "44650", "2026-03-31"}, {1900, "0.5", ""}} {
		a, _ := fis.ParseAmount(c.in)
		day, _ := dayOf(a, c.base == 1904)
		if day.String() != c.want {
			t.Errorf("%d %s: %s, want %s", c.base, c.in, day, c.want)
		}
	}
}

// A file made to keep the parser busy is refused at once.
func TestYAMLBomb(t *testing.T) {
	found := &Collector{}
	if c := readYAML("a.yaml", []byte("a: "+strings.Repeat("[", 1_000_000)), found); c != nil || !strings.Contains(found.List[0].Reason.String(), "brackets inside brackets") {
		t.Error(found.List)
	}
}

// Values of every kind survive YAML.
func TestYAMLScalars(t *testing.T) {
	number, _ := fis.ParseAmount("0.19")
	day, _ := fis.NewDate(2026, 3, 31)
	for _, v := range []layout.Value{
		layout.Text("0040"), layout.Text("yes"), layout.Text("a: b"), layout.Text("- x"), layout.Text(`IF(a = "x"; 'Cost centres'; "#1")`), layout.Text("null"), layout.Text("1e5"), layout.Text("Łódź\nzwei"),
		layout.Text("!date 2026-03-31"), layout.Text("*"), layout.Text("=1"), layout.Number(number), layout.Flag(true), layout.Day(day), {},
	} {
		c := Cell{Kind: Blank}
		switch v.Kind {
		case layout.TextKind:
			c = textOf(v.Text)
		case layout.NumberKind:
			c = Cell{Kind: Number, Number: v.Number}
		case layout.BoolKind:
			c = Cell{Kind: Bool, flag: v.Bool}
		case layout.DateKind:
			c = Cell{Kind: Date, date: v.Date}
		}
		found := &Collector{}
		out := readYAML("a.yaml", []byte("settings:\n  a: "+scalarText(c)+"\n"), found)
		if out == nil || len(found.List) > 0 || len(out.Settings) != 1 {
			t.Errorf("%s: %v", scalarText(c), found.List)
			continue
		}
		if got := out.Settings[0].Value.Value(); got.Kind != v.Kind || got.String() != v.String() {
			t.Errorf("%s comes back as %s", v, got)
		}
	}
}
