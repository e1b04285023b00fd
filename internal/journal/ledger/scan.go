package ledger

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"sync"
)

// ScanAll reads every column of a row.
func ScanAll(rows *sql.Rows) (*row, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	return newScanner(columns).scan(rows)
}

// shape is what rows with the same columns have in common. It never changes.
type shape struct {
	columns []string
	order   []int          // of the columns by their names
	at      map[string]int // of each column
	empty   []byte         // what marks each column where it is empty
}

// shapes are those that were met, by their columns. There are as many as statements of the program answer differently.
var shapes sync.Map

func shapeOf(columns []string) *shape {
	name := strings.Join(columns, ",")
	if known, ok := shapes.Load(name); ok {
		return known.(*shape)
	}
	s := &shape{columns: columns, order: sortedBy(columns), at: make(map[string]int, len(columns)), empty: make([]byte, len(columns))}
	for i, column := range slices.Backward(columns) { // of two with one name the first counts
		s.at[column], s.empty[i] = i, markOf(column, "")
	}
	shapes.Store(name, s)
	return s
}

// scanner reads many rows that have the same columns.
type scanner struct {
	of   *shape
	into []any
}

func newScanner(columns []string) *scanner {
	return &scanner{shapeOf(columns), make([]any, len(columns))}
}

func (s *scanner) scan(rows *sql.Rows) (*row, error) {
	r := &row{Columns: s.of.columns, Values: make([]any, len(s.of.columns)), of: s.of}
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
