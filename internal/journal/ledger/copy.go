package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// CopyTo writes a consistent copy of the database to a new file and runs mark in it: outside of the history, whose last hash stays that of the journal.
func CopyTo(ctx context.Context, j *Ledger, path string, mark func(*Tx) error) (err error) {
	if err := ownfile.Ensure(path); err != nil {
		return err
	}
	if _, err := j.write.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+uriPath(path)+"?_pragma=journal_mode(DELETE)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	made := &Ledger{write: db, pool: db, read: db, path: path, Now: j.Now, actor: j.actor}
	return made.in(ctx, "mark it as a copy", mark)
}

// EmptyLog takes out of the database's log what was overwritten. Free pages are zeroed by secure_delete already; while another process reads, the
// log is emptied by a later commit.
func EmptyLog(ctx context.Context, j *Ledger) error {
	var busy, frames, done int
	if err := j.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &done); err != nil {
		return fmt.Errorf("journal: empty the log of the database: %w", err)
	}
	return nil
}
