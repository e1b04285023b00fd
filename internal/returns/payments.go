package returns

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// Payable is what is known of a document, against which its payments are held.
type Payable struct {
	DocID    string
	Currency string // of its postings; empty: not known
	// Owed is what is to be paid, by party: the employee, a card, the vendor. Nil: not known, and Total is the most
	// there may be.
	Owed map[string]fis.Amount
	// Total is the amount at the head of the document; zero: not known either.
	Total fis.Amount
	// Dated is the document's own day; zero: not known.
	Dated fis.Date
	// Discount is what may be kept back of an invoice that is paid early.
	Discount Discount
	// Rejected: the ERP has refused the document.
	Rejected bool
	// Again is how many days may lie between two files' days of one payment: a guess (matching.again_days).
	Again int
	// Format is the result format of the file in hand.
	Format string
	// Aside are payments that files tell of the document, and that were listed and not told.
	Aside []EarlierPayment
}

// EarlierPayment is a payment of the document that is told already, or about to be.
type EarlierPayment struct {
	Payment fis.Payment
	// Content is the digest of what the result file said, ResultID and Line are where, Format how that file was read;
	// empty: not known.
	Content  string
	ResultID int64
	Line     int
	Format   string
}

// NewPayment is a payment row of the result file in hand.
type NewPayment struct {
	Payment fis.Payment
	Content string
	Line    int
}

// PaymentVerdict is what becomes of a payment row.
type PaymentVerdict struct {
	Row NewPayment
	// Repeated: the payment is known, and nothing follows.
	Repeated bool
	// As is the reference under which Concur is told of it, empty for its own.
	As string
	// Status is what Concur is told: that of the row, or what follows for one that says only that money was paid
	// (fis.Paid).
	Status fis.PaymentStatus
	// Amount and Currency are set where the row does not say what was refused: they are those of the one payment that
	// was told.
	Amount   fis.Amount
	Currency string
	// Counts is what a return in another currency takes back of what was paid, in the document's own; nil for all others.
	Counts *fis.Amount
	// Problem says why the row is listed: it does not fit the document, or nobody can know what it means.
	Problem string
}

// longBefore is how many days before its document's own day a payment may lie. A year that is one too low gives nine
// months and more; the day of a document is one that people give, and may be the end of a coming period.
const longBefore = 240

// sameDay bounds how often the rows of one day are looked at again for an order in which they fit.
const sameDay = 100

// Told is the payment as Concur is told of it.
func (v *PaymentVerdict) Told() fis.Payment {
	p := v.Row.Payment
	if v.As != "" {
		p.Reference = v.As
	}
	if v.Status != "" {
		p.Status = v.Status
	}
	if unsaid(p) {
		p.Amount, p.Currency = v.Amount, v.Currency
	}
	if v.Counts != nil {
		p.Counts = v.Counts
	}
	return p
}

// unsaid tells of a reversed payment that has no amount: a bank that refuses one need not repeat it.
func unsaid(p fis.Payment) bool {
	return p.Status == fis.PaymentReversed && p.Amount.IsZero() && p.Currency == ""
}

// HoldPayments holds the payment rows of one document, in the order of their lines, against the document and its
// earlier payments. Each row comes back once, in the order in which Concur is to be told: by day. Those of one day are
// taken in the order in which they fit, for a file may list a return before the payment. tell keeps a row that fits,
// and says what stands against that.
//
// Rows that agree in everything, the reference too, are two payments or one that was written twice. In one file the
// second is listed. In a later file it is the same payment when a further one would not fit the document; else it is
// listed.
func HoldPayments(p Payable, earlier []EarlierPayment, result int64, rows []NewPayment, tell func(PaymentVerdict) (problem string, err error)) ([]PaymentVerdict, error) {
	h := holding{Payable: p, result: result, earlier: earlier}
	for i := range earlier {
		h.count(earlier[i].Payment)
	}
	h.named = rows
	open := h.repeats(rows)
	sort.SliceStable(open, func(i, k int) bool { return before(open[i].Row.Payment.Cleared, open[k].Row.Payment.Cleared) })
	for len(open) > 0 {
		n := 1
		for n < len(open) && open[n].Row.Payment.Cleared == open[0].Row.Payment.Cleared {
			n++
		}
		if err := h.day(open[:n], tell); err != nil {
			return nil, err
		}
		open = open[n:]
	}
	return h.done, nil
}

