// Package renewal says what a newer template changes in mappings that were made from a former version of it: Values that it
// had proposed (was of a field), and lookup sheets that came later (was of a column).
package renewal

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Value is what the template proposes now where it had proposed value before; ok is false where people wrote it, or where
// nothing has changed.
func Value(t *template.Template, record, field, value string) (now string, ok bool) {
	for i := range t.Records {
		for j := range t.Records[i].Fields {
			f := &t.Records[i].Fields[j]
			if same(t.Records[i].Name, record) && same(f.Name, field) {
				return f.Value, slices.ContainsFunc(f.Was, func(was string) bool { return wording.Clean(was) == wording.Clean(value) })
			}
		}
	}
	return "", false
}

// Later are the lookup sheets that came into the template later, and that a mapping with these sheets does not have.
func Later(t *template.Template, sheets []string) []*template.Lookup {
	var out []*template.Lookup
	for i := range t.Lookups {
		l := &t.Lookups[i]
		has := slices.ContainsFunc(sheets, func(name string) bool { return same(name, l.Name) })
		if !has && slices.ContainsFunc(l.Columns, func(c template.Column) bool { return c.Was != "" }) {
			out = append(out, l)
		}
	}
	return out
}

// Asks reports whether a lookup sheet is one of those.
func Asks(t *template.Template, sheets []string, name string) bool {
	return slices.ContainsFunc(Later(t, sheets), func(l *template.Lookup) bool { return same(l.Name, name) })
}

// Row is the row of such a sheet that takes what has none of its own, with what settings said before.
func Row(l *template.Lookup, setting func(name string) string) []string {
	row := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		switch {
		case c.Key:
			row[i] = "*"
		case c.Was != "":
			row[i] = setting(c.Was)
		}
	}
	return row
}

func same(a, b string) bool { return wording.Fold(a) == wording.Fold(b) }
