package bridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// confirmPayments tells Concur what was paid. Each reference is sent at most once with effect.
func (b *Bridge) confirmPayments(ctx context.Context, s *Summary) error {
	var errs []error
	for _, t := range fis.DocTypes() {
		if !t.HasPaymentConfirmation() {
			continue
		}
		tried := map[string]bool{}
		for {
			due, err := b.j.DuePayments(ctx, t, b.cfg.Concur.ConfirmBatch+len(tried))
			if err != nil {
				return err
			}
			due = untried(due, tried, b.cfg.Concur.ConfirmBatch, func(p journal.PaymentRecord) string { return p.Payment.Reference })
			if len(due) == 0 {
				break
			}
			due = onceADocument(due, tried)
			if err := b.payBatch(ctx, t, due, s); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", t, err))
				if !onlyOdd(err) {
					break
				}
			}
		}
	}
	return errors.Join(errs...)
}

// onceADocument keeps the first payment of each document and leaves the others for the next call, so that a document's payments arrive in
// the order in which the ERP made them.
func onceADocument(due []journal.PaymentRecord, tried map[string]bool) []journal.PaymentRecord {
	seen := map[string]bool{}
	var out []journal.PaymentRecord
	for _, p := range due {
		if seen[p.DocID] {
			delete(tried, p.Payment.Reference)
			continue
		}
		seen[p.DocID] = true
		out = append(out, p)
	}
	return out
}

func (b *Bridge) payBatch(ctx context.Context, t fis.DocType, due []journal.PaymentRecord, s *Summary) error {
	ids := make([]int64, 0, len(due))
	byRef := map[string]journal.PaymentRecord{}
	for _, p := range due {
		ids = append(ids, p.ID)
		p.Attempts++
		byRef[p.Payment.Reference] = p
	}
	if err := b.j.IntendPayments(ctx, ids); err != nil {
		return err
	}
	killpoint.Here("pay.intended")
	var settled []journal.Settled
	var list []concur.PaymentConfirmation
	for _, p := range due {
		item, err := b.payment(ctx, p)
		if err != nil {
			settled = append(settled, journal.Settled{DocID: p.DocID, PaymentID: p.ID, State: journal.Stuck, Message: err.Error(),
				Alarm:  fmt.Sprintf("payment %s of document %s cannot be confirmed: %s", p.Payment.Reference, p.DocID, err),
				Remedy: fmt.Sprintf("mend the Results sheet and `fisbridge retry document %s --reason …`, or `fisbridge mark document %s settled --reason …`", p.DocID, p.DocID)})
			continue
		}
		list = append(list, item)
	}
	var answers []concur.Answer
	var callErr error
	if len(list) > 0 {
		answers, callErr = b.service.ConfirmPayments(ctx, t, list)
	}
	killpoint.Here("pay.acted")
	for _, a := range answers {
		p, ok := byRef[a.PaymentRef]
		if !ok {
			continue
		}
		one := b.paid(a, p)
		if one.State == journal.Done {
			s.PaymentsSent++
		}
		settled = append(settled, one)
	}
	if err := b.j.SettlePayments(context.WithoutCancel(ctx), settled); err != nil {
		return errors.Join(callErr, err)
	}
	killpoint.Here("pay.done")
	return callErr
}

func (b *Bridge) payment(ctx context.Context, p journal.PaymentRecord) (concur.PaymentConfirmation, error) {
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
		return concur.PaymentConfirmation{}, err
	}
	return concur.PaymentFor(p.DocID, ready.Payment)
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// paid is API.md's table of service codes for payment confirmations.
func (b *Bridge) paid(a concur.Answer, p journal.PaymentRecord) journal.Settled {
	out := journal.Settled{DocID: p.DocID, PaymentID: p.ID, Code: a.Code, Message: a.Message, Correlation: a.Correlation, State: journal.Stuck}
	known := a.Consequence == concur.AlreadyDone || a.Consequence == concur.PaymentKnown
	switch {
	case a.Consequence == concur.Done, known && p.Attempts > 1:
		out.State = journal.Done
	case known:
		out.Alarm = fmt.Sprintf("Concur knows payment reference %s of document %s already, but we had not sent it", p.Payment.Reference, p.DocID)
		out.Remedy = fmt.Sprintf("each payment confirmation needs a reference of its own; compare in Concur, then `fisbridge mark document %s settled --reason …`", p.DocID)
	case a.Consequence == concur.Unknown, a.Consequence == concur.RepeatLater:
		out.State, out.Due = journal.Pending, b.now().Add(later)
	case a.Consequence == concur.NotSent:
		out.State, out.NotSent = journal.Pending, true
	case a.Consequence == concur.NotPosted:
		out.State = journal.Pending
		out.Due = b.now().Add(later)
	default:
		out.Alarm = fmt.Sprintf("Concur refuses payment %s of document %s for good: code %d %s", p.Payment.Reference, p.DocID, a.Code, a.Result)
		out.Remedy = fmt.Sprintf("compare with Concur; then `fisbridge retry document %s --reason …` or `fisbridge mark document %s settled --reason …`", p.DocID, p.DocID)
	}
	return out
}
