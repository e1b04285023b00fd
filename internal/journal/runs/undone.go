package runs

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// CountUndone keeps what of a kind this run has left undone, and gives back those things with the number of runs in which they were, one after the other.
// What is not among them any more is forgotten; what waits for its next try keeps its number. It is called once a run.
func (j *Runs) CountUndone(ctx context.Context, kind string, now []records.Undone) (counted []records.Undone, err error) {
	if len(now) == 0 {
		n, err := ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM undone WHERE kind = $1`, kind)
		if err != nil || n == 0 {
			return nil, err
		}
	}
	err = j.in(ctx, "count what is undone", func(t *ledger.Tx) error {
		before := map[string]records.Undone{}
		err := t.Each(`SELECT subject, since, runs FROM undone WHERE kind = $1`, func(rows *sql.Rows) error {
			var u records.Undone
			var since string
			err := rows.Scan(&u.Subject, &since, &u.Runs)
			u.Since = ledger.Time(since)
			before[u.Subject] = u
			return err
		}, kind)
		if err != nil {
			return err
		}
		counted = counted[:0]
		for _, u := range now {
			was, known := before[u.Subject]
			if u.Since, u.Runs = was.Since, was.Runs; !u.Waits {
				u.Runs++
			}
			if !known {
				u.Since = ledger.Time(t.At)
			}
			counted = append(counted, u)
		}
		if _, err := t.Exec(`DELETE FROM undone WHERE kind = $1`, kind); err != nil {
			return err
		}
		for some := range slices.Chunk(counted, ledger.AtOnce) {
			var args []any
			for _, u := range some {
				args = append(args, kind, u.Subject, ledger.Stamp(u.Since), u.Runs)
			}
			if _, err := t.Exec(`INSERT INTO undone (kind, subject, since, runs) VALUES `+t.Places(args, 4), args...); err != nil {
				return fmt.Errorf("%s: %w", some[0].Subject, err)
			}
		}
		return nil
	})
	return counted, err
}
