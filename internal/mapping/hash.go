package mapping

import (
	"encoding/json"
	"fmt"
	"sort"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// hash is the hash of what the plan does: template and effective mapping. Formatting, notes, the order of settings, and
// sheets that no formula uses do not count; both forms of the same mapping have the same hash.
func (c *compiler) hash() string {
	type table struct {
		Name          string
		Keys, Columns []string
		Rows          [][]string
	}
	doc := struct {
		Template map[string]any
		Options  [][2]string
		Settings [][2]string
		Fields   [][2]string
		Tables   []table
		Results  []format.Format
	}{Template: c.tpl.Canonical(), Results: c.plan.results}
	for name, v := range c.options {
		if name != workbook.OptionTemplate && name != workbook.OptionFurther && !v.IsBlank() {
			doc.Options = append(doc.Options, [2]string{name, v.Value().String()})
		}
	}
	for name, place := range c.slots.FurtherUsed() {
		doc.Options = append(doc.Options, [2]string{workbook.OptionFurther + " " + name, place})
	}
	for name, v := range c.settings {
		doc.Settings = append(doc.Settings, [2]string{name, typed(v)})
	}
	for i := range c.plan.records {
		r := &c.plan.records[i]
		doc.Fields = append(doc.Fields, [2]string{r.name, workbook.PseudoWhen + wording.Clean(r.whenAt.Show())})
		if r.sum != nil {
			for _, by := range r.sum.by {
				doc.Fields = append(doc.Fields, [2]string{r.name, workbook.PseudoSummarise + by.Source()})
			}
		}
		for _, f := range r.fields {
			text := f.source
			if f.prog == nil {
				text = typed(f.value)
			}
			doc.Fields = append(doc.Fields, [2]string{r.name + "." + f.name, text})
		}
	}
	for _, l := range c.lookups {
		t := table{Name: l.Name(), Keys: l.Keys(), Columns: l.Columns()}
		for _, row := range l.Rows() {
			key := row.Key()
			cells := append([]string(nil), key[:len(l.Keys())]...)
			for _, v := range row.Values() {
				cells = append(cells, typed(v))
			}
			t.Rows = append(t.Rows, cells)
		}
		doc.Tables = append(doc.Tables, t)
	}
	byName := func(list [][2]string) { sort.Slice(list, func(i, j int) bool { return list[i][0] < list[j][0] }) }
	byName(doc.Options)
	byName(doc.Settings)
	sort.Slice(doc.Tables, func(i, j int) bool { return doc.Tables[i].Name < doc.Tables[j].Name })
	data, err := json.Marshal(doc)
	if err != nil { // a template with something that JSON does not know, a NaN say
		data = fmt.Appendf(nil, "%v", doc)
	}
	return hashOf(data)
}

// GuardedHash is the hash of what the plan does together with its tests: a version that lost them is another one to the
// people who wrote them. Of a plan without tests it is Hash.
func (p *Plan) GuardedHash() string {
	rows := workbook.TableCells(p.content.Tests)
	if len(rows) == 0 {
		return p.Hash()
	}
	text := p.Hash()
	for _, row := range rows {
		text += "\x00" + row.Key + "\x00" + row.Text
	}
	return hashOf([]byte(text))
}

// typed is a value with its kind, so that the text 1 and the number 1 differ.
func typed(v layout.Value) string {
	if v.IsEmpty() {
		return ""
	}
	return string("?tndb"[v.Kind]) + v.String()
}
