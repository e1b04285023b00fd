package workbook

import (
	"regexp"
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/renewal"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
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
	c.complete(t, found)
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
	c.Settings = slices.DeleteFunc(c.Settings, func(s namedCell) bool {
		name := wording.Clean(s.Name.Show())
		l, column, moved := renewal.Moved(t, name)
		if moved = moved && slices.Contains(later, l) && !c.names(name); moved {
			found.Warnf(s.Name, "stands in the sheet %s now: column %s of its row *", l.Name, column)
		}
		return moved
	})
}

// fewRows is how many rows are named one by one.
const fewRows = 8

// complete adds the rows of the template that the mapping does not have: its Values apply without them, but nobody sees them;
// and its settings that a Value names.
func (c *Content) complete(t *template.Template, found *Collector) {
	fresh, names := newContent(t), []say.Text(nil)
	merged, added := renewal.Merge(c.Columns, fresh.Columns, func(r ColumnRow) string {
		return wording.Fold(wording.Clean(r.Record.Show())) + "\x00" + wording.Fold(wording.Clean(r.Field.Show()))
	}, func(r ColumnRow) bool { return !r.Value.IsBlank() || renewal.Required(t, r.Record.Text, r.Field.Text) })
	c.Columns = merged
	for _, r := range added[:min(fewRows, len(added))] {
		names = append(names, say.Plain(r.Record.Text+" "+c.Named(sheets.Fields, r.Field.Text)))
	}
	if more := len(added) - fewRows; more > 0 {
		names = append(names, say.F("and %d more", more))
	}
	if len(names) > 0 {
		found.Add(findings.Warning, findings.Place{Sheet: found.Sheet(SheetColumns)}, "", say.F("has the rows of the template that were missing, with the Values that it proposes: %s", say.Join(", ", names...)), "")
	}
	settings, more := renewal.Merge(c.Settings, fresh.Settings, func(s namedCell) string { return wording.Fold(wording.Clean(s.Name.Show())) },
		func(s namedCell) bool { return IsSettingName(s.Name.Text) && c.names(s.Name.Text) })
	c.Settings = settings
	for _, s := range more {
		found.Add(findings.Warning, findings.Place{Sheet: found.Sheet(SheetSettings)}, "", say.F("has the setting %s of the template, which was missing", s.Name.Text), "")
	}
}

// Values are the Values of the sheet Columns, with their places (renewal.Values).
func (c *Content) Values(yield func(at findings.Place, record, field, value string)) {
	for _, r := range c.Columns {
		yield(r.Value.Place, r.Record.Show(), r.Field.Show(), r.Value.Show())
	}
}

// names reports whether a Value or a setting names a setting.
func (c *Content) names(setting string) bool {
	named := regexp.MustCompile(`(?i)\bsettings\.` + regexp.QuoteMeta(setting) + `\b`)
	in := func(v Cell) bool { return named.MatchString(v.Show()) }
	return slices.ContainsFunc(c.Columns, func(r ColumnRow) bool { return in(r.Value) }) || slices.ContainsFunc(c.Settings, func(s namedCell) bool { return in(s.Value) })
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
