package sending

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// paid is the vendor's table of service codes for payment confirmations.
func (c *Calls) paid(ctx context.Context, t fis.DocType, a concur.Answer, p records.PaymentRecord) (verdict, error) {
	out := verdict{Settled: journal.Settled{DocID: p.DocID, PaymentID: p.ID, Code: max(a.Code, 0), Message: a.Message,
		Correlation: a.Correlation, State: records.Stuck}}
	ref := p.Payment.Reference
	switch a.Consequence {
	case concur.Done:
		out.State = records.Done
	case concur.AlreadyDone:
		return c.paidBefore(ctx, p, out)
	case concur.PaymentKnown:
		if p.Attempts > 1 {
			out.State = records.Done
			break
		}
		out.Alarm = why.New("payment-known", "payment", ref, "doc", p.DocID)
	case concur.Unknown, concur.RepeatLater, concur.NotReady:
		out.State, out.Due = records.Pending, c.Now().Add(later)
	case concur.NotSent:
		out.State, out.NotSent = records.Pending, true
	case concur.NotPosted, concur.NotAcknowledged:
		out.State, out.Due, out.Undone = records.Pending, c.Now().Add(later), true
	case concur.ForeignSystem:
		var err error
		if out.Alarm, err = c.notOurs(ctx, a, ref); err != nil {
			return c.open(out), err
		}
	case concur.Recalled, concur.RecalledAfterPosting:
		out.Code = records.RecalledAfterPosting // however the service says so; the document's next version waits for a person
		out.Alarm = why.New("payment-recalled", "doc", p.DocID, "payment", ref, "code", codeOf(a), "result", a.Result)
	case concur.WrongType:
		out.Alarm = why.New("payment-of-other-type", "doc", p.DocID, "payment", ref, "type", t, "code", codeOf(a),
			"result", a.Result)
	case concur.Missing:
		out.Alarm = why.New("payment-unknown", "doc", p.DocID, "payment", ref, "code", codeOf(a), "result", a.Result)
	case concur.UnknownState:
		out.Alarm = why.New("payment-state-unknown", "doc", p.DocID, "payment", ref, "code", codeOf(a), "result", a.Result,
			"found", c.lookedUp(ctx, t, p.DocID))
	default:
		out.Alarm = why.New("payment-refused", "doc", p.DocID, "payment", ref, "code", codeOf(a), "result", a.Result,
			"said", a.Message)
	}
	return out, nil
}

// paidBefore (213): Concur has the document as paid. That was this payment when its answer was lost, and no other
// payment of the document has completed it. Else the ERP has paid more than once, or somebody else tells Concur of
// payments.
func (c *Calls) paidBefore(ctx context.Context, p records.PaymentRecord, out verdict) (verdict, error) {
	by, err := c.Journal.PaidBy(ctx, p.DocID, p.ID)
	if err != nil {
		return c.open(out), err
	}
	if by == "" && p.Attempts > 1 {
		out.State = records.Done
		return out, nil
	}
	out.Alarm = why.New("paid-already", "doc", p.DocID, "payment", p.Payment.Reference)
	if by != "" {
		out.Alarm = why.New("paid-twice", "doc", p.DocID, "by", by, "payment", p.Payment.Reference)
	}
	return out, nil
}
