// Package lookup owns the lookup sheets: read from cells, checked, and indexed once, so that the most exact row is
// found without a search. A sheet that could be read in two ways is refused or warned of with the cell; keys are exact,
// and near ones are only suggested.
package lookup

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Table is a lookup sheet: indexed once, then only read.
type Table struct {
	name    string
	keys    []string
	columns []string
	types   []formula.Type
	rows    []Row
	// first is the column of a LOOKUP that names none; asked are the columns that formulas ask for.
	first int
	asked map[int]bool
	// settledKeys and settledFirst say that the order of the keys, and the first column, do not depend on where the
	// columns stand in the sheet.
	settledKeys, settledFirst bool
	// index finds a row by the key with "*" in the places of its mask; the masks are tried in the order of a rank.
	index []maskIndex
	ranks []rank
	// watch is told of every row that is found; nil but for a check.
	watch func(l *Table, row int, key string)
}

type Row struct {
	key    formula.Key
	values []layout.Value
	places []findings.Place
	at     findings.Place
}

// maskIndex finds rows by their key as a text: of a sheet with one key column, which most have, it is the key itself.
type maskIndex struct {
	mask     uint
	rows     map[string]int
	patterns []patternRow
}

// appendKey appends a key with so many columns as a text: no two keys are the same one.
func appendKey(dst []byte, key *formula.Key, columns int) []byte {
	if columns == 1 {
		return append(dst, key[0]...)
	}
	for _, k := range key[:columns] {
		dst = append(binary.AppendUvarint(dst, uint64(len(k))), k...)
	}
	return dst
}

// rank is an order in which key columns count, the one in which masks are tried by it, and the one of the rows with
// ranges and prefixes of each mask.
type rank struct {
	keys, masks []int
	patterns    [][]patternRow
}

var _ formula.Table = (*Table)(nil)

func (t *Table) Name() string                       { return t.name }
func (t *Table) Keys() []string                     { return t.keys }
func (t *Table) Columns() []string                  { return t.columns }
func (t *Table) ColumnType(column int) formula.Type { return t.types[column] }
func (t *Table) Value(row, column int) layout.Value { return t.rows[row].values[column] }
func (t *Table) Cell(row, column int) string        { return t.rows[row].places[column].String() }

// Len is how many rows the sheet has.
func (t *Table) Len() int { return len(t.rows) }

// KeyCell is what stands in a key column of a row.
func (t *Table) KeyCell(row, key int) string { return t.rows[row].key[key] }

func (t *Table) Settled() (keys, column bool) { return t.settledKeys, t.settledFirst }
func (t *Table) Default() int                 { return t.first }

// Find tries the exact row first, then one with ranges, then with prefixes (pattern.go), then the ones with the fewest
// "*", those with exact keys that count more before others.
func (t *Table) Find(key formula.Key, rank int) (row int, byDefault, ok bool) {
	var room [64]byte
	for _, i := range t.ranks[rank].masks {
		m := &t.index[i]
		k := key
		for p := 0; p < len(t.keys); p++ {
			if m.mask&(1<<p) != 0 {
				k[p] = "*"
			}
		}
		if r, hit := m.rows[string(appendKey(room[:0], &k, len(t.keys)))]; hit {
			if t.watch != nil {
				t.watch(t, r, t.Show(key))
			}
			return r, m.mask != 0, true
		}
		for at := range t.ranks[rank].patterns[i] {
			p := &t.ranks[rank].patterns[i][at]
			if !p.takes(&key, len(t.keys)) {
				continue
			}
			if t.watch != nil {
				t.watch(t, p.row, t.Show(key))
			}
			return p.row, m.mask != 0, true
		}
	}
	return 0, false, false
}

// Ask notes which column a formula asks for, and gives the rank of its keys.
func (t *Table) Ask(order []int, column int) int {
	t.asked[column] = true
	for i := range t.ranks {
		if slices.Equal(t.ranks[i].keys, order) {
			return i
		}
	}
	r := rank{keys: slices.Clone(order), masks: t.maskOrder(order)}
	for i := range t.index {
		r.patterns = append(r.patterns, sorted(t.index[i].patterns, order))
	}
	t.ranks = append(t.ranks, r)
	return len(t.ranks) - 1
}

// maskOrder sorts the masks: fewer "*" first; where as many stand against each other, the key named first must be
// exact.
func (t *Table) maskOrder(order []int) []int {
	weight := func(mask uint) (w uint) {
		for i, key := range order {
			if mask&(1<<key) != 0 {
				w |= 1 << (len(order) - i)
			}
		}
		return w
	}
	masks := make([]int, len(t.index))
	for i := range masks {
		masks[i] = i
	}
	slices.SortFunc(masks, func(a, b int) int {
		x, y := t.index[a].mask, t.index[b].mask
		return cmp.Or(cmp.Compare(bits.OnesCount(x), bits.OnesCount(y)), cmp.Compare(weight(x), weight(y)))
	})
	return masks
}

// SettleDefaults takes * rows out that have nothing in any column that a formula asks for: such a row is no default,
// but says that none is meant.
func (t *Table) SettleDefaults() {
	blank := func(row int) bool {
		for column := range t.asked {
			if !t.rows[row].values[column].IsEmpty() {
				return false
			}
		}
		return true
	}
	for i, m := range t.index {
		if m.mask == 0 {
			continue
		}
		maps.DeleteFunc(m.rows, func(_ string, row int) bool { return blank(row) })
		for _, r := range t.ranks {
			r.patterns[i] = slices.DeleteFunc(r.patterns[i], func(p patternRow) bool { return blank(p.row) })
		}
	}
}

// Near is the key most like the one that was not found.
func (t *Table) Near(key formula.Key) string {
	typed := t.Show(key)
	all := make([]string, 0, len(t.rows))
	for _, r := range t.rows {
		if r.key[0] != "*" {
			all = append(all, t.Show(r.key))
		}
	}
	return wording.Nearest(typed, all)
}

func (t *Table) Show(key formula.Key) string { return strings.Join(key[:len(t.keys)], " / ") }

// hasStar reports whether a row with * in every key says what happens to the rest.
func (t *Table) hasStar() bool {
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

// Rows are the rows of the sheet, in order.
func (l *Table) Rows() []Row { return l.rows }

// At is the place of the row.
func (l *Row) At() findings.Place { return l.at }

// Key is what the row is found by.
func (l *Row) Key() formula.Key { return l.key }

// Places are the cells of its values.
func (l *Row) Places() []findings.Place { return l.places }

// Values are what the row gives, by column.
func (l *Row) Values() []layout.Value { return l.values }

// Watch tells fn of every row that is found, with the key it was found for; nil ends it.
func (t *Table) Watch(fn func(l *Table, row int, key string)) { t.watch = fn }
