package workbench

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// diffOptions are the flags of mapping diff.
type diffOptions struct {
	documents []string
	journal   string
	route     string
	format    string
	output    string
	exitCode  bool
	workers   int
}

func newMappingDiff(a *bench) *cobra.Command {
	o := diffOptions{}
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Tell what would come out differently by another version of a mapping",
		Long: `diff compares two versions of a mapping: the cells that differ, and what would have come out differently. It makes the lines of
every document by both versions and compares them one by one: which column reads differently in how many lines, which amounts move from one
account or cost centre to another, which documents would be held, and what each account and cost centre comes to before and after. The first
line says it in a sentence. Nothing is changed and nobody is called.

OLD and NEW are mapping files, the names of built-in mappings, "live" for the version that runs use now, or the (beginning of the) hash of a
version that the journal has.

Each document is looked at as if it stood alone in a file, so that one line more does not change the numbers of all lines behind it.

Exit code 0, whether anything differs or not; with --exit-code it is 3 when anything would come out differently. 3 also when
documents could not be read, 4 when a version has mistakes.`,
		Example: `  fisbridge mapping diff live mappings/acme.xlsx --from-journal 30d
  fisbridge mapping diff acme-march.xlsx acme.xlsx --documents documents/
  fisbridge mapping diff live mappings/acme.xlsx --from-journal 30d --format xlsx -o changes.xlsx`,
		Args: frame.WantArgs(2, 2),
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.documents, "documents", nil, "`folder` or file of documents to try both versions on")
	f.StringVar(&o.journal, "from-journal", "", "try both on the documents that the journal received in this `time`: 30d, 12h, or since a day: 2026-03-01")
	f.StringVar(&o.route, "route", "", "the `route` whose version is live, and whose documents are taken from the journal")
	f.StringVar(&o.format, "format", "table", "table, csv (the changed cells of the file), xlsx or html")
	f.StringVarP(&o.output, "output", "o", "", "`file` to write; nothing is left there unless it is whole")
	f.BoolVar(&o.exitCode, "exit-code", false, "end with 3 when anything would come out differently")
	f.IntVar(&o.workers, "workers", 0, "documents worked on at once; 0: one for each processor")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		if err := o.check(a.JSON); err != nil {
			return err
		}
		return a.mappingDiff(ctx, o, args[0], args[1])
	})
	return cmd
}

func (o diffOptions) check(json bool) error {
	switch o.format {
	case "table", "csv", "html":
	case "xlsx":
		if o.output == "" {
			return desk.Usage(errors.New("--format xlsx wants a file: -o changes.xlsx"))
		}
	default:
		return desk.Usage(fmt.Errorf("--format: %q is not one of table, csv, xlsx, html", o.format))
	}
	if json && o.format != "table" {
		return desk.Usage(errors.New("--json and --format are two forms: give one"))
	}
	if len(o.documents) > 0 && o.journal != "" {
		return desk.Usage(errors.New("--documents and --from-journal are two places: give one"))
	}
	return nil
}

// mappingDiff compares two versions and tells the difference.
func (a *bench) mappingDiff(ctx context.Context, o diffOptions, older, newer string) (err error) {
	v, err := a.diffVersions(ctx, o, older, newer)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	left := &docfiles.LeftOut{Frame: a.Frame}
	documents, err := v.documents(ctx, o)
	if err != nil {
		return err
	}
	d, err := a.compareVersions(ctx, v, o, documents, left)
	if err != nil {
		return err
	}
	if err := a.writeDiff(&diffReport{Diff: d, older: v.older.Label, newer: v.newer.Label, from: v.from(o)}, o); err != nil {
		return err
	}
	if left.Count > 0 || o.exitCode && d.Different() {
		return desk.NeedsPerson()
	}
	return nil
}

// compareVersions runs both over the documents. One that cannot be read is told, and the others are compared.
func (a *bench) compareVersions(ctx context.Context, v *diffVersions, o diffOptions, documents iter.Seq2[fis.Envelope, error], left *docfiles.LeftOut) (*compare.Diff, error) {
	bar := a.NewProgress(-1, "comparing")
	defer func() { _ = bar.Finish() }() // a bar that cannot be drawn is no failure
	d, err := desk.Compare(ctx, v.older.Plan, v.newer.Plan, o.workers, time.Time{}, documents, func(err error) { left.Tell(fis.Envelope{}, err) }, func(n int) { _ = bar.Set(n) })
	if err != nil {
		return nil, err
	}
	if d.Unread > 0 {
		left.Count += d.Unread
		a.Warn("%s could not be read and %s not compared", wording.Counted(d.Unread, "document"), wording.Either(d.Unread == 1, "was", "were"))
	}
	return d, nil
}

func (a *bench) writeDiff(r *diffReport, o diffOptions) error {
	stream := a.Stdout.Bytes()
	if o.format == "" || o.format == "table" {
		stream = a.Stdout
	}
	out, err := frame.NewWholeFile(stream, o.output)
	if err != nil {
		return err
	}
	defer out.Abort()
	switch {
	case a.JSON:
		err = term.WriteJSON(out, r.Diff)
	case o.format == "csv":
		err = r.csv(out)
	case o.format == "xlsx":
		err = r.workbook(out)
	case o.format == "html":
		err = r.page(out)
	default:
		width := a.Width()
		if o.output != "" {
			width = term.UsualWidth
		}
		r.text(out, width)
	}
	if err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	if err := out.Commit(); err != nil {
		return err
	}
	if o.output != "" {
		a.Remark("%s", r.Sentence)
		a.Remark("wrote %s", o.output)
	}
	return nil
}

// from says where the documents came from.
func (v *diffVersions) from(o diffOptions) string {
	switch {
	case len(o.documents) > 0:
		return "from " + strings.Join(o.documents, ", ")
	case o.journal != "":
		text := "received since " + wording.At(v.since, v.bench.Zone())
		if len(v.routes) > 0 {
			text += " for route " + strings.Join(v.routes, ", ")
		}
		return text
	}
	return ""
}
