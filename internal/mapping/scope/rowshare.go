package scope

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// ByRow takes what the posting lines say of each journal row and application, so that one-sided rows have the amounts
// of the posting lines. It is not needed where nothing is rounded.
func (e *Env) ByRow(post *posting.Result) {
	e.owed, e.cost = nil, nil
	if post == nil || !e.round {
		return
	}
	e.owed, e.cost = map[*fis.Node]fis.Amount{}, map[*fis.Node]fis.Amount{}
	for i := range post.Lines {
		l := &post.Lines[i]
		node := l.Journal
		if node == nil {
			node = l.Application
		}
		switch {
		case node == nil:
		case l.Role.IsParty():
			e.owed[node] = e.owed[node].Sub(l.Amount())
		case l.Role == posting.Expense, l.Role == posting.CardClearing:
			e.cost[node] = e.cost[node].Add(l.Amount())
		}
	}
}

// party is who pays or is paid beside the company.
func (e *Env) party() string {
	if payer := e.payer(); payer != "COMP" {
		return payer
	}
	return e.payee()
}

// rowNet is the amount of a journal row without any tax: as sent, or as it is posted.
func (e *Env) rowNet() layout.Value {
	if e.kind != template.RepeatJournal {
		return layout.Value{}
	}
	v := e.number1("amountNetOfTax")
	if e.cost == nil || v.IsEmpty() {
		return v
	}
	return layout.Number(e.cost[e.Row()])
}

// rowNetOfReclaim is the amount of a journal row without the tax that is reclaimed: as sent, or what is owed less that
// tax, rounded.
func (e *Env) rowNetOfReclaim() layout.Value {
	if e.kind != template.RepeatJournal {
		return layout.Value{}
	}
	v := e.number1("amountNetOfReclaim")
	if e.owed == nil || v.IsEmpty() {
		return v
	}
	reclaimed := e.number1("amountGross").Number.Sub(v.Number)
	return layout.Number(e.owed[e.Row()].Sub(fis.Round(reclaimed, e.doc.Currency())))
}

// entryHere is the entry of the row; of an application of an advance, the first entry of which the employee paid
// something, else the first one.
func (e *Env) entryHere() *fis.Node {
	if e.entry != nil || e.kind != template.RepeatApplication {
		return e.entry
	}
	entries := e.doc.Root.List("expenseEntry")
	for _, entry := range entries {
		for _, alloc := range entry.List("allocation") {
			for _, row := range alloc.List("journal") {
				if row.Str("journalPayee") == "EMPL" {
					return entry
				}
			}
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return entries[0]
}
