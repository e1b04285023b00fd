package sending

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/concur/invoicepay"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Invoices is the service beside FIS by which invoices are marked paid. Mark is made once; when its answer is lost it
// returns a *concur.CallError with Sent set. Look may be repeated at will.
type Invoices interface {
	Mark(ctx context.Context, list []invoicepay.Mark) ([]concur.Answer, error)
	Look(ctx context.Context, requestID string) (invoicepay.Seen, error)
}

// MarkInvoices tells Concur what was paid of invoices: paid when the whole is paid, void when it was taken back,
// cancel when nothing will come. The service knows no repeats: after a lost answer the invoice is read back before
// anything is sent again.
func (c *Calls) MarkInvoices(ctx context.Context) (int, error) {
	e := &sender[records.PaymentRecord, invoiceMark]{
		Name: "mark", Due: c.Journal.DuePayments,
		Key:    func(p records.PaymentRecord) string { return p.Payment.Reference },
		Doc:    func(p records.PaymentRecord) string { return p.DocID },
		KeyOf:  func(a concur.Answer) string { return a.PaymentRef },
		Waits:  true, // Concur has one mark of an invoice; what it is now a person finds out
		Intend: c.Journal.IntendPayments,
		Item:   c.mark, Unfit: unfitMark, Call: c.markAll, Judge: c.marked,
		Settle: c.Journal.SettlePayments,
	}
	marked := slices.DeleteFunc(fis.DocTypes(), func(t fis.DocType) bool { return !t.IsMarkedPaid() })
	return sendTypes(ctx, e, marked, c.Batch)
}

func unfitMark(p records.PaymentRecord, problem error) journal.Settled {
	s := unfitPayment(p, problem)
	s.Alarm.Code = "mark-unfit"
	return s
}

// invoiceMark is a mark on its way.
type invoiceMark struct {
	invoicepay.Mark
	// again: an earlier try may have marked the invoice.
	again bool
	// ours are the references of all payments of the document.
	ours []string
}

// mark makes the mark of a payment.
func (c *Calls) mark(ctx context.Context, p records.PaymentRecord) (invoiceMark, error) {
	d, err := c.Journal.Document(ctx, p.DocID)
	if err != nil {
		return invoiceMark{}, err
	}
	all, open, err := c.paymentsOfInvoice(ctx, d)
	if err != nil {
		return invoiceMark{}, err
	}
	if open != "" && p.Payment.Status == fis.PaidCompletely {
		return invoiceMark{}, &unfitError{fmt.Errorf("an invoice is marked as a whole, and its document %s is posted and not paid: "+
			"the payment of that one will tell Concur of all", open)}
	}
	env, err := c.Journal.Payload(ctx, p.DocID)
	if errors.Is(err, ledger.ErrNotFound) {
		return invoiceMark{}, &unfitError{errors.New("the document has aged out, and with it who pays the invoice")}
	} else if err != nil {
		return invoiceMark{}, err
	}
	method, err := methodOf(env)
	if err != nil {
		return invoiceMark{}, &unfitError{err}
	}
	m := invoiceMark{again: p.Attempts > 0, Mark: invoicepay.Mark{DocID: p.DocID, RequestID: d.ReportID, Method: method,
		Date: p.Payment.Cleared, CheckNumber: p.Payment.Reference, Currency: p.Payment.Currency, Notes: p.Payment.Message}}
	for _, other := range all {
		m.ours = append(m.ours, other.Payment.Reference)
	}
	if err := m.say(p, all); err != nil {
		return invoiceMark{}, &unfitError{err}
	}
	return itemOf(m, m.Validate())
}

// paymentsOfInvoice are the payments of all documents of the invoice of d, in the order in which they were told: Concur
// knows an invoice by its requestId, and its documents are revisions of each other. open is another document that is
// posted and of which no payment stands that completes it; empty: there is none.
func (c *Calls) paymentsOfInvoice(ctx context.Context, d records.Doc) (all []records.PaymentRecord, open string, err error) {
	all, err = c.Journal.PaymentsOf(ctx, d.ID)
	if err != nil {
		return nil, "", err
	}
	siblings, err := c.Journal.Siblings(ctx, d)
	if err != nil {
		return nil, "", err
	}
	for _, s := range siblings {
		theirs, err := c.Journal.PaymentsOf(ctx, s.ID)
		if err != nil {
			return nil, "", err
		}
		paid := false
		for _, p := range theirs {
			switch p.Payment.Status {
			case fis.PaidCompletely:
				paid = true
			case fis.PaymentReversed:
				paid = false
			}
		}
		if s.State == records.Posted && !paid && !s.Nothing {
			open = s.ID
		}
		all = append(all, theirs...)
	}
	slices.SortFunc(all, func(a, b records.PaymentRecord) int { return cmp.Compare(a.ID, b.ID) })
	return all, open, nil
}

