package workbook

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// renew brings a mapping that was made from a former version of its template to this one, where the template says how: a
// Value that the template proposed then is what it proposes now, and a sheet that came later is added, with what was a
// setting in the row for everything that has none of its own. What people have written themselves stays.
func (c *Content) renew(t *template.Template, found *Collector) {
	for i := range c.Columns {
		row := &c.Columns[i]
		f := fieldOf(t, row)
		if f == nil || row.Value.Kind != Text || !isFormer(row.Value.Text, f.Was) {
			continue
		}
		found.Warnf(row.Value, "is now %s, as the template proposes; it was %s", f.Value, row.Value.Text)
		row.Value.Text = f.Value
	}
	var added sheetsBeside
	for i := range t.Lookups {
		if l := &t.Lookups[i]; c.Lacks(t, l.Name) {
			added.list = append(added.list, c.laterSheet(l))
			found.Warnf(Cell{Place: findings.Place{Sheet: l.Name}}, "is new: this version of the template asks for it; give each key its row, and look at the row *")
		}
	}
	if len(added.list) > 0 {
		added.Tables = c.Tables
		c.Tables = added
	}
}

func fieldOf(t *template.Template, row *ColumnRow) *template.Field {
	for i := range t.Records {
		r := &t.Records[i]
		if wording.Fold(r.Name) != wording.Fold(row.Record.Show()) {
			continue
		}
		for j := range r.Fields {
			if wording.Fold(r.Fields[j].Name) == wording.Fold(row.Field.Show()) {
				return &r.Fields[j]
			}
		}
	}
	return nil
}

func isFormer(value string, was []string) bool {
	return slices.ContainsFunc(was, func(w string) bool { return wording.Clean(w) == wording.Clean(value) })
}

// Lacks reports whether the mapping was made before the template had the lookup sheet.
func (c *Content) Lacks(t *template.Template, name string) bool {
	same := func(other string) bool { return wording.Fold(other) == wording.Fold(name) }
	return !slices.ContainsFunc(c.Tables.Names(), same) && slices.ContainsFunc(t.Lookups, func(l template.Lookup) bool {
		return same(l.Name) && slices.ContainsFunc(l.Columns, func(col template.Column) bool { return col.Was != "" })
	})
}

// laterSheet is a sheet with its headings and the row that takes what has none of its own.
func (c *Content) laterSheet(l *template.Lookup) *Sheet {
	fresh := *l
	fresh.Rows = nil
	s := lookupSheet(&fresh)
	row := Row{Number: 2}
	for _, col := range l.Columns {
		var v Cell
		switch {
		case col.Key:
			v = textOf("*")
		case col.Was != "":
			v = c.setting(col.Was)
		}
		row.Cells = append(row.Cells, v)
	}
	s.Rows = append(s.Rows, row)
	return s
}

// setting is what a setting says, as a text; blank where there is none.
func (c *Content) setting(name string) Cell {
	for _, s := range c.Settings {
		if wording.Fold(wording.Clean(s.Name.Show())) == wording.Fold(name) {
			return textOf(strings.TrimSpace(s.Value.Show()))
		}
	}
	return Cell{}
}

// sheetsBeside are the sheets of a mapping and some more.
type sheetsBeside struct {
	Tables
	list []*Sheet
}

func (s sheetsBeside) Names() []string {
	names := slices.Clone(s.Tables.Names())
	for _, more := range s.list {
		names = append(names, more.Name)
	}
	return names
}

func (s sheetsBeside) Read(name string) (*Sheet, error) {
	for _, more := range s.list {
		if more.Name == name {
			return more, nil
		}
	}
	return s.Tables.Read(name)
}
