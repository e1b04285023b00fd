package desk

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/desk/switchover"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// Switchover compares extract files with the journal. What only FIS has is told of what was received in the selection.
func (w *Workspace) Switchover(ctx context.Context, files []string, sel Selection) (*switchover.Comparison, error) {
	known := map[string]posting.Options{}
	return switchover.Compare(ctx, w.Journal, files, sel, func(route string) posting.Options {
		opt, is := known[route]
		if !is {
			if r, ok := w.Config.Route(route); ok {
				if plan, _ := mapping.Load(w.Templates(), w.Config.Path(r.Mapping)); plan != nil {
					opt = plan.View().Posting()
				}
			}
			known[route] = opt
		}
		return opt
	})
}
