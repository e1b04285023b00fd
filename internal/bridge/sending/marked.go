package sending

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// marked is what each answer about a mark means. The service has no codes, and its refusal has the same words for "not
// yet", "already" and "void": the journal tells which it is.
func (c *Calls) marked(ctx context.Context, _ fis.DocType, a concur.Answer, p records.PaymentRecord) (verdict, error) {
	out := verdict{Settled: journal.Settled{DocID: p.DocID, PaymentID: p.ID, Message: a.Message,
		Correlation: a.Correlation, State: records.Stuck}}
	alarm := func(code string) {
		out.Alarm = why.New(code, "doc", p.DocID, "payment", p.Payment.Reference, "said", a.Message)
	}
	switch a.Consequence {
	case concur.Done:
		out.State = records.Done
	case concur.Unknown, concur.RepeatLater:
		out.State, out.Due = records.Pending, c.Now().Add(later)
	case concur.NotSent:
		out.State, out.NotSent = records.Pending, true
	case concur.NotExtracted:
		return c.notExtracted(ctx, out, p)
	case concur.AlreadyDone:
		alarm("mark-of-other")
	case concur.UnknownState:
		alarm("mark-unreadable")
	case concur.Missing:
		alarm("mark-unknown")
	default:
		alarm("mark-refused")
	}
	return out, nil
}

// notExtracted: Concur marks an invoice only while it is Extracted. To a first mark that means "not yet", for that
// state comes some time after the posting was confirmed. After a try whose answer was lost it means that this try was
// probably taken; after a mark that stands, that Concur does not change it.
func (c *Calls) notExtracted(ctx context.Context, out verdict, p records.PaymentRecord) (verdict, error) {
	all, err := c.Journal.PaymentsOf(ctx, p.DocID)
	if err != nil {
		return c.open(out), err
	}
	code := ""
	for _, e := range all {
		if e.ID < p.ID && e.State == records.Done {
			code = "mark-stands"
		}
	}
	if p.Attempts > 1 {
		code = "mark-perhaps-ours"
	}
	if code == "" {
		out.State, out.Due, out.Undone = records.Pending, c.Now().Add(later), true
		return out, nil
	}
	out.Alarm = why.New(code, "doc", p.DocID, "payment", p.Payment.Reference, "said", out.Message)
	return out, nil
}
