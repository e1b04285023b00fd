package mapping

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// ReasonAmounts is Problem.Reason where the file would not say what the document says.
const ReasonAmounts = "amounts"

// tying follows one document through its records: which of its amounts stands in which row. The amounts are those of the posting lines, as
// package posting made them; formulas have no part in it.
type tying struct {
	doc      *fis.Document
	currency string
	// units are what must stand in the file once: the posting lines in their order, then fields of the document.
	units []unit
	// byNode finds the units of a journal row or application, and of what a record repeats over.
	byNode map[nodeUnit][]int
	rows   []amounts.Row
	// differ are rows that say something else than their units.
	differ []Problem
	more   int
	// said is the sum of the rows' amounts by side.
	said amounts.Sides
	late bool // an amount is known only when the file is made: the sums of the rows are not known yet
}

// unit is one amount of the document: debits positive.
type unit struct {
	amount fis.Amount
	line   *posting.Line
	field  string
	stood  int
	entry  string
}

type nodeUnit struct {
	node *fis.Node
	slot int
}

func (s Sums) Plus(more amounts.Sides) Sums {
	return Sums{s.Debit.Add(more.Debit), s.Credit.Add(more.Credit)}
}

// begin takes a document.
func (t *tying) begin(p *Plan, doc *fis.Document, post *posting.Result, currency string) {
	t.doc, t.currency = doc, currency
	t.units, t.rows, t.differ, t.more, t.said, t.late = t.units[:0], t.rows[:0], nil, 0, amounts.Sides{}, false
	clear(t.byNode)
	if t.byNode == nil {
		t.byNode = map[nodeUnit][]int{}
	}
	if post == nil || !p.proof.inLines[doc.DocType] && !p.proof.inParties[doc.DocType] {
		return
	}
	parties := p.proof.inParties[doc.DocType]
	for i := range post.Lines {
		l := &post.Lines[i]
		u := unit{amount: l.Amount(), line: l, entry: l.EntryID + l.LineItem}
		if parties {
			u.amount = u.amount.Neg()
			for _, n := range []*fis.Node{l.Journal, l.Application} {
				if n != nil && l.Role.IsParty() {
					k := nodeUnit{n, -1}
					t.byNode[k] = append(t.byNode[k], i)
				}
			}
		}
		t.units = append(t.units, u)
	}
}

// HeldFor is how the rows of a record are held for documents of a type; nil when they are not.
func (r *Record) HeldFor(t fis.DocType) *amounts.Held {
	for _, h := range r.held {
		if h.Holds(t) {
			return h
		}
	}
	return nil
}

// visit notes what a record repeats over, whether or not its condition makes a row of it.
func (w *Worker) visit(r *Record) {
	h := r.HeldFor(w.doc.DocType)
	if h == nil || h.Of < 0 {
		return
	}
	t, node := &w.tied, w.env.Row()
	k := nodeUnit{node, h.Of}
	if _, known := t.byNode[k]; known || node == nil {
		return
	}
	v := w.env.Value(h.Of)
	if len(w.env.Bad) > 0 {
		w.failed(r, h.Rows.Of, findings.Place{}, nil)
		return
	}
	entry, _ := w.env.EntryID()
	t.byNode[k] = []int{len(t.units)}
	t.units = append(t.units, unit{amount: v.Number, field: h.Rows.Of, entry: entry})
}

// tie notes what the row that was made just now must say, and compares it with what it says.
func (w *Worker) tie(r *Record, row *Row) {
	h := r.HeldFor(w.doc.DocType)
	if h == nil {
		return
	}
	t := &w.tied
	row.held = true
	for _, i := range w.unitsHere(r, h) {
		t.units[i].stood++
		row.amount = row.amount.Add(t.units[i].amount)
	}
	t.rows = append(t.rows, amounts.Row{Record: r.index, Amount: row.amount})
	w.compareRow(r, h, row.amount)
}

// unitsHere are the units that the row in hand stands for.
func (w *Worker) unitsHere(r *Record, h *amounts.Held) []int {
	switch {
	case h.Of >= 0:
		return w.tied.byNode[nodeUnit{w.env.Row(), h.Of}]
	case h.Parties:
		return w.tied.byNode[nodeUnit{w.env.Row(), -1}]
	case r.sum != nil && w.delta == nil:
		return w.sum.members[w.env.Number()-1]
	}
	w.one[0] = w.env.Number() - 1
	return w.one[:]
}

// cancelled notes lines whose sum is nothing, so that no row is made of them.
func (w *Worker) cancelled(r *Record, members []int) {
	if h := r.HeldFor(w.doc.DocType); h != nil && h.Of < 0 && !h.Parties {
		for _, i := range members {
			w.tied.units[i].stood++
		}
	}
}

// compareRow compares the values of a row with what it must say.
func (w *Worker) compareRow(r *Record, h *amounts.Held, want fis.Amount) {
	t := &w.tied
	for _, f := range []int{h.Debit, h.Credit, h.Amount, h.Side} {
		if f >= 0 && r.fields[f].late {
			t.late = true // the file is read back
			return
		}
	}
	said, field, reason := h.Difference(w.values, want, t.currency)
	t.said.Debit, t.said.Credit = t.said.Debit.Add(said.Debit), t.said.Credit.Add(said.Credit)
	if c := h.Currency; reason == "" && c.Record == r.index && !r.fields[c.Field].late {
		if reason = h.OtherCurrency(w.values[c.Field].String(), t.currency); reason != "" {
			field = c.Field
		}
	}
	if reason == "" {
		return
	}
	if len(t.differ) == mostDiffering {
		t.more++
		return
	}
	entry, alloc := w.env.EntryID()
	t.differ = append(t.differ, Problem{Record: r.name, Field: r.fields[field].name, Place: r.fields[field].at.String(), Entry: entry, Allocation: alloc, Reason: ReasonAmounts, Detail: reason})
}

// mostDiffering bounds the rows that are told of one document.
const mostDiffering = 3

// words names a unit for people.
func (u *unit) words(currency string) string {
	var s amounts.Sides
	s.Add(u.amount)
	text := s.Words(currency)
	switch {
	case u.line != nil && u.line.AccountCode != "":
		text += fmt.Sprintf(" (%s, account %s)", strings.ReplaceAll(string(u.line.Role), "_", " "), u.line.AccountCode)
	case u.line != nil:
		text += fmt.Sprintf(" (%s)", strings.ReplaceAll(string(u.line.Role), "_", " "))
	default:
		text += fmt.Sprintf(" (%s)", u.field)
	}
	return text
}
