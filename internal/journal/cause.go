package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Hold is why a document is held: what it means for the runs to come, what people read, and the values that runs need.
type Hold struct {
	Cause  records.Cause
	Reason why.Reason
	// Data are the values of the cause, kept as JSON; nil for none.
	Data any
}

// because keeps the cause of a state that the transaction has just set.
func (t *tx) because(docID string, c records.Cause, data any) error {
	text, err := dataText(data)
	if err != nil {
		return err
	}
	return t.One(`UPDATE documents SET cause = $1, cause_data = $2 WHERE doc_id = $3`, c, text, docID)
}

func dataText(data any) (string, error) {
	if data == nil {
		return "", nil
	}
	b, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("values of a cause: %w", err)
	}
	return string(b), nil
}

// HoldMany holds acknowledged documents that the mapping cannot write, each with its reason, and returns how many are newly held.
func (j *Journal) HoldMany(ctx context.Context, reasons map[string]why.Reason) (int, error) {
	holds := map[string]Hold{}
	for id, reason := range reasons {
		holds[id] = Hold{Cause: records.CauseMapping, Reason: reason}
	}
	return j.HoldAll(ctx, holds)
}

// HoldAll holds documents that a run could not put into an import file. One that a run held before keeps its place and gets the reason of
// today; one that a person has moved meanwhile stays where it is. It returns how many are newly held.
func (j *Journal) HoldAll(ctx context.Context, holds map[string]Hold) (news int, err error) {
	err = j.in(ctx, "hold documents", func(t *tx) error {
		news = 0
		for _, id := range slices.Sorted(maps.Keys(holds)) {
			isNew, err := t.hold(id, holds[id])
			if err != nil {
				return err
			}
			if isNew {
				news++
			}
		}
		return nil
	})
	return news, err
}

func (t *tx) hold(docID string, h Hold) (isNew bool, err error) {
	var state records.State
	var cause records.Cause
	var reason, was, data string
	err = t.QueryRowContext(t.Ctx, `SELECT state, cause, reason, why, cause_data FROM documents WHERE doc_id = $1`, docID).Scan(&state, &cause, &reason, &was, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("document %s: %w", docID, ledger.ErrNotFound)
	}
	if err != nil {
		return false, err
	}
	text, err := dataText(h.Data)
	if err != nil {
		return false, err
	}
	switch {
	case state == records.Acknowledged:
		if err := t.transition(docID, []records.State{records.Acknowledged}, records.Held, "held", h.Reason); err != nil {
			return false, err
		}
		if err := t.undecided(docID, h.Cause); err != nil {
			return false, err
		}
		return true, t.because(docID, h.Cause, h.Data)
	case state != records.Held || !cause.Again(), cause == h.Cause && reason == h.Reason.Text() && was == h.Reason.Stored() && data == text:
		return false, nil
	}
	if err := t.One(`UPDATE documents SET reason = $1, why = $2, cause = $3, cause_data = $4 WHERE doc_id = $5 AND state = 'held'`, h.Reason.Text(), h.Reason.Stored(), h.Cause, text, docID); err != nil {
		return false, err
	}
	if err := t.undecided(docID, h.Cause); err != nil {
		return false, err
	}
	return false, t.Event("held for another reason", ledger.About{Doc: docID}, ledger.Detail{"reason": h.Reason.Text(), "cause": h.Cause, "was": reason})
}

// undecided forgets how a document is to be posted when that is asked anew. Held for anything else, it keeps what a person has decided.
func (t *tx) undecided(docID string, c records.Cause) error {
	if c != records.CauseRevision {
		return nil
	}
	return t.One(`UPDATE documents SET post_as = '', basis = '' WHERE doc_id = $1`, docID)
}

// Wait keeps acknowledged documents out of import files for now, each with its reason: what becomes of another document decides about them.
// Nothing is to be done by a person.
func (j *Journal) Wait(ctx context.Context, reasons map[string]why.Reason) error {
	return j.in(ctx, "keep documents waiting", func(t *tx) error {
		for _, id := range slices.Sorted(maps.Keys(reasons)) {
			if err := t.wait(id, reasons[id]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) wait(docID string, reason why.Reason) error {
	var state records.State
	var cause records.Cause
	var was string
	if err := t.QueryRowContext(t.Ctx, `SELECT state, cause, reason FROM documents WHERE doc_id = $1`, docID).Scan(&state, &cause, &was); err != nil {
		return err
	}
	switch {
	case state == records.Held && cause.Again(): // what it was held for is not what it waits for now
		if err := t.transition(docID, []records.State{records.Held}, records.Acknowledged, "waits", reason); err != nil {
			return err
		}
	case state != records.Acknowledged || cause == records.CauseWaits && was == reason.Text():
		return nil
	default:
		if err := t.One(`UPDATE documents SET reason = $1, why = $2 WHERE doc_id = $3 AND state = 'acknowledged'`, reason.Text(), reason.Stored(), docID); err != nil {
			return err
		}
		if err := t.Event("waits", ledger.About{Doc: docID}, ledger.Detail{"reason": reason.Text()}); err != nil {
			return err
		}
	}
	return t.because(docID, records.CauseWaits, nil)
}
