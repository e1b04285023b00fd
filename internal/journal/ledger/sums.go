package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// How many rows are in each state, and what they amount to, is kept beside them, so that nobody who looks has to count:
// each transaction changes the sums by what its rows were counted as before and what they are now. VerifyDerived counts
// anew and compares.

// summed says by what the rows of a table are counted, beside their state.
type summed struct{ route, money bool }

// summedTables are the tables whose rows are counted. Each has a column "counted": what a row was counted as before its
// last change.
var summedTables = map[string]summed{
	"documents":     {route: true, money: true},
	"files":         {route: true},
	"results":       {route: true},
	"confirmations": {},
	"payments":      {},
}

// group is what rows are counted together by.
type group struct{ table, route, state, currency string }

// share is what one row adds to its group, or several rows.
type share struct {
	number int64
	amount fis.Amount
}

// counted is a row as it was counted; nil for one that was not there.
type counted struct {
	group
	amount fis.Amount
}

// text is the SQL for what a row is counted as, from its columns: state|amount|route|currency. Only a currency may
// hold a bar: it is what a document says.
func (s summed) text(table string) string {
	column := func(is bool, name, other string) string {
		if !is {
			return other
		}
		return table + "." + name
	}
	return table + `.state || '|' || ` + column(s.money, "amount", `'0'`) + ` || '|' || ` + column(s.route, "route", `''`) + ` || '|' || ` + column(s.money, "currency", `''`)
}

var (
	updated  = regexp.MustCompile(`^(\s*UPDATE\s+\w+\s+SET\s)`)
	upserted = regexp.MustCompile(`(\sDO UPDATE SET\s)`)
)

// noting makes a statement that changes rows of the table note what they were counted as.
func (s summed) noting(table, query string) string {
	for _, set := range []*regexp.Regexp{updated, upserted} {
		query = set.ReplaceAllStringFunc(query, func(found string) string { return found + "counted = " + s.text(table) + ", " })
	}
	return query
}

// countedAs reads the column "counted".
func countedAs(table, text string) *counted {
	parts := strings.SplitN(text, "|", 4)
	if len(parts) < 4 {
		return nil
	}
	return &counted{group{table, parts[2], parts[0], parts[3]}, amountOf(parts[1])}
}

// counts is what a row is counted as.
func (r *row) counts(table string) *counted {
	return &counted{group{table, r.Text("route"), r.Text("state"), r.Text("currency")}, amountOf(r.Text("amount"))}
}

// amountOf reads an amount. What another hand has written there counts nothing; its seal tells of it.
func amountOf(text string) fis.Amount {
	a, err := fis.ParseAmount(text)
	if err != nil {
		return fis.Zero
	}
	return a
}

// recount keeps what a row was counted as before this transaction, when it is changed for the first time.
func (t *Tx) recount(w written, key string, r *row) {
	if _, ok := summedTables[w.fact.Table]; !ok {
		return
	}
	if t.counted == nil {
		t.counted = map[*fact]map[string]*counted{}
	}
	if t.counted[w.fact] == nil {
		t.counted[w.fact] = map[string]*counted{}
	}
	if _, known := t.counted[w.fact][key]; known {
		return
	}
	was := countedAs(w.fact.Table, r.Text("counted"))
	if w.removes {
		was = r.counts(w.fact.Table)
	}
	t.counted[w.fact][key] = was
}

// saveSums changes the sums by what the transaction changed.
func (t *Tx) saveSums() error {
	shares := map[group]share{}
	add := func(c *counted, number int64) {
		if c == nil {
			return
		}
		s := shares[c.group]
		s.number += number
		if number < 0 {
			s.amount = s.amount.Sub(c.amount)
		} else {
			s.amount = s.amount.Add(c.amount)
		}
		shares[c.group] = s
	}
	for f, rows := range t.counted {
		for key, was := range rows {
			add(was, -1)
			if now := t.touched.rows[f][key]; now != nil {
				add(now.counts(f.Table), 1)
			}
		}
	}
	t.counted = nil
	return t.addShares(shares)
}

