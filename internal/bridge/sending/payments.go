package sending

import (
	"context"
	"slices"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/confirmed"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/why"
)

// ConfirmPayments tells Concur what was paid. Each reference is sent at most once with effect.
func (c *Calls) ConfirmPayments(ctx context.Context) (int, error) {
	e := &sender[records.PaymentRecord, concur.PaymentConfirmation]{
		Name: "pay", Due: c.Journal.DuePayments,
		Key:    func(p records.PaymentRecord) string { return p.Payment.Reference },
		Doc:    func(p records.PaymentRecord) string { return p.DocID },
		KeyOf:  func(a concur.Answer) string { return a.PaymentRef },
		Waits:  true, // the next run tells which of those behind it may go
		Intend: c.Journal.IntendPayments,
		Item:   c.payment, Told: paymentTold, Unfit: unfitPayment, Call: c.Service.ConfirmPayments, Judge: c.paid,
		Settle: c.Journal.SettlePayments,
	}
	payable := slices.DeleteFunc(fis.DocTypes(), func(t fis.DocType) bool { return !t.HasPaymentConfirmation() })
	return sendTypes(ctx, e, payable, c.Batch)
}

func unfitPayment(p records.PaymentRecord, problem error) journal.Settled {
	return journal.Settled{DocID: p.DocID, PaymentID: p.ID, State: records.Stuck, Message: problem.Error(),
		Undone: true,
		Alarm:  why.New("payment-unfit", "payment", p.Payment.Reference, "doc", p.DocID, "problem", problem)}
}

// paymentTold is the ERP's document that a payment is told with.
func paymentTold(item concur.PaymentConfirmation) confirmed.Told {
	if len(item.ClearingDetails) == 0 {
		return confirmed.Told{}
	}
	is := item.ClearingDetails[0].Reference
	return confirmed.Told{Reference: is.PaymentRef, Number: is.FinancialDocumentID, Company: is.CompanyCode}
}

// payment makes the call's item of a payment.
func (c *Calls) payment(ctx context.Context, p records.PaymentRecord) (concur.PaymentConfirmation, error) {
	d, err := c.Journal.Document(ctx, p.DocID)
	if err != nil {
		return concur.PaymentConfirmation{}, err
	}
	pay := p.Payment
	if posted, ok, err := c.Journal.ConfirmationOf(ctx, p.DocID); err != nil {
		return concur.PaymentConfirmation{}, err
	} else if ok && pay.Number == "" {
		pay.Number, pay.FiscalYear = posted.Outcome.Number, firstOf(pay.FiscalYear, posted.Outcome.FiscalYear)
		pay.Company = firstOf(pay.Company, posted.Outcome.Company)
	}
	route := c.RouteOf(d.Route)
	if route.Defaults.Company, err = c.company(ctx, route, d, pay.Company); err != nil {
		return concur.PaymentConfirmation{}, err
	}
	ready, err := returns.PaymentConfirmation(p.DocID, pay, route.Defaults)
	if err != nil {
		return concur.PaymentConfirmation{}, &unfitError{Err: err}
	}
	item, err := itemOf(concur.PaymentFor(p.DocID, ready))
	item.SystemID = d.SystemID
	return item, err
}
