package journal

import (
	"context"
	"errors"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// AcceptMapping takes down that a person wants a version of a route's mapping to go live in spite of what it changes. The hash is that of its content and tests:
// a workbook that is edited again must be accepted again. An acceptance that is there already is left as it is. The version does not wait
// for a person any more: the next run puts it in force.
func (j *Journal) AcceptMapping(ctx context.Context, route, hash, reason string, problems []string) error {
	if strings.TrimSpace(reason) == "" {
		return errors.New("a reason is needed")
	}
	return j.in(ctx, "accept mapping", func(t *tx) error {
		n, err := t.Exec(`INSERT INTO accepted_mappings (route, hash, at, actor, reason) VALUES ($1,$2,$3,$4,$5) ON CONFLICT (route, hash) DO NOTHING`, route, hash, t.At, t.Actor, reason)
		if err != nil || n == 0 {
			return err
		}
		if err := t.forgetRefused(route); err != nil {
			return err
		}
		return t.Event("mapping accepted", ledger.About{Others: ledger.OfTheRoute(route)}, ledger.Detail{"mapping_hash": hash, "reason": reason, "problems": firstOf(problems)})
	})
}