func before(a, b fis.Date) bool { return a.Time().Before(b.Time()) }

type holding struct {
	Payable
	result  int64
	earlier []EarlierPayment
	paid    fis.Amount   // what was paid less what came back
	first   fis.Date     // of the first payment
	open    int          // payments less returns
	named   []NewPayment // all rows of the file in hand

	lastCurrency string
	obsolete     string // the reference under which the ERP said that no payment will come
	done         []PaymentVerdict
}

// count takes in a payment that is told.
func (h *holding) count(p fis.Payment) {
	switch p.Status {
	case fis.PaidCompletely, fis.PaidPartially:
		h.paid, h.lastCurrency, h.open = h.paid.Add(h.counts(p)), p.Currency, h.open+1
		if h.first.IsZero() || before(p.Cleared, h.first) {
			h.first = p.Cleared
		}
	case fis.PaymentReversed:
		h.paid, h.open = h.paid.Sub(h.back(p)), h.open-1
	case fis.PaymentObsolete:
		h.obsolete = p.Reference
	}
}

// day takes the rows of one day, those first that fit.
func (h *holding) day(open []PaymentVerdict, tell func(PaymentVerdict) (string, error)) error {
	for pass, progress := 0, true; progress && pass < sameDay && len(open) > 0; pass++ {
		progress = false
		var left []PaymentVerdict
		for _, v := range open {
			if v.Problem = h.misfit(v.Row.Payment); v.Problem == "" {
				v.Problem = h.perhapsKnown(v.Row.Payment)
			}
			if v.Problem != "" {
				left = append(left, v)
				continue
			}
			progress = true
			v.As, v.Status = h.reference(v.Row.Payment), h.status(v.Row.Payment)
			v.Amount, v.Currency = h.paid, h.lastCurrency
			if h.foreign(v.Row.Payment) {
				back := h.back(v.Row.Payment)
				v.Counts = &back
			}
			var err error
			if v.Problem, err = tell(v); err != nil {
				return err
			}
			if v.Problem == "" {
				told := v.Told()
				h.count(told)
				h.earlier = append(h.earlier, EarlierPayment{Payment: told, Content: v.Row.Content, ResultID: h.result, Line: v.Row.Line, Format: h.Format})
			}
			h.done = append(h.done, v)
		}
		open = left
	}
	h.done = append(h.done, open...)
	return nil
}

// reference gives a return that comes with the reference of the payment it takes back one of its own: Concur wants
// another for each confirmation.
func (h *holding) reference(p fis.Payment) string {
	if p.Status != fis.PaymentReversed {
		return ""
	}
	used := func(reference string) bool {
		return slices.ContainsFunc(h.earlier, func(e EarlierPayment) bool { return e.Payment.Reference == reference })
	}
	if !used(p.Reference) {
		return ""
	}
	as := p.Reference + "-RE"
	for n := 2; used(as); n++ {
		as = fmt.Sprintf("%s-RE%d", p.Reference, n)
	}
	return as
}

// TellAs is the status under which Concur is told of a payment that a person calls right, whether it fits or not.
func (p *Payable) TellAs(earlier []EarlierPayment, pay fis.Payment) fis.PaymentStatus {
	h := holding{Payable: *p, earlier: earlier}
	for i := range earlier {
		h.count(earlier[i].Payment)
	}
	return h.status(pay)
}

// status is what Concur is told of a payment. The one after which the employee has all that he gets is the complete one:
// Concur knows no other receiver (receiverType EMPLOYEE), and many a company pays its cards by one sum that names no
// report. Of a document without a part for the employee it is the one that leaves nothing to anybody. Those before it are
// in part, whatever the ERP calls them, which may mean the card alone; and the one that leaves nothing is complete, whatever
// the ERP calls it. Only of a discount it decides: what it calls a part is no whole less the discount.
func (h *holding) status(p fis.Payment) fis.PaymentStatus {
	after := h.paid.Add(h.counts(p))
	switch {
	case p.Status == fis.Paid && h.discounted(after) && h.inTime(p),
		(p.Status == fis.Paid || p.Status == fis.PaidPartially) && (h.whole(after) || h.toEmployee(after)):
		return fis.PaidCompletely
	case p.Status == fis.Paid, p.Status == fis.PaidCompletely && h.forSome(after):
		return fis.PaidPartially
	}
	return p.Status
}

