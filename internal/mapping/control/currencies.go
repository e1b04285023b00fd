package control

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// currencies warns of files that may hold several currencies and do not tell them apart: in their sums, in a header that
// names one, or in their rows.
func (c *compiler) currencies() {
	if c.oneEach() {
		return
	}
	var sums []string
	var first *Field
	c.each(func(r *Record, f *Field) {
		switch {
		case !r.Frame:
		case c.reads(f, facts.FileCurrency):
			c.Found.Add(findings.Warning, f.At, f.Source, "file.currency is blank in a file of several currencies: group by currency", "")
		case c.reads(f, facts.FileDebit, facts.FileCredit, facts.FileAmount):
			if sums = append(sums, r.Name+" "+f.Name); first == nil {
				first = f
			}
		}
	})
	if first != nil && !c.Template.Totals.AllCurrencies {
		c.Found.Add(findings.Warning, first.At, first.Source, say.F("%s: documents of several currencies can come into one file, and their amounts would be added up as if they were one currency: "+
			"group by currency (Group by: currency; in the template `grouping: { by: currency }`), or write `all_currencies: true` under `totals` of the template when the ERP adds them up like that, too",
			strings.Join(sums, ", ")), "")
	}
	c.unnamed()
}

// oneEach: a file has documents of one currency, whatever comes.
func (c *compiler) oneEach() bool {
	if c.Most == 1 {
		return true
	}
	return slices.ContainsFunc(c.Groups, func(reads []int) bool {
		return slices.ContainsFunc(reads, func(i int) bool {
			fact := c.Slots.At(i).Fact()
			return fact == facts.DocumentCurrency || fact == facts.DocumentID
		})
	})
}

func (c *compiler) reads(f *Field, names ...facts.Fact) bool {
	return slices.ContainsFunc(f.Reads, func(i int) bool {
		return c.Slots.At(i).Kind() == facts.OfFile && slices.Contains(names, c.Slots.At(i).Fact())
	})
}

// unnamed warns of amounts of which nothing in the file says which currency they are in. Where some Value looks at the
// currency, to hold documents of another one say, people have thought of it.
func (c *compiler) unnamed() {
	if c.Template.Amounts == nil || slices.ContainsFunc(c.Template.Amounts.LeftOut, func(l template.LeftOut) bool { return strings.Contains(wording.Fold(l.When), "currency") }) {
		return
	}
	looked := false
	c.each(func(_ *Record, f *Field) {
		named := len(f.Reads) == 1 && wording.Fold(f.Source) == wording.Fold(c.Slots.At(f.Reads[0]).Name())
		looked = looked || c.readsCurrency(f) && !(f.Hidden && named) // a hidden name is there for decimals alone
	})
	if looked {
		return
	}
	for i, a := range c.Template.Amounts.Rows {
		if a.Currency != "" {
			return
		}
		if i == 0 {
			c.say(findings.Warning, "amounts.rows."+a.Record, "", "documents of several currencies can come into one file, and nothing in it says which amount is in which currency: name the field that says it "+
				"(`currency: FIELD`, with the Value document.currency), or give each currency a file of its own (`grouping: { by: currency }`)")
		}
	}
}