func (t *Tx) addShares(shares map[group]share) error {
	for _, g := range sortedGroups(shares) {
		s := shares[g]
		if s.number == 0 && s.amount.IsZero() {
			continue
		}
		have, err := t.Strings(`SELECT amount FROM sums WHERE kind = $1 AND route = $2 AND state = $3 AND currency = $4`, g.table, g.route, g.state, g.currency)
		if err != nil {
			return err
		}
		for _, text := range have {
			s.amount = s.amount.Add(amountOf(text))
		}
		_, err = t.Exec(`INSERT INTO sums (kind, route, state, currency, number, amount) VALUES ($1,$2,$3,$4,$5,$6)
			ON CONFLICT (kind, route, state, currency) DO UPDATE SET number = sums.number + excluded.number, amount = excluded.amount`,
			g.table, g.route, g.state, g.currency, s.number, s.amount.String())
		if err != nil {
			return fmt.Errorf("keep the sums: %w", err)
		}
	}
	return nil
}

func sortedGroups[T any](of map[group]T) []group {
	return slices.SortedFunc(maps.Keys(of), func(a, b group) int {
		return strings.Compare(a.table+"\x00"+a.route+"\x00"+a.state+"\x00"+a.currency, b.table+"\x00"+b.route+"\x00"+b.state+"\x00"+b.currency)
	})
}

// countAll counts every row.
func countAll(each func(query string, fn func(*sql.Rows) error) error) (map[group]share, error) {
	shares := map[group]share{}
	for _, table := range slices.Sorted(maps.Keys(summedTables)) {
		err := each(`SELECT `+summedTables[table].text(table)+` FROM `+table, func(rows *sql.Rows) error {
			text, err := ScanText(rows)
			if c := countedAs(table, text); err == nil && c != nil {
				s := shares[c.group]
				shares[c.group] = share{s.number + 1, s.amount.Add(c.amount)}
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return shares, nil
}

// sumOld counts everything anew: in a journal whose older program kept no sums, or whose rows a migration has changed.
func (t *Tx) sumOld() error {
	if _, err := t.Exec(`DELETE FROM sums`); err != nil {
		return err
	}
	shares, err := countAll(func(query string, fn func(*sql.Rows) error) error { return t.Each(query, fn) })
	if err != nil {
		return err
	}
	return t.addShares(shares)
}

// sums counts everything anew and tells each sum that is not what was kept.
func (v *verification) sums() error {
	shares, err := countAll(func(query string, fn func(*sql.Rows) error) error { return Each(v.ctx, v.j, query, nil, fn) })
	if err != nil {
		return err
	}
	err = Each(v.ctx, v.j, `SELECT kind, route, state, currency, number, amount FROM sums`, nil, func(rows *sql.Rows) error {
		var g group
		var kept share
		var amount string
		if err := rows.Scan(&g.table, &g.route, &g.state, &g.currency, &kept.number, &amount); err != nil {
			return err
		}
		kept.amount = amountOf(amount)
		v.sum(g, kept, shares[g])
		delete(shares, g)
		v.rows++
		return nil
	})
	for _, g := range sortedGroups(shares) {
		v.sum(g, share{}, shares[g])
	}
	return err
}

// sum compares what is kept of a group with what its rows come to.
func (v *verification) sum(g group, kept, counted share) {
	if kept.number == counted.number && kept.amount.Equal(counted.amount) {
		return
	}
	key := strings.Join(strings.Fields(strings.Join([]string{g.table, g.route, g.state, g.currency}, " ")), " ")
	v.differs("sums", key, "the sum of %s that is kept is %d with %s, and a new count gives %d with %s", key, kept.number, kept.amount, counted.number, counted.amount)
}

// VerifyDerived counts the sums anew and looks up what documents can be found by, and tells what is not kept as it must
// be. Both only save people time: neither is a fact of its own.
func (j *Ledger) VerifyDerived(ctx context.Context) (rows int64, diffs []Difference, err error) {
	v := &verification{j: j, ctx: ctx}
	if err := v.sums(); err != nil {
		return v.rows, v.diffs, fmt.Errorf("journal: verify the sums: %w", err)
	}
	if err := v.keys(); err != nil {
		return v.rows, v.diffs, fmt.Errorf("journal: verify what documents are found by: %w", err)
	}
	return v.rows, v.diffs, nil
}
