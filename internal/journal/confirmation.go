package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Confirmation is the posting confirmation that Concur is owed for a document.
type Confirmation struct {
	DocID       string       `json:"doc_id"`
	DocType     fis.DocType  `json:"doc_type"`
	State       ConfirmState `json:"state"`
	Verdict     fis.Verdict  `json:"verdict"`
	Outcome     fis.Outcome  `json:"outcome"`
	Attempts    int          `json:"attempts"`
	Due         time.Time    `json:"due_at"`
	DoneAt      time.Time    `json:"done_at,omitzero"`
	Code        int          `json:"code"`
	Message     string       `json:"message,omitempty"`
	Correlation string       `json:"correlation,omitempty"`
	// Format is the result format that gave the outcome, empty when a person did.
	Format string `json:"-"`
	// content is the hash of what is to be told.
	content string
}

// Settled is what came of one confirmation of either kind.
type Settled struct {
	DocID     string // of a posting confirmation
	PaymentID int64  // of a payment confirmation
	State     ConfirmState
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

const confirmationColumns = `doc_id, doc_type, state, verdict, outcome, attempts, due_at, done_at, code, message, correlation, content_sha256,
	COALESCE((SELECT r.format FROM results r WHERE r.id = confirmations.result_id), '')`

func scanConfirmation(s interface{ Scan(...any) error }) (Confirmation, error) {
	var c Confirmation
	var outcome, due, done string
	if err := s.Scan(&c.DocID, &c.DocType, &c.State, &c.Verdict, &outcome, &c.Attempts, &due, &done, &c.Code, &c.Message, &c.Correlation, &c.content, &c.Format); err != nil {
		return c, err
	}
	c.Due, c.DoneAt = Time(due), Time(done)
	return c, json.Unmarshal([]byte(outcome), &c.Outcome)
}

// longestDelay is more than any confirmation is put off. One that seems due later was put off by a clock that has been set back since: it is due now.
const longestDelay = time.Hour

// DueConfirmations gives posting confirmations of a type that are due now, those with a lost answer first, at most limit.
func (j *Journal) DueConfirmations(ctx context.Context, t fis.DocType, limit int) ([]Confirmation, error) {
	rows, err := j.read.QueryContext(ctx, `SELECT `+confirmationColumns+` FROM confirmations WHERE state IN ('intended','pending') AND doc_type = $1 AND (due_at <= $2 OR due_at > $3) ORDER BY state, due_at, doc_id LIMIT $4`,
		t, stamp(j.now()), stamp(j.now().Add(longestDelay)), limit)
	if err != nil {
		return nil, fmt.Errorf("journal: read confirmations: %w", err)
	}
	defer rows.Close()
	var out []Confirmation
	for rows.Next() {
		c, err := scanConfirmation(rows)
		if err != nil {
			return nil, fmt.Errorf("journal: read confirmations: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// ConfirmationOf gives the posting confirmation of a document, if one is owed.
func (j *Journal) ConfirmationOf(ctx context.Context, docID string) (Confirmation, bool, error) {
	c, err := scanConfirmation(j.read.QueryRowContext(ctx, `SELECT `+confirmationColumns+` FROM confirmations WHERE doc_id = $1`, docID))
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, err
}

// IntendConfirmations commits that these posting confirmations are about to be sent, and gives back those that are: one that a person has
// changed or settled since it was read is not among them.
func (j *Journal) IntendConfirmations(ctx context.Context, list []Confirmation) (intended []Confirmation, err error) {
	err = j.in(ctx, "intend posting confirmations", func(t *tx) error {
		intended = intended[:0]
		for _, c := range list {
			n, err := t.exec(`UPDATE confirmations SET state = $1, attempts = attempts + 1, sent_at = $2 WHERE doc_id = $3 AND content_sha256 = $4 AND state IN ('pending','intended')`,
				Intended, t.at, c.DocID, c.content)
			if err != nil {
				return fmt.Errorf("document %s: %w", c.DocID, err)
			}
			if n == 0 {
				continue
			}
			if err := t.event("posting confirmation intended", about{doc: c.DocID}, nil); err != nil {
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
		if err := t.one(`UPDATE confirmations SET attempts = attempts - 1, state = CASE WHEN attempts > 1 THEN 'intended' ELSE 'pending' END, due_at = $1 WHERE doc_id = $2 AND state = $3`, t.due(s.Due), s.DocID, Intended); err != nil {
			return err
		}
		return t.event("posting confirmation not sent", about{doc: s.DocID}, nil)
	}
	done := ""
	if s.State == Done {
		done = t.at
	}
	state := s.State
	if state == Pending {
		state = Intended // sent at least once: the next try must know
	}
	if err := t.one(`UPDATE confirmations SET state = $1, due_at = $2, done_at = $3, code = $4, message = $5, correlation = $6, attempts = attempts - $7 WHERE doc_id = $8 AND state = $9`,
		state, t.due(s.Due), done, s.Code, s.Message, s.Correlation, flag(s.Undone), s.DocID, Intended); err != nil {
		return err
	}
	name := map[ConfirmState]string{Done: "posting confirmed", Pending: "posting confirmation open", Stuck: "posting confirmation stuck"}[s.State]
	if err := t.event(name, about{doc: s.DocID, correlation: s.Correlation}, detail{"code": s.Code, "message": s.Message}); err != nil {
		return err
	}
	if s.State == Done {
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
	due, err := t.changed(`UPDATE payments SET state = $1, due_at = $2 WHERE doc_id = $3 AND state = $4
		AND EXISTS (SELECT 1 FROM confirmations c WHERE c.doc_id = payments.doc_id AND c.verdict = 'posted' AND c.state = 'done')`, Pending, t.at, docID, Waiting)
	if err != nil || len(due) == 0 {
		return err
	}
	return t.event("payment confirmation due", about{doc: docID, others: keysOf(due, ofPayment, "id")}, nil)
}

func (t *tx) due(at time.Time) string {
	if at.IsZero() {
		return t.at
	}
	return stamp(at)
}
