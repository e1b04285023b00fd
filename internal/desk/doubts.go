package desk

import (
	"context"
	"path/filepath"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// StandingDoubts are the doubts about a mapping that differs from the version in force of a route and was not accepted, and on how many documents of the
// last month it was tried; -1 when it was not.
func StandingDoubts(ctx context.Context, j *journal.Journal, route, path string, plan *mapping.Plan, now time.Time) (found findings.List, documents int, err error) {
	live, has, err := j.LiveMapping(ctx, route)
	if err != nil || !has || bridge.SameVersion(live, plan) {
		return nil, -1, err
	}
	if accepted, err := j.MappingAccepted(ctx, route, plan.GuardedHash()); err != nil || accepted {
		return nil, -1, err
	}
	former, _ := mapping.LoadVersion(filepath.Join(filepath.Dir(path), live.Name), live.Body, live.Template, live.TemplateBody)
	if former == nil {
		return nil, -1, nil
	}
	return bridge.Doubts(ctx, j, route, former, plan, now)
}

// Doubts are the doubts about a mapping of a route that lies at path, as StandingDoubts tells them.
func (w *Workspace) Doubts(ctx context.Context, route, path string, plan *mapping.Plan) (findings.List, int, error) {
	return StandingDoubts(ctx, w.Journal, route, path, plan, w.now())
}
