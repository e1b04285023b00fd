package mapping

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// newMapping is the content of a new mapping for a template: every field with the template's Value, every setting, every lookup sheet.
func newMapping(t *template.Template) *content {
	c := &content{file: t.Path(), tables: yamlTables{}}
	text := func(s string) cell { return textOf(s) }
	c.settings = append(c.settings, namedCell{name: text(optionTemplate), value: text(t.Name)})
	for _, s := range t.Settings {
		c.settings = append(c.settings, namedCell{name: text(s.Name), value: text(string(s.Value))})
	}
	for i := range t.Records {
		r := &t.Records[i]
		if r.When != "" {
			c.columns = append(c.columns, columnRow{record: text(r.Name), field: text(pseudoWhen), value: text(r.When)})
		}
		if r.Summarise != nil {
			c.columns = append(c.columns, columnRow{record: text(r.Name), field: text(pseudoSummarise), value: text(strings.Join(r.Summarise.By, "; "))})
		}
		for _, f := range r.Fields {
			if f.SameAs != "" {
				continue
			}
			c.columns = append(c.columns, columnRow{record: text(r.Name), field: text(f.Name), value: text(f.Value)})
		}
	}
	for i := range t.Lookups {
		l := &t.Lookups[i]
		c.tables.(yamlTables)[l.Name] = lookupSheet(l)
		c.order = append(c.order, l.Name)
	}
	if len(t.Results) > 0 {
		c.results = sheetOf(sheetResults, format.Rows(t.Results))
	}
	return c
}

func textOf(s string) cell {
	if s == "" {
		return cell{}
	}
	return cell{kind: textCell, text: s}
}

func sheetOf(name string, rows [][]string) *sheet {
	s := &sheet{name: name}
	for i, row := range rows {
		r := sheetRow{number: i + 1}
		for _, v := range row {
			r.cells = append(r.cells, textOf(v))
		}
		s.rows = append(s.rows, r)
	}
	return s
}

// lookupSheet is the lookup as it stands in a new mapping, key columns marked.
func lookupSheet(l *template.Lookup) *sheet {
	var heads []string
	for _, c := range l.Columns {
		h := c.Name
		if c.Key {
			h += " " + keyMark
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
	s := sheetOf(l.Name, rows)
	for i := range s.rows[1:] {
		for j := range s.rows[i+1].cells {
			s.rows[i+1].cells[j].typed(l.Columns, j)
		}
	}
	return s
}

// typed makes numbers of texts where the template says that the column holds numbers.
func (c *cell) typed(columns []template.Column, j int) {
	if j >= len(columns) || c.kind != textCell {
		return
	}
	switch columns[j].Type {
	case layout.AmountType, layout.IntegerType:
		if a, err := fis.ParseAmount(c.text); err == nil {
			c.kind, c.number = numberCell, a
		}
	case layout.FlagType:
		c.kind, c.flag = boolCell, strings.EqualFold(c.text, "Y")
	}
}
