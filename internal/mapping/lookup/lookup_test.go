package lookup

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
)

// The more exact row wins, keys further left count more, and a * row without a result is no default.
func TestLookupPrecedence(t *testing.T) {
	found := &workbook.Collector{}
	table := Build(workbook.SheetOf("T", [][]string{
		{"A (key)", "B (key)", "Result", "Note"},
		{"1", "1", "exact"},
		{"1", "*", "left"},
		{"*", "1", "right"},
		{"*", "*", "", "nothing else"},
		{"", "9", "blank"},
		{"00123", "12E45", "text"},
	}), nil, found)
	if len(found.List) > 0 {
		t.Fatal(found.List)
	}
	rank := table.Ask([]int{0, 1}, 0)
	table.SettleDefaults()
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

// The YAML form reports what the workbook reports, by line.
func TestYAMLMistakes(t *testing.T) {
	found := &workbook.Collector{File: "a.yaml"}
	c := workbook.Read("a.yaml", []byte("template: x\ntemplates: y\nsettings:\n  a: 1\n  a: 2\ncolumns:\n  Line:\n    Account: [1]\nlookups:\n  T:\n    columns: [K, V]\n    rows:\n      - [00123, x]\n    rwos: 1\n"), found)
	if c == nil {
		t.Fatal(found.List)
	}
	s, _ := c.Tables.Read("T")
	Build(s, nil, found)
	var got []string
	for _, f := range found.List.Sorted(c.Order) {
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
