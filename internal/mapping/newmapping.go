package mapping

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// newMapping is the content of a new mapping for a template: every field with the template's Value, every setting, every lookup sheet.
func newMapping(t *Template) *content {
	c := &content{file: t.path, tables: yamlTables{}}
	text := func(s string) cell { return textOf(s) }
	c.settings = append(c.settings, namedCell{text(optionTemplate), text(t.Name), "the template this mapping fills"})
	for _, s := range t.Settings {
		c.settings = append(c.settings, namedCell{text(s.Name), text(string(s.Value)), s.Note})
	}
	for i := range t.Records {
		r := &t.Records[i]
		if r.When != "" {
			c.columns = append(c.columns, columnRow{text(r.Name), text(pseudoWhen), text(r.When), "the record is left out where this does not hold"})
		}
		if r.Summarise != nil {
			c.columns = append(c.columns, columnRow{text(r.Name), text(pseudoSummarise), text(strings.Join(r.Summarise.By, "; ")), "posting lines that agree in these are added up"})
		}
		for _, f := range r.Fields {
			if f.SameAs != "" {
				continue
			}
			c.columns = append(c.columns, columnRow{text(r.Name), text(f.Name), text(f.Value), f.Note})
		}
	}
	for i := range t.Lookups {
		l := &t.Lookups[i]
		c.tables.(yamlTables)[l.Name] = l.sheet()
		c.order = append(c.order, l.Name)
	}
	if len(t.Results) > 0 {
		c.results = sheetOf(sheetResults, ResultRows(t.Results))
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

// sheet is the lookup as it stands in a new mapping, key columns marked.
func (l *TemplateLookup) sheet() *sheet {
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
func (c *cell) typed(columns []LookupColumn, j int) {
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

// NewYAML is a new mapping for the template in YAML form.
func NewYAML(templates fs.FS, name string) ([]byte, error) {
	t, bad := ReadTemplate(templates, name)
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return encodeYAML(newMapping(t))
}

// ToYAML turns a mapping of either form into YAML: the same content, stable, one field a line.
func ToYAML(path string, data []byte) ([]byte, error) {
	c, err := readAll(path, data)
	if err != nil {
		return nil, err
	}
	return encodeYAML(c)
}

// readAll reads a mapping for conversion.
func readAll(path string, data []byte) (*content, error) {
	found := &collector{file: path}
	c := readContent(path, data, found)
	if c == nil {
		return nil, found.list.Err()
	}
	if err := found.list.Err(); err != nil {
		return nil, fmt.Errorf("a mapping with mistakes cannot be converted:\n%w", err)
	}
	return c, nil
}
