package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// AcceptMapping takes down that a person wants a version of a route's mapping to go live in spite of what it changes. The hash is that of its content and tests:
// a workbook that is edited again must be accepted again. An acceptance that is there already is left as it is. The version does not wait
// for a person any more: the next run puts it in force.
func (j *Journal) AcceptMapping(ctx context.Context, route, hash, reason string, problems []string) error {
	if strings.TrimSpace(reason) == "" {
		return errors.New("a reason is needed")
	}
	return j.in(ctx, "accept mapping", func(t *tx) error {
		n, err := t.exec(`INSERT INTO accepted_mappings (route, hash, at, actor, reason) VALUES ($1,$2,$3,$4,$5) ON CONFLICT (route, hash) DO NOTHING`, route, hash, t.at, t.actor, reason)
		if err != nil || n == 0 {
			return err
		}
		if err := t.forgetRefused(route); err != nil {
			return err
		}
		return t.event("mapping accepted", about{others: ofTheRoute(route)}, detail{"mapping_hash": hash, "reason": reason, "problems": firstOf(problems)})
	})
}

// MappingAccepted reports whether a person has accepted a version of a route's mapping.
func (j *Journal) MappingAccepted(ctx context.Context, route, hash string) (bool, error) {
	var n int
	if err := j.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM accepted_mappings WHERE route = $1 AND hash = $2`, route, hash).Scan(&n); err != nil {
		return false, fmt.Errorf("journal: read accepted mappings: %w", err)
	}
	return n > 0, nil
}
