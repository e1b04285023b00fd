package workbook

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// newContent is the content of a new mapping for a template: every field with the template's Value, every setting,
// every lookup sheet.
func newContent(t *template.Template) *Content {
	c := &Content{File: t.Path(), Tables: yamlTables{}}
	text := func(s string) Cell { return textOf(s) }
	c.Settings = append(c.Settings, namedCell{Name: text(OptionTemplate), Value: text(t.Name)})
	for _, s := range t.Settings {
		c.Settings = append(c.Settings, namedCell{Name: text(s.Name), Value: text(string(s.Value))})
	}
	if t.PostingDate != "" {
		c.Settings = append(c.Settings, namedCell{Name: text(OptionPostingDate), Value: text(t.PostingDate)})
	}
	for i := range t.Records {
		r := &t.Records[i]
		if r.When != "" {
			c.Columns = append(c.Columns, ColumnRow{Record: text(r.Name), Field: text(PseudoWhen), Value: text(r.When)})
		}
		if r.Summarise != nil {
			c.Columns = append(c.Columns, ColumnRow{Record: text(r.Name), Field: text(PseudoSummarise),
				Value: text(strings.Join(r.Summarise.By, "; "))})
		}
		for _, f := range r.Fields {
			if f.SameAs != "" {
				continue
			}
			c.Columns = append(c.Columns, ColumnRow{Record: text(r.Name), Field: text(f.Name), Value: text(f.Value)})
		}
	}
	for i := range t.Lookups {
		l := &t.Lookups[i]
		c.Tables.(yamlTables)[l.Name] = lookupSheet(l)
		c.Order = append(c.Order, l.Name)
	}
	if len(t.Results) > 0 {
		c.Results = SheetOf(SheetResults, format.Rows(t.Results))
	}
	return c
}

func textOf(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Text: s}
}

func SheetOf(name string, rows [][]string) *Sheet {
	s := &Sheet{Name: name}
	for i, row := range rows {
		r := Row{Number: i + 1}
		for _, v := range row {
			r.Cells = append(r.Cells, textOf(v))
		}
		s.Rows = append(s.Rows, r)
	}
	return s
}

// lookupSheet is the lookup as it stands in a new mapping, key columns marked.
func lookupSheet(l *template.Lookup) *Sheet {
	var heads []string
	for _, c := range l.Columns {
		h := c.Name
		if c.Key {
			h += " " + KeyMark
		}
		heads = append(heads, h)
	}
	rows := [][]string{heads}
	for _, r := range l.Rows {
		var cells []string
		for _, w := range r {
			cells = append(cells, string(w))
		}
		rows = append(rows, cells)
	}
	s := SheetOf(l.Name, rows)
	for i := range s.Rows[1:] {
		for j := range s.Rows[i+1].Cells {
			s.Rows[i+1].Cells[j].typed(l.Columns, j)
		}
	}
	return s
}

// typed makes numbers of texts where the template says that the column holds numbers.
func (c *Cell) typed(columns []template.Column, j int) {
	if j >= len(columns) || c.Kind != Text {
		return
	}
	switch columns[j].Type {
	case layout.AmountType, layout.IntegerType:
		if a, err := fis.ParseAmount(c.Text); err == nil {
			c.Kind, c.Number = Number, a
		}
	case layout.FlagType:
		c.Kind, c.flag = Bool, strings.EqualFold(c.Text, "Y")
	}
}
