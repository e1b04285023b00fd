// Package folders keeps what is known of the folders in which result files lie: what was seen in them and does not stand
// still yet, where a result file was moved to, and to which route's folder one belongs.
package folders

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Folders keeps it in a journal.
type Folders struct{ *ledger.Ledger }

// ResultMoved commits where the file lies now.
func (j *Folders) ResultMoved(ctx context.Context, id int64, to string) error {
	return ledger.In(ctx, j.Ledger, "result file moved", func(t *ledger.Tx) error {
		if err := t.One(`UPDATE results SET moved_to = $1 WHERE id = $2`, to, id); err != nil {
			return err
		}
		return t.Event("result file moved", ledger.About{Result: id}, ledger.Detail{"to": to})
	})
}

// MovedInto tells whether a result file of one of these routes was ever moved into a folder.
func (j *Folders) MovedInto(ctx context.Context, routes []string, folder string) (bool, error) {
	for _, route := range routes {
		var n int
		if err := ledger.QueryRow(ctx, j.Ledger, `SELECT COUNT(*) FROM results WHERE route = $1 AND SUBSTR(moved_to, 1, $2) = $3`, route, len([]rune(folder))+1, folder+"/").Scan(&n); err != nil {
			return false, fmt.Errorf("journal: read result files: %w", err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, nil
}

// RouteResult gives a collected result file to the route that it belongs to. When that route has had the same file before, it is a repeat, which changes
// nothing.
func (j *Folders) RouteResult(ctx context.Context, id int64, route string) (repeated bool, err error) {
	err = ledger.In(ctx, j.Ledger, "give a result file to its route", func(t *ledger.Tx) error {
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

// Looks gives what was seen in a route's return folder.
func (j *Folders) Looks(ctx context.Context, route string) (map[string]records.Look, error) {
	rows, err := ledger.QueryRows(ctx, j.Ledger, `SELECT name, size, modified, first_seen, last_seen FROM looks WHERE route = $1`, route)
	if err != nil {
		return nil, fmt.Errorf("journal: read looks: %w", err)
	}
	defer rows.Close()
	out := map[string]records.Look{}
	for rows.Next() {
		var l records.Look
		var m, f, s string
		if err := rows.Scan(&l.Name, &l.Size, &m, &f, &s); err != nil {
			return nil, fmt.Errorf("journal: read looks: %w", err)
		}
		l.Modified, l.FirstSeen, l.LastSeen = ledger.Time(m), ledger.Time(f), ledger.Time(s)
		out[l.Name] = l
	}
	return out, rows.Err()
}

// SaveLooks replaces what was seen in a route's return folder.
func (j *Folders) SaveLooks(ctx context.Context, route string, looks []records.Look) error {
	return ledger.In(ctx, j.Ledger, "save looks", func(t *ledger.Tx) error {
		if _, err := t.Exec(`DELETE FROM looks WHERE route = $1`, route); err != nil {
			return err
		}
		for _, l := range looks {
			if _, err := t.Exec(`INSERT INTO looks (route, name, size, modified, first_seen, last_seen) VALUES ($1,$2,$3,$4,$5,$6)`,
				route, l.Name, l.Size, ledger.Stamp(l.Modified), ledger.Stamp(l.FirstSeen), ledger.Stamp(l.LastSeen)); err != nil {
				return err
			}
		}
		return nil
	})
}
