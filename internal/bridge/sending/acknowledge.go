package sending

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// Acknowledged is what came of acknowledgements.
type Acknowledged struct {
	Locked, Recalled int
	// Millis is how long each document that arrived now was unlocked in Concur.
	Millis []int64
}

// Acknowledge sends what is intended and commits what came of it. received is when the documents arrived, zero when that is long ago.
func (c *Calls) Acknowledge(ctx context.Context, t fis.DocType, ids []string, received time.Time) (done Acknowledged, err error) {
	if len(ids) == 0 {
		return done, nil
	}
	killpoint.Here("acknowledge.intended")
	answers, callErr := c.lock(ctx, t, ids)
	killpoint.Here("acknowledge.acted")
	outcomes := make([]journal.AckOutcome, 0, len(answers))
	for _, answer := range answers {
		o, err := c.ackOutcome(ctx, t, answer)
		if err != nil {
			callErr = errors.Join(callErr, err)
			continue
		}
		if o.State == "" && !o.NotSent {
			continue // nothing is known: the intention stays open
		}
		if !received.IsZero() {
			o.Millis = c.Now().Sub(received).Milliseconds()
		}
		switch o.State {
		case records.Acknowledged:
			done.Locked++
			if !received.IsZero() {
				done.Millis = append(done.Millis, o.Millis)
			}
		case records.Recalled:
			done.Recalled++
		}
		outcomes = append(outcomes, o)
	}
	if err := c.Journal.SettleAck(context.WithoutCancel(ctx), outcomes); err != nil {
		return done, errors.Join(callErr, err)
	}
	killpoint.Here("acknowledge.done")
	if err := c.Journal.NoteHead(context.WithoutCancel(ctx)); err != nil {
		return done, errors.Join(callErr, err)
	}
	return done, callErr
}

// ackOutcome is the vendor's table of service codes for acknowledgements.
func (c *Calls) ackOutcome(ctx context.Context, t fis.DocType, a concur.Answer) (journal.AckOutcome, error) {
	o := journal.AckOutcome{DocID: a.DocID, Code: a.Code, Correlation: a.Correlation}
	switch a.Consequence {
	case concur.Done:
		o.State = records.Acknowledged
	case concur.AlreadyDone:
		return c.acknowledgedBefore(ctx, t, a, o)
	case concur.Recalled:
		o.State, o.Reason = records.Recalled, "recalled in Concur before it was acknowledged; it returns under a new id"
	case concur.NotReady:
		o.State, o.Reason, o.Undone = records.Stored, "not ready in Concur; the next run tries again", true
	case concur.Missing:
		o.State, o.Reason = records.Gone, "Concur does not know it (any more)"
		o.Alarm, o.Remedy = fmt.Sprintf("Concur does not know document %s, which it had offered", a.DocID), "look for its report in Concur; it comes back by itself when it is approved again"
	case concur.WrongType:
		o.State, o.Reason = records.Gone, "Concur says that it is not of type "+string(t)
		o.Alarm, o.Remedy = fmt.Sprintf("document %s is not of type %s, says Concur", a.DocID, t), "compare doc_types in the configuration with what the company has enabled"
	case concur.ForeignSystem:
		return foreign(a, o), nil
	case concur.NotSent:
		o.NotSent = true
	case concur.RepeatLater, concur.UnknownState, concur.Never:
		o.State, o.Reason = records.Stored, fmt.Sprintf("the service answered %d %s; the next run tries again", a.Code, a.Result)
	}
	return o, nil
}

// acknowledgedBefore (101) is success only when the journal shows that we sent it before and its answer was lost, and nobody else's id is on record.
// The same answer to a first try is a doubt even when our own id is: somebody works under our name, or did before the journal was put back from a copy.
func (c *Calls) acknowledgedBefore(ctx context.Context, t fis.DocType, a concur.Answer, o journal.AckOutcome) (journal.AckOutcome, error) {
	d, err := c.Journal.Document(ctx, a.DocID)
	if err != nil {
		return o, err
	}
	ours := firstOf(d.SystemID, c.SystemID)
	if a.SystemID != "" && a.SystemID != ours {
		return foreign(a, o), nil
	}
	who := a.SystemID
	if who == "" {
		env, _, err := c.Service.Get(ctx, t, a.DocID)
		if err != nil {
			return o, fmt.Errorf("look up who acknowledged document %s: %w", a.DocID, err)
		}
		who = env.ERPSystemID
	}
	switch {
	case who != "" && who != ours, who == "" && d.AckAttempts <= 1:
		a.SystemID = who
		return foreign(a, o), nil
	case d.AckAttempts <= 1:
		return unasked(a, o, ours), nil
	}
	o.State, o.Before = records.Acknowledged, true
	return o, nil
}

// unasked: Concur has the document locked for us, and this journal never asked for that.
func unasked(a concur.Answer, o journal.AckOutcome, ours string) journal.AckOutcome {
	o.State, o.Doubt = records.Held, true
	o.Reason = fmt.Sprintf("Concur had it locked for %s, which is us, before this journal asked: look in the ERP whether it has this document before you release it", ours)
	o.Alarm = fmt.Sprintf("Concur had document %s locked for our own system_id %s before this journal asked for it", a.DocID, ours)
	return o
}

func foreign(a concur.Answer, o journal.AckOutcome) journal.AckOutcome {
	who := a.SystemID
	if who == "" {
		who = "unknown"
	}
	o.State, o.Reason = records.Foreign, "acknowledged by system "+who
	o.Alarm = fmt.Sprintf("document %s was acknowledged by another system (%s); it is not posted from here", a.DocID, who)
	o.Remedy = "find out which system posts this company's documents; every installation needs a system_id and document types of its own"
	return o
}
