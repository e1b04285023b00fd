package journal

import (
	"context"
	"database/sql"
	"errors"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// RouteResult gives a collected result file to the route that it belongs to. When that route has had the same file before, it is a repeat, which changes
// nothing.
func (j *Journal) RouteResult(ctx context.Context, id int64, route string) (repeated bool, err error) {
	err = j.in(ctx, "give a result file to its route", func(t *tx) error {
		r, err := records.ScanResult(t.QueryRowContext(ctx, `SELECT `+records.ResultColumns+` FROM results WHERE id = $1`, id))
		if err != nil {
			return err
		}
		var before int64
		err = t.QueryRowContext(ctx, `SELECT id FROM results WHERE route = $1 AND sha256 = $2 AND name = $3 AND id <> $4 ORDER BY id LIMIT 1`, route, r.SHA256, r.Name, id).Scan(&before)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			repeated = false
		case err != nil:
			return err
		default:
			repeated = true
			if err := t.One(`UPDATE results SET state = $1, state_since = $2 WHERE id = $3 AND state = $4`, records.Repeated, t.At, id, records.Collected); err != nil {
				return err
			}
			return t.Event(string(records.Repeated), ledger.About{Result: id}, ledger.Detail{"same_content_as": before, "belongs_to": route})
		}
		if err := t.One(`UPDATE results SET route = $1 WHERE id = $2 AND state = $3`, route, id, records.Collected); err != nil {
			return err
		}
		return t.Event("given to its route", ledger.About{Result: id}, ledger.Detail{"was": r.Route, "route": route})
	})
	return repeated, err
}
