package pages

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reports"
)

// Reconcile adds up the journal, with a bar for people who wait.
func Reconcile(ctx context.Context, f *frame.Frame, w *desk.Workspace, sel desk.Selection) (desk.Reconciliation, error) {
	bars := f.NewBars()
	defer bars.End()
	return w.Reconcile(ctx, sel, func(done, total int) { bars.Step("reading import files", done, total) })
}

// MakeReport makes a report, with a bar for people who wait.
func MakeReport(ctx context.Context, f *frame.Frame, w *desk.Workspace, ask reports.Ask) (*reports.Report, error) {
	bars := f.NewBars()
	defer bars.End()
	return reports.Make(ctx, w, ask, func(done, total int) { bars.Step("reading import files", done, total) })
}
