package pages

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
)

// Reconcile adds up the journal, with a bar for people who wait.
func Reconcile(ctx context.Context, f *frame.Frame, w *desk.Workspace, sel desk.Selection) (desk.Reconciliation, error) {
	bars := f.NewBars()
	defer bars.End()
	return w.Reconcile(ctx, sel, func(done, total int) { bars.Step("reading import files", done, total) })
}
