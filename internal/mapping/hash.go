package mapping

import (
	"github.com/fisbridge/fisbridge/internal/mapping/contenthash"
	"github.com/fisbridge/fisbridge/internal/mapping/keyed"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// hash is the hash of what the plan does (package contenthash).
func (c *compiler) hash() string {
	doc := contenthash.Content{Template: c.tpl.Canonical(), Results: c.plan.results}
	for name, v := range c.options {
		if name != workbook.OptionTemplate && name != workbook.OptionFurther && !v.IsBlank() {
			doc.Options = append(doc.Options, [2]string{name, v.Value().String()})
		}
	}
	for name, place := range c.slots.FurtherUsed() {
		doc.Options = append(doc.Options, [2]string{workbook.OptionFurther + " " + name, place})
	}
	for name, v := range c.settings {
		doc.Settings = append(doc.Settings, [2]string{name, contenthash.Typed(v)})
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
				text = contenthash.Typed(f.value)
			}
			doc.Fields = append(doc.Fields, [2]string{r.name + "." + f.name, text})
		}
	}
	for _, l := range c.lookups {
		doc.Add(l)
	}
	return doc.Sum()
}

// GuardedHash is the hash of what the plan does together with its tests: a version that lost them is another one to the
// people who wrote them. Of a plan without tests it is Hash.
func (p *Plan) GuardedHash() string {
	rows := keyed.Rows(p.content.Tests)
	if len(rows) == 0 {
		return p.Hash()
	}
	text := p.Hash()
	for _, row := range rows {
		text += "\x00" + row.Key + "\x00" + row.Text
	}
	return contenthash.Of([]byte(text))
}
