package journal

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/home"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/receipts"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// AcceptRestored lets work go on with a journal that was put back from a copy and does not know what was done since. Numbers of import files that were
// used since are not used again: those of the note, and those below next, by route. Every document that would go into an import file now or later is in
// doubt: it is held, at once or when its time comes, until a person releases it by name. An import file that was on its way counts as dropped, in doubt.
// Confirmations that were due count as tried once. It returns how many documents were held.
func (j *Journal) AcceptRestored(ctx context.Context, r home.Restored, next map[string]int64, reason string) (held int, err error) {
	here, err := j.Here(ctx)
	if err != nil {
		return 0, err
	}
	err = j.in(ctx, "accept the restored journal", func(t *tx) error {
		floors, err := t.raiseFloors(r, next)
		if err != nil {
			return err
		}
		if held, err = t.holdRestored(); err != nil {
			return err
		}
		if err := t.doubtFiles(); err != nil {
			return err
		}
		if err := t.doubtOpen(); err != nil {
			return err
		}
		if err := receipts.Restored(t.Tx); err != nil {
			return err
		}
		if err := home.MoveIn(t.Tx, here); err != nil {
			return err
		}
		if err := t.endDoubts("said to be restored: " + reason); err != nil {
			return err
		}
		return t.Event("restored journal accepted", ledger.About{}, ledger.Detail{"reason": reason, "cause": r.Cause, "ended_at": r.Now.Seq, "had_been_at": r.Note.Seq, "had_been": r.Note.At,
			"sequences": floors, "held": held, "lies_at": here, "lay_at": r.Was})
	})
	return held, err
}

// doubtOpen puts everything in doubt that may have gone on since the copy. What was going to be told to Concur counts as told once.
func (t *tx) doubtOpen() error {
	for _, d := range []struct{ query, event string }{
		{`UPDATE documents SET in_doubt = 1 WHERE state IN ('held','filed')`, "in doubt after a restore"},
		{`UPDATE documents SET in_doubt = 1, ack_attempts = ack_attempts + 1 WHERE state = 'stored'`, "acknowledgement counts as tried after a restore"},
		{`UPDATE confirmations SET attempts = attempts + 1 WHERE state IN ('waiting','pending','intended')`, "posting confirmation counts as tried after a restore"},
		{`UPDATE payments SET attempts = attempts + 1 WHERE state IN ('waiting','pending','intended')`, "payment confirmation counts as tried after a restore"},
	} {
		rows, err := t.Changed(d.query)
		if err != nil {
			return err
		}
		for _, r := range rows {
			where := ledger.About{Doc: r.Text("doc_id")}
			if r.Text("reference") != "" {
				where.Others = []ledger.Subject{{Kind: ledger.OfPayment, Key: r.Text("id")}}
			}
			if err := t.Event(d.event, where, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// raiseFloors keeps the numbers from being used again that may have been used since the copy.
func (t *tx) raiseFloors(r home.Restored, next map[string]int64) (map[string]int64, error) {
	floors := map[string]int64{}
	if r.NumbersKnown {
		for route, n := range r.Note.Sequences {
			floors[route] = n
		}
	}
	for route, n := range next {
		floors[route] = max(floors[route], n-1)
	}
	for _, route := range slices.Sorted(maps.Keys(floors)) {
		var first int64
		if err := t.QueryRowContext(t.Ctx, records.NextSequence, route).Scan(&first); err != nil {
			return nil, err
		}
		if floors[route] < first {
			delete(floors, route)
			continue
		}
		if err := t.WriteMeta("floor:"+route, floors[route]); err != nil {
			return nil, err
		}
	}
	return floors, nil
}

// holdRestored holds what waits for an import file. What was held for another reason keeps telling it.
func (t *tx) holdRestored() (int, error) {
	reasons := map[string]why.Reason{}
	err := t.Each(`SELECT doc_id, reason FROM documents d WHERE state = 'acknowledged' OR state = 'held' AND NOT EXISTS
		(SELECT 1 FROM file_documents p WHERE p.doc_id = d.doc_id AND p.withdrawn = 0)`, func(rows *sql.Rows) error {
		var id, reason string
		err := rows.Scan(&id, &reason)
		if reasons[id] = why.New("restored"); reason != "" {
			reasons[id] = reasons[id].With("held", reason)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range slices.Sorted(maps.Keys(reasons)) {
		if err := t.transition(id, []records.State{records.Acknowledged, records.Held}, records.Held, "held", reasons[id]); err != nil {
			return 0, err
		}
		if err := t.because(id, records.CauseDoubt, nil); err != nil {
			return 0, err
		}
		if err := t.lostFile(id); err != nil {
			return 0, err
		}
	}
	return len(reasons), nil
}

// doubtFiles takes the import files that were on their way at the backup as dropped, in doubt: they have probably reached the ERP since, and a file
// is never sent twice.
func (t *tx) doubtFiles() error {
	var files []records.File
	err := t.Each(`SELECT `+records.FileColumns+` FROM files WHERE state IN ('numbered','uploading','renaming') ORDER BY id`, func(rows *sql.Rows) error {
		f, err := records.ScanFile(rows)
		files = append(files, f)
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := t.doubtFile(f, why.New("file-sent-in-backup", "file", f.Name, "number", numberOf(f))); err != nil {
			return err
		}
	}
	return nil
}

// doubtFile takes an import file as dropped, in doubt, and asks a person whether the ERP has it. It is not sent until that person says "lost".
func (t *tx) doubtFile(f records.File, reason why.Reason) error {
	if err := t.One(`UPDATE files SET state = $1, state_since = $2, dropped_at = $2, unverified = 1 WHERE id = $3 AND state IN ('numbered','uploading','renaming')`, records.Dropped, t.At, f.ID); err != nil {
		return err
	}
	if err := t.Event("dropped", ledger.About{File: f.ID}, ledger.Detail{"name": f.Name, "unverified": true, "was": f.State}); err != nil {
		return err
	}
	return t.unverified(f, reason)
}

// Refetched puts a document into the journal that Concur has locked for us, but that the journal does not know (it was acknowledged after
// the backup that was restored). It is held: a person must say whether the ERP has it.
func (j *Journal) Refetched(ctx context.Context, a Arrival, reason string) error {
	return j.in(ctx, "take document "+a.Envelope.ID+" back", func(t *tx) error {
		n, err := t.Count(`SELECT COUNT(*) FROM documents WHERE doc_id = $1`, a.Envelope.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("document %s is in the journal already", a.Envelope.ID)
		}
		a.Left = why.Reason{}
		if _, err := t.insertArrival(a, t.At, ""); err != nil {
			return err
		}
		if err := t.lostFile(a.Envelope.ID); err != nil {
			return err
		}
		return t.settleAcks([]AckOutcome{{DocID: a.Envelope.ID, State: records.Held, Reason: why.New("fetched-again", "reason", reason)}})
	})
}
