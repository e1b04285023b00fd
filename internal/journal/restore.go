package journal

import (
	"context"
	"database/sql"
	"fmt"
)

// afterRestore is why a document is held that the ERP may have got after the backup.
const afterRestore = "the journal was restored from a backup: look in the ERP whether it has this document before you release it"

// AcceptRestored lets work go on with a journal that was put back from a copy and does not know what was done since. Numbers of import files that were
// used since are not used again: those of the note, and those below next, by route. Every document that would go into an import file now or later is in
// doubt: it is held, at once or when its time comes, until a person releases it by name. An import file that was on its way counts as dropped, in doubt.
// Confirmations that were due count as tried once. It returns how many documents were held.
func (j *Journal) AcceptRestored(ctx context.Context, r Restored, next map[string]int64, reason string) (held int, err error) {
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
		if err := t.moveIn(j.path); err != nil {
			return err
		}
		if err := t.endDoubts("said to be restored: " + reason); err != nil {
			return err
		}
		return t.event("restored journal accepted", about{}, detail{"reason": reason, "cause": r.Cause, "ended_at": r.Now.Seq, "had_been_at": r.Note.Seq, "had_been": r.Note.At,
			"sequences": floors, "held": held, "lies_at": whereabouts(j.path), "lay_at": r.Was})
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
		rows, err := t.changed(d.query)
		if err != nil {
			return err
		}
		for _, r := range rows {
			where := about{doc: r.text("doc_id")}
			if r.text("reference") != "" {
				where.others = []subject{{ofPayment, r.text("id")}}
			}
			if err := t.event(d.event, where, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// raiseFloors keeps the numbers from being used again that may have been used since the copy.
func (t *tx) raiseFloors(r Restored, next map[string]int64) (map[string]int64, error) {
	floors := map[string]int64{}
	if r.NumbersKnown {
		for route, n := range r.Note.Sequences {
			floors[route] = n
		}
	}
	for route, n := range next {
		floors[route] = max(floors[route], n-1)
	}
	for _, route := range sortedKeys(floors) {
		var first int64
		if err := t.QueryRowContext(t.ctx, nextSequence, route).Scan(&first); err != nil {
			return nil, err
		}
		if floors[route] < first {
			delete(floors, route)
			continue
		}
		if err := t.writeMeta("floor:"+route, floors[route]); err != nil {
			return nil, err
		}
	}
	return floors, nil
}

// moveIn makes the present place the home, and takes the marks off that said that it is none.
func (t *tx) moveIn(path string) error {
	for _, name := range []string{metaCopy, metaRetired} {
		if _, err := t.exec(`DELETE FROM meta WHERE name = $1`, name); err != nil {
			return err
		}
	}
	return t.writeMeta(metaHome, home{Whereabouts: whereabouts(path)})
}

// AcceptMoved lets work go on with a journal that lies elsewhere now and lacks nothing: a person has said that it is the only one that works.
func (j *Journal) AcceptMoved(ctx context.Context, r Restored, reason string) error {
	return j.in(ctx, "accept the moved journal", func(t *tx) error {
		if err := t.moveIn(j.path); err != nil {
			return err
		}
		return t.event("moved journal accepted", about{}, detail{"reason": reason, "cause": r.Cause, "lies_at": whereabouts(j.path), "lay_at": r.Was})
	})
}

// Retire makes a journal one that never works again: a copy, while another one does the work. Looking at it goes on.
func (j *Journal) Retire(ctx context.Context, reason string) error {
	return j.in(ctx, "retire the journal", func(t *tx) error {
		if err := t.writeMeta(metaRetired, Retired{At: t.at, Reason: reason}); err != nil {
			return err
		}
		return t.event("journal retired", about{}, detail{"reason": reason, "lies_at": whereabouts(j.path)})
	})
}

// holdRestored holds what waits for an import file. What was held for another reason keeps telling it.
func (t *tx) holdRestored() (int, error) {
	reasons := map[string]string{}
	err := t.each(`SELECT doc_id, reason FROM documents d WHERE state = 'acknowledged' OR state = 'held' AND NOT EXISTS
		(SELECT 1 FROM file_documents p WHERE p.doc_id = d.doc_id AND p.withdrawn = 0)`, func(rows *sql.Rows) error {
		var id, reason string
		err := rows.Scan(&id, &reason)
		if reasons[id] = afterRestore; reason != "" {
			reasons[id] += "; before the backup: " + reason
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range sortedKeys(reasons) {
		if err := t.transition(id, []State{Acknowledged, Held}, Held, "held", reasons[id]); err != nil {
			return 0, err
		}
		if err := t.because(id, CauseDoubt, nil); err != nil {
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
	var files []File
	err := t.each(`SELECT `+fileColumns+` FROM files WHERE state IN ('numbered','uploading','renaming') ORDER BY id`, func(rows *sql.Rows) error {
		f, err := scanFile(rows)
		files = append(files, f)
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := t.doubtFile(f, fmt.Sprintf("import file %s was on its way when the backup was made that was restored: it has probably reached the ERP since", f.Name)); err != nil {
			return err
		}
	}
	return nil
}

// doubtFile takes an import file as dropped, in doubt, and asks a person whether the ERP has it. It is not sent until that person says "lost".
func (t *tx) doubtFile(f File, message string) error {
	if err := t.one(`UPDATE files SET state = $1, state_since = $2, dropped_at = $2, unverified = 1 WHERE id = $3`, Dropped, t.at, f.ID); err != nil {
		return err
	}
	if err := t.event("dropped", about{file: f.ID}, detail{"name": f.Name, "unverified": true, "was": f.State}); err != nil {
		return err
	}
	return t.unverified(f, message)
}

// floors are the accepted gaps, by route.
func (j *Journal) floors(ctx context.Context) (map[string]int64, error) {
	rows, err := j.read.QueryContext(ctx, `SELECT SUBSTR(name, 7), CAST(value AS BIGINT) FROM meta WHERE name LIKE 'floor:%'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var route string
		var n int64
		if err := rows.Scan(&route, &n); err != nil {
			return nil, err
		}
		out[route] = n
	}
	return out, rows.Err()
}

// nextSequence is the query for a route's next number: one more than the newest file's, or than what was used before a restore.
const nextSequence = `SELECT COALESCE(MAX(n), 0) + 1 FROM (SELECT MAX(sequence) AS n FROM files WHERE route = $1 UNION ALL SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'floor:' || $1) AS used`

// Refetched puts a document into the journal that Concur has locked for us, but that the journal does not know (it was acknowledged after
// the backup that was restored). It is held: a person must say whether the ERP has it.
func (j *Journal) Refetched(ctx context.Context, a Arrival, reason string) error {
	return j.in(ctx, "take document "+a.Envelope.ID+" back", func(t *tx) error {
		n, err := t.count(`SELECT COUNT(*) FROM documents WHERE doc_id = $1`, a.Envelope.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("document %s is in the journal already", a.Envelope.ID)
		}
		a.Left = ""
		if _, err := t.insertArrival(a, t.at, ""); err != nil {
			return err
		}
		if err := t.lostFile(a.Envelope.ID); err != nil {
			return err
		}
		return t.settleAck(AckOutcome{DocID: a.Envelope.ID, State: Held, Reason: "fetched again: look in the ERP whether it has this document before you release it (" + reason + ")"})
	})
}
