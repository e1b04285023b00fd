package mapping

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
)

// keyMark at the end of a heading makes its column a key. Without any the first column is the key.
const keyMark = "(key)"

// lookup is a lookup sheet: indexed once, then only read.
type lookup struct {
	name    string
	keys    []string
	columns []string
	types   []formula.Type
	rows    []lookupRow
	// index finds a row by the key with "*" in the places of its mask; masks are tried in order.
	index []maskIndex
	// watch is told of every row that is found; nil but for a check.
	watch func(l *lookup, row int, key string)
}

type lookupRow struct {
	key    formula.Key
	values []layout.Value
	places []place
	at     place
}

type maskIndex struct {
	mask uint
	rows map[formula.Key]int
}

var _ formula.Table = (*lookup)(nil)

func (t *lookup) Name() string                       { return t.name }
func (t *lookup) Keys() []string                     { return t.keys }
func (t *lookup) Columns() []string                  { return t.columns }
func (t *lookup) ColumnType(column int) formula.Type { return t.types[column] }
func (t *lookup) Value(row, column int) layout.Value { return t.rows[row].values[column] }
func (t *lookup) Cell(row, column int) string        { return t.rows[row].places[column].String() }

// Find tries the exact row first, then the ones with the fewest "*", those with exact keys further left before others.
func (t *lookup) Find(key formula.Key) (row int, byDefault, ok bool) {
	for i := range t.index {
		m := &t.index[i]
		k := key
		for p := 0; p < len(t.keys); p++ {
			if m.mask&(1<<p) != 0 {
				k[p] = "*"
			}
		}
		if r, hit := m.rows[k]; hit {
			if t.watch != nil {
				t.watch(t, r, t.show(key))
			}
			return r, m.mask != 0, true
		}
	}
	return 0, false, false
}

// Near is the key most like the one that was not found.
func (t *lookup) Near(key formula.Key) string {
	typed := t.show(key)
	all := make([]string, 0, len(t.rows))
	for _, r := range t.rows {
		if r.key[0] != "*" {
			all = append(all, t.show(r.key))
		}
	}
	return nearest(typed, all)
}

func (t *lookup) show(key formula.Key) string { return strings.Join(key[:len(t.keys)], " / ") }

// hasStar reports whether a row with * in every key says what happens to the rest.
func (t *lookup) hasStar() bool {
	for _, r := range t.rows {
		stars := 0
		for _, k := range r.key[:len(t.keys)] {
			if k == "*" {
				stars++
			}
		}
		if stars == len(t.keys) {
			return true
		}
	}
	return false
}

func formulaType(t layout.Type) formula.Type {
	switch t {
	case layout.IntegerType, layout.AmountType:
		return formula.Number
	case layout.DateType:
		return formula.Date
	case layout.FlagType:
		return formula.Bool
	case "":
		return formula.Any
	}
	return formula.Text
}

func kindType(k layout.ValueKind) formula.Type {
	switch k {
	case layout.NumberKind:
		return formula.Number
	case layout.DateKind:
		return formula.Date
	case layout.BoolKind:
		return formula.Bool
	}
	return formula.Text
}