// methodOf is the way of payment that an invoice is marked with: the company has paid by itself. An invoice that
// Concur pays is an error: marking it could have it paid twice.
func methodOf(env fis.Envelope) (string, error) {
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		return "", fmt.Errorf("it is not known who pays the invoice: %w", err)
	}
	if strings.EqualFold(doc.Header().Str("invoicePayIndicator"), "Y") {
		return "", errors.New("the invoice is paid by Concur itself (invoicePayIndicator is Y)")
	}
	method := strings.ToUpper(doc.Header().Str("payMethodType"))
	switch {
	case method == "":
		return invoicepay.Methods()[0], nil
	case slices.Contains(invoicepay.Methods(), method):
		return method, nil
	}
	return "", fmt.Errorf("the invoice is paid by Concur itself (payMethodType is %s)", method)
}

// say decides what Concur is told by a payment: it knows the whole only, and one mark of an invoice after the other.
func (m *invoiceMark) say(p records.PaymentRecord, all []records.PaymentRecord) error {
	sum, standing := p.Payment.Amount, ""
	for _, e := range all {
		if e.ID >= p.ID {
			continue
		}
		switch e.Payment.Status {
		case fis.PaidCompletely, fis.PaidPartially:
			sum = sum.Add(e.Payment.Amount)
		case fis.PaymentReversed:
			sum = sum.Sub(e.Payment.Amount)
		}
		if e.State == records.Done {
			standing = map[fis.PaymentStatus]string{fis.PaidCompletely: e.Payment.Reference}[e.Payment.Status]
		}
	}
	switch p.Payment.Status {
	case fis.PaidCompletely:
		m.Status, m.Amount = invoicepay.Paid, &sum
		if standing != "" {
			return fmt.Errorf("the invoice is paid in Concur already, by %s", standing)
		}
	case fis.PaymentReversed:
		m.Status = invoicepay.Void
		if standing == "" {
			return errors.New("it takes back a payment of which Concur does not know: settle that one first")
		}
	case fis.PaymentObsolete:
		m.Status = invoicepay.Cancel
	default:
		return fmt.Errorf("a payment with status %s cannot be told of an invoice", p.Payment.Status)
	}
	return nil
}

// markAll sends marks, each that may have been sent before only after the invoice was read back.
func (c *Calls) markAll(ctx context.Context, _ fis.DocType, items []invoiceMark) ([]concur.Answer, error) {
	var known []concur.Answer
	var send []invoicepay.Mark
	for i, m := range items {
		if !m.again {
			send = append(send, m.Mark)
			continue
		}
		a, told, err := c.readBack(ctx, m)
		if err != nil { // nothing is sent while it is not known what was
			for _, later := range items[i:] {
				send = append(send, later.Mark)
			}
			return append(known, unsent(send)...), err
		}
		if told {
			known = append(known, a)
		} else {
			send = append(send, m.Mark)
		}
	}
	if len(send) == 0 {
		return known, nil
	}
	answers, err := c.Invoices.Mark(ctx, send)
	return append(known, answers...), err
}

func unsent(list []invoicepay.Mark) []concur.Answer {
	out := make([]concur.Answer, len(list))
	for i, m := range list {
		out[i] = concur.Answer{DocID: m.DocID, PaymentRef: m.Reference(), Consequence: concur.NotSent}
	}
	return out
}

// readBack finds out what an earlier try did; told: what it found is the answer, and nothing is sent again. What
// Concur does not show proves nothing: then the same mark goes out once more, and moves no money.
func (c *Calls) readBack(ctx context.Context, m invoiceMark) (a concur.Answer, told bool, err error) {
	a = concur.Answer{DocID: m.DocID, PaymentRef: m.Reference()}
	seen, err := c.Invoices.Look(ctx, m.RequestID)
	a.Correlation = seen.Correlation
	switch {
	case concur.Forbidden(err):
		a.Consequence, a.Message = concur.UnknownState, concur.Said(err)
		return a, true, nil
	case err != nil:
		return a, false, err
	case strings.EqualFold(seen.CheckNumber, m.CheckNumber):
		a.Consequence, a.Message = concur.Done, "read back in Concur"
		return a, true, nil
	case seen.CheckNumber == "" || slices.ContainsFunc(m.ours, func(r string) bool {
		return strings.EqualFold(r, seen.CheckNumber)
	}):
		return a, false, nil
	}
	a.Consequence, a.Message = concur.AlreadyDone, seen.CheckNumber
	return a, true, nil
}
