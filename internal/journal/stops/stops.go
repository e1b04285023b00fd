// Package stops keeps the routes that a person has stopped: no import file is made or sent for one until a person lets
// it go on. Everything else goes on: documents are fetched and locked, answers are read, Concur is told.
package stops

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Stops keeps them in a journal.
type Stops struct{ *ledger.Ledger }

// StopRoute stops a route. One that is stopped already is ErrStale.
func (j *Stops) StopRoute(ctx context.Context, route, reason string) error {
	return ledger.In(ctx, j.Ledger, "stop route "+route, func(t *ledger.Tx) error {
		switch since, known, err := stopped(t, route); {
		case err != nil:
			return err
		case since != "":
			return fmt.Errorf("route %s is stopped since %s: %w", route, ledger.Time(since).Format(time.DateTime), ledger.ErrStale)
		case known:
			if err := t.One(`UPDATE stops SET stopped_at = $1, stopped_by = $2, reason = $3, ended_at = '' WHERE route = $4 AND ended_at <> ''`, t.At, t.Actor, reason, route); err != nil {
				return err
			}
		default:
			if _, err := t.Exec(`INSERT INTO stops (route, stopped_at, stopped_by, reason) VALUES ($1,$2,$3,$4)`, route, t.At, t.Actor, reason); err != nil {
				return err
			}
		}
		return t.Event("route stopped", about(route), ledger.Detail{"route": route, "reason": reason})
	})
}

// StartRoute lets a stopped route go on. One that is not stopped is ErrStale.
func (j *Stops) StartRoute(ctx context.Context, route, reason string) error {
	return ledger.In(ctx, j.Ledger, "let route "+route+" go on", func(t *ledger.Tx) error {
		since, _, err := stopped(t, route)
		if err != nil {
			return err
		}
		if since == "" {
			return fmt.Errorf("route %s is not stopped: %w", route, ledger.ErrStale)
		}
		if err := t.One(`UPDATE stops SET ended_at = $1 WHERE route = $2 AND ended_at = ''`, t.At, route); err != nil {
			return err
		}
		return t.Event("route goes on", about(route), ledger.Detail{"route": route, "reason": reason, "stopped": since})
	})
}

func about(route string) ledger.About {
	return ledger.About{Others: []ledger.Subject{{Kind: ledger.OfRoute, Key: route}}}
}

// stopped is since when a route is stopped, and whether it ever was.
func stopped(t *ledger.Tx, route string) (since string, known bool, err error) {
	var ended string
	err = t.QueryRowContext(t.Ctx, `SELECT stopped_at, ended_at FROM stops WHERE route = $1`, route).Scan(&since, &ended)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", false, nil
	case ended != "":
		since = ""
	}
	return since, true, err
}

// StoppedRoutes are the routes that are stopped, by name.
func (j *Stops) StoppedRoutes(ctx context.Context) (map[string]records.Stop, error) {
	list, err := records.Stopped(ctx, j.Ledger)
	out := map[string]records.Stop{}
	for _, s := range list {
		out[s.Route] = s
	}
	return out, err
}
