package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/confirmed"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Settled is what came of one confirmation of either kind.
type Settled struct {
	DocID     string // of a posting confirmation
	PaymentID int64  // of a payment confirmation
	State     records.ConfirmState
	Due       time.Time // when to try again, for Pending
	// NotSent: the call was never made. Undone: the service did nothing. Neither try can have done what a later "done before" means, so it
	// does not count.
	NotSent, Undone bool
	Code            int
	Message         string
	// Correlation is the service's id of the call. Alarm, when there is one, is opened.
	Correlation string
	Alarm       why.Reason
	Told        confirmed.Told // what it said of the ERP's document, where Concur took it
}

// confirmationRow is the row of one confirmation of either kind, and how it is named.
type confirmationRow struct {
	table, key string // the table, and the column that tells its rows apart
	id         any
	kind       string // of its alarms; events begin with it
	subject    string // of its alarms
	done       string // the event when Concur has it
	about      ledger.About
}

// of is the confirmation that something came of.
func (s Settled) of() confirmationRow {
	if s.PaymentID == 0 {
		return confirmationRow{"confirmations", "doc_id", s.DocID, "posting confirmation", s.DocID, "posting confirmed", ledger.About{Doc: s.DocID}}
	}
	return confirmationRow{"payments", "id", s.PaymentID, "payment confirmation", fmt.Sprintf("payment %d", s.PaymentID), "payment confirmed",
		ledger.About{Doc: s.DocID, Others: []ledger.Subject{ledger.NumberOf(ledger.OfPayment, s.PaymentID)}}}
}

// event is what the history calls its new state.
func (c confirmationRow) event(to records.ConfirmState) string {
	switch to {
	case records.Done:
		return c.done
	case records.Stuck:
		return c.kind + " stuck"
	case records.Waiting:
		return "payment waits for the posting"
	}
	return c.kind + " open"
}

// intendAll commits that confirmations are about to be sent, and gives back those that are: one that begin finds in another state than it was read
// in is not among them.
func intendAll[T any](ctx context.Context, j *Journal, kind string, list []T, begin func(*tx, *T) (bool, error)) (intended []T, err error) {
	err = j.in(ctx, "intend "+kind+"s", func(t *tx) error {
		intended = intended[:0]
		for _, c := range list {
			begun, err := begin(t, &c)
			if err != nil {
				return err
			}
			if begun {
				intended = append(intended, c)
			}
		}
		return nil
	})
	return intended, err
}

// IntendConfirmations commits that these posting confirmations are about to be sent, and gives back those that are: one that a person has
// changed or settled since it was read is not among them.
func (j *Journal) IntendConfirmations(ctx context.Context, list []records.Confirmation) ([]records.Confirmation, error) {
	return intendAll(ctx, j, "posting confirmation", list, func(t *tx, c *records.Confirmation) (bool, error) {
		n, err := t.Exec(`UPDATE confirmations SET state = $1, attempts = attempts + 1, sent_at = $2 WHERE doc_id = $3 AND content_sha256 = $4 AND state IN ('pending','intended')`,
			records.Intended, t.At, c.DocID, c.Content)
		if n == 0 || err != nil {
			return false, err
		}
		c.Attempts++
		return true, t.Event("posting confirmation intended", ledger.About{Doc: c.DocID}, nil)
	})
}

// SettleConfirmations commits what the service answered to posting confirmations.
func (j *Journal) SettleConfirmations(ctx context.Context, settled []Settled) error {
	return j.settle(ctx, "posting confirmations", settled)
}

// settle commits what the service answered to confirmations.
func (j *Journal) settle(ctx context.Context, what string, settled []Settled) error {
	return j.in(ctx, "settle "+what, func(t *tx) error {
		for _, s := range settled {
			if err := t.settleConfirmation(s, s.of()); err != nil {
				return fmt.Errorf("%s %v: %w", s.of().kind, s.of().id, err)
			}
		}
		return nil
	})
}

func (t *tx) settleConfirmation(s Settled, c confirmationRow) error {
	if s.NotSent {
		if err := t.One(`UPDATE `+c.table+` SET attempts = attempts - 1, state = CASE WHEN attempts > 1 THEN 'intended' ELSE 'pending' END, due_at = $1 WHERE `+c.key+` = $2 AND state = $3`,
			t.due(s.Due), c.id, records.Intended); err != nil {
			return err
		}
		return t.Event(c.kind+" not sent", c.about, nil)
	}
	done, state := "", s.State
	switch s.State {
	case records.Done:
		done = t.At
	case records.Pending:
		state = records.Intended // sent at least once: the next try must know
	}
	if err := t.One(`UPDATE `+c.table+` SET state = $1, due_at = $2, done_at = $3, code = $4, message = $5, correlation = $6, attempts = attempts - $7 WHERE `+c.key+` = $8 AND state = $9`,
		state, t.due(s.Due), done, s.Code, s.Message, s.Correlation, ledger.Flag(s.Undone), c.id, records.Intended); err != nil {
		return err
	}
	c.about.Correlation = s.Correlation
	detail := ledger.Detail{"code": s.Code, "message": s.Message}
	if s.State == records.Done {
		s.Told.Into(detail)
	}
	if err := t.Event(c.event(s.State), c.about, detail); err != nil {
		return err
	}
	if s.State == records.Done {
		if err := t.confirmed(s, c); err != nil {
			return err
		}
	}
	if s.Alarm.None() {
		return nil
	}
	return t.standing(c.kind, c.subject, s.Alarm)
}

// confirmed does what follows when Concur knows: payments wait for their posting, and nobody needs to look any more.
func (t *tx) confirmed(s Settled, c confirmationRow) error {
	if s.PaymentID == 0 {
		if err := t.releasePayments(s.DocID); err != nil {
			return err
		}
	}
	return t.clearAlarm(c.kind, c.subject, "confirmed")
}

// releasePayments makes the payments due that waited until Concur knows the posting.
func (t *tx) releasePayments(docID string) error {
	due, err := t.Changed(`UPDATE payments SET state = $1, due_at = $2 WHERE doc_id = $3 AND state = $4
		AND EXISTS (SELECT 1 FROM confirmations c WHERE c.doc_id = payments.doc_id AND c.verdict = 'posted' AND c.state = 'done')`, records.Pending, t.At, docID, records.Waiting)
	if err != nil || len(due) == 0 {
		return err
	}
	return t.Event("payment confirmation due", ledger.About{Doc: docID, Others: ledger.KeysOf(due, ledger.OfPayment, "id")}, nil)
}

func (t *tx) due(at time.Time) string {
	if at.IsZero() {
		return t.At
	}
	return ledger.Stamp(at)
}
