package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// ErrNotEmpty says that there is a journal with a history already where another one was to be moved.
var ErrNotEmpty = errors.New("there is a journal with a history of its own already")

// Moved is what a move has copied.
type Moved struct {
	Tables, Rows int64
	// Already: an earlier move that was ended too early has copied everything.
	Already bool
	// Unsure: the answer to the commit is lost.
	Unsure bool
	// Marked are rows with a text that the new place keeps with marks alone. What was changed in them the history tells.
	Marked int64
}

// Move copies a whole journal into an empty one, of another kind of database or not, in one transaction: all of it, or nothing. Every table's rows are
// read back before the commit, and held against those that were read. settle writes what is true of the new place. The old one is only read. Where it fails and m.Unsure is
// not set, nothing was moved.
func Move(ctx context.Context, from, to *Ledger, settle func(*Tx) error) (m Moved, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("move the journal from %s to %s: %w", from.Name(), to.Name(), worded(to.dialect, worded(from.dialect, err)))
		}
	}()
	source, err := from.dialect.BeginSnapshot(ctx, from.pool.db)
	if err != nil {
		return m, err
	}
	defer source.Rollback() //nolint:errcheck // it has only read
	t, err := to.dialect.Begin(ctx, to.write)
	if err != nil {
		return m, err
	}
	defer t.Rollback() //nolint:errcheck // after the commit it does nothing
	if m.Already, err = moveBegun(ctx, source, t); m.Already || err != nil {
		return m, err
	}
	x := &Tx{sql: t, dialect: to.dialect, Ctx: ctx, At: Stamp(to.Now()), Actor: to.actor, stmts: map[string]*sql.Stmt{}}
	marked, err := m.copyAll(x, from.dialect, source)
	if err != nil {
		return m, err
	}
	if err := x.sealMarked(marked); err != nil {
		return m, err
	}
	m.Marked = int64(len(marked))
	if err := errors.Join(settle(x), x.settle()); err != nil {
		return m, err
	}
	killpoint.Here("move.intended")
	if err := t.Commit(); err != nil {
		m.Unsure = true
		return m, fmt.Errorf("commit: %w", err)
	}
	killpoint.Here("move.acted")
	return m, nil
}

// Holds tells whether a journal has everything of another one, which was moved into it; ErrNotEmpty where it has a history of its own.
func Holds(ctx context.Context, from, to *Ledger) (bool, error) {
	source, err := from.dialect.BeginSnapshot(ctx, from.pool.db)
	if err != nil {
		return false, err
	}
	defer source.Rollback() //nolint:errcheck // it has only read
	t, err := to.dialect.BeginSnapshot(ctx, to.pool.db)
	if err != nil {
		return false, err
	}
	defer t.Rollback() //nolint:errcheck // it has only read
	return moveBegun(ctx, source, t)
}

// moveBegun tells whether the new place has the newest row of the old one already; ErrNotEmpty when it has other ones.
func moveBegun(ctx context.Context, source, t *sql.Tx) (done bool, err error) {
	var rows int
	if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM history`).Scan(&rows); err != nil || rows == 0 {
		return false, err
	}
	var hash string
	err = source.QueryRowContext(ctx, `SELECT hash FROM history WHERE event <> 'journal retired' ORDER BY seq DESC LIMIT 1`).Scan(&hash) // which is said of the old one alone
	if err == nil {
		err = t.QueryRowContext(ctx, `SELECT COUNT(*) FROM history WHERE hash = $1`, hash).Scan(&rows)
	}
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return false, err
	case err != nil || rows == 0:
		return false, ErrNotEmpty
	}
	return true, nil
}

// notMoved is how each place keeps the number of its tables.
const notMoved = "goose_db_version"

func (m *Moved) copyAll(x *Tx, from Dialect, source *sql.Tx) (all []markedRow, err error) {
	tables, err := from.Tables(x.Ctx, source)
	if err != nil {
		return nil, err
	}
	others, err := x.dialect.Tables(x.Ctx, x.sql)
	if err != nil {
		return nil, err
	}
	for _, list := range []*[]string{&tables, &others} {
		*list = slices.DeleteFunc(*list, func(name string) bool { return name == notMoved })
		slices.Sort(*list)
	}
	if !slices.Equal(tables, others) {
		return nil, fmt.Errorf("the two have not the same tables: %s, and %s", strings.Join(tables, ", "), strings.Join(others, ", "))
	}
	for _, table := range tables {
		read, marked, err := copyTable(x, source, table)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", table, err)
		}
		written, err := sumOf(x.Ctx, x.sql, table, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", table, err)
		}
		if read != written {
			return nil, fmt.Errorf("table %s: %d rows were read and %d are there, or they differ: nothing was moved", table, read.rows, written.rows)
		}
		m.Tables++
		m.Rows += read.rows
		all = append(all, marked...)
	}
	return all, nil
}

// rowsSum is what rows come to, whatever their order.
type rowsSum struct {
	rows int64
	sum  [4]uint64
}

func (s *rowsSum) add(columns []string, values []any) {
	h := sha256.New()
	for _, i := range inOrder(columns) {
		text, kind := "", byte('t')
		switch v := values[i].(type) {
		case nil:
			kind = 'n'
		case []byte:
			text, kind = string(v), 'b'
		case string:
			text = v
		default:
			text, kind = fmt.Sprint(v), 'i'
		}
		fmt.Fprintf(h, "%s %c %d:%s\n", columns[i], kind, len(text), text)
	}
	digest := h.Sum(nil)
	for i := range s.sum {
		s.sum[i] += binary.BigEndian.Uint64(digest[i*8:])
	}
	s.rows++
}

// inOrder are the places of columns by their names: two databases may have them in another order.
func inOrder(columns []string) []int {
	at := make([]int, len(columns))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return strings.Compare(columns[a], columns[b]) })
	return at
}

// sumOf reads all rows of a table, has each marked, and gives it to fn.
func sumOf(ctx context.Context, t *sql.Tx, table string, mark, fn func(columns []string, values []any) error) (s rowsSum, err error) {
	rows, err := t.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return s, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return s, err
	}
	for rows.Next() {
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			return s, err
		}
		if mark != nil {
			if err := mark(columns, values); err != nil {
				return s, err
			}
		}
		s.add(columns, values)
		if fn != nil {
			if err := fn(columns, values); err != nil {
				return s, err
			}
		}
	}
	return s, rows.Err()
}

// movedAtOnce bounds the values of one statement.
const movedAtOnce = 900

func copyTable(x *Tx, source *sql.Tx, table string) (rowsSum, []markedRow, error) {
	if _, err := x.sql.ExecContext(x.Ctx, `DELETE FROM `+table); err != nil { // what migrations have put in
		return rowsSum{}, nil, err
	}
	var marked []markedRow
	mark := func(columns []string, values []any) error {
		row, any := markRow(x.dialect, table, columns, values)
		if any && table == "history" {
			return &ChainedTextError{Seq: row.seq()}
		}
		if any {
			marked = append(marked, row)
		}
		return nil
	}
	var names []string
	var waiting []any
	flush := func() error {
		if len(waiting) == 0 {
			return nil
		}
		_, err := x.sql.ExecContext(x.Ctx, `INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES `+x.dialect.Places(len(waiting)/len(names), len(names)), waiting...)
		waiting = waiting[:0]
		return err
	}
	sum, err := sumOf(x.Ctx, source, table, mark, func(columns []string, values []any) error {
		names = columns
		if waiting = append(waiting, values...); len(waiting)+len(columns) <= movedAtOnce {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	return sum, marked, err
}
