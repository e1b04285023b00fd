package workbench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// renderOptions are the flags of render.
type renderOptions struct {
	mapping  string
	route    string
	format   string
	output   string
	sequence int64
	created  string
	workers  int
	cards    []string
}

// NewRender makes import files, or posting lines, from documents on disk.
func NewRender(f *frame.Frame) *cobra.Command {
	a := &bench{f}
	o := renderOptions{}
	cmd := &cobra.Command{
		Use:   "render [DOCUMENTS...]",
		Short: "Make an import file, or posting lines, from documents on disk",
		Long: `render turns documents into an import file without any network and without the journal. It takes files and folders of
documents (a bare document, an envelope, the answer of Concur's list, JSON lines) or standard input.

With --format json it prints the posting lines of each document instead, one document a line, so that anybody can compare them.

Documents that cannot be posted or mapped are told and left out, and the exit code is 3.`,
		Example: `  fisbridge render documents/ --mapping mappings/acme.xlsx -o import.csv
  fisbridge render april.json --route expenses -o out/         # a folder: the template names the files
  fisbridge render april.json --format json | jq .lines
  cat documents.jsonl | fisbridge render --mapping generic-csv`,
	}
	flags := cmd.Flags()
	flags.StringVar(&o.mapping, "mapping", "", "mapping `file`, or the name of a built-in one")
	flags.StringVar(&o.route, "route", "", "take the mapping of this `route` of the configuration")
	flags.StringVar(&o.format, "format", "", "json: posting lines instead of an import file")
	flags.StringVarP(&o.output, "output", "o", "", "`file` or folder to write; nothing is left there unless it is whole")
	flags.Int64Var(&o.sequence, "sequence", 1, "sequence `number` of the (first) file")
	flags.StringVar(&o.created, "created", "", "`time` that the file says it was made at, as 2026-01-31T09:30:00Z; now when not given")
	flags.IntVar(&o.workers, "workers", 0, "documents worked on at once; 0: one for each processor")
	flags.StringSliceVar(&o.cards, "card-code", nil, "payee `code` of a further card vendor, for --format json")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		switch {
		case o.format == "json" && (o.mapping != "" || o.route != ""):
			return desk.Usage(errors.New("--format json derives posting lines and takes no mapping"))
		case o.format == "json":
			return a.renderLines(ctx, o, args)
		case o.format != "":
			return desk.Usage(fmt.Errorf("--format %q: json is the only one; the import file's own format comes from the mapping", o.format))
		}
		return a.renderFiles(ctx, o, args)
	})
	return cmd
}

// renderLines prints the posting lines of each document.
func (a *bench) renderLines(ctx context.Context, o renderOptions, args []string) error {
	if err := docfiles.Named(args); err != nil {
		return err
	}
	out, err := frame.NewWholeFile(a.Stdout.Bytes(), o.output, args...)
	if err != nil {
		return err
	}
	defer out.Abort()
	left := &docfiles.LeftOut{Frame: a.Frame}
	parser := workshop.LinesParser()
	for env, err := range docfiles.In(a.Frame, args) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			left.Tell(fis.Envelope{}, err)
			continue
		}
		text, warnings, err := workshop.PostingLines(parser, env, o.cards)
		if err != nil {
			left.Tell(env, err)
			continue
		}
		for _, w := range warnings {
			a.Warn("%s: %s", env.Place, w)
		}
		if _, err := out.Write(append(text, '\n')); err != nil {
			return fmt.Errorf("write posting lines: %w", err)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err() // the input was cut short: half of it is nothing
	}
	if err := out.Commit(); err != nil {
		return err
	}
	if left.Count > 0 {
		return desk.NeedsPerson()
	}
	return nil
}

// renderFiles makes import files.
func (a *bench) renderFiles(ctx context.Context, o renderOptions, args []string) error {
	if err := docfiles.Named(args); err != nil {
		return err
	}
	plan, err := PlanFor(a.Frame, o.mapping, o.route)
	if err != nil {
		return err
	}
	created, err := CreatedAt(a.Frame, o.created)
	if err != nil {
		return err
	}
	input, err := docfiles.Twice(a.Frame, args)
	if err != nil {
		return err
	}
	defer input.Remove()
	left := &docfiles.LeftOut{Frame: a.Frame}
	bar := a.NewProgress(-1, "rendering")
	made, err := workshop.Render(ctx, plan, workshop.Rendering{
		Route: cmp.Or(o.route, plan.Name()), Sequence: o.sequence, Created: created, Workers: o.workers, OneFile: !intoFolder(o.output),
		First: input.First, Again: input.Again,
		Open: func(name string) (workshop.Writing, error) {
			reads := append(slices.Clone(args), plan.Path())
			if intoFolder(o.output) && plan.Layout().Beside(name) != nil {
				if err := os.MkdirAll(o.output, 0o700); err != nil {
					return nil, fmt.Errorf("make the output folder: %w", err)
				}
				return newBesideFiles(o.output, reads)
			}
			return a.beginFile(o, name, reads)
		},
		LeftOut: left.Tell, NotMade: left.File,
		Progress: func() { _ = bar.Add(1) },
	})
	_ = bar.Finish()
	if err != nil {
		return err
	}
	return a.tellRendered(o, made, left)
}

