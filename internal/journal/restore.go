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

// AcceptRestored lets work go on with a restored journal: numbers of import files that were used after the backup are not used again, and
// every document that would go into the next import file is held, for the ERP may have it. It returns how many were held.
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
		ids, err := t.strings(`SELECT doc_id FROM documents WHERE state = 'acknowledged' ORDER BY doc_id`)
		if err != nil {
			return err
		}
		for _, id := range ids {
			why := "the journal was restored from a backup: look in the ERP whether it has this document before you release it"
			if err := t.transition(id, []State{Acknowledged}, Held, "held", why); err != nil {
				return err
			}
		}
		held = len(ids)
		return t.event("restored journal accepted", about{}, detail{"reason": reason, "ended_at": r.Now.Seq, "had_been_at": r.Note.Seq, "had_been": r.Note.At, "sequences": r.Note.Sequences, "held": held})
	})
	return held, err
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
		return t.settleAck(AckOutcome{DocID: a.Envelope.ID, State: Held, Reason: "fetched again: look in the ERP whether it has this document before you release it (" + reason + ")"})
	})
}
