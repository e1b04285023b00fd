package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// CountUndone keeps what of a kind this run has left undone, and gives back those things with the number of runs in which they were, one after the other.
// What is not among them any more is forgotten. It is called once a run.
func (j *Journal) CountUndone(ctx context.Context, kind string, now []records.Undone) (counted []records.Undone, err error) {
	if len(now) == 0 {
		n, err := ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM undone WHERE kind = $1`, kind)
		if err != nil || n == 0 {
			return nil, err
		}
	}
	err = j.in(ctx, "count what is undone", func(t *tx) error {
		counted = counted[:0]
		for _, u := range now {
			var since string
			err := t.QueryRowContext(ctx, `SELECT since, runs FROM undone WHERE kind = $1 AND subject = $2`, kind, u.Subject).Scan(&since, &u.Runs)
			if errors.Is(err, sql.ErrNoRows) {
				since, err = t.At, nil
			}
			if err != nil {
				return err
			}
			u.Since = ledger.Time(since)
			u.Runs++
			counted = append(counted, u)
		}
		if _, err := t.Exec(`DELETE FROM undone WHERE kind = $1`, kind); err != nil {
			return err
		}
		for _, u := range counted {
			if _, err := t.Exec(`INSERT INTO undone (kind, subject, since, runs) VALUES ($1,$2,$3,$4)`, kind, u.Subject, ledger.Stamp(u.Since), u.Runs); err != nil {
				return fmt.Errorf("%s: %w", u.Subject, err)
			}
		}
		return nil
	})
	return counted, err
}
