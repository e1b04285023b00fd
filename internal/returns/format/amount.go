package format

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
)

// wholeNumber refuses what would make another number out of the one in the file: texts joined (100.00 and 0.00 would be
// 1000), or a part cut out by a pattern (12.50 would be 12). Dates are read whole as well.
func (c *checker) wholeNumber(place string, col *Column, facts roleFacts) {
	amount := col.Role == RoleAmount || col.Role == RoleTotalAmount
	switch {
	case (col.Plus == "") != (col.Minus == ""):
		c.add(place, "", "plus and minus come together: the two columns of an amount, of which a row fills one", "")
	case col.Plus != "" && !amount:
		c.add(place, "", "only an amount has the columns plus and minus", "")
	}
	if len(col.Fields) > 0 {
		joined := strings.Join(col.Fields, "+")
		switch {
		case amount:
			c.add(place, joined, "an amount cannot be joined of texts, 100.00 and 0.00 would be 1000; debit and credit columns are `plus: …` with `minus: …`, on the Results sheet `Debit - Credit`", "")
		case facts.number:
			c.add(place, joined, "a number cannot be joined of texts; name the one field that holds it", "")
		case facts.date:
			c.add(place, joined, "a date cannot be joined of texts; name the one field that holds it, and give that a date_form", "")
		}
	}
	if col.Pattern == "" {
		return
	}
	switch {
	case amount:
		c.add(place+".pattern", col.Pattern, "a pattern takes a part of an amount, 12 of 12.50; give the field the sign and decimal mark of the file, and a currency beside the number is read without a pattern", "")
	case facts.date:
		c.add(place+".pattern", col.Pattern, "a date has no pattern; give its field a date_form", "")
	}
}

// besideAmount: the currency may be taken from an amount that has it beside the number.
func besideAmount(col *Column) bool { return col.Role == RoleCurrency && len(col.Fields) == 0 }

// CheckOwn is Check of a format with the company's own columns: what is wrong is told at the row of the Results sheet
// that gives the role.
func (f *Format) CheckOwn(file, sheet string, overrides []Override) findings.List {
	found := f.Check(file)
	for i := range found {
		for _, o := range overrides {
			same := o.Format == "" || FoldWord(o.Format) == FoldWord(f.Name)
			if same && strings.HasPrefix(found[i].Cell+".", "results."+f.Name+".columns."+string(o.Role)+".") {
				found[i].Sheet, found[i].Cell = sheet, o.Cell
			}
		}
	}
	return found
}
