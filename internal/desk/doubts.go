package desk

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/golive"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// Doubts are the doubts about a mapping of a route that lies at path, as golive tells them.
func (w *Workspace) Doubts(ctx context.Context, route, path string, plan *mapping.Plan) (findings.List, int, error) {
	return golive.StandingDoubts(ctx, w.Journal, route, path, plan, w.now())
}
