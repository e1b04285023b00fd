package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
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
	rows   []tiedRow
	// differ are rows that say something else than their units.
	differ []Problem
	more   int
	// said is the sum of the rows' amounts by side.
	said Sides
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

// tiedRow is a row with what it must say.
type tiedRow struct {
	record int
	amount fis.Amount
	// free tells that nothing is held against the row: its record carries amounts of other types of documents.
	free bool
}

// Sides are sums of debits and credits.
type Sides Sums

func (s *Sides) add(a fis.Amount) {
	if a.IsNegative() {
		s.Credit = s.Credit.Sub(a)
	} else {
		s.Debit = s.Debit.Add(a)
	}
}

func (s *Sides) sub(a fis.Amount) {
	if a.IsNegative() {
		s.Credit = s.Credit.Add(a)
	} else {
		s.Debit = s.Debit.Sub(a)
	}
}

func (s Sums) Plus(more Sides) Sums {
	return Sums{s.Debit.Add(more.Debit), s.Credit.Add(more.Credit)}
}

// begin takes a document.
func (t *tying) begin(p *Plan, doc *fis.Document, post *posting.Result, currency string) {
	t.doc, t.currency = doc, currency
	t.units, t.rows, t.differ, t.more, t.said, t.late = t.units[:0], t.rows[:0], nil, 0, Sides{}, false
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
func (r *Record) HeldFor(t fis.DocType) *heldRecord {
	for _, h := range r.held {
		if h.holds(t) {
			return h
		}
	}
	return nil
}

// visit notes what a record repeats over, whether or not its condition makes a row of it.
func (w *Worker) visit(r *Record) {
	h := r.HeldFor(w.doc.DocType)
	if h == nil || h.of < 0 {
		return
	}
	t, node := &w.tied, w.env.Row()
	k := nodeUnit{node, h.of}
	if _, known := t.byNode[k]; known || node == nil {
		return
	}
	v := w.env.Value(h.of)
	if len(w.env.Bad) > 0 {
		w.failed(r, h.rows.Of, findings.Place{}, nil)
		return
	}
	entry, _ := w.env.EntryID()
	t.byNode[k] = []int{len(t.units)}
	t.units = append(t.units, unit{amount: v.Number, field: h.rows.Of, entry: entry})
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
	t.rows = append(t.rows, tiedRow{record: r.index, amount: row.amount})
	w.compareRow(r, h, row.amount)
}

// unitsHere are the units that the row in hand stands for.
func (w *Worker) unitsHere(r *Record, h *heldRecord) []int {
	switch {
	case h.of >= 0:
		return w.tied.byNode[nodeUnit{w.env.Row(), h.of}]
	case h.parties:
		return w.tied.byNode[nodeUnit{w.env.Row(), -1}]
	case r.sum != nil && w.delta == nil:
		return w.sum.members[w.env.Number()-1]
	}
	w.one[0] = w.env.Number() - 1
	return w.one[:]
}

// cancelled notes lines whose sum is nothing, so that no row is made of them.
func (w *Worker) cancelled(r *Record, members []int) {
	if h := r.HeldFor(w.doc.DocType); h != nil && h.of < 0 && !h.parties {
		for _, i := range members {
			w.tied.units[i].stood++
		}
	}
}

// compareRow compares the values of a row with what it must say.
func (w *Worker) compareRow(r *Record, h *heldRecord, want fis.Amount) {
	t := &w.tied
	for _, f := range []int{h.debit, h.credit, h.amount, h.side} {
		if f >= 0 && r.fields[f].late {
			t.late = true // the file is read back
			return
		}
	}
	said, field, reason := h.difference(w.values, want, t.currency)
	t.said.Debit, t.said.Credit = t.said.Debit.Add(said.Debit), t.said.Credit.Add(said.Credit)
	if c := h.currency; reason == "" && c.record == r.index && !r.fields[c.field].late {
		if reason = h.otherCurrency(w.values[c.field].String(), t.currency); reason != "" {
			field = c.field
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

// difference tells what a row says, and what is wrong with it in which field; no reason when it says the amount that it must.
func (h *heldRecord) difference(values []layout.Value, want fis.Amount, currency string) (said Sides, field int, reason string) {
	said, field, reason = h.says(values, currency)
	if reason != "" {
		return said, field, reason
	}
	var must Sides
	must.add(want)
	if said.Debit.Equal(must.Debit) && said.Credit.Equal(must.Credit) {
		return said, field, ""
	}
	if h.amount < 0 {
		if field = h.debit; said.Debit.Equal(must.Debit) || field < 0 {
			field = h.credit
		}
		if field < 0 {
			field = h.debit
		}
	}
	return said, field, fmt.Sprintf("the document says %s, the file would say %s", must.words(currency), said.words(currency))
}

// says reads the amount of a row by its side; the reason says why that cannot be done.
func (h *heldRecord) says(values []layout.Value, currency string) (said Sides, field int, reason string) {
	number := func(i int) fis.Amount {
		if i < 0 {
			return fis.Zero
		}
		return h.outOfUnits(values[i].Number, currency)
	}
	if h.amount < 0 {
		return Sides{number(h.debit), number(h.credit)}, max(h.debit, h.credit), ""
	}
	a := number(h.amount)
	if h.rows.CreditPositive {
		a = a.Neg()
	}
	if h.side < 0 {
		said.add(a)
		return said, h.amount, ""
	}
	code := values[h.side].String()
	credit := slices.Contains(h.creditCodes, code)
	if !credit && !slices.Contains(h.debitCodes, code) {
		said.add(a)
		return said, h.side, fmt.Sprintf("%q is neither a debit (%s) nor a credit (%s)", code, strings.Join(h.debitCodes, ", "), strings.Join(h.creditCodes, ", "))
	}
	if h.rows.Signed {
		said.add(a)
		if a.IsNegative() && !credit || a.IsPositive() && credit {
			return said, h.side, fmt.Sprintf("the side %q and the amount %s contradict each other", code, fis.Text(a, currency))
		}
		return said, h.amount, ""
	}
	if h.rows.CreditPositive {
		a = a.Neg()
	}
	if credit {
		return Sides{Credit: a}, h.amount, ""
	}
	return Sides{Debit: a}, h.amount, ""
}

// isoOf is the currency that a text in the file names; want is the document's.
func (h *heldRecord) isoOf(text, want string) string {
	if code, ok := h.rows.CurrencyCodes[want]; ok && string(code) == text {
		return want
	}
	for iso, code := range h.rows.CurrencyCodes {
		if string(code) == text {
			return iso
		}
	}
	return text
}

// otherCurrency says that a row names another currency than the document has.
func (h *heldRecord) otherCurrency(said, currency string) string {
	want := currency
	if code, ok := h.rows.CurrencyCodes[currency]; ok {
		want = string(code)
	}
	if said == want {
		return ""
	}
	if said == "" {
		said = "nothing"
	}
	return fmt.Sprintf("the document says %s, the file would say %s for the currency", want, said)
}

// words says an amount with its side.
func (s Sides) words(currency string) string {
	switch d, c := !s.Debit.IsZero(), !s.Credit.IsZero(); {
	case d && c:
		return fmt.Sprintf("debit %s and credit %s %s", fis.Text(s.Debit, currency), fis.Text(s.Credit, currency), currency)
	case c:
		return fmt.Sprintf("credit %s %s", fis.Text(s.Credit, currency), currency)
	case d:
		return fmt.Sprintf("debit %s %s", fis.Text(s.Debit, currency), currency)
	}
	return fmt.Sprintf("%s %s", fis.Text(fis.Zero, currency), currency)
}

// words names a unit for people.
func (u *unit) words(currency string) string {
	var s Sides
	s.add(u.amount)
	text := s.words(currency)
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
