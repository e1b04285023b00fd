package ledger

import (
	"context"
	"errors"
	"fmt"
)

// CopyTo writes a consistent copy of the database to a new file and runs mark in it: outside of the history, whose last
// hash stays that of the journal.
func CopyTo(ctx context.Context, j *Ledger, path string, mark func(*Tx) error) (err error) {
	db, err := j.dialect.Copy(ctx, j.write, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	made := &Ledger{dialect: j.dialect, write: db, pool: newPool(db, j.dialect), read: db, path: path, Now: j.Now, actor: j.actor}
	return made.in(ctx, "mark it as a copy", mark)
}

// EmptyLog takes out of the database's log what was overwritten.
func EmptyLog(ctx context.Context, j *Ledger) error {
	if err := j.dialect.EmptyLog(ctx, j.write); err != nil {
		return fmt.Errorf("journal: empty the log of the database: %w", err)
	}
	return nil
}
