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

// A range stands for its numbers (and for itself: a code of two parts may look like one), a prefix for all that begins so; the exact row wins, then the narrowest range, then the
// longest prefix, then *.
func TestPatterns(t *testing.T) {
	found := &workbook.Collector{}
	table := Build(workbook.SheetOf("T", [][]string{
		{"A (key)", "Result"},
		{"*", "all"},
		{"64*", "short"},
		{"6410*", "long"},
		{"640000-649999", "range"},
		{"641000-641099", "narrow"},
		{"641050", "exact"},
		{"0100-0199", "zeros"},
		{"6400-100", "a code"},
		{"DE*", "letters"},
	}), nil, found)
	if len(found.List) > 0 {
		t.Fatal(found.List)
	}
	rank := table.Ask([]int{0}, 0)
	table.SettleDefaults()
	for key, want := range map[string]string{
		"641050": "exact", "641051": "narrow", "641100": "range", "640000": "range", "649999": "range", "650000": "all", "64": "short", "64100": "long",
		"6410000": "long", "64A": "short", "0150": "zeros", "150": "all", "00150": "all", "6400-100": "a code", "6450-100": "short", "DE12": "letters", "de12": "all",
		"64000x": "short", "640000-649999": "range", "0100-0199": "zeros", "641000-641098": "long", "": "all",
	} {
		row, byDefault, ok := table.Find(formula.Key{key}, rank)
		if !ok || table.Value(row, 0).Text != want || byDefault != (want == "all") {
			t.Errorf("%q gives %q (%v, %v), want %q", key, table.Value(row, 0).Text, byDefault, ok, want)
		}
	}
	if allocs := testing.AllocsPerRun(100, func() { table.Find(formula.Key{"64100"}, rank) }); allocs > 0 {
		t.Errorf("%v allocations for a lookup", allocs)
	}
}

// With several keys fewer * win, then the key that the formula names first is the more exact one.
func TestPatternsOfSeveralKeys(t *testing.T) {
	found := &workbook.Collector{}
	table := Build(workbook.SheetOf("T", [][]string{
		{"A (key)", "B (key)", "Result"},
		{"64*", "1*", "both"},
		{"640000-649999", "*", "range and any"},
		{"64*", "10", "prefix and exact"},
		{"640000-649999", "1*", "range and prefix"},
		{"*", "*", "any"},
	}), nil, found)
	if len(found.List) > 0 {
		t.Fatal(found.List)
	}
	first, second := table.Ask([]int{0, 1}, 0), table.Ask([]int{1, 0}, 0)
	for _, c := range []struct {
		rank       int
		a, b, want string
	}{
		{first, "640001", "10", "range and prefix"}, {second, "640001", "10", "prefix and exact"}, {first, "640001", "2", "range and any"},
		{first, "64x", "11", "both"}, {first, "7", "10", "any"},
	} {
		row, _, ok := table.Find(formula.Key{c.a, c.b}, c.rank)
		if !ok || table.Value(row, 0).Text != c.want {
			t.Errorf("%q %q gives %q, want %q", c.a, c.b, table.Value(row, 0).Text, c.want)
		}
	}
}

// Ranges of which nobody can say which one is meant are errors, with both rows.
func TestPatternsOverlap(t *testing.T) {
	found := &workbook.Collector{}
	Build(workbook.SheetOf("T", [][]string{
		{"A (key)", "Result"},
		{"*", "all"},
		{"640000-649999", "one"},
		{"645000-655000", "two"},
		{"64*", "three"},
		{"64*", "four"},
		{"6400-6499", "other length"},
		{"646000-646999", "inside of both"},
	}), nil, found)
	var got []string
	for _, f := range found.List {
		got = append(got, f.Place()+": "+f.Reason.String())
	}
	want := []string{
		`: "645000-655000" and "640000-649999" in  overlap, and nobody can say which one is meant for the codes that are in both; end one where the other begins, or put one wholly into the other (then the narrower one wins)`,
		`: the key "64*" stands twice: here and in `,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
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
			got = append(got, f.Place()+": "+f.Reason.String())
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

// A * that stands for nothing is told: the row would take no code, and the one of the rest takes them all.
func TestStrayStars(t *testing.T) {
	found := &workbook.Collector{}
	Build(workbook.SheetOf("T", [][]string{{"A (key)", "Result"}, {"*", "all"}, {"64*", "x"}, {"*64", "x"}, {"6*4", "x"}, {"65**", "x"}, {"66 *", "x"}}), nil, found)
	var told []string
	for _, f := range found.List {
		told = append(told, f.Value+": "+f.Reason.String())
	}
	want := []string{
		`*64: "*64" is taken as it is written, * included: only one at the end stands for the rest of a code, as in 64*`,
		`6*4: "6*4" is taken as it is written, * included: only one at the end stands for the rest of a code, as in 64*`,
		`65**: "65**" is taken as it is written, * included: only one at the end stands for the rest of a code, as in 64*`,
		`66 *: "66 *" takes only what has a blank in this place; for all that begins with 66 write 66*`,
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}