// beginFile begins the file of this name in the output folder, or the one that was named.
func (a *bench) beginFile(o renderOptions, name string, reads []string) (*frame.WholeFile, error) {
	if !intoFolder(o.output) {
		return frame.NewWholeFile(a.Stdout.Bytes(), o.output, reads...)
	}
	if err := os.MkdirAll(o.output, 0o700); err != nil {
		return nil, fmt.Errorf("make the output folder: %w", err)
	}
	return frame.NewWholeFile(nil, renderedPath(o, name), reads...)
}

// intoFolder: the output is a folder, or written like one.
func intoFolder(output string) bool {
	if strings.HasSuffix(output, "/") || strings.HasSuffix(output, string(filepath.Separator)) {
		return true
	}
	info, err := os.Stat(output)
	return err == nil && info.IsDir()
}

// renderedPath is where a file was written; empty for standard output.
func renderedPath(o renderOptions, name string) string {
	if intoFolder(o.output) {
		return filepath.Join(o.output, filepath.Base(name))
	}
	return o.output
}

// tellRendered says what was made of the documents.
func (a *bench) tellRendered(o renderOptions, made []workshop.RenderedFile, left *docfiles.LeftOut) error {
	if err := a.tellFiles(o, made, left.Count); err != nil {
		return err
	}
	switch {
	case left.Count > 0:
		return desk.NeedsPerson()
	case len(made) == 0:
		return &desk.Error{Code: desk.ExitFailed, Err: errors.New("no document, so no import file")}
	}
	return nil
}

func (a *bench) tellFiles(o renderOptions, made []workshop.RenderedFile, left int) error {
	if a.JSON && o.output != "" {
		list := make([]map[string]any, len(made))
		for i, f := range made {
			t := f.Totals
			list[i] = map[string]any{"file": renderedPath(o, f.Name), "documents": t.Documents, "lines": t.Lines, "debit": t.Debit, "credit": t.Credit, "not_as_they_came": t.NotesText()}
		}
		return a.WriteJSON(map[string]any{"files": list, "left_out": left})
	}
	for _, f := range made {
		path := renderedPath(o, f.Name)
		if path == "" {
			continue // standard output holds it, and nothing else
		}
		a.Remark("%s: %d documents, %d lines%s", path, f.Totals.Documents, f.Totals.Lines, sums(f.Totals.Debit))
		if len(f.Totals.Notes) > 0 {
			a.Remark("%s: not written as they came: %s", path, f.Totals.NotesText())
		}
	}
	if left > 0 {
		a.Remark("%d left out", left)
	}
	return nil
}

// sums lists amounts by currency; nothing where a template does not say which fields hold them.
func sums(debit map[string]fis.Amount) string {
	var parts []string
	for currency, amount := range debit {
		if !amount.IsZero() {
			parts = append(parts, currency+" "+fis.Text(amount, currency))
		}
	}
	sort.Strings(parts)
	if len(parts) == 0 {
		return ""
	}
	return ", debit " + strings.Join(parts, ", ")
}

// PlanFor loads the mapping that the flags name.
func PlanFor(a *frame.Frame, file, route string) (*workshop.Plan, error) {
	switch {
	case file != "" && route != "":
		return nil, desk.Usage(errors.New("--mapping and --route are two ways to say the same: give one"))
	case route != "":
		return workshop.OfRoute(a.Dir, route)
	case file == "":
		return nil, desk.Usage(errors.New("--mapping or --route is missing (or --format json)"))
	}
	plan, findings := workshop.Load(workshop.TemplatesFor(a.Dir, file), file)
	return plan, findings.Err()
}

// CreatedAt is the moment a file is made for: as given, else now, on the clock of the company (see zone).
func CreatedAt(a *frame.Frame, text string) (time.Time, error) {
	if text == "" {
		return a.Now().In(a.Zone()), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, desk.Usage(fmt.Errorf("--created %q is not a time such as 2026-01-31T09:30:00Z", text))
	}
	return t, nil
}
