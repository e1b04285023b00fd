package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// explainOptions are the flags of explain.
type explainOptions struct {
	rendered  string
	documents []string
	render    renderOptions
	all       bool

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
number, a field or a heading, and without it all cells are told.

A file that was rendered from disk is explained with --rendered, the documents, and the mapping; where the file states its number or the
time it was made, give both as they were given to render.

Exit code 3 when the line that is made today is not, byte for byte, the one in the file.`,
		Example: `  fisbridge explain expenses/12 5
  fisbridge explain GL_000012.csv 5 "Cost centre"
  fisbridge explain expenses/12 5 --json | jq '.line.cells[] | {field, text, formula}'
  fisbridge explain --rendered import.csv --documents documents/ --mapping mappings/acme.xlsx 5`,
	}
	f := cmd.Flags()
	f.StringVar(&o.rendered, "rendered", "", "explain this `file`, which was rendered from disk; the arguments are then LINE [COLUMN]")
	f.StringSliceVar(&o.documents, "documents", nil, "with --rendered: `folder` or file of the documents")
	f.StringVar(&o.render.mapping, "mapping", "", "with --rendered: mapping `file`, or the name of a built-in one")
	f.StringVar(&o.render.route, "route", "", "with --rendered: take the mapping of this `route` of the configuration")
	f.Int64Var(&o.render.sequence, "sequence", 1, "with --rendered: `number` of the (first) file")
	f.StringVar(&o.render.created, "created", "", "with --rendered: `time` that the file says it was made at; that of the file when not given")
	f.BoolVar(&o.all, "all", false, "tell of blank cells, too")
	cmd.RunE = a.action(func(ctx context.Context, args []string) error {
		if err := o.read(args); err != nil {
			return err
		}
		if o.rendered != "" {
			return a.explainRendered(ctx, o)
		}
		return a.looking(ctx, func(w *workspace) error {
			return w.j.Snapshot(ctx, func(j *journal.Journal) error {
				return a.explainFiled(ctx, &workspace{cfg: w.cfg, j: j, log: w.log}, o)
			})
		})
	})
	return cmd
}

// read takes the arguments: FILE LINE [COLUMN], without FILE when --rendered names it.
func (o *explainOptions) read(args []string) error {
	if o.rendered == "" {
		if len(o.documents) > 0 || o.render.mapping != "" {
			return usage(errors.New("--documents and --mapping go with --rendered; a file of the journal knows its documents"))
		}
		if len(args) < 2 || len(args) > 3 {
			return usage(errors.New("give FILE and LINE, and COLUMN if you like"))
		}
		o.file, args = args[0], args[1:]
	}
	if len(args) < 1 || len(args) > 2 {
		return usage(errors.New("give LINE, and COLUMN if you like"))
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 {
		return usage(fmt.Errorf("%q is no line: lines count from 1", args[0]))
	}
	o.line = n
	if len(args) == 2 {
		o.column = args[1]
	}
	return nil
}

func (o *explainOptions) want(first, last int) bool { return first <= o.line && o.line <= last }

// explanation is what explain found.
type explanation struct {
	File  string `json:"file"`
	Route string `json:"route,omitempty"`
	// Sequence, Lines and Documents are of the file.
	Sequence  int64 `json:"sequence"`
	Lines     int   `json:"lines"`
	Documents int   `json:"documents"`
	// Mapping is the mapping that explains; the file was made with the version MadeWith. Changed when the two differ.
	Mapping  string `json:"mapping"`
	Version  string `json:"mapping_hash"`
	MadeWith string `json:"made_with_hash,omitempty"`
	Changed  bool   `json:"mapping_changed"`
	// Same tells that the line made today is byte for byte the one in the file; unknown when the file's bytes have aged out.
	Same   bool   `json:"same"`
	Known  bool   `json:"bytes_known"`
	Whole  bool   `json:"whole_file_same"`
	Stored string `json:"in_the_file,omitempty"`
	// Problems are documents of the file that cannot be mapped today.
	Problems []string               `json:"problems,omitempty"`
	Line     *mapping.ExplainedLine `json:"line"`

	plan *mapping.Plan
}

// tell writes an explanation.
func (a *app) tellExplanation(x *explanation, o explainOptions) error {
	if o.column != "" {
		c, err := cellNamed(x.Line, o.column)
		if err != nil {
			return err
		}
		line := *x.Line
		line.Cells = []mapping.ExplainedCell{*c}
		x.Line = &line
	}
	if a.json {
		if err := a.writeJSON(x); err != nil {
			return err
		}
	} else {
		a.explanationText(x, o)
	}
	if x.Known && !x.Same {
		return needsPerson()
	}
	return nil
}
