package workbook

import (
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/renewal"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// renew brings a mapping that was made from a former version of its template to this one; what people wrote stays.
func (c *Content) renew(t *template.Template, found *Collector) {
	for i := range c.Columns {
		row := &c.Columns[i]
		if now, is := renewal.Value(t, row.Record.Show(), row.Field.Show(), row.Value.Text); is && row.Value.Kind == Text {
			found.Warnf(row.Value, "is now %s, as the template proposes; it was %s", now, row.Value.Text)
			row.Value.Text = now
		}
	}
	later := renewal.Later(t, c.Tables.Names())
	if len(later) == 0 {
		return
	}
	all := yamlTables{}
	c.Order = c.LookupNames()
	for _, name := range c.Order {
		s, err := c.Tables.Read(name)
		if err != nil {
			return // which is told where the sheets are looked at
		}
		all[name] = s
	}
	for _, l := range later {
		fresh := *l
		fresh.Rows = nil
		s := lookupSheet(&fresh)
		s.Rows = append(s.Rows, Row{Number: 2})
		for _, v := range renewal.Row(l, c.setting) {
			s.Rows[1].Cells = append(s.Rows[1].Cells, textOf(v))
		}
		all[l.Name], c.Order = s, append(c.Order, l.Name)
		found.Warnf(Cell{Place: findings.Place{Sheet: l.Name}}, "is new: this version of the template asks for it; give each key its row, and look at the row *")
	}
	c.Tables = all
}

// setting is what a setting says, as a text; empty where there is none.
func (c *Content) setting(name string) string {
	for _, s := range c.Settings {
		if wording.Fold(wording.Clean(s.Name.Show())) == wording.Fold(name) {
			return wording.Clean(s.Value.Show())
		}
	}
	return ""
}
