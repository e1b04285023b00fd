package posting

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// TaxKey names a tax; all of it may be blank.
type TaxKey struct{ Authority, Code, ReclaimCode string }

// Options is what a company may configure about derivation.
type Options struct {
	// CardCodes are further codes of card vendors beside CBCP, IBCP and COPD.
	CardCodes []string
	// NonDeductibleAccount may name another account for non-deductible tax than the one of the row (rowAccount); ""
	// keeps that. The key is blank when the tax of several authorities is posted by row.
	NonDeductibleAccount func(tax TaxKey, rowAccount string) string
	// Round rounds to the currency's minor unit, so that the lines still balance.
	Round bool
	// Stated makes an obligation post what it states now, without taking back its earlier revision: for whoever knows
	// what was committed. A release states nothing.
	Stated bool
	// Combined: rows of several documents stand in the document, as where earlier ones are taken back in front of its own. Each
	// was looked at by itself, and an entry of all of them stands there several times.
	Combined bool
	// EntrySums, with Round, rounds the rows of an expense entry so that they add up to the entry: halves of 35.75 are
	// 17.87 and 17.88. Without it each row is rounded by itself.
	EntrySums bool
	// RoundingLine, with Round, posts what rounding leaves over in an expense report or an invoice as one line of its own,
	// RoundingDifference, and not on the cost; what each party is owed is the rounded sum of its rows then. Nil: on the
	// cost, and each row is rounded by itself.
	RoundingLine *RoundingLine
}

// Derive makes the posting lines of a document. A document that must not be posted is a *Refusal with everything that
// is wrong with it; its lines are not handed out. Amounts are exact as sent: nothing is multiplied, divided or
// converted.
func Derive(doc *fis.Document, opt Options) (*Result, error) { return new(Deriver).Derive(doc, opt) }

// Deriver derives the posting lines of one document after the other and keeps its buffers between them: one Deriver for
// each goroutine.
type Deriver struct {
	lines []Line
	rows  []row
	taxes []tax
	ids   []string
}

// mostKept is how many lines of a document are kept as a buffer for the next one.
const mostKept = 4096

// Derive is Derive of the package; but the lines are lent: they are good until the next call.
func (v *Deriver) Derive(doc *fis.Document, opt Options) (*Result, error) {
	d := deriver{doc: doc, opt: opt, currency: doc.Currency(), lines: v.lines[:0], rows: v.rows[:0], taxes: v.taxes[:0], ids: v.ids[:0]}
	d.derive()
	d.roundingLine()
	d.roundedAway()
	if v.lines, v.rows, v.taxes, v.ids = d.lines, d.rows, d.taxes, d.ids; cap(d.lines) > mostKept {
		*v = Deriver{}
	}
	if len(d.problems) > 0 {
		return nil, &Refusal{doc.Name(), d.problems}
	}
	r := &Result{DocID: doc.ID, DocType: doc.DocType, Currency: d.currency, Lines: d.lines, Warnings: d.warnings, RoundedAway: d.lost}
	if err := r.Check(); err != nil {
		return nil, &Refusal{doc.Name(), []Problem{{Reason: Unbalanced, Detail: say.Of(err)}}}
	}
	return r, nil
}

// deriver gathers the lines and problems of one document.
type deriver struct {
	doc      *fis.Document
	opt      Options
	currency string
	lines    []Line
	problems []Problem
	warnings []Problem
	rows     []row // scratch of the allocation in hand
	taxes    []tax
	ids      []string
	shares   map[*fis.Node]fis.Amount // of the entry in hand: the rounded gross amounts of its journal rows
	question bool                     // the rows of a question for funds are read as if they were to be committed
	taken    []roundedParty           // by rounding, of what is owed
	lost     fis.Amount               // what the rounded rows say more than the document, of what is owed
	over     fis.Amount               // what rounding left over so far, for a line of its own
	// owing are the lines of each party with what they say exactly, kept for that line; parties are its keys in order.
	owing   map[string][]owing
	parties []string
}

func (d *deriver) derive() {
	switch d.doc.DocType {
	case fis.RequestObligation, fis.ReportObligation, fis.Obligation:
		d.obligation()
		return
	}
	if !d.hasShape() {
		return
	}
	if d.currency == "" {
		field := map[fis.DocType]string{
			fis.Expense:     "report.employeeCurrencyAlphaCode",
			fis.CashAdvance: "cashAdvanceData.employeeCurrencyAlphaCode",
			fis.Invoice:     "requestHeader.currencyAlphaCode",
		}[d.doc.DocType]
		d.refuse(MissingCurrency, where{}, field, "the document has no posting currency")
	}
	lists, _ := shapes(d.doc.DocType)
	d.lines = slices.Grow(d.lines, 4*d.doc.Root.Get(lists[0]).Len()) // about four an entry: cost, both parts of a tax, party
	switch d.doc.DocType {
	case fis.Expense:
		d.expense()
	case fis.CashAdvance:
		d.cashAdvance()
	case fis.Invoice:
		d.invoice()
	}
}