// employee is the party that Concur knows as receiver.
const employee = "EMPL"

// whole tells whether a sum is all that is to be paid to all parties, but for the fraction of a minor unit that an ERP
// cannot pay. Where nothing is known it is not.
func (h *holding) whole(sum fis.Amount) bool {
	all := h.Total
	if h.Owed != nil {
		all = h.all()
	}
	return (h.Owed != nil || all.IsPositive()) && !sum.LessThan(all.RoundFloor(fis.MinorUnits(h.Currency)))
}

// forSome tells whether a sum completes what some of the parties get, but neither what the employee gets nor what all do.
func (h *holding) forSome(sum fis.Amount) bool {
	return h.Owed != nil && !h.whole(sum) && !h.discounted(sum) && !h.toEmployee(sum) && h.completes(sum)
}

// all is what is to be paid to all parties together.
func (h *holding) all() fis.Amount {
	all := decimal.Zero
	for _, owed := range h.Owed {
		all = all.Add(owed)
	}
	return all
}

// misfit says why a payment does not fit its document and what was told of it before, empty when it fits.
func (h *holding) misfit(p fis.Payment) string {
	switch {
	case p.Doubtful:
		return h.doubtful(p)
	case h.Rejected:
		return fmt.Sprintf("the ERP pays document %s, but has rejected it; Concur takes no payment of what was not posted", h.DocID)
	case h.foreign(p):
		return h.misfitForeign(p)
	case !h.Dated.IsZero() && before(p.Cleared, fis.DateOf(h.Dated.Time().AddDate(0, 0, -longBefore))):
		return fmt.Sprintf("the payment date %s lies long before the day of document %s, %s; is its year right?", p.Cleared, h.DocID, h.Dated)
	}
	switch p.Status {
	case fis.PaymentReversed:
		return h.misfitReturn(p)
	case fis.PaymentObsolete:
		if h.paid.IsPositive() {
			return fmt.Sprintf("the ERP says that no payment will come for document %s, but %s %s was paid", h.DocID, h.text(h.paid), p.Currency)
		}
		return ""
	}
	if h.obsolete != "" {
		return fmt.Sprintf("the ERP pays document %s, but has said before that no payment will come (%s)", h.DocID, h.obsolete)
	}
	return h.misfitSum(p)
}

// misfitReturn: only what was paid can come back, and not before it was paid.
func (h *holding) misfitReturn(p fis.Payment) string {
	if problem := h.refusedInVain(p); problem != "" {
		return problem
	}
	switch {
	case unsaid(p) && !h.paid.IsPositive():
		return fmt.Sprintf("the payment of document %s was refused%s, and nothing was told of it: somebody must pay again", h.DocID, because(p))
	case unsaid(p) && h.open != 1:
		return fmt.Sprintf("a payment of document %s was refused%s, and the file does not say which of %d", h.DocID, because(p), h.open)
	case !h.paid.IsPositive():
		return fmt.Sprintf("takes back %s %s%s, but no payment of document %s is known that it could be", h.text(p.Amount), p.Currency, because(p), h.DocID)
	case p.Amount.GreaterThan(h.paid):
		return fmt.Sprintf("takes back %s %s, but only %s was paid of document %s", h.text(p.Amount), p.Currency, h.text(h.paid), h.DocID)
	case !unsaid(p) && isShifted(p.Amount, h.paid, h.Currency) != 0:
		return fmt.Sprintf("takes back %s %s, exactly 1/%d of the %s %s that were paid of document %s: are its decimals right?", h.text(p.Amount), p.Currency,
			isShifted(p.Amount, h.paid, h.Currency), h.text(h.paid), p.Currency, h.DocID)
	case before(p.Cleared, h.first):
		return fmt.Sprintf("takes back on %s what was paid on %s", p.Cleared, h.first)
	}
	return ""
}

