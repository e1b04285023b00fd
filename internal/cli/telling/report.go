package telling

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/pages"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reports"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words"
)

// NewReport reconciles, and writes the reports that people file.
func NewReport(shared *frame.Frame) *cobra.Command {
	a := &room{shared}
	var o reportFlags
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Reconcile: where every fetched document and its amount is, as table, CSV, workbook or PDF",
		Long: `report adds up documents and amounts by state and currency (fetched = posted + rejected + held + recalled + left + open), what
Concur was told of it, and what the import files say against what their documents say. At the end it tells whether
each figure ties out with its second source; exit code 1 when one does not.

Amounts of documents are the totals that Concur shows for them. Import files are read from their bytes, as they went out, and held against the
posting lines of their documents.
With --since and --until: documents received, import files made and result files collected on these days. With --route: without the documents that are
left in Concur, which belong to no route.

--kind rejected lists the documents that the ERP rejected on these days, --kind open those that have no outcome yet, as of now, and --kind month
puts figures, import files and both lists together. They are written as csv, xlsx or pdf. The same reports come by themselves where
reports of the configuration wants them (docs/notify.md).`,
		Example: "  fisbridge report\n  fisbridge report --since 2026-03-01 --route expenses\n  fisbridge report --format xlsx -o march.xlsx\n  fisbridge report --kind month --month 2026-03 --format pdf -o march.pdf",
		Args:    frame.WantArgs(0, 0),
	}
	f := cmd.Flags()
	f.StringVar(&o.since, "since", "", "only from this `day` on (yyyy-MM-dd, in the zone of the company)")
	f.StringVar(&o.until, "until", "", "only up to and with this `day`")
	f.StringVar(&o.route, "route", "", "only this route")
	f.StringVar(&o.month, "month", "", "only this `month` (yyyy-MM), in place of --since and --until")
	f.StringVar(&o.kind, "kind", config.ReportReconciliation, strings.Join(config.ReportKinds(), ", "))
	f.StringVar(&o.language, "language", "", "`language` of an xlsx or pdf: "+strings.Join(config.Languages(), ", ")+" (default: language of fisbridge.yaml)")
	f.StringVar(&o.format, "format", "table", "table, csv, xlsx or pdf (also: --as)")
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "as" {
			name = "format"
		}
		return pflag.NormalizedName(name)
	})
	f.StringVarP(&o.output, "output", "o", "", "write to this `file` instead of standard output")
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error { return a.report(ctx, o) })
	return cmd
}

type reportFlags struct {
	period
	kind, format, output, language string
}

func (a *room) report(ctx context.Context, o reportFlags) error {
	sel, err := o.selection(a.Zone())
	if err != nil {
		return err
	}
	if err := o.written(); err != nil {
		return err
	}
	return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
		if err := w.KnownRoute(ctx, o.route); err != nil {
			return err
		}
		r, err := pages.MakeReport(ctx, a.Frame, w, reports.Ask{Kind: o.kind, Selection: sel, Period: o.month})
		if err != nil {
			return err
		}
		catalogue, err := words.Load()
		if err != nil {
			return err
		}
		r = r.In(catalogue.Of(cmp.Or(o.language, w.Config.Language), ""))
		if err := a.writeReport(r, o); err != nil {
			return err
		}
		if r.Reconciliation == nil {
			return nil
		}
		if broken := r.Reconciliation.Broken(); len(broken) > 0 {
			return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("the figures do not tie out:\n%w", frame.Joined(broken)), Hint: "fisbridge audit verify tells whether the history is what was written"}
		}
		return nil
	})
}

// written looks whether there is such a kind, and whether the format goes with it and with standard output.
func (o reportFlags) written() error {
	if !slices.Contains(config.ReportKinds(), o.kind) {
		return desk.Usage(fmt.Errorf("--kind: %q is not one of %s", o.kind, strings.Join(config.ReportKinds(), ", ")))
	}
	if o.language != "" && !slices.Contains(config.Languages(), o.language) {
		return desk.Usage(fmt.Errorf("--language: %q is not one of %s", o.language, strings.Join(config.Languages(), ", ")))
	}
	switch o.format {
	case "table":
		if o.kind != config.ReportReconciliation {
			return desk.Usage(fmt.Errorf("--kind %s is written as csv, xlsx or pdf: --format pdf -o report.pdf", o.kind))
		}
	case config.FormatCSV:
	case config.FormatXLSX, config.FormatPDF:
		if o.output == "" {
			return desk.Usage(fmt.Errorf("--format %s wants a file: -o report.%s", o.format, o.format))
		}
	default:
		return desk.Usage(fmt.Errorf("--format: %q is not one of table, csv, xlsx, pdf", o.format))
	}
	return nil
}

func (a *room) writeReport(r *reports.Report, o reportFlags) (err error) {
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
	case o.format != "table":
		err = r.Write(out, o.format)
	case a.JSON:
		err = term.WriteJSON(out, r.Reconciliation)
	default:
		err = a.reportTable(out, *r.Reconciliation, o)
	}
	if err != nil {
		return err
	}
	return out.Commit()
}

func (a *room) reportTable(out io.Writer, r desk.Reconciliation, o reportFlags) error {
	title := "reconciliation, " + wording.At(a.Now(), a.Zone())
	if o.route != "" {
		title += ", route " + o.route
	}
	if o.month != "" {
		title += ", received in " + o.month
	}
	if o.since != "" {
		title += ", received since " + o.since
	}
	if o.until != "" {
		title += wording.Either(o.since == "", ", received", "") + " until " + o.until
	}
	term.Print(out, "%s\n", title)
	return pages.Reconciliation{Reconciliation: r, Zone: a.Zone()}.Table(out, a.Width())
}
