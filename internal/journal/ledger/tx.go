// Package ledger is what every transaction of the journal does, whatever it is about: it appends to a history that is
// chained by hash, seals each row that it writes, and leaves no change untold. It opens the database, brings it to the
// newest version, reads snapshots, and finds out afterwards what another hand has changed. What the rows mean is known
// above: packages records and journal.
package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/klauspost/compress/flate"

	"github.com/fisbridge/fisbridge/internal/killpoint"
)

func (t *Tx) Count(query string, args ...any) (n int, err error) {
	err = t.QueryRowContext(t.Ctx, query, args...).Scan(&n)
	return n, err
}

// Tx is one transaction with one time.
type Tx struct {
	dialect Dialect
	sql     *sql.Tx
	Ctx     context.Context
	At      string
	Actor   string
	head    *head
	// stmts are the statements so far, each prepared once; events are history rows that are not written yet.
	stmts  map[string]*sql.Stmt
	kept   *keptWrites // what earlier transactions have prepared, nil for none
	events []Event
	packer *flate.Writer
	// touched is what must be sealed before the commit.
	touched touched
	written int // rows since the transaction began, or rested
	// counted is what the written rows were counted as before; keyed are those whose keys change, true for new ones.
	counted map[*fact]map[string]*counted
	keyed   map[*fact]map[string]bool
	// changes are the subjects of the rows written so far, told those that events name.
	changes, told map[Subject]bool
}

// in runs fn in a transaction: all of it is committed, or nothing.
func (j *Ledger) in(ctx context.Context, what string, fn func(*Tx) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %s: %w", j.named(err), what, worded(j.dialect, err))
		}
	}()
	if killpoint.On {
		if err := j.dialect.Suffer(j.write, j.path, killpoint.Trouble()); err != nil {
			return err
		}
	}
	if j.dialect.Keeps() {
		j.kept.prepare(ctx)
	}
	t, err := j.dialect.Begin(ctx, j.write)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = t.Rollback() // the first error says what happened
		}
	}()
	x := &Tx{sql: t, dialect: j.dialect, Ctx: ctx, At: Stamp(j.Now()), Actor: j.actor, stmts: map[string]*sql.Stmt{}, kept: j.kept}
	if err = fn(x); err != nil {
		return err
	}
	if err = x.settle(); err != nil {
		return err
	}
	killpoint.Here("commit.intended")
	if err = t.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	killpoint.Here("commit.done")
	return nil
}

// settle writes what follows from the rows that were written.
func (t *Tx) settle() error {
	for _, step := range []func() error{t.tellAll, t.readBack, t.saveSums, t.saveKeys, t.sealRows, t.saveHead} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// named says whose error it is: with the path where the database itself is in trouble, for then somebody must go there.
func (j *Ledger) named(err error) string {
	if j.dialect.Trouble(err) == NoTrouble {
		return "journal"
	}
	return "journal " + j.Name()
}

// prepared gives a statement that the transaction keeps until its end. What is asked thousands of times is parsed once.
func (t *Tx) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := t.stmts[query]; s != nil {
		return s, nil
	}
	text := t.dialect.Unguarded(query)
	if s := t.kept.get(text); s != nil {
		t.stmts[query] = t.sql.StmtContext(ctx, s)
		return t.stmts[query], nil
	}
	s, err := t.sql.PrepareContext(ctx, text)
	if err == nil {
		t.stmts[query] = s
	}
	return s, err
}

// QueryContext is that of the transaction, with a prepared statement where the database keeps them.
func (t *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if !t.dialect.Keeps() {
		return t.sql.QueryContext(ctx, query, args...)
	}
	s, err := t.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(t.single(ctx), args...)
}

// QueryRowContext is QueryContext for one row.
func (t *Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if !t.dialect.Keeps() {
		return t.sql.QueryRowContext(ctx, query, args...)
	}
	s, err := t.prepared(ctx, query)
	if err != nil {
		return t.sql.QueryRowContext(ctx, query, args...) // which tells the same
	}
	return s.QueryRowContext(t.single(ctx), args...)
}

// single is the context of one statement.
func (t *Tx) single(ctx context.Context) context.Context {
	if ctx.Err() != nil {
		return ctx // which ends the statement before it begins
	}
	return t.dialect.Statement(ctx)
}

func (t *Tx) Exec(query string, args ...any) (int64, error) {
	if w := seen(query); w.answers() {
		return t.execKept(w, w.query, func(*row) {}, args...)
	}
	r, err := t.exec(query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (t *Tx) exec(query string, args ...any) (sql.Result, error) {
	if !t.dialect.Keeps() {
		return t.sql.ExecContext(t.Ctx, query, args...)
	}
	s, err := t.prepared(t.Ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(t.single(t.Ctx), args...)
}

// Changed executes a statement and gives the rows that it has written, as they stand now, or as they were when it has
// removed them.
func (t *Tx) Changed(query string, args ...any) (rows []*row, err error) {
	w := seen(query)
	_, err = t.execKept(w, w.whole, func(r *row) { rows = append(rows, r) }, args...)
	return rows, err
}

// Last executes a statement behind which its rows are hardly written again: they answer with all that is sealed of them, and need not be read back.
func (t *Tx) Last(query string, args ...any) (n int, err error) {
	rows, err := t.Changed(query, args...)
	return len(rows), err
}

// One executes a statement that must change exactly one row; anything else means that the state is not what the caller
// thinks.
func (t *Tx) One(query string, args ...any) error {
	n, err := t.Exec(query, args...)
	if err != nil {
		return err
	}
	if n != 1 {
		return ErrStale
	}
	return nil
}

// Next gives the next id of a table. None is given twice, also when its row was removed; one that the transaction takes
// back is given again.
func (t *Tx) Next(table string) (int64, error) {
	var id int64
	err := t.QueryRowContext(t.Ctx, `UPDATE ids SET last = last + 1 WHERE name = $1 RETURNING last`, table).Scan(&id)
	return id, err
}

// Places writes the places of the arguments, for rows of so many columns that are inserted at once.
func (t *Tx) Places(args []any, columns int) string {
	return t.dialect.Places(len(args)/columns, columns)
}

// Each hands over the rows of a query, one after the other.
func (t *Tx) Each(query string, fn func(*sql.Rows) error, args ...any) error {
	rows, err := t.QueryContext(t.Ctx, query, args...)
	if err != nil {
		return err
	}
	return walk(rows, fn)
}

// IDs reads a query whose only column is an id.
func (t *Tx) IDs(query string, args ...any) (out []int64, err error) {
	err = t.Each(query, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	}, args...)
	return out, err
}

// Strings reads a query whose only column is a text.
func (t *Tx) Strings(query string, args ...any) (out []string, err error) {
	err = t.Each(query, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		out = append(out, s)
		return err
	}, args...)
	return out, err
}

// In runs fn in a transaction of a database: all of it is committed, or nothing.
func In(ctx context.Context, j *Ledger, what string, fn func(*Tx) error) error {
	return j.in(ctx, what, fn)
}
