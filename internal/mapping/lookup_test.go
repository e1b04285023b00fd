package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// The more exact row wins, keys further left count more, and a * row without a result is no default.
func TestLookupPrecedence(t *testing.T) {
	found := &collector{}
	table := buildLookup(sheetOf("T", [][]string{
		{"A (key)", "B (key)", "Result", "Note"},
		{"1", "1", "exact"},
		{"1", "*", "left"},
		{"*", "1", "right"},
		{"*", "*", "", "nothing else"},
		{"", "9", "blank"},
		{"00123", "12E45", "text"},
	}), nil, found)
	if len(found.list) > 0 {
		t.Fatal(found.list)
	}
	rank := table.Ask([]int{0, 1}, 0)
	table.settleDefaults()
	for _, c := range []struct{ a, b, want string }{
		{"1", "1", "exact"}, {"1", "2", "left"}, {"2", "1", "right"}, {"2", "2", ""}, {"", "9", "blank"}, {"00123", "12E45", "text"}, {"123", "12E45", ""}, {"1 ", "1", "right"},
	} {
		got := ""
		row, byDefault, ok := table.Find(formula.Key{c.a, c.b}, rank)
		if ok {
			got = table.Value(row, 0).Text
			if byDefault != (got == "left" || got == "right") {
				t.Errorf("%v: by default %v", c, byDefault)
			}
		}
		if got != c.want {
			t.Errorf("%q %q gives %q, want %q", c.a, c.b, got, c.want)
		}
	}
	if cell := table.Cell(0, 0); cell != "T!C2" && cell != "T" {
		t.Error(cell)
	}
	if allocs := testing.AllocsPerRun(100, func() { table.Find(formula.Key{"2", "2"}, rank) }); allocs > 0 {
		t.Errorf("%v allocations for a lookup", allocs)
	}
}

// What looks the same is the same: blanks of every kind.
func TestClean(t *testing.T) {
	for in, want := range map[string]string{" a ": "a", "a\u00a0b": "a b", "\u2007a\u200b": "a", "a\tb\r": "a b", "Łódź ": "Łódź", "\ufeffx": "x"} {
		if got := wording.Clean(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

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

// The YAML form reports what the workbook reports, by line.
func TestYAMLMistakes(t *testing.T) {
	found := &collector{file: "a.yaml"}
	c := readYAML("a.yaml", []byte("template: x\ntemplates: y\nsettings:\n  a: 1\n  a: 2\ncolumns:\n  Line:\n    Account: [1]\nlookups:\n  T:\n    columns: [K, V]\n    rows:\n      - [00123, x]\n    rwos: 1\n"), found)
	if c == nil {
		t.Fatal(found.list)
	}
	s, _ := c.tables.read("T")
	buildLookup(s, nil, found)
	var got []string
	for _, f := range found.list.Sorted(c.order) {
		if f.Severity == findings.Error {
			got = append(got, f.Place()+": "+f.Reason)
		}
	}
	want := []string{
		`a.yaml line 2: unknown key "templates"`,
		`a.yaml settings line 5: "a" stands twice: here and on line 4`,
		`a.yaml columns line 8: a single value is expected here`,
		`a.yaml T line 13: K "123" is a number cell; make it text (leading zeros and long numbers are lost in number cells)`,
		`a.yaml T line 14: unknown key "rwos"`,
	}
	for _, w := range want {
		if !strings.Contains(strings.Join(got, "\n"), w) {
			t.Errorf("missing: %s", w)
		}
	}
	if len(got) != len(want) {
		t.Error(cmp.Diff(want, got))
	}
}

// A file made to keep the parser busy is refused at once.
func TestYAMLBomb(t *testing.T) {
	found := &collector{}
	if c := readYAML("a.yaml", []byte("a: "+strings.Repeat("[", 1_000_000)), found); c != nil || !strings.Contains(found.list[0].Reason, "brackets inside brackets") {
		t.Error(found.list)
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
		c := cell{kind: blankCell}
		switch v.Kind {
		case layout.TextKind:
			c = textOf(v.Text)
		case layout.NumberKind:
			c = cell{kind: numberCell, number: v.Number}
		case layout.BoolKind:
			c = cell{kind: boolCell, flag: v.Bool}
		case layout.DateKind:
			c = cell{kind: dateCell, date: v.Date}
		}
		found := &collector{}
		out := readYAML("a.yaml", []byte("settings:\n  a: "+scalarText(c)+"\n"), found)
		if out == nil || len(found.list) > 0 || len(out.settings) != 1 {
			t.Errorf("%s: %v", scalarText(c), found.list)
			continue
		}
		if got := out.settings[0].value.value(); typed(got) != typed(v) {
			t.Errorf("%s comes back as %s", typed(v), typed(got))
		}
	}
}
