package mapping

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
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
	sources, at, most := c.sheet.Groups()
	p.maxDocuments = most
	c.oneCurrency(sources)
	for _, source := range sources {
		if prog := c.formula(source, at, ""); prog != nil {
			c.restrict(prog, []string{template.RepeatDocument}, facts.Early, at)
			p.groups = append(p.groups, prog)
		}
	}
}

// oneCurrency warns of a header that states the currency of files that may hold several.
func (c *compiler) oneCurrency(groups []string) {
	if slices.Contains(groups, "document.currency") || slices.Contains(groups, "document.id") {
		return
	}
	for _, r := range c.plan.records {
		for _, f := range r.fields {
			if (f.mode == ProgramMode || f.mode == SourceMode) && c.uses(f.prog, facts.FileCurrency) {
				c.found.Add(findings.Warning, f.at, f.source,
					"file.currency is blank in a file of several currencies: group by currency", "")
			}
		}
	}
}

func (c *compiler) uses(prog *formula.Program, f facts.Fact) bool {
	for _, i := range prog.Fields() {
		if c.slots.At(i).Kind() == facts.OfFile && c.slots.At(i).Fact() == f {
			return true
		}
	}
	return false
}
