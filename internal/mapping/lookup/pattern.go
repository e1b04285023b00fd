package lookup

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/say"
)

// level is how exactly a key cell takes a value; less is more exact.
type level uint8

const (
	exactly  level = iota // the value itself
	inRange               // 640000-649999: numbers of so many digits
	prefixed              // 64*: everything that begins so
	anything              // *
)

// pattern is a key cell that takes several values.
type pattern struct {
	level    level
	low, top string // of a range; the prefix is in low
	width    string // how many numbers a range has, without zeros in front
	cell     string // of a range, as it stands: a code may look like one, 1000-2000 say
}

// patternOf reads a key cell. A range has two numbers with as many digits, the smaller one first; 6400-100 and 2-1 are
// codes.
func patternOf(cell string) pattern {
	if cell == "*" {
		return pattern{level: anything}
	}
	if prefix, ok := strings.CutSuffix(cell, "*"); ok && !strings.Contains(prefix, "*") {
		return pattern{level: prefixed, low: prefix}
	}
	low, top, ok := strings.Cut(cell, "-")
	low, top = strings.TrimSpace(low), strings.TrimSpace(top)
	if ok && digits(low) && digits(top) && len(low) == len(top) && low < top {
		return pattern{level: inRange, low: low, top: top, width: widthOf(low, top), cell: cell}
	}
	return pattern{level: exactly, low: cell}
}

func widthOf(low, top string) string {
	a, _ := new(big.Int).SetString(low, 10)
	b, _ := new(big.Int).SetString(top, 10)
	return b.Sub(b, a).String()
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// takes says whether the cell takes a value.
func (p *pattern) takes(value string) bool {
	switch p.level {
	case inRange:
		return len(value) == len(p.low) && p.low <= value && value <= p.top && digits(value) || value == p.cell
	case prefixed:
		return strings.HasPrefix(value, p.low)
	case exactly:
		return value == p.low
	}
	return true
}

// meets says whether a value may be taken by both, holds whether p takes all that q takes. Both are of one level.
func (p *pattern) meets(q *pattern) bool {
	if p.level == inRange {
		return len(p.low) == len(q.low) && p.low <= q.top && q.low <= p.top
	}
	return p.holds(q) || q.holds(p)
}

func (p *pattern) holds(q *pattern) bool {
	if p.level == inRange {
		return len(p.low) == len(q.low) && p.low <= q.low && q.top <= p.top
	}
	return p.takes(q.low)
}

// patternRow is a row with a range or a prefix in a key cell.
type patternRow struct {
	row  int
	keys [formula.MaxKeys]pattern
}

// patternRow parts a row from those that are found by their key itself; mask are the keys with *.
func (t *Table) patternRow(i int) (row patternRow, mask uint, is bool) {
	row.row = i
	for k := range t.keys {
		row.keys[k] = patternOf(t.rows[i].key[k])
		switch row.keys[k].level {
		case anything:
			mask |= 1 << k
		case inRange, prefixed:
			is = true
		}
	}
	return row, mask, is
}

// takes says whether the row takes a key.
func (r *patternRow) takes(key *formula.Key, keys int) bool {
	for k := range keys {
		if !r.keys[k].takes(key[k]) {
			return false
		}
	}
	return true
}

// before says which of two rows is asked first: key by key, in the order in which they count, the more exact one; of two
// ranges the narrower, of two prefixes the longer.
func (r *patternRow) before(o *patternRow, order []int) int {
	for _, k := range order {
		a, b := &r.keys[k], &o.keys[k]
		n := cmp.Compare(a.level, b.level)
		switch {
		case n == 0 && a.level == inRange:
			n = cmp.Or(cmp.Compare(len(a.width), len(b.width)), cmp.Compare(a.width, b.width))
		case n == 0 && a.level == prefixed:
			n = cmp.Compare(len(b.low), len(a.low))
		}
		if n != 0 {
			return n
		}
	}
	return cmp.Compare(r.row, o.row)
}

// sorted are the rows in the order in which they are asked.
func sorted(rows []patternRow, order []int) []patternRow {
	out := slices.Clone(rows)
	slices.SortFunc(out, func(a, b patternRow) int { return a.before(&b, order) })
	return out
}

// meet says whether a key may be taken by both rows.
func meet(a, b *patternRow, order []int) bool {
	for _, k := range order {
		x, y := a.keys[k], b.keys[k]
		switch {
		case x.level == anything || y.level == anything:
		case x.level == y.level:
			if !x.meets(&y) {
				return false
			}
		case x.level == exactly:
			if !y.takes(x.low) {
				return false
			}
		case y.level == exactly:
			if !x.takes(y.low) {
				return false
			}
		case !mixedMeet(x, y):
			return false
		}
	}
	return true
}

// mixedMeet holds a range against a prefix: they meet where the prefix, filled up with zeros and nines, reaches into the
// range.
func mixedMeet(x, y pattern) bool {
	if x.level == prefixed {
		x, y = y, x
	}
	missing := len(x.low) - len(y.low)
	if missing < 0 || !digits(y.low) {
		return false
	}
	return y.low+strings.Repeat("0", missing) <= x.top && x.low <= y.low+strings.Repeat("9", missing)
}

// overlaps reports rows of which no rule says which one wins: two ranges that share numbers while neither lies in the
// other. The keys are looked at in the order of the sheet.
func (b *builder) overlaps(mask uint, rows []patternRow) {
	order := make([]int, len(b.out.keys))
	for i := range order {
		order[i] = i
	}
	for i := range rows {
		for j := range rows[:i] {
			x, y := &rows[j], &rows[i]
			same, inner, outer := true, true, true
			for _, k := range order {
				p, q := &x.keys[k], &y.keys[k]
				same = same && p.level == q.level
				inner, outer = inner && q.level == p.level && q.holds(p), outer && q.level == p.level && p.holds(q)
			}
			if !same || !meet(x, y, order) || inner != outer {
				continue
			}
			first, second := &b.out.rows[x.row], &b.out.rows[y.row]
			if inner {
				b.found.Add(findings.Error, second.at, b.out.Show(second.key),
					say.F("the key %q stands twice: here and in %s", b.out.Show(second.key), first.at.Ref), "")
				continue
			}
			b.found.Add(findings.Error, second.at, b.out.Show(second.key), say.F("%q and %q in %s overlap, and "+
				"nobody can say which one is meant for the codes that are in both; end one where the other begins, or "+
				"put one wholly into the other (then the narrower one wins)", b.out.Show(second.key),
				b.out.Show(first.key), first.at.Ref), "")
		}
	}
}
