package ledger

import (
	"database/sql"
	"errors"
)

// ScanAll reads every column of a row.
func ScanAll(rows *sql.Rows) (*row, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	return newScanner(columns).scan(rows)
}

// scanner reads many rows that have the same columns.
type scanner struct {
	columns []string
	order   []int
	into    []any
}

func newScanner(columns []string) *scanner {
	return &scanner{columns, sortedBy(columns), make([]any, len(columns))}
}

func (s *scanner) scan(rows *sql.Rows) (*row, error) {
	r := &row{Columns: s.columns, Values: make([]any, len(s.columns)), order: s.order}
	for i := range s.into {
		s.into[i] = &r.Values[i]
	}
	return r, rows.Scan(s.into...)
}

// eachRow hands over every row with all its columns.
func eachRow(rows *sql.Rows, fn func(*row) error) error {
	columns, err := rows.Columns()
	if err != nil {
		return errors.Join(err, rows.Close())
	}
	s := newScanner(columns)
	return walk(rows, func(rows *sql.Rows) error {
		r, err := s.scan(rows)
		if err != nil {
			return err
		}
		return fn(r)
	})
}
