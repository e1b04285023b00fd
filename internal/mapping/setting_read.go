package mapping

import (
	"github.com/fisbridge/fisbridge/internal/mapping/control"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
)

// furtherFields makes names of the fields that only the company's documents have.
func (c *compiler) furtherFields() {
	v, ok := c.options[workbook.OptionFurther]
	if !ok || v.IsBlank() {
		return
	}
	if err := c.slots.Further(workbook.SplitFurther(v.Show())); err != nil {
		c.found.Errorf(v, "", "%s: %s", c.found.Option(workbook.OptionFurther), err)
	}
}

// grouping settles which documents share a file.
func (c *compiler) grouping() {
	p := c.plan
	sources, at, most, lines := c.sheet.Groups()
	p.maxDocuments, p.maxLines = most, lines
	p.byCompany = len(sources) > 0 && sources[0] == workbook.NameCompany
	for _, source := range sources {
		if prog := c.formula(source, at, ""); prog != nil {
			c.restrict(prog, []string{template.RepeatDocument}, facts.Early, at)
			p.groups = append(p.groups, prog)
		}
	}
}

// totals settles what control totals are counted from, when all Values and the grouping are known.
func (c *compiler) totals() {
	s := control.Source{Template: c.tpl, Slots: c.slots, Most: c.plan.maxDocuments, Found: c.found}
	for _, prog := range c.plan.groups {
		s.Groups = append(s.Groups, prog.Fields())
	}
	for i := range c.plan.records {
		r := &c.plan.records[i]
		one := control.Record{Name: r.name, Frame: r.header || r.trailer}
		if r.when != nil {
			one.When = control.Field{Name: workbook.PseudoWhen, At: r.whenAt.Place, Source: r.whenAt.Show(), Reads: r.when.Fields()}
		}
		for j := range r.fields {
			f := &r.fields[j]
			one.Fields = append(one.Fields, control.Field{Name: f.name, Type: f.typ, Hidden: c.tpl.Records[i].Fields[j].Hidden, At: f.at, Source: f.source, Reads: f.slots()})
		}
		s.Records = append(s.Records, one)
	}
	for i, f := range control.Compile(s) {
		c.plan.records[i].totals = f
	}
}
