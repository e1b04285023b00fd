package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
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
	// Correlation is the service's id of the call. Alarm, when not empty, opens an alarm with this remedy.
	Correlation   string
	Alarm, Remedy string
}

// IntendConfirmations commits that these posting confirmations are about to be sent, and gives back those that are: one that a person has
// changed or settled since it was read is not among them.
func (j *Journal) IntendConfirmations(ctx context.Context, list []records.Confirmation) (intended []records.Confirmation, err error) {
	err = j.in(ctx, "intend posting confirmations", func(t *tx) error {
		intended = intended[:0]
		for _, c := range list {
			n, err := t.Exec(`UPDATE confirmations SET state = $1, attempts = attempts + 1, sent_at = $2 WHERE doc_id = $3 AND content_sha256 = $4 AND state IN ('pending','intended')`,
				records.Intended, t.At, c.DocID, c.Content)
			if err != nil {
				return fmt.Errorf("document %s: %w", c.DocID, err)
			}
			if n == 0 {
				continue
			}
			if err := t.Event("posting confirmation intended", ledger.About{Doc: c.DocID}, nil); err != nil {
				return err
			}
			c.Attempts++
			intended = append(intended, c)
		}
		return nil
	})
	return intended, err
}

// SettleConfirmations commits what the service answered to posting confirmations.
func (j *Journal) SettleConfirmations(ctx context.Context, settled []Settled) error {
	return j.in(ctx, "settle posting confirmations", func(t *tx) error {
		for _, s := range settled {
			if err := t.settleConfirmation(s); err != nil {
				return fmt.Errorf("document %s: %w", s.DocID, err)
			}
		}
		return nil
	})
}

func (t *tx) settleConfirmation(s Settled) error {
	if s.NotSent {
		if err := t.One(`UPDATE confirmations SET attempts = attempts - 1, state = CASE WHEN attempts > 1 THEN 'intended' ELSE 'pending' END, due_at = $1 WHERE doc_id = $2 AND state = $3`, t.due(s.Due), s.DocID, records.Intended); err != nil {
			return err
		}
		return t.Event("posting confirmation not sent", ledger.About{Doc: s.DocID}, nil)
	}
	done := ""
	if s.State == records.Done {
		done = t.At
	}
	state := s.State
	if state == records.Pending {
		state = records.Intended // sent at least once: the next try must know
	}
	if err := t.One(`UPDATE confirmations SET state = $1, due_at = $2, done_at = $3, code = $4, message = $5, correlation = $6, attempts = attempts - $7 WHERE doc_id = $8 AND state = $9`,
		state, t.due(s.Due), done, s.Code, s.Message, s.Correlation, ledger.Flag(s.Undone), s.DocID, records.Intended); err != nil {
		return err
	}
	name := map[records.ConfirmState]string{records.Done: "posting confirmed", records.Pending: "posting confirmation open", records.Stuck: "posting confirmation stuck"}[s.State]
	if err := t.Event(name, ledger.About{Doc: s.DocID, Correlation: s.Correlation}, ledger.Detail{"code": s.Code, "message": s.Message}); err != nil {
		return err
	}
	if s.State == records.Done {
		if err := t.releasePayments(s.DocID); err != nil {
			return err
		}
		if err := t.clearAlarm("posting confirmation", s.DocID, "confirmed"); err != nil {
			return err
		}
	}
	if s.Alarm == "" {
		return nil
	}
	return t.standing("posting confirmation", s.DocID, s.Alarm, s.Remedy)
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