// because is the reason that the bank gives for a return.
func because(p fis.Payment) string {
	if p.Message == "" || p.Message == cameBack {
		return ""
	}
	return " (" + cut(p.Message, 120) + ")"
}

// misfitSum: all payments together are not more than what is to be paid. A complete payment completes something: what
// is owed to one party, to several, or to all.
func (h *holding) misfitSum(p fis.Payment) string {
	after := h.paid.Add(p.Amount)
	is := fmt.Sprintf("pays %s %s", h.text(p.Amount), p.Currency)
	if !h.paid.IsZero() {
		is = fmt.Sprintf("pays %s %s, with the %s before together %s", h.text(p.Amount), p.Currency, h.text(h.paid), h.text(after))
	}
	if problem := h.shifted(p); problem != "" {
		return problem
	}
	if h.Owed == nil {
		if p.Status == fis.Paid && !h.Total.IsPositive() {
			return fmt.Sprintf("%s, but nobody knows what of document %s is to be paid: is it all, or a part?", is, h.DocID)
		}
		if h.Total.IsPositive() && after.GreaterThan(h.up(h.Total)) {
			return fmt.Sprintf("%s, but document %s is of %s", is, h.DocID, h.text(h.Total))
		}
		return ""
	}
	all := h.all()
	switch {
	case all.IsZero():
		return fmt.Sprintf("%s, but nothing of document %s is to be paid", is, h.DocID)
	case after.GreaterThan(h.up(all)):
		return fmt.Sprintf("%s, but of document %s is to be paid %s", is, h.DocID, h.owed(all))
	case p.Status == fis.PaidCompletely && !h.completes(after) && !h.discounted(after):
		return fmt.Sprintf("%s and calls the payment complete, but of document %s is to be paid %s", is, h.DocID, h.owed(all))
	}
	return ""
}

// maxParties bounds the sums that are tried; documents have one to four parties.
const maxParties = 10

// completes tells whether a sum is what is owed to some of the parties.
func (h *holding) completes(sum fis.Amount) bool {
	with, without := h.sums(sum)
	return with || without
}

// toEmployee tells whether a sum can only be what completes the employee's part: it is not one of cards alone, too.
func (h *holding) toEmployee(sum fis.Amount) bool {
	with, without := h.sums(sum)
	return with && !without
}

// sums tells whether a sum is what is owed to some of the parties, with the employee among them, and without, but for
// the fraction of a minor unit that an ERP cannot pay.
func (h *holding) sums(sum fis.Amount) (with, without bool) {
	var others []fis.Amount
	for party, a := range h.Owed {
		if party != employee {
			others = append(others, a)
		}
	}
	if len(others) > maxParties {
		return true, true // the most that can be said is that it is not too much
	}
	is := func(a fis.Amount) bool {
		return a.IsPositive() && !sum.LessThan(a.RoundFloor(fis.MinorUnits(h.Currency))) && !sum.GreaterThan(h.up(a))
	}
	own, owed := h.Owed[employee]
	for which := range 1 << len(others) {
		some := decimal.Zero
		for i, a := range others {
			if which&(1<<i) != 0 {
				some = some.Add(a)
			}
		}
		without = without || is(some)
		with = with || owed && is(some.Add(own))
	}
	return with, without
}

func (h *holding) up(a fis.Amount) fis.Amount { return a.RoundCeil(fis.MinorUnits(h.Currency)) }

func (h *holding) text(a fis.Amount) string { return fis.Text(a, h.Currency) }

// owed writes what is to be paid, with its parts when there are several.
func (h *holding) owed(all fis.Amount) string {
	text := h.text(all) + " " + h.Currency
	if len(h.Owed) < 2 {
		return text
	}
	var parts []string
	for party, a := range h.Owed {
		parts = append(parts, party+" "+h.text(a))
	}
	slices.Sort(parts)
	return text + " (" + strings.Join(parts, ", ") + ")"
}
