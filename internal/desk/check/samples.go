package check

import (
	"io/fs"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/mappings"
)

// samples warns of a mapping that says what the ready workbook of its template says: the accounts and codes in its
// lookup sheets are samples, and an ERP would book to them.
func (c *checker) samples(place, file string, templates fs.FS, plan *mapping.Plan) {
	sheets := len(plan.Template().Lookups)
	if sheets == 0 {
		return
	}
	name := plan.TemplateName() + ".xlsx"
	text, err := fs.ReadFile(mappings.FS(), name)
	if err != nil {
		return // a template of their own has no ready workbook
	}
	if ready, _ := mapping.LoadBytes(templates, name, text); ready == nil || ready.Hash() != plan.Hash() {
		return
	}
	c.as(Accountant, func() {
		c.add(Warning, place, say.F("%s is as it was made: the accounts and codes in it are samples", file),
			"put your own into its sheets before an ERP imports what is made with it")
	})
}
