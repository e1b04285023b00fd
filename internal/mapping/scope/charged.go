package scope

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// onlyTax is the tax of the allocation of a line, where there is one only: FIS lists the taxes of an allocation
// (expenseEntry[].allocation[].tax[], lineItem[].allocation[].journal.tax[]), and does not say which of several is charged
// on what. Taxes of nothing do not count.
func onlyTax(l *posting.Line) *fis.Node {
	var only *fis.Node
	for _, list := range [2]*fis.Node{l.Allocation.Get("tax"), l.Journal.Get("tax")} {
		for _, t := range list.Items() {
			amount, _, _ := t.Amount("amountTax")
			reclaim, _, _ := t.Amount("amountReclaim")
			if amount.IsZero() && reclaim.IsZero() {
				continue
			}
			if only != nil {
				return nil
			}
			only = t
		}
	}
	return only
}

// costTax is what the tax of a line of cost says of itself, where a part of it is reclaimed, so that it has a line.
func (e *Env) costTax(l *posting.Line, name string) layout.Value {
	if e.post == nil || l.Role != posting.Expense && l.Role != posting.NonDeductibleTax {
		return layout.Value{}
	}
	t := onlyTax(l)
	if t == nil || !slices.ContainsFunc(e.post.Lines, func(o posting.Line) bool { return o.Role == posting.Tax && o.Tax == t }) {
		return layout.Value{}
	}
	return layout.Text(t.Str(name))
}

// taxBase is the cost, as it is posted, that a tax is charged on. The tax of a difference is not charged on the cost beside
// it: lines of both documents stand there, and what is the same in both may be left out.
func (e *Env) taxBase(l *posting.Line) layout.Value {
	if l.Role != posting.Tax || l.Tax == nil || e.post == nil || e.post.Difference || onlyTax(l) != l.Tax {
		return layout.Value{}
	}
	base := fis.Zero
	for i := range e.post.Lines {
		if o := &e.post.Lines[i]; o.Role == posting.Expense && o.Allocation == l.Allocation && o.Entry == l.Entry {
			base = base.Add(o.Amount())
		}
	}
	return layout.Number(base)
}
