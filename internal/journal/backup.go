package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// Backup writes a consistent copy of the whole journal to a new file, while others go on working. The copy knows that it is one: put in the
// place of a journal, it does not work before a person has said what happened. Only its owner may read it, from its first byte.
func (j *Journal) Backup(ctx context.Context, path string) error {
	if err := ownfile.Ensure(path); err != nil {
		return fmt.Errorf("journal: back up: %w", err)
	}
	if _, err := j.write.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
		return fmt.Errorf("journal: back up to %s: %w", path, err)
	}
	if err := j.markCopy(ctx, path); err != nil {
		return fmt.Errorf("journal: mark %s as a copy: %w", path, err)
	}
	return nil
}

// markCopy writes the mark into the copy. It stands outside of the history, whose last hash stays that of the journal.
func (j *Journal) markCopy(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite", "file:"+uriPath(path)+"?_pragma=journal_mode(DELETE)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	made := &Journal{write: db, pool: db, read: db, path: path, now: j.now, actor: j.actor}
	return made.in(ctx, "mark it", func(t *tx) error { return t.writeMeta(metaCopy, CopyMark{At: t.at, From: whereabouts(j.path)}) })
}