// hasShape refuses types without journal rows, and documents that are not what their type says.
func (d *deriver) hasShape() bool {
	t := d.doc.DocType
	if !t.HasPostingLines() {
		detail := say.F("documents of type %q have no journal rows", t)
		if t == "" {
			detail = "the document has the shape of no known type"
		}
		d.refuse(UnsupportedDocument, where{}, "", detail)
		return false
	}
	lists, objects := shapes(t)
	for _, name := range objects {
		if d.doc.Root.Get(name).Kind() != fis.Object {
			d.refuse(UnsupportedDocument, where{}, name, say.F("a document of type %s has the object %s", t, name))
		}
	}
	for _, name := range lists {
		if k := d.doc.Root.Get(name).Kind(); k != fis.Array && k != fis.Object {
			d.refuse(UnsupportedDocument, where{}, name, say.F("a document of type %s has the list %s", t, name))
		}
	}
	return len(d.problems) == 0
}

// shapes are the parts that a document of a type must have.
func shapes(t fis.DocType) (lists, objects []string) {
	switch t {
	case fis.Expense:
		return []string{"expenseEntry"}, nil
	case fis.CashAdvance:
		return []string{"journalData"}, []string{"cashAdvanceData"}
	default:
		return []string{"lineItem"}, []string{"requestHeader"}
	}
}

func (d *deriver) refuse(r Reason, w where, field string, detail say.Text) {
	d.problems = append(d.problems, Problem{r, w.entry, w.path(field), detail})
}

func (d *deriver) warn(r Reason, w where, field string, detail say.Text) {
	d.warnings = append(d.warnings, Problem{r, w.entry, w.path(field), detail})
}

// list are the objects of a list. Anything else in it would be lost in silence, so it is refused.
func (d *deriver) list(n *fis.Node, name string, w where) []*fis.Node {
	items := n.List(name)
	for i, item := range items {
		if item.Kind() != fis.Object {
			d.refuse(UnsupportedDocument, w.in(name, i), "", say.F("found a %s where an object should be", item.Kind()))
			return nil
		}
	}
	return items
}

// optional reads an amount that may be missing. ok is false when it was refused.
func (d *deriver) optional(n *fis.Node, field string, w where) (a fis.Amount, present, ok bool) {
	a, present, err := n.Amount(field)
	if err != nil {
		d.refuse(BadAmount, w, field, Unreadable(n.Get(field), err))
		return fis.Zero, false, false
	}
	return a, present, true
}

// needed reads an amount that must be there.
func (d *deriver) needed(n *fis.Node, field string, w where) (fis.Amount, bool) {
	a, present, ok := d.optional(n, field, w)
	if ok && !present {
		d.refuse(MissingAmount, w, field, "the amount is null or missing")
	}
	return a, ok && present
}

// The company, and the employee, in payer and payee.
const (
	company  = "COMP"
	employee = "EMPL"
)

// party is the other side of the company in a row of signed amount a.
func (d *deriver) party(n *fis.Node, payerField, payeeField string, a fis.Amount, w where) (code string, role Role, ok bool) {
	payer, payee := n.Str(payerField), n.Str(payeeField)
	if !d.oneIsCompany(payerField, payer, payeeField, payee, w) {
		return "", "", false
	}
	code = payee
	if payee == company {
		code = payer
	}
	role, ok = d.partyRole(code)
	if !ok {
		d.refuse(UnknownParty, w, "", say.F("%q is neither the employee nor a known card vendor", code))
	}
	return code, role, d.direction(payerField, payer, payeeField, payee, a, w) && ok
}

// sides checks payer and payee as party does; whoever is beside the company may be anybody.
func (d *deriver) sides(n *fis.Node, payerField, payeeField string, a fis.Amount, w where) bool {
	payer, payee := n.Str(payerField), n.Str(payeeField)
	return d.oneIsCompany(payerField, payer, payeeField, payee, w) && d.direction(payerField, payer, payeeField, payee, a, w)
}

func (d *deriver) oneIsCompany(payerField, payer, payeeField, payee string, w where) bool {
	if payer == "" || payee == "" || (payer == company) == (payee == company) {
		d.refuse(NoCompanySide, w, "", say.F("%s is %q and %s is %q: one of them must be %s and the other one not", payerField, payer, payeeField, payee, company))
		return false
	}
	return true
}

// direction checks that the company pays a positive amount and is paid a negative one.
func (d *deriver) direction(payerField, payer, payeeField, payee string, a fis.Amount, w where) bool {
	if payer == company && a.IsNegative() || payee == company && a.IsPositive() {
		d.refuse(DirectionConflict, w, "", say.F("%s is %s, %s is %s, and the amount is %s", payerField, payer, payeeField, payee, fis.Text(a, d.currency)))
		return false
	}
	return true
}

func (d *deriver) partyRole(code string) (Role, bool) {
	switch code {
	case employee:
		return EmployeePayable, true
	case "CBCP", "IBCP", "COPD":
		return CardVendorPayable, true
	}
	return CardVendorPayable, slices.Contains(d.opt.CardCodes, code)
}

// post adds a line with a signed amount to what l says of it; zero makes no line.
func (d *deriver) post(l *Line, a fis.Amount) {
	if a.IsZero() {
		return
	}
	d.lines = append(d.lines, *l)
	d.lines[len(d.lines)-1].set(a)
}

// rounded is the amount as it is, or rounded when that was asked for.
func (d *deriver) rounded(a fis.Amount) fis.Amount {
	if d.opt.Round {
		return fis.Round(a, d.currency)
	}
	return a
}
