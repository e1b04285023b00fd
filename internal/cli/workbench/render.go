package workbench

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/mappings"
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
	parser := fis.NewParser(posting.Wanted)
	for env, err := range docfiles.In(a.Frame, args) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			left.Tell(fis.Envelope{}, err)
			continue
		}
		result, err := postingLines(parser, env, posting.Options{CardCodes: o.cards})
		if err != nil {
			left.Tell(env, err)
			continue
		}
		for _, w := range result.Warnings {
			a.Warn("%s: %s", env.Place, w)
		}
		text, err := json.Marshal(result)
		if err != nil {
			return fmt.Errorf("write posting lines: %w", err)
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

func postingLines(parser *fis.Parser, env fis.Envelope, opt posting.Options) (*posting.Result, error) {
	doc, err := parser.Parse(env)
	if err != nil {
		return nil, err
	}
	return posting.Derive(doc, opt)
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
	files := &fileSet{plan: plan, output: o.output, reads: append(slices.Clone(args), plan.Path()), stdout: a.Stdout.Bytes(), left: left, context: mapping.FileContext{Route: cmp.Or(o.route, plan.Name()), Sequence: o.sequence, Created: created}}
	defer files.abort()
	files.again = func(numbers []int, emit func(mapping.Rendered) error) error {
		return a.renderAgain(ctx, plan, o, input.Again(numbers), emit)
	}
	bar := a.NewProgress(-1, "rendering")
	err = a.render(ctx, plan, o, input.First(), func(err error) { left.Tell(fis.Envelope{}, err) }, func(r mapping.Rendered) error {
		_ = bar.Add(1)
		return files.add(r)
	})
	_ = bar.Finish()
	if err != nil {
		return err
	}
	if err := files.finish(); err != nil {
		return err
	}
	return a.tellRendered(files)
}

// render renders documents; what cannot be read is told.
func (a *bench) render(ctx context.Context, plan *mapping.Plan, o renderOptions, documents iter.Seq2[docfiles.Piece, error], tell func(error), emit func(mapping.Rendered) error) error {
	next, stop := iter.Pull2(documents)
	defer stop()
	found := false // in the file in hand: documents, or why there are none
	return plan.RenderBatches(ctx, o.workers, func() (mapping.Batch, bool, error) {
		p, err, ok := next()
		b := mapping.Batch{Input: mapping.Input{Envelope: p.Envelope}, Lines: p.Lines}
		switch {
		case err != nil:
			b.Pass = err
		case p.Ended != "":
			b.Pass = p.Ended
		}
		return b, ok, nil
	}, func(r mapping.Rendered) error {
		switch pass := r.Pass.(type) {
		case string:
			if !found {
				tell(docfiles.NoDocument(pass))
			}
			found = false
			return nil
		case error:
			tell(pass)
		default:
			if r.Unread == nil {
				found = true
				return emit(r)
			}
			tell(docfiles.Unread(r.Unread))
		}
		found = true
		return nil
	})
}

// renderAgain renders documents that could be read before.
func (a *bench) renderAgain(ctx context.Context, plan *mapping.Plan, o renderOptions, documents iter.Seq2[fis.Envelope, error], emit func(mapping.Rendered) error) error {
	next, stop := iter.Pull2(documents)
	defer stop()
	return plan.RenderAll(ctx, o.workers, func() (mapping.Input, bool, error) {
		env, err, ok := next()
		return mapping.Input{Envelope: env}, ok, err
	}, emit)
}

// PlanFor loads the mapping that the flags name.
func PlanFor(a *frame.Frame, file, route string) (*mapping.Plan, error) {
	switch {
	case file != "" && route != "":
		return nil, desk.Usage(errors.New("--mapping and --route are two ways to say the same: give one"))
	case route != "":
		return routePlan(a, route)
	case file == "":
		return nil, desk.Usage(errors.New("--mapping or --route is missing (or --format json)"))
	}
	plan, findings := loadMapping(templatesFor(a.Dir, file), file)
	return plan, findings.Err()
}

func routePlan(a *frame.Frame, name string) (*mapping.Plan, error) {
	cfg, err := config.Load(a.Dir)
	if err != nil {
		return nil, err
	}
	r, ok := cfg.Route(name)
	if !ok {
		var names []string
		for _, r := range cfg.Routes {
			names = append(names, r.Name)
		}
		return nil, &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("there is no route %q", name), Hint: "routes: " + strings.Join(names, ", ")}
	}
	plan, findings := mapping.Load(desk.TemplatesOf(cfg.Path(cfg.Folders.Templates)), cfg.Path(r.Mapping))
	return plan, findings.Err()
}

// loadMapping loads a mapping file; where there is none of that name, a built-in one.
func loadMapping(templates fs.FS, name string) (*mapping.Plan, findings.List) {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) && filepath.Ext(name) == "" {
		if file, text, err := frame.ReadyMapping(name); err == nil {
			return mapping.LoadBytes(templates, file, text)
		}
		if names := readyNames(); wording.Nearest(name, names) != "" {
			return nil, findings.List{{Severity: findings.Error, File: name, Reason: "there is no mapping file and no built-in mapping of this name", Nearest: wording.Nearest(name, names)}}
		}
	}
	return mapping.Load(templates, name)
}

// readyNames are the names of the built-in mappings.
func readyNames() []string {
	var names []string
	files, err := fs.Glob(mappings.FS(), "*.xlsx")
	if err != nil {
		return nil
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f, ".xlsx"))
	}
	return names
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
