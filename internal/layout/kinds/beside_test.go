package kinds_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/beside"
	"github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

// declared is a layout of one record in YAML.
func declared(t *testing.T, text string) *layout.Plan {
	t.Helper()
	var in struct {
		File   layout.Spec
		Record layout.Record
	}
	if err := yaml.UnmarshalWithOptions([]byte(text), &in, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	in.Record.Name = "line"
	return layouttest.Compiled(t, in.File, in.Record)
}

// rows writes the rows of one record beside each other, and fails where one is not what it is when it stands for itself.
// Of each row, same tells which fields are copied where they can be, of those that are the same as in the row before.
func rows(t *testing.T, p *layout.Plan, open []bool, all [][]layout.Value, same func(field int) bool) {
	t.Helper()
	n := len(p.Records()[0].Fields)
	memory := beside.New(n)
	copy(memory.Never, open)
	var before []layout.Value
	for at, values := range all {
		var want, got []byte
		var fresh, noted layout.Notes
		want, failed := p.Encode(want, 0, values, &fresh)
		if before == nil {
			memory.Forget()
		}
		for i := range n {
			memory.Same[i] = before != nil && !memory.Never[i] && before[i].String() == values[i].String() && before[i].Kind == values[i].Kind && same(i)
		}
		made, gaps, err := p.EncodeBeside([]byte("before"), nil, 0, values, open, &noted, memory)
		if got = made[len("before"):]; err == nil && open != nil {
			got, err = p.Complete(nil, got, gaps, 0, values, open, &noted)
		}
		if before = values; err != nil {
			before = nil
		}
		if string(got) != string(want) || fmt.Sprint(err) != fmt.Sprint(failed) || failed == nil && fmt.Sprint(fresh.List(p)) != fmt.Sprint(noted.List(p)) {
			t.Fatalf("row %d of %v:\n%s, %v, %v\nis by itself\n%s, %v, %v", at, all[:at+1], got, err, noted.List(p), want, failed, fresh.List(p))
		}
	}
}

// An attribute of an element that is left out, for it has no text, is written when the element comes back.
func TestElementComesBack(t *testing.T) {
	p := declared(t, `
file: { kind: xml, own: { root: Doc } }
record:
  own: { element: Line }
  fields:
    - { name: debit, type: code, own: { path: Debit } }
    - { name: debitcy, type: code, own: { path: Debit/@Ccy } }
    - { name: credit, type: code, own: { path: Credit } }
    - { name: creditcy, type: code, own: { path: Credit/@Ccy } }
    - { name: text, type: code, own: { path: Note/Text } }
    - { name: kind, type: code, own: { path: Note/@kind } }
    - { name: more, type: code, own: { path: Note/Text/@more } }
`)
	v := layout.Text
	rows(t, p, nil, [][]layout.Value{
		{v("10.00"), v("EUR"), {}, v("EUR"), {}, v("x"), v("y")},
		{{}, v("EUR"), v("10.00"), v("EUR"), v("a text"), v("x"), v("y")},
		{v("10.00"), v("EUR"), {}, v("EUR"), {}, v("x"), v("y")},
		{v("10.00"), v("EUR"), v("10.00"), v("EUR"), v("b"), v("x"), v("y")},
	}, func(int) bool { return true })
}

// A row beside another is what it is by itself, in every kind of file, whatever of it is copied.
func TestRowsBeside(t *testing.T) {
	for name, kind := range map[string]struct {
		file, record string
		own          func(r *rand.Rand, i int) string
		line         func(r *rand.Rand, fields int) string
		open         bool
	}{
		"xml": {file: "kind: xml, own: { root: Doc, indent: 1 }", record: "  own: { element: Line }\n", own: func(r *rand.Rand, i int) string {
			path := fmt.Sprintf([]string{"A%d", "A%d/@a", "B%d/@a", "B%d/C", "B%d/C/@a", "B%d/C/@b"}[i%6], i/6)
			if strings.Contains(path, "@") {
				return fmt.Sprintf(", own: { path: %q }", path)
			}
			return fmt.Sprintf(", own: { path: %q%s }", path, []string{"", ", empty: empty", ", empty: nil", ", empty: omit"}[r.IntN(4)])
		}},
		"latin xml": {file: "kind: xml, encoding: iso-8859-1, own: { root: Doc }", record: "  own: { element: Line }\n", own: func(_ *rand.Rand, i int) string {
			return fmt.Sprintf(", own: { path: %q }", fmt.Sprintf([]string{"E%d", "E%d/@a"}[i%2], i/2))
		}},
		"json": {file: "kind: json", own: func(r *rand.Rand, i int) string {
			return fmt.Sprintf(", own: { path: %q%s }", fmt.Sprintf("o%d/f%d", i/3, i), []string{"", ", empty: omit", ", empty: nil"}[r.IntN(3)])
		}},
		"delimited": {file: "kind: delimited, delimiter: ';'", open: true},
		"text": {file: "kind: text", line: func(r *rand.Rand, fields int) string {
			var b strings.Builder
			for i := range fields {
				if b.WriteString("x"); r.IntN(2) == 0 {
					fmt.Fprintf(&b, "[[ o%d{f%d:<9}]]", i, i)
					continue
				}
				fmt.Fprintf(&b, "{f%d}", i)
			}
			return ", pattern: '" + b.String() + "'"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, uint64(len(name))))
			for range 80 {
				n := 2 + r.IntN(8)
				b := strings.Builder{}
				fmt.Fprintf(&b, "file: { %s }\nrecord:\n%s  fields:\n", kind.file, kind.record)
				open, some := make([]bool, n), false
				for i := range n {
					own := ""
					if kind.own != nil {
						own = kind.own(r, i)
					}
					what := []string{"type: code", "width: 6, overflow: cut", "type: amount, decimals: '2'", "type: amount, decimals: currency, currency: f0"}[r.IntN(4)]
					if i == 0 {
						what = "type: code"
					}
					fmt.Fprintf(&b, "    - { name: f%d, %s%s }\n", i, what, own)
					open[i] = kind.open && i > 0 && r.IntN(4) == 0
					some = some || open[i]
				}
				if kind.line != nil {
					b.WriteString("  " + strings.TrimPrefix(kind.line(r, n), ", ") + "\n")
				}
				p := declared(t, b.String())
				if !some || !p.CanOpen(0, open) {
					open = nil
				}
				var all [][]layout.Value
				for at := range 12 {
					row := make([]layout.Value, n)
					if at > 0 {
						row = slices.Clone(all[at-1])
					}
					for i, f := range p.Records()[0].Fields {
						if at > 0 && r.IntN(3) > 0 {
							continue
						}
						switch row[i] = (layout.Value{}); {
						case r.IntN(3) == 0:
						case i == 0:
							row[i] = layout.Text([]string{"EUR", "JPY", "KWD"}[r.IntN(3)])
						case f.Type == layout.AmountType:
							row[i] = layouttest.Num(t, []string{"1", "22.5", "-333.25"}[r.IntN(3)])
						default:
							row[i] = layout.Text([]string{"a", "b;\"c\"", "<&>", "larger than six", "ä東"}[r.IntN(5)])
						}
					}
					all = append(all, row)
				}
				rows(t, p, open, all, func(int) bool { return r.IntN(5) > 0 })
			}
		})
	}
}
