package sending

import (
	"context"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// paid is the vendor's table of service codes for payment confirmations.
func (c *Calls) paid(ctx context.Context, t fis.DocType, a concur.Answer, p records.PaymentRecord) (verdict, error) {
	out := verdict{Settled: journal.Settled{DocID: p.DocID, PaymentID: p.ID, Code: a.Code, Message: a.Message, Correlation: a.Correlation, State: records.Stuck}}
	settled := fmt.Sprintf("`fisbridge mark document %s settled --reason …`", p.DocID)
	retry := fmt.Sprintf("`fisbridge retry document %s --reason …`", p.DocID)
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
		out.Alarm = fmt.Sprintf("Concur knows payment reference %s of document %s already, but we had not sent it", ref, p.DocID)
		out.Remedy = "each payment confirmation needs a reference of its own; compare in Concur, then " + settled
	case concur.Unknown, concur.RepeatLater, concur.NotReady:
		out.State, out.Due = records.Pending, c.Now().Add(later)
	case concur.NotSent:
		out.State, out.NotSent = records.Pending, true
	case concur.NotPosted, concur.NotAcknowledged:
		out.State, out.Due, out.Undone = records.Pending, c.Now().Add(later), true
	case concur.ForeignSystem:
		var err error
		if out.Alarm, out.Remedy, err = c.notOurs(ctx, a, fmt.Sprintf("document %s, which payment %s is for,", p.DocID, ref)); err != nil {
			return c.open(out), err
		}
	case concur.Recalled, concur.RecalledAfterPosting:
		out.Alarm = fmt.Sprintf("document %s was recalled in Concur after the ERP had paid it (payment %s, code %d %s)", p.DocID, ref, a.Code, a.Result)
		out.Remedy = "its report returns under a new id: reverse posting and payment in the ERP, or see that the new document is not paid again; then " + settled
	case concur.WrongType:
		out.Alarm = fmt.Sprintf("Concur says that document %s, which payment %s is for, is not of type %s (code %d %s)", p.DocID, ref, t, a.Code, a.Result)
		out.Remedy = "compare doc_types in the configuration with what the company has enabled; look the report up in Concur, then " + settled
	case concur.Missing:
		out.Alarm = fmt.Sprintf("Concur does not know document %s (any more), which the ERP has paid by %s (code %d %s)", p.DocID, ref, a.Code, a.Result)
		out.Remedy = fmt.Sprintf("look the report up in Concur: when it was deleted there, reverse the payment in the ERP, then %s; else ask the vendor's support and %s", settled, retry)
	case concur.UnknownState:
		out.Alarm = fmt.Sprintf("Concur cannot say what it made of payment %s of document %s (code %d %s)%s", ref, p.DocID, a.Code, a.Result, c.lookedUp(ctx, t, p.DocID))
		out.Remedy = fmt.Sprintf("look the report up in Concur; then %s or %s", retry, settled)
	default:
		out.Alarm = fmt.Sprintf("Concur refuses payment %s of document %s for good: code %d %s%s", ref, p.DocID, a.Code, a.Result, said(a))
		out.Remedy = fmt.Sprintf("compare with Concur; then %s or %s", retry, settled)
	}
	return out, nil
}

// paidBefore (213): Concur has the document as paid. That was this payment when its answer was lost, and no other payment of the document
// has completed it. Else the ERP has paid more than once, or somebody else tells Concur of payments.
func (c *Calls) paidBefore(ctx context.Context, p records.PaymentRecord, out verdict) (verdict, error) {
	by, err := c.Journal.PaidBy(ctx, p.DocID, p.ID)
	if err != nil {
		return c.open(out), err
	}
	if by == "" && p.Attempts > 1 {
		out.State = records.Done
		return out, nil
	}
	settled := fmt.Sprintf("`fisbridge mark document %s settled --reason …`", p.DocID)
	out.Alarm = fmt.Sprintf("Concur says that document %s is paid already (code 213), and we had not told it of payment %s", p.DocID, p.Payment.Reference)
	out.Remedy = "look in Concur who confirmed the payment: perhaps a person, or another system with our credentials; then " + settled
	if by != "" {
		out.Alarm = fmt.Sprintf("Concur says that document %s is paid already (code 213): by payment %s, which we told it; the ERP gives payment %s beside it", p.DocID, by, p.Payment.Reference)
		out.Remedy = "find out in the ERP whether the employee was paid twice; then " + settled
	}
	return out, nil
}
