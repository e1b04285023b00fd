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
	"github.com/fisbridge/fisbridge/internal/why"
)

// Acknowledged is what came of acknowledgements.
type Acknowledged struct {
	Locked, Recalled int
	// Millis is how long each document that arrived now was unlocked in Concur.
	Millis []int64
}

// Acknowledge sends what is intended and commits what came of it. received is when the documents arrived, zero when
// that is long ago.
func (c *Calls) Acknowledge(ctx context.Context, t fis.DocType, ids []string,
	received time.Time) (done Acknowledged, err error) {
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
	o := journal.AckOutcome{DocID: a.DocID, Code: max(a.Code, 0), Correlation: a.Correlation}
	switch a.Consequence {
	case concur.Done:
		o.State = records.Acknowledged
	case concur.AlreadyDone:
		return c.acknowledgedBefore(ctx, t, a, o)
	case concur.Recalled:
		o.State, o.Reason = records.Recalled, why.New("recalled-before-lock")
	case concur.NotReady:
		o.State, o.Reason, o.Undone = records.Stored, why.New("not-ready"), true
	case concur.Missing:
		o.State, o.Reason = records.Gone, why.New("unknown-in-concur")
		o.Alarm = why.New("offered-and-gone", "doc", a.DocID)
	case concur.WrongType:
		o.State, o.Reason = records.Gone, why.New("not-of-type", "type", t)
		o.Alarm = why.New("offered-of-other-type", "doc", a.DocID, "type", t)
	case concur.ForeignSystem:
		return foreign(a, o), nil
	case concur.NotSent:
		o.NotSent = true
	case concur.RepeatLater, concur.UnknownState, concur.Never:
		o.State, o.Reason = records.Stored, why.New("lock-failed", "code", codeOf(a), "result", a.Result)
	}
	return o, nil
}

// acknowledgedBefore (101) is success only when the journal shows that we sent it before and its answer was lost, and
// nobody else's id is on record. The same answer to a first try is a doubt even when our own id is: somebody works
// under our name, or did before the journal was put back from a copy.
func (c *Calls) acknowledgedBefore(ctx context.Context, t fis.DocType, a concur.Answer,
	o journal.AckOutcome) (journal.AckOutcome, error) {
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
	o.Reason = why.New("locked-unasked", "system", ours)
	o.Alarm = why.New("journal-other-lock", "doc", a.DocID, "system", ours)
	return o
}

func foreign(a concur.Answer, o journal.AckOutcome) journal.AckOutcome {
	who := a.SystemID
	if who == "" {
		who = "unknown"
	}
	o.State, o.Reason = records.Foreign, why.New("locked-by-system", "system", who)
	o.Alarm = why.New("locked-by-other", "doc", a.DocID, "system", who)
	return o
}
