package home

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// HeadFile is where the journal's newest point is noted outside of the database, so that a journal that was put back
// from a copy is noticed: the note is newer than it. Of a journal in a server each machine has one.
func (j *Home) HeadFile() string { return j.Note() }

// HeadNote is that point.
type HeadNote struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
	At   string `json:"at"`
	// Sequences are the numbers of the newest import files, by route.
	Sequences map[string]int64 `json:"sequences,omitempty"`
}

// ErrNoteUnreadable says that the note beside the journal is empty, cut or no note at all.
var ErrNoteUnreadable = errors.New("the note beside the journal cannot be read")

// NoteHead writes the newest point beside the database. It is called before and after each step that the outside world
// sees; a kill before it only makes the note older, which is harmless. The journal remembers which file the note is: a
// copy of the folder that is laid over it is not.
func (j *Home) NoteHead(ctx context.Context) error {
	here, err := j.Here(ctx)
	if err != nil {
		return err
	}
	unlock, err := j.noting(ctx, here)
	if err != nil {
		return fmt.Errorf("journal: note the head: %w", err)
	}
	defer unlock()
	h, err := j.headNow(ctx)
	if err != nil || h.Seq == 0 {
		return err
	}
	return j.writeNote(ctx, here, h)
}

// noting keeps other processes from writing a note at the same time.
func (j *Home) noting(ctx context.Context, here Whereabouts) (unlock func(), err error) {
	switch {
	case !here.served(): // which file the newest note is stands in the journal
		return ledger.Alone(ctx, j.Ledger)
	case j.HeadFile() == "":
		return func() {}, nil
	}
	if err := ownfile.MakeFolder(filepath.Dir(j.HeadFile())); err != nil {
		return nil, err
	}
	lock := flock.New(j.HeadFile() + ".lock")
	if _, err := lock.TryLockContext(ctx, 10*time.Millisecond); err != nil {
		return nil, err
	}
	return func() { _ = lock.Close() }, nil
}

// writeNote puts the note on the disk under another name, tells the journal which file it is, and gives it its name. A
// kill in between leaves the former note, which the journal knows too.
func (j *Home) writeNote(ctx context.Context, here Whereabouts, h HeadNote) error {
	if j.HeadFile() == "" {
		return nil
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	temp := j.HeadFile() + ".new"
	if err := ownfile.Prepare(temp, append(text, '\n')); err != nil {
		return fmt.Errorf("journal: note the head: %w", err)
	}
	if !here.served() {
		if err := j.knowNotes(ctx, here, fileID(temp), fileID(j.HeadFile())); err != nil {
			return err
		}
	}
	killpoint.Here("note.intended")
	if err := ownfile.Replace(temp, j.HeadFile()); err != nil {
		return fmt.Errorf("journal: note the head: %w", err)
	}
	return nil
}

// readNote reads the note. ErrNoteUnreadable when it is damaged, fs.ErrNotExist when there is none.
func (j *Home) readNote() (h HeadNote, err error) {
	text, err := os.ReadFile(j.HeadFile())
	if errors.Is(err, fs.ErrNotExist) {
		return h, err
	}
	if err != nil {
		return h, fmt.Errorf("journal: read the note of the head: %w", err)
	}
	if err := json.Unmarshal(text, &h); err != nil || h.Seq < 0 {
		return HeadNote{}, fmt.Errorf("%s: %w", j.HeadFile(), ErrNoteUnreadable)
	}
	return h, nil
}

func (j *Home) headNow(ctx context.Context) (HeadNote, error) {
	h := HeadNote{Sequences: map[string]int64{}}
	err := ledger.QueryRow(ctx, j.Ledger, `SELECT seq, hash, at FROM history ORDER BY seq DESC LIMIT 1`).Scan(&h.Seq, &h.Hash, &h.At)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return h, fmt.Errorf("journal: read the head: %w", err)
	}
	rows, err := ledger.QueryRows(ctx, j.Ledger, `SELECT route, MAX(sequence) FROM files GROUP BY route`)
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

// holds tells whether the history has the row of a note.
func (j *Home) holds(ctx context.Context, note HeadNote) (bool, error) {
	if note.Seq == 0 {
		return true, nil
	}
	var hash string
	err := ledger.QueryRow(ctx, j.Ledger, `SELECT hash FROM history WHERE seq = $1`, note.Seq).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("journal: compare with the note of the head: %w", err)
	}
	return hash == note.Hash, nil
}
