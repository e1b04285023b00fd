package amounts

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Tracker follows one document through its records: which of its amounts stands in which row. The amounts are those of
// the posting lines, as package posting made them; formulas have no part in it. It keeps its buffers between documents.
type Tracker struct {
	rules    *Rules
	docType  fis.DocType
	currency string
	// units are what must stand in the file once: the posting lines in their order, then fields of the document.
	units []unit
	// byNode finds the units of a journal row or application, and of what a record repeats over.
	byNode map[nodeUnit][]int
	rows   []Row
	// differ are rows that say something else than their units.
	differ []refusal.Problem
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

// nodeUnit is a part of the document, with the slot of the field that is its amount; ofParty for what it makes somebody
// owe.
type nodeUnit struct {
	node *fis.Node
	slot int
}

const ofParty = -1

// Begin takes a document, and its posting lines; nil for documents without.
func (t *Tracker) Begin(rules *Rules, doc *fis.Document, post *posting.Result, currency string) {
	t.rules, t.docType, t.currency = rules, doc.DocType, currency
	t.units, t.rows, t.differ, t.more, t.said, t.late = t.units[:0], t.rows[:0], nil, 0, Sides{}, false
	clear(t.byNode)
	if t.byNode == nil {
		t.byNode = map[nodeUnit][]int{}
	}
	parties := rules.inParties[doc.DocType]
	if post == nil || !rules.inLines[doc.DocType] && !parties {
		return
	}
	for i := range post.Lines {
		l := &post.Lines[i]
		u := unit{amount: l.Amount(), line: l, entry: l.EntryID}
		if l.LineItem != "" {
			u.entry += l.LineItem
		}
		if parties {
			u.amount = u.amount.Neg()
			for _, n := range []*fis.Node{l.Journal, l.Application} {
				if n != nil && l.Role.IsParty() {
					k := nodeUnit{n, ofParty}
					t.byNode[k] = append(t.byNode[k], i)
				}
			}
		}
		t.units = append(t.units, u)
	}
}

// Visit notes the field of the document that the row at hand stands for, whether or not a condition makes a row of it.
// It is false when the field cannot be read: env.Bad says why.
func (t *Tracker) Visit(h *Held, env *scope.Env) bool {
	node := env.Row()
	k := nodeUnit{node, h.Of}
	if _, known := t.byNode[k]; known || node == nil {
		return true
	}
	v := env.Value(h.Of)
	if len(env.Bad) > 0 {
		return false
	}
	if t.docType.Commits() && env.Private() {
		v.Number = fis.Zero // private entries are not committed
	}
	entry, _ := env.EntryID()
	t.byNode[k] = []int{len(t.units)}
	t.units = append(t.units, unit{amount: v.Number, field: h.Rows.Of, entry: entry})
	return true
}

// Row notes the row at hand and gives the amount that it must say. lines are the posting lines that it is made of, by
// index; they count where h.OfLines.
func (t *Tracker) Row(record int, h *Held, env *scope.Env, lines []int) fis.Amount {
	var amount fis.Amount
	for _, i := range t.unitsOf(h, env, lines) {
		t.units[i].stood++
		amount = amount.Add(t.units[i].amount)
	}
	t.rows = append(t.rows, Row{Record: record, Amount: amount})
	return amount
}

// FreeRow notes a row that nothing is held against.
func (t *Tracker) FreeRow(record int) { t.rows = append(t.rows, Row{Record: record, Free: true}) }

// unitsOf are the units that the row at hand stands for.
func (t *Tracker) unitsOf(h *Held, env *scope.Env, lines []int) []int {
	switch {
	case h.Of >= 0:
		return t.byNode[nodeUnit{env.Row(), h.Of}]
	case h.Parties:
		return t.byNode[nodeUnit{env.Row(), ofParty}]
	}
	return lines
}

// Cancelled notes posting lines whose sum is nothing, so that no row is made of them.
func (t *Tracker) Cancelled(lines []int) {
	for _, i := range lines {
		t.units[i].stood++
	}
}

// Unwritten tells that no row is made: what they say is read from the file.
func (t *Tracker) Unwritten() { t.late = true }

// Rows are the rows of the document with what they must say. They are valid until the next document.
func (t *Tracker) Rows() []Row { return t.rows }

// Compare compares the values of the row at hand with the amount that it must say.
func (t *Tracker) Compare(record int, h *Held, env *scope.Env, values []layout.Value, want fis.Amount) {
	r := &t.rules.records[record]
	for _, f := range []int{h.Debit, h.Credit, h.Amount, h.Side} {
		if f >= 0 && r.Columns[f].Late {
			t.late = true // the file is read back
			return
		}
	}
	said, field, reason := h.Difference(values, want, t.currency)
	t.said = t.said.Plus(said)
	if c := h.Currency; reason == "" && c.Record == record && !r.Columns[c.Field].Late {
		if reason = h.OtherCurrency(values[c.Field].String(), t.currency); reason != "" {
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
	entry, alloc := env.EntryID()
	t.differ = append(t.differ, refusal.Problem{Record: r.Name, Field: r.Columns[field].Name,
		Place: r.Columns[field].At,
		Entry: entry, Allocation: alloc, Reason: refusal.Amounts, Detail: reason})
}

// mostDiffering bounds the rows that are named of one document.
const mostDiffering = 3

// words names a unit for people.
func (u *unit) words(currency string) say.Text {
	var s Sides
	s.Add(u.amount)
	text, role := s.Words(currency), say.Text("")
	if u.line != nil {
		role = say.Text(strings.ReplaceAll(string(u.line.Role), "_", " "))
	}
	switch {
	case u.line != nil && u.line.AccountCode != "":
		return say.F("%s (%s, account %s)", text, role, u.line.AccountCode)
	case u.line != nil:
		return say.F("%s (%s)", text, role)
	default:
		return say.F("%s (%s)", text, u.field)
	}
}
