package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
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
	// Content is the SHA-256 of what Concur is to be told.
	Content string `json:"content_sha256,omitempty"`
}

const confirmationColumns = `doc_id, doc_type, state, verdict, outcome, attempts, due_at, done_at, code, message, correlation, content_sha256,
	COALESCE((SELECT r.format FROM results r WHERE r.id = confirmations.result_id), '')`

func scanConfirmation(s interface{ Scan(...any) error }) (Confirmation, error) {
	var c Confirmation
	var outcome, due, done string
	if err := s.Scan(&c.DocID, &c.DocType, &c.State, &c.Verdict, &outcome, &c.Attempts, &due, &done, &c.Code, &c.Message, &c.Correlation, &c.Content, &c.Format); err != nil {
		return c, err
	}
	c.Due, c.DoneAt = ledger.Time(due), ledger.Time(done)
	return c, json.Unmarshal([]byte(outcome), &c.Outcome)
}

// longestDelay is more than any confirmation is put off. One that seems due later was put off by a clock that has been
// set back since: it is due now.
const longestDelay = time.Hour

// DueConfirmations gives posting confirmations of a type that are due now, those with a lost answer first, at most
// limit.
func (j *Records) DueConfirmations(ctx context.Context, t fis.DocType, limit int) ([]Confirmation, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+confirmationColumns+` FROM confirmations WHERE state IN ('intended','pending') AND doc_type = $1 AND (due_at <= $2 OR due_at > $3) ORDER BY state, due_at, doc_id LIMIT $4`,
		[]any{t, ledger.Stamp(j.Now()), ledger.Stamp(j.Now().Add(longestDelay)), limit}, func(rows *sql.Rows) (Confirmation, error) { return scanConfirmation(rows) })
}

// ConfirmationOf gives the posting confirmation of a document, if one is owed.
func (j *Records) ConfirmationOf(ctx context.Context, docID string) (Confirmation, bool, error) {
	c, err := scanConfirmation(ledger.QueryRow(ctx, j.Ledger, `SELECT `+confirmationColumns+` FROM confirmations WHERE doc_id = $1`, docID))
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, err
}

// ConfirmState is where a confirmation stands.
type ConfirmState string

const (
	// Waiting: the outcome is known, but must not be sent yet (the rest of an all-or-nothing file, the posting before
	// the payment).
	Waiting ConfirmState = "waiting"
	// Pending: due. Intended: about to be sent, or sent with an answer that never came. Done: Concur has it.
	Pending  ConfirmState = "pending"
	Intended ConfirmState = "intended"
	Done     ConfirmState = "done"
	// Stuck: never repeated by itself; an alarm says what a person must do.
	Stuck ConfirmState = "stuck"
	// Kept: stays here, because Concur takes no payments of the type, or not yet, or the route tells of none.
	Kept ConfirmState = "kept"
)
