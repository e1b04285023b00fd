package hearing

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Said is what Concur said of a document that was heard of and has not come.
type Said string

const (
	// SaidAbsent: Concur shows no such document; it was recalled, or there never was one.
	SaidAbsent Said = "absent"
	// SaidKnown: what Concur shows came before the event did.
	SaidKnown Said = "known"
	// SaidReady: it is ready, though the list did not show it. SaidOurs: it is locked for this installation, though the
	// journal does not have it.
	SaidReady Said = "ready"
	SaidOurs  Said = "ours"
	// SaidOther: another system has it.
	SaidOther Said = "other"
)

// Unseen gives events about documents of some types, heard in the last three days, whose documents have not come: those
// that were asked about longest ago first.
func (j *Hearing) Unseen(ctx context.Context, types []fis.DocType, limit int) ([]Event, error) {
	of, args := ledger.Among("e.doc_type", types, 3)
	return j.unseen(ctx, ` AND e.heard_at >= $1 AND `+of+` ORDER BY e.asked_at, e.heard_at, e.event_id LIMIT $2`, append([]any{ledger.Stamp(j.Now().Add(-kept)), limit}, args...)...)
}

// Alarming gives events whose documents Concur has for us, whereas the journal does not, at most limit. What is ready
// may still come with the next list, for a while.
func (j *Hearing) Alarming(ctx context.Context, limit int) ([]Event, error) {
	return j.unseen(ctx, ` AND (e.said = 'ours' OR e.said = 'ready' AND e.heard_at < $1) ORDER BY e.heard_at, e.event_id LIMIT $2`, ledger.Stamp(j.Now().Add(-late)), limit)
}

// unseen gives events whose documents have not come.
func (j *Hearing) unseen(ctx context.Context, more string, args ...any) ([]Event, error) {
	list, err := ledger.List(ctx, j.Ledger, `SELECT e.event_id, e.doc_type, e.ref, e.ready_at, e.heard_at, e.times, e.correlation, e.said, e.said_system FROM events e
		WHERE e.seen_at = '' AND NOT `+seen+more, args, func(rows *sql.Rows) (e Event, err error) {
		var ready, heard string
		err = rows.Scan(&e.ID, &e.DocType, &e.Ref, &ready, &heard, &e.Times, &e.Correlation, &e.Said, &e.System)
		e.Ready, e.Heard = ledger.Time(ready), ledger.Time(heard)
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("journal: read events: %w", err)
	}
	return list, nil
}

// NoteSaid commits what Concur said of the document of an event.
func (j *Hearing) NoteSaid(ctx context.Context, id string, said Said, system string) error {
	return ledger.In(ctx, j.Ledger, "note what Concur said of an event", func(t *ledger.Tx) error {
		_, err := t.Exec(`UPDATE events SET said = $1, said_system = $2, asked_at = $3 WHERE event_id = $4`, said, system, t.At, id)
		return err
	})
}
