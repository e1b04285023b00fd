package compare

import (
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// mostCodes bounds the different codes of a column that is added up; one with more is a number of documents or lines,
// not an account.
const mostCodes = 2_000

// SumTable is what lines add up to by the codes of a column, before and after; only codes whose sums differ are listed.
type SumTable struct {
	Record string `json:"record"`
	Column string `json:"column"`
	// Codes is how many codes and currencies there are in all; those that are not in Rows are the same in both.
	Codes int      `json:"codes"`
	Rows  []SumRow `json:"rows"`
}

// SumRow is a code in one currency. Sums are debits less credits.
type SumRow struct {
	Code     string     `json:"code"`
	Currency string     `json:"currency"`
	OldLines int        `json:"old_lines"`
	NewLines int        `json:"new_lines"`
	Old      fis.Amount `json:"old"`
	New      fis.Amount `json:"new"`
}

// Moved is what the code gained.
func (r SumRow) Moved() fis.Amount { return r.New.Sub(r.Old) }

// codeSums adds up lines by the codes of each code column.
type codeSums struct {
	columns map[columnKey]*columnSums
}

type columnKey struct{ record, field int }

type codeKey struct{ code, currency string }

type codeSum struct {
	lines int
	net   fis.Amount
}

// columnSums are the sums of one column.
type columnSums struct {
	sums map[codeKey]codeSum
	// text is what each value reads in the file.
	text map[string]string
	// many tells that there are more codes than make sense.
	many bool
}

func newCodeSums() *codeSums { return &codeSums{columns: map[columnKey]*columnSums{}} }

func (s *codeSums) column(k columnKey) *columnSums {
	c := s.columns[k]
	if c == nil {
		c = &columnSums{sums: map[codeKey]codeSum{}, text: map[string]string{}}
		s.columns[k] = c
	}
	return c
}

// add adds the rows of a document.
func (s *codeSums) add(p *pairs, currency string, rows []mapping.MadeRow, texts *mapping.TextsOf, byRecord map[int]int,
	side func(fieldPair) int) {
	for i := range rows {
		r := &rows[i]
		at := byRecord[r.Record()]
		for j, f := range p.list[at].fields {
			n := side(f)
			if !f.sum || n < 0 {
				continue
			}
			c := s.column(columnKey{at, j})
			if c.many {
				continue
			}
			value := r.Values()[n].String()
			text, known := c.text[value]
			if !known {
				text = texts.At(i, n)
				c.text[strings.Clone(value)] = text
			}
			c.put(codeKey{text, currency}, codeSum{1, r.Net()})
		}
	}
}

func (c *columnSums) put(k codeKey, s codeSum) {
	sum, known := c.sums[k]
	if !known && len(c.sums) >= mostCodes {
		c.sums, c.text, c.many = nil, nil, true
		return
	}
	c.sums[k] = codeSum{sum.lines + s.lines, sum.net.Add(s.net)}
}

func (s *codeSums) join(o *codeSums) {
	for k, theirs := range o.columns {
		c := s.column(k)
		if theirs.many {
			c.many = true
		}
		for code, sum := range theirs.sums {
			if !c.many {
				c.put(code, sum)
			}
		}
	}
}

// sumTables are the columns whose sums differ.
func sumTables(c *comparer) []SumTable {
	var out []SumTable
	for i := range c.pairs.list {
		r := &c.pairs.list[i]
		for j, f := range r.fields {
			if !f.sum {
				continue
			}
			was, is := c.oldSums.column(columnKey{i, j}), c.newSums.column(columnKey{i, j})
			if was.many || is.many {
				continue
			}
			if t := sumTable(was.sums, is.sums); len(t.Rows) > 0 {
				t.Record, t.Column = r.name, f.name
				out = append(out, t)
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return columnRank(out[i].Column) < columnRank(out[j].Column) })
	return out
}

func sumTable(was, is map[codeKey]codeSum) SumTable {
	var t SumTable
	keys := map[codeKey]bool{}
	moves := false
	for k := range was {
		keys[k] = true
	}
	for k := range is {
		keys[k] = true
	}
	t.Codes = len(keys)
	for k := range keys {
		o, n := was[k], is[k]
		if o.lines == n.lines && o.net.Equal(n.net) {
			continue
		}
		moves = moves || !o.net.Equal(n.net)
		t.Rows = append(t.Rows, SumRow{Code: k.code, Currency: k.currency, OldLines: o.lines, NewLines: n.lines,
			Old: o.net, New: n.net})
	}
	if !moves {
		return SumTable{}
	}
	sort.Slice(t.Rows, func(i, j int) bool {
		a, b := t.Rows[i], t.Rows[j]
		if a.Currency != b.Currency {
			return a.Currency < b.Currency
		}
		return a.Code < b.Code
	})
	return t
}

// columnRank puts what accountants ask for first in front: accounts, then cost centres, then the rest. It orders; it
// decides nothing.
func columnRank(name string) int {
	name = wording.Fold(name)
	for rank, words := range [][]string{{"account", "konto", "compte", "cuenta"},
		{"costcent", "costobject", "kostenstelle", "profitcent", "department", "costcode"}} {
		for _, w := range words {
			if strings.Contains(name, w) {
				return rank
			}
		}
	}
	return 2
}
