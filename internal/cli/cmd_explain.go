package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/cli/workbench"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/explaining"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
)

// explainOptions are the flags of explain.
type explainOptions struct {
	rendered  string
	member    string
	documents []string
	// render is how the file was rendered.
	render struct {
		mapping, route, created string
		sequence                int64
	}
	all bool

	file   string // in the journal
	line   int
	column string
}

func newExplain(a *app) *cobra.Command {
	o := explainOptions{}
	cmd := &cobra.Command{
		Use:   "explain FILE LINE [COLUMN]",
		Short: "Tell of a line of an import file where every cell came from",
		Long: `explain makes an import file again from its documents and tells of one line, cell by cell: the document and its posting line,
the source fields with what stands in them and where, the formula and the cell it stands in, the rows of lookup sheets that were used, what
the template demands, what was done to the value, and what stands in the file.

FILE is the name of an import file in the journal, ROUTE/NUMBER, or its id; LINE counts from 1, headings and headers included; COLUMN is a
number, a field or a heading, and without it all cells are told. Where the import file is made of several, in a zip or side by side, each
of them has lines of its own: --member names the one that is meant.

A file that was rendered from disk is explained with --rendered, the documents, and the mapping; where the file states its number or the
time it was made, give both as they were given to render.

Exit code 3 when the line that is made today is not, byte for byte, the one in the file.`,
		Example: `  fisbridge explain expenses/12 5
  fisbridge explain GL_000012.csv 5 "Cost centre"
  fisbridge explain bills/7 3 --member BILL_bills_000007_EXP.csv
  fisbridge explain expenses/12 5 --json | jq '.line.cells[] | {field, text, formula}'
  fisbridge explain --rendered import.csv --documents documents/ --mapping mappings/acme.xlsx 5`,
	}
	f := cmd.Flags()
	f.StringVar(&o.member, "member", "", "the `file` of a package that LINE counts in")
	f.StringVar(&o.rendered, "rendered", "", "explain this `file`, which was rendered from disk; the arguments are then LINE [COLUMN]")
	f.StringSliceVar(&o.documents, "documents", nil, "with --rendered: `folder` or file of the documents")
	f.StringVar(&o.render.mapping, "mapping", "", "with --rendered: mapping `file`, or the name of a built-in one")
	f.StringVar(&o.render.route, "route", "", "with --rendered: take the mapping of this `route` of the configuration")
	f.Int64Var(&o.render.sequence, "sequence", 1, "with --rendered: `number` of the (first) file")
	f.StringVar(&o.render.created, "created", "", "with --rendered: `time` that the file says it was made at; that of the file when not given")
	f.BoolVar(&o.all, "all", false, "tell of blank cells, too")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		if err := o.read(args); err != nil {
			return err
		}
		if o.rendered != "" {
			return a.explainRendered(o)
		}
		return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
			return w.Snapshot(ctx, func(w *desk.Workspace) error {
				x, err := explaining.Line(ctx, w, o.file, o.member, o.line)
				if err != nil {
					return err
				}
				return a.tellExplanation(x, o)
			})
		})
	})
	return cmd
}

// read takes the arguments: FILE LINE [COLUMN], without FILE when --rendered names it.
func (o *explainOptions) read(args []string) error {
	if o.rendered == "" {
		if len(o.documents) > 0 || o.render.mapping != "" {
			return desk.Usage(errors.New("--documents and --mapping go with --rendered; a file of the journal knows its documents"))
		}
		if len(args) < 2 || len(args) > 3 {
			return desk.Usage(errors.New("give FILE and LINE, and COLUMN if you like"))
		}
		o.file, args = args[0], args[1:]
	}
	if len(args) < 1 || len(args) > 2 {
		return desk.Usage(errors.New("give LINE, and COLUMN if you like"))
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 {
		return desk.Usage(fmt.Errorf("%q is no line: lines count from 1", args[0]))
	}
	o.line = n
	if len(args) == 2 {
		o.column = args[1]
	}
	return nil
}

// tell writes an explanation.
func (a *app) tellExplanation(x *explaining.Explanation, o explainOptions) error {
	if o.column != "" {
		c, err := x.Cell(o.column)
		if err != nil {
			return err
		}
		line := *x.Line
		line.Cells = []explain.Cell{*c}
		x.Line = &line
	}
	if a.JSON {
		if err := a.WriteJSON(x); err != nil {
			return err
		}
	} else {
		a.explanationText(x, o)
	}
	if x.Known && !x.Same {
		return desk.NeedsPerson()
	}
	return nil
}

// explainRendered explains a line of a file that was rendered from disk.
func (a *app) explainRendered(o explainOptions) error {
	if len(o.documents) == 0 {
		return desk.Usage(errors.New("--rendered needs --documents, the documents that were rendered"))
	}
	plan, err := workbench.PlanFor(a.Frame, o.render.mapping, o.render.route)
	if err != nil {
		return err
	}
	stored, err := os.ReadFile(o.rendered)
	if err != nil {
		return fmt.Errorf("read the rendered file: %w", err)
	}
	created, err := a.madeAt(o)
	if err != nil {
		return err
	}
	x, err := explaining.OfRendered(explaining.Rendered{Name: o.rendered, Member: o.member, Stored: stored, Plan: plan, Documents: docfiles.In(a.Frame, o.documents),
		Route: cmp.Or(o.render.route, plan.Name()), Sequence: o.render.sequence, Created: created}, o.line)
	if err != nil {
		return err
	}
	return a.tellExplanation(x, o)
}

// madeAt is the time the file says it was made at: as given, else when it was written.
func (a *app) madeAt(o explainOptions) (time.Time, error) {
	if o.render.created != "" {
		return workbench.CreatedAt(a.Frame, o.render.created)
	}
	info, err := os.Stat(o.rendered)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the rendered file: %w", err)
	}
	return info.ModTime().In(a.Zone()), nil
}
