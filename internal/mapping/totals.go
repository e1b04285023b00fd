package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// totals finds the fields that control totals are counted from.
func (c *compiler) totals() {
	t := c.tpl.Totals
	for i := range c.plan.records {
		r := &c.plan.records[i]
		r.counted = !r.header && !r.trailer && (len(t.Count) == 0 || slices.Contains(t.Count, r.name))
	}
	for _, name := range t.Count {
		if _, ok := c.tpl.Record(name); !ok {
			c.templateError("totals.count", name, "there is no such record")
		}
	}
	c.totalField("totals.debit", t.Debit, layout.AmountType, func(r *Record, f int) { r.debit = f })
	c.totalField("totals.credit", t.Credit, layout.AmountType, func(r *Record, f int) { r.credit = f })
	c.totalField("totals.amount", t.Amount, layout.AmountType, func(r *Record, f int) { r.amount = f })
	if (t.Debit == "") != (t.Credit == "") {
		c.templateError("totals", "", "debit and credit go together")
	}
	if t.Hash != nil {
		if t.Hash.Digits < 1 || t.Hash.Digits > 30 {
			c.templateError("totals.hash.digits", fmt.Sprint(t.Hash.Digits), "1 to 30 digits are possible")
		}
		c.totalField("totals.hash.field", t.Hash.Field, "", func(r *Record, f int) { r.hash = f })
	}
}

func (c *compiler) totalField(at, name string, want layout.Type, set func(*Record, int)) {
	if name == "" {
		return
	}
	record, field, ok := strings.Cut(name, ".")
	for i := range c.plan.records {
		r := &c.plan.records[i]
		if !ok || r.name != record {
			continue
		}
		for f := range r.fields {
			if r.fields[f].name != field {
				continue
			}
			if want != "" && r.fields[f].typ != want {
				c.templateError(at, name, "the field is not an amount")
			}
			set(r, f)
			return
		}
	}
	c.templateError(at, name, "there is no such field; write RECORD.FIELD")
}
