package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/pages"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newReport(a *app) *cobra.Command {
	var o reportFlags
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Reconcile: where every fetched document and its amount is, as table, CSV or workbook",
		Long: `report adds up documents and amounts by state and currency (fetched = posted + rejected + held + recalled + left + open), what
Concur was told of it, and what the import files say against what their documents say. At the end it tells whether
each figure ties out with its second source; exit code 1 when one does not.

Amounts of documents are the totals that Concur shows for them. Import files are read from their bytes, as they went out, and held against the
posting lines of their documents.
With --since and --until: documents received, import files made and result files collected on these days. With --route: without the documents that are
left in Concur, which belong to no route.`,
		Example: "  fisbridge report\n  fisbridge report --since 2026-03-01 --route expenses\n  fisbridge report --format xlsx -o march.xlsx",
		Args:    frame.WantArgs(0, 0),
	}
	f := cmd.Flags()
	f.StringVar(&o.since, "since", "", "only from this `day` on (yyyy-MM-dd, UTC)")
	f.StringVar(&o.until, "until", "", "only up to and with this `day`")
	f.StringVar(&o.route, "route", "", "only this route")
	f.StringVar(&o.format, "format", "table", "table, csv or xlsx")
	f.StringVarP(&o.output, "output", "o", "", "write to this `file` instead of standard output")
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error { return a.report(ctx, o) })
	return cmd
}

type reportFlags struct{ since, until, route, format, output string }

func (a *app) report(ctx context.Context, o reportFlags) error {
	sel, err := o.selection(a.Zone())
	if err != nil {
		return err
	}
	return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
		if o.route != "" {
			if err := w.KnownRoute(ctx, o.route); err != nil {
				return err
			}
		}
		r, err := pages.Reconcile(ctx, a.Frame, w, sel)
		if err != nil {
			return err
		}
		if err := a.writeReport(r, o); err != nil {
			return err
		}
		if broken := r.Broken(); len(broken) > 0 {
			return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("the figures do not tie out:\n%w", frame.Joined(broken)), Hint: "fisbridge audit verify tells whether the history is what was written"}
		}
		return nil
	})
}

// selection reads the flags; days are those of zone.
func (o reportFlags) selection(zone *time.Location) (sel desk.Selection, err error) {
	sel.Route = o.route
	if sel.Since, err = dayFlag("since", o.since, zone); err != nil {
		return sel, err
	}
	if sel.Until, err = dayFlag("until", o.until, zone); err != nil {
		return sel, err
	}
	if !sel.Until.IsZero() {
		sel.Until = sel.Until.AddDate(0, 0, 1) // the day itself is meant too
		if !sel.Until.After(sel.Since) {
			return sel, desk.Usage(fmt.Errorf("--until: %s is before --since %s", o.until, o.since))
		}
	}
	switch o.format {
	case "table", "csv":
	case "xlsx":
		if o.output == "" {
			return sel, desk.Usage(errors.New("--format xlsx wants a file: -o report.xlsx"))
		}
	default:
		return sel, desk.Usage(fmt.Errorf("--format: %q is not one of table, csv, xlsx", o.format))
	}
	return sel, nil
}

func (a *app) writeReport(r desk.Reconciliation, o reportFlags) (err error) {
	stream := a.Stdout.Bytes()
	if o.format == "table" {
		stream = a.Stdout
	}
	out, err := frame.NewWholeFile(stream, o.output)
	if err != nil {
		return err
	}
	defer out.Abort()
	switch {
	case o.format == "csv":
		err = pages.Reconciliation{Reconciliation: r}.Csv(out)
	case o.format == "xlsx":
		err = pages.Reconciliation{Reconciliation: r}.Workbook(out)
	case a.JSON:
		err = term.WriteJSON(out, r)
	default:
		err = a.reportTable(out, r, o)
	}
	if err != nil {
		return err
	}
	return out.Commit()
}

func (a *app) reportTable(out io.Writer, r desk.Reconciliation, o reportFlags) error {
	title := "reconciliation, " + wording.When(a.Now()) + " UTC"
	if o.route != "" {
		title += ", route " + o.route
	}
	if o.since != "" {
		title += ", received since " + o.since
	}
	if o.until != "" {
		title += wording.Either(o.since == "", ", received", "") + " until " + o.until
	}
	term.Print(out, "%s\n", title)
	return pages.Reconciliation{Reconciliation: r}.Table(out, a.Width())
}
