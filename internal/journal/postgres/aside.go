package postgres

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"io"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// A connection to PostgreSQL answers one question at a time, and pgx refuses a second one ("conn busy") while rows of the first are left; SQLite takes it. What is
// asked in the middle of reading, in one transaction, works on both: the rows that are left are read into memory before. As that may be many, builds for tests
// refuse it, and the code asks when it has read.

// ask makes the connection free for a question.
func (c *textConn) ask(query string) error {
	r := c.open
	if r == nil {
		return nil
	}
	if killpoint.On {
		return errors.New("asked while the rows of another question are read in the same transaction: " + query)
	}
	c.open = nil
	r.aside = true
	for {
		row := make([]driver.Value, len(r.columns))
		if r.err = r.Rows.Next(row); r.err != nil {
			break
		}
		for i, v := range row {
			if b, is := v.([]byte); is {
				row[i] = bytes.Clone(b)
			}
		}
		r.left = append(r.left, row)
	}
	if err := r.Rows.Close(); err != nil && errors.Is(r.err, io.EOF) {
		r.err = err
	}
	return nil
}

// answer is what is read of a question.
func (c *textConn) answer(rows driver.Rows, err error) (driver.Rows, error) {
	inner, is := rows.(*stdlib.Rows)
	if err != nil || !is {
		return rows, err
	}
	c.open = &answer{Rows: inner, conn: c, columns: inner.Columns()}
	return c.open, nil
}

// QueryContext asks.
func (c *textConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.ask(query); err != nil {
		return nil, err
	}
	return c.answer(c.Conn.QueryContext(ctx, query, args))
}

// ExecContext executes.
func (c *textConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.ask(query); err != nil {
		return nil, err
	}
	return c.Conn.ExecContext(ctx, query, args)
}

// PrepareContext prepares; what was prepared asks on this connection, too.
func (c *textConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.ask(query); err != nil {
		return nil, err
	}
	s, err := c.Conn.PrepareContext(ctx, query)
	if inner, is := s.(*stdlib.Stmt); is && err == nil {
		return &statement{inner, c, query}, nil
	}
	return s, err
}

// statement is a prepared one.
type statement struct {
	*stdlib.Stmt
	conn  *textConn
	query string
}

// QueryContext asks.
func (s *statement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.conn.ask(s.query); err != nil {
		return nil, err
	}
	return s.conn.answer(s.Stmt.QueryContext(ctx, args))
}

// ExecContext executes.
func (s *statement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.conn.ask(s.query); err != nil {
		return nil, err
	}
	return s.Stmt.ExecContext(ctx, args)
}

// answer is rows that are read one by one, or that were put aside.
type answer struct {
	*stdlib.Rows
	conn    *textConn
	columns []string
	aside   bool
	left    [][]driver.Value
	err     error // what comes behind the rows that are left
}

// Columns are their names, also when the connection answers another question by now.
func (r *answer) Columns() []string { return r.columns }

// Next gives the next row.
func (r *answer) Next(row []driver.Value) error {
	if !r.aside {
		err := r.Rows.Next(row)
		if err != nil {
			r.over()
		}
		return err
	}
	if len(r.left) == 0 {
		return r.err
	}
	copy(row, r.left[0])
	r.left = r.left[1:]
	return nil
}

// Close ends the reading.
func (r *answer) Close() error {
	if r.aside {
		r.left = nil
		return nil
	}
	r.over()
	return r.Rows.Close()
}

func (r *answer) over() {
	if r.conn.open == r {
		r.conn.open = nil
	}
}
