package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// SealOld seals every row of a journal that has no seals yet, or that a migration has changed.
func SealOld(ctx context.Context, j *Ledger) error {
	if sealed, err := j.isSealed(ctx); sealed || err != nil {
		return err
	}
	return j.in(ctx, "seal all rows", func(t *Tx) error {
		found := false
		for i := range Facts {
			f := &Facts[i]
			err := t.eachPage(f, f.Returned(), func(page []*row) error {
				rows := make(map[string]*row, len(page))
				for _, r := range page {
					rows[r.key(f)] = r
				}
				found = true
				return t.sealTable(f, rows)
			})
			if err != nil {
				return fmt.Errorf("seal %s: %w", f.Table, err)
			}
		}
		for _, step := range []func() error{t.touchLines, t.sumOld, t.keyOld} {
			if err := step(); err != nil {
				return err
			}
		}
		if _, err := t.Exec(`INSERT INTO meta (name, value) VALUES ('sealed', $1)`, t.At); err != nil {
			return err
		}
		if !found {
			return nil // a new journal
		}
		return t.Event("all rows sealed as they were found", About{}, nil)
	})
}

// rowsAtOnce is how many rows of a table are in memory where all of them are gone through.
const rowsAtOnce = 1000

// eachPage hands over all rows of a table with some columns, its key among them: some at once, in the order of their keys, so that memory stays small
// whatever the journal holds, and that what is done with them may be written between.
func (t *Tx) eachPage(f *fact, columns string, fn func([]*row) error) error {
	key := strings.Join(f.Key, ", ")
	var last []any
	for n := rowsAtOnce; n == rowsAtOnce; {
		where := ""
		if last != nil {
			places := make([]string, len(last))
			for i := range places {
				places[i] = fmt.Sprintf("$%d", i+1)
			}
			where = ` WHERE (` + key + `) > (` + strings.Join(places, ", ") + `)`
		}
		var page []*row
		rows, err := t.QueryContext(t.Ctx, fmt.Sprintf(`SELECT %s FROM %s%s ORDER BY %s LIMIT %d`, columns, f.Table, where, key, rowsAtOnce), last...)
		if err != nil {
			return err
		}
		if err := eachRow(rows, func(r *row) error {
			page = append(page, r)
			return nil
		}); err != nil {
			return err
		}
		if n = len(page); n == 0 {
			return nil
		}
		last = last[:0:0]
		for _, name := range f.Key {
			last = append(last, page[n-1].value(name))
		}
		if err := fn(page); err != nil {
			return err
		}
	}
	return nil
}

// touchLines has the lines of every result file read back.
func (t *Tx) touchLines() error {
	return t.Each(`SELECT DISTINCT result_id FROM result_rows`, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		t.linesOf(id).dirty = true
		return err
	})
}
