package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

func newMappingResults(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "results MAPPING FILE...",
		Short: "Show what the lines of a result file would mean",
		Long: `results reads result files of your ERP by the result formats of a mapping, as a run would, and shows what each line means: posted, rejected,
a payment, or a line that nobody understands, with the reason. Nothing is kept or sent, and no document is looked for: try a sample file of the ERP before
you go live.

Exit code 0 when every line is understood, 3 when one is not, 1 when a file cannot be read at all.`,
		Example: `  fisbridge mapping results mappings/acme.xlsx sample.result.csv`,
		Args:    wantArgs(2, -1),
	}
	cmd.RunE = a.action(func(ctx context.Context, args []string) error { return a.mappingResults(ctx, args[0], args[1:]) })
	return cmd
}

// readResult is what became of one result file, for --json.
type readResult struct {
	File   string       `json:"file"`
	Format string       `json:"format"`
	Lines  []resultLine `json:"lines"`
	Counts struct {
		Lines    int `json:"total"`
		Outcomes int `json:"outcomes"`
		Payments int `json:"payments"`
		Files    int `json:"files"`
		Ignored  int `json:"ignored"`
		Listed   int `json:"listed"`
	} `json:"rows"`
	Error string `json:"error,omitempty"`
}

type resultLine struct {
	Line int    `json:"line"`
	Kind string `json:"kind"`
	Text string `json:"text"`
}

func (a *app) mappingResults(ctx context.Context, path string, files []string) error {
	plan, findings := mapping.Load(a.ownTemplates(), path)
	if plan == nil {
		return findings.Err()
	}
	var formats []*returns.Format
	for _, f := range plan.Results() {
		compiled, err := returns.Compile(f)
		if err != nil {
			return err
		}
		formats = append(formats, compiled)
	}
	var all []*readResult
	var errs []error
	listed := 0
	for _, file := range files {
		r, err := a.readResult(ctx, formats, plan.Results(), file)
		if err != nil {
			errs = append(errs, err)
			r.Error = err.Error()
		}
		all, listed = append(all, r), listed+r.Counts.Listed
	}
	if a.json {
		if err := a.writeJSON(map[string]any{"files": all}); err != nil {
			return err
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if listed > 0 {
		return desk.NeedsPerson()
	}
	return nil
}

// readResult reads one file by the first format that takes its name.
func (a *app) readResult(ctx context.Context, formats []*returns.Format, specs []format.Format, file string) (*readResult, error) {
	r := &readResult{File: file, Lines: []resultLine{}}
	var format *returns.Format
	var names []string
	for i, f := range formats {
		if format == nil && f.Matches(filepath.Base(file)) {
			format = f
		}
		names = append(names, fmt.Sprintf("%s takes %s", f.Name(), specs[i].Files))
	}
	if format == nil {
		return r, fmt.Errorf("%s: no result format takes this name (%s)", file, strings.Join(names, ", "))
	}
	r.Format = format.Name()
	in, err := os.Open(file)
	if err != nil {
		return r, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return r, err
	}
	if !a.json {
		a.say("%s (%s)", file, r.Format)
	}
	sum, err := format.At(fis.DateOf(a.now().In(a.zone()))).Parse(ctx, file, in, info.Size(), layout.Limits{}, func(row returns.Row) error {
		line := resultLine{Line: row.Line, Kind: row.Kind.String(), Text: rowWords(row)}
		if a.json {
			r.Lines = append(r.Lines, line)
		} else {
			a.say("  line %d: %s", line.Line, line.Text)
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	c := &r.Counts
	c.Lines, c.Outcomes, c.Payments, c.Files, c.Ignored, c.Listed = sum.Rows, sum.Postings, sum.Payments, sum.Files, sum.Ignored, sum.Exceptions
	if !a.json {
		a.say("  %d lines: %d outcomes, %d payments, %d about whole files, %d without consequence, %d not understood", c.Lines, c.Outcomes, c.Payments, c.Files, c.Ignored, c.Listed)
		if sum.RestPosted {
			a.say("  documents of the import file that no line names are taken as posted")
		}
	}
	return r, nil
}

// rowWords tells a person what a line means.
func rowWords(row returns.Row) string {
	if row.Kind == returns.Exception {
		return "NOT UNDERSTOOD: " + row.Problem
	}
	var b strings.Builder
	add := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, ", %s%s", label, value)
		}
	}
	p, o := row.Payment, row.Outcome
	switch row.Kind {
	case returns.Payment:
		status := map[string]string{"CP": "paid", "PP": "paid in part", "RE": "payment reversed", "OB": "payment will not come"}[string(p.Status)]
		fmt.Fprintf(&b, "%s %s %s", status, p.Amount, p.Currency)
		add("on ", dateWord(p.Cleared.IsZero(), p.Cleared.String()))
		add("reference ", p.Reference)
		add("method ", p.Method)
		add("company ", p.Company)
		add("", p.Message)
	default:
		what := map[returns.Kind]string{returns.Posting: "", returns.File: "import file "}[row.Kind]
		fmt.Fprintf(&b, "%s%s", what, o.Verdict)
		add("number ", o.Number)
		add("company ", o.Company)
		add("fiscal year ", o.FiscalYear)
		add("posted on ", dateWord(o.Posted.IsZero(), o.Posted.String()))
		for _, m := range o.Messages {
			add("", strings.TrimSpace(strings.Replace(m.Code+" "+m.Text, m.Text+" "+m.Text, m.Text, 1)))
		}
		if row.Accepted >= 0 || row.Rejected >= 0 {
			add("", fmt.Sprintf("%d accepted, %d rejected", row.Accepted, row.Rejected))
		}
	}
	add("of ", refWords(row.Refs))
	return b.String()
}

func dateWord(none bool, date string) string {
	if none {
		return ""
	}
	return date
}

// refWords is how a line names what it is about.
func refWords(r returns.Refs) string {
	var words []string
	add := func(label, value string) {
		if value != "" {
			words = append(words, label+value)
		}
	}
	add("", r.Any)
	add("document ", r.DocID)
	add("report ", r.ReportID)
	add("report key ", r.ReportKey)
	if r.FileSequence > 0 {
		add("import file number ", fmt.Sprint(r.FileSequence))
	}
	add("import file ", r.FileName)
	add("batch ", r.BatchID)
	if r.FileLine > 0 {
		add("line ", fmt.Sprint(r.FileLine))
	}
	return strings.Join(words, " ")
}
