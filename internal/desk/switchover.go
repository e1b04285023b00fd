package desk

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/desk/switchover"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// Switchover compares extract files with the journal. What only FIS has is told of what was received in the selection.
func (w *Workspace) Switchover(ctx context.Context, files []string, sel Selection) (*switchover.Comparison, error) {
	known := map[string]switchover.Route{}
	return switchover.Compare(ctx, w.Journal, files, sel, func(name string) switchover.Route {
		route, is := known[name]
		if !is {
			if r, ok := w.Config.Route(name); ok {
				route.Holds = r.ExtractList != ""
				if plan, _ := mapping.Load(w.Templates(), w.Config.Path(r.Mapping)); plan != nil {
					route.Posting = plan.View().Posting()
				}
			}
			known[name] = route
		}
		return route
	})
}
