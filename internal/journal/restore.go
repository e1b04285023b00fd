package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
)

// HeadFile is where the journal's newest point is noted outside of the database, so that a journal that was put back from a backup is
// noticed: the note is newer than it.
func (j *Journal) HeadFile() string { return j.path + ".head" }

// HeadNote is that point.
type HeadNote struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
	At   string `json:"at"`
	// Sequences are the numbers of the newest import files, by route.
	Sequences map[string]int64 `json:"sequences,omitempty"`
}

// NoteHead writes the newest point beside the database. It is called after each step that the outside world has seen; a kill before it
// only makes the note older, which is harmless.
func (j *Journal) NoteHead(ctx context.Context) error {
	h, err := j.headNow(ctx)
	if err != nil || h.Seq == 0 {
		return err
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	temp := j.HeadFile() + ".new"
	if err := os.WriteFile(temp, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("journal: note the head: %w", err)
	}
	if err := os.Rename(temp, j.HeadFile()); err != nil {
		return fmt.Errorf("journal: note the head: %w", err)
	}
	return nil
}

func (j *Journal) headNow(ctx context.Context) (HeadNote, error) {
	h := HeadNote{Sequences: map[string]int64{}}
	err := j.read.QueryRowContext(ctx, `SELECT seq, hash, at FROM history ORDER BY seq DESC LIMIT 1`).Scan(&h.Seq, &h.Hash, &h.At)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return h, fmt.Errorf("journal: read the head: %w", err)
	}
	rows, err := j.read.QueryContext(ctx, `SELECT route, MAX(sequence) FROM files GROUP BY route`)
	if err != nil {
		return h, fmt.Errorf("journal: read the head: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var route string
		var n int64
		if err := rows.Scan(&route, &n); err != nil {
			return h, fmt.Errorf("journal: read the head: %w", err)
		}
		h.Sequences[route] = n
	}
	return h, rows.Err()
}

// Restored tells that the database is older than the note beside it: somebody has put back a backup. It holds the note, and where the
// database ends.
type Restored struct {
	Note HeadNote
	Now  HeadNote
}

// Restored compares the database with the note. Nil: all is well, or there is no note.
func (j *Journal) Restored(ctx context.Context) (*Restored, error) {
	text, err := os.ReadFile(j.HeadFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("journal: read the note of the head: %w", err)
	}
	var note HeadNote
	if err := json.Unmarshal(text, &note); err != nil {
		return nil, fmt.Errorf("journal: the note of the head %s cannot be read: %w", j.HeadFile(), err)
	}
	now, err := j.headNow(ctx)
	if err != nil {
		return nil, err
	}
	var hash string
	err = j.read.QueryRowContext(ctx, `SELECT hash FROM history WHERE seq = $1`, note.Seq).Scan(&hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("journal: compare with the note of the head: %w", err)
	}
	if err == nil && hash == note.Hash {
		return nil, nil
	}
	return &Restored{Note: note, Now: now}, nil
}

// afterRestore is why a document is held that the ERP may have got after the backup.
const afterRestore = "the journal was restored from a backup: look in the ERP whether it has this document before you release it"

// AcceptRestored lets work go on with a restored journal, which does not know what was done since the backup. Numbers of import files that were
// used since are not used again. Every document that would go into an import file now or later is in doubt: it is held, at once or when its time comes,
// until a person releases it by name. An import file that was on its way counts as dropped, in doubt. Confirmations that were due count as
// tried once. It returns how many documents were held.
func (j *Journal) AcceptRestored(ctx context.Context, r Restored, reason string) (held int, err error) {
	err = j.in(ctx, "accept the restored journal", func(t *tx) error {
		for _, route := range sortedKeys(r.Note.Sequences) {
			if r.Note.Sequences[route] <= r.Now.Sequences[route] {
				continue
			}
			if _, err := t.exec(`INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
				"floor:"+route, strconv.FormatInt(r.Note.Sequences[route], 10)); err != nil {
				return err
			}
		}
		if held, err = t.holdRestored(); err != nil {
			return err
		}
		if err := t.doubtFiles(); err != nil {
			return err
		}
		for _, query := range []string{
			`UPDATE documents SET in_doubt = 1 WHERE state IN ('stored','held','filed')`,
			`UPDATE documents SET ack_attempts = ack_attempts + 1 WHERE state = 'stored'`,
			`UPDATE confirmations SET attempts = attempts + 1 WHERE state IN ('waiting','pending','intended')`,
			`UPDATE payments SET attempts = attempts + 1 WHERE state IN ('waiting','pending','intended')`,
		} {
			if _, err := t.exec(query); err != nil {
				return err
			}
		}
		return t.event("restored journal accepted", about{}, detail{"reason": reason, "ended_at": r.Now.Seq, "had_been_at": r.Note.Seq, "had_been": r.Note.At, "sequences": r.Note.Sequences, "held": held})
	})
	return held, err
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
		if err := t.doubt(a.Envelope.ID); err != nil {
			return err
		}
		return t.settleAck(AckOutcome{DocID: a.Envelope.ID, State: Held, Reason: "fetched again: look in the ERP whether it has this document before you release it (" + reason + ")"})
	})
}
