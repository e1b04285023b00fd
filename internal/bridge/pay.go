package bridge

import (
	"context"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/bridge/sending"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// confirmPayments tells Concur what was paid. Each reference is sent at most once with effect.
func (b *Bridge) confirmPayments(ctx context.Context, s *Summary) error {
	e := &sending.Sender[records.PaymentRecord, concur.PaymentConfirmation]{
		Name: "pay", Due: b.j.DuePayments, Key: func(p records.PaymentRecord) string { return p.Payment.Reference },
		Doc: func(p records.PaymentRecord) string { return p.DocID }, KeyOf: func(a concur.Answer) string { return a.PaymentRef },
		Intend: b.j.IntendPayments,
		Item:   b.payment, Unfit: unfitPayment, Call: b.service.ConfirmPayments, Judge: b.paid, Settle: b.j.SettlePayments,
	}
	payable := slices.DeleteFunc(fis.DocTypes(), func(t fis.DocType) bool { return !t.HasPaymentConfirmation() })
	n, err := sendTypes(ctx, e, payable, b.cfg.Concur.ConfirmBatch, s)
	s.PaymentsSent += n
	return err
}

func unfitPayment(p records.PaymentRecord, why error) journal.Settled {
	return journal.Settled{DocID: p.DocID, PaymentID: p.ID, State: records.Stuck, Message: why.Error(), Undone: true,
		Alarm:  fmt.Sprintf("payment %s of document %s cannot be confirmed: %s", p.Payment.Reference, p.DocID, why),
		Remedy: fmt.Sprintf("mend the Results sheet and `fisbridge retry document %s --reason …`, or `fisbridge mark document %s settled --reason …`", p.DocID, p.DocID)}
}

// payment makes the call's item of a payment.
func (b *Bridge) payment(ctx context.Context, p records.PaymentRecord) (concur.PaymentConfirmation, error) {
	d, err := b.j.Document(ctx, p.DocID)
	if err != nil {
		return concur.PaymentConfirmation{}, err
	}
	defaults := returns.Defaults{}
	if r := b.route(d.Route); r != nil {
		defaults = r.defaults
	}
	pay := p.Payment
	if c, ok, err := b.j.ConfirmationOf(ctx, p.DocID); err != nil {
		return concur.PaymentConfirmation{}, err
	} else if ok && pay.Number == "" {
		pay.Number, pay.FiscalYear = c.Outcome.Number, firstOf(pay.FiscalYear, c.Outcome.FiscalYear)
		pay.Company = firstOf(pay.Company, c.Outcome.Company)
	}
	ready, err := returns.PaymentConfirmation(p.DocID, pay, defaults)
	if err != nil {
		return concur.PaymentConfirmation{}, &sending.UnfitError{Err: err}
	}
	item, err := sending.ItemOf(concur.PaymentFor(p.DocID, ready.Payment))
	item.SystemID = d.SystemID
	return item, err
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
