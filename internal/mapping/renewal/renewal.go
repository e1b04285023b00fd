// Package renewal says what a newer template changes in mappings that were made from a former version of it: Values that it
// had proposed (was of a field), and lookup sheets that came later (was of a column).
package renewal

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
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

// Brings reports whether a newer template brings a change of a row of Columns, from old (blank: there was none) to now: it
// proposes now, and nothing else was there, or what it had proposed before.
func Brings(t *template.Template, record, field, old, now string) bool {
	if old != "" {
		proposed, is := Value(t, record, field, old)
		return is && wording.Clean(proposed) == wording.Clean(now)
	}
	for i := range t.Records {
		r := &t.Records[i]
		n := slices.IndexFunc(r.Fields, func(f template.Field) bool { return same(f.Name, field) })
		if same(r.Name, record) && n >= 0 {
			return wording.Clean(r.Fields[n].Value) == wording.Clean(now)
		}
	}
	return false
}

// BringsSetting is the same of a setting: it came later with the value, or its value stands in a lookup sheet now.
func BringsSetting(t *template.Template, name, old, now string) bool {
	if now == "" {
		_, _, moved := Moved(t, name)
		return moved
	}
	return old == "" && slices.ContainsFunc(t.Settings, func(s template.Setting) bool { return same(s.Name, name) && string(s.Value) == now })
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

// Merge puts the rows that a new mapping for the template has, and this one does not, where they stand there: behind the row
// that comes before. wanted chooses among them.
func Merge[T any](have, all []T, key func(T) string, wanted func(T) bool) (merged, added []T) {
	merged, at := slices.Clone(have), 0
	for _, row := range all {
		i := slices.IndexFunc(merged, func(r T) bool { return key(r) == key(row) })
		switch {
		case i >= 0:
			at = i + 1
		case wanted(row):
			merged, added = slices.Insert(merged, at, row), append(added, row)
			at++
		}
	}
	return merged, added
}

// Required reports whether a field must have a value.
func Required(t *template.Template, record, field string) bool {
	for i := range t.Records {
		if n, ok := t.Records[i].FieldIndex(field); ok && same(t.Records[i].Name, record) {
			return t.Records[i].Fields[n].Required
		}
	}
	return false
}

// Moved is the column of a lookup sheet that came later which says what a setting said before; ok is false where the template
// has the setting still, or never moved it. The company stays: confirmations may name it.
func Moved(t *template.Template, setting string) (l *template.Lookup, column string, ok bool) {
	if same(setting, "company") || slices.ContainsFunc(t.Settings, func(s template.Setting) bool { return same(s.Name, setting) }) {
		return nil, "", false
	}
	for i := range t.Lookups {
		for _, c := range t.Lookups[i].Columns {
			if c.Was != "" && same(c.Was, setting) {
				return &t.Lookups[i], c.Name, true
			}
		}
	}
	return nil, "", false
}

// Values calls its function with the place, record, field and Value of each row that has a Value.
type Values func(yield func(at findings.Place, record, field, value string))

// Tell says in the findings about a Value that a former version of the template proposed it, and what this one proposes.
func Tell(t *template.Template, values Values, list findings.List) {
	now := map[findings.Place]string{}
	values(func(at findings.Place, record, field, value string) {
		if proposed, is := Value(t, record, field, value); is {
			now[at] = proposed
		}
	})
	for i := range list {
		f := &list[i]
		if proposed, is := now[findings.Place{Sheet: f.Sheet, Ref: f.Cell}]; is {
			f.Reason = say.F("%s; a former version of the template proposed this Value, and this one proposes %s: fisbridge mapping convert OLD NEW takes it over", f.Reason, proposed)
		}
	}
}
