package workshop

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// ReadResult is what became of one result file, for --json.
type ReadResult struct {
	File   string       `json:"file"`
	Format string       `json:"format"`
	Lines  []ResultLine `json:"lines"`
	Counts struct {
		Lines    int `json:"total"`
		Outcomes int `json:"outcomes"`
		Payments int `json:"payments"`
		Files    int `json:"files"`
		Ignored  int `json:"ignored"`
		Listed   int `json:"listed"`
	} `json:"rows"`
	Error string `json:"error,omitempty"`

	RestPosted bool `json:"-"` // documents of the import file that no line names are taken as posted
}

// ResultLine is a line of a result file, and what it would mean.
type ResultLine struct {
	Line int    `json:"line"`
	Unit string `json:"unit"` // what the line is called: line, row, entry
	Kind string `json:"kind"`
	Text string `json:"text"`
	// Stands is what the reader found in the file, where that is no line of text that a person could look at by its
	// number.
	Stands string `json:"stands,omitempty"`
}

// Formats are the result formats of a mapping, ready to read with.
type Formats struct {
	compiled []*returns.Format
	specs    []format.Format
}

// formatsOf compiles the result formats of a mapping.
func formatsOf(plan *mapping.Plan) (f Formats, err error) {
	f.specs = plan.Results()
	for _, spec := range f.specs {
		compiled, err := returns.Compile(spec)
		if err != nil {
			return f, err
		}
		f.compiled = append(f.compiled, compiled)
	}
	return f, nil
}

// named is the first format that takes the name of a file.
func (f Formats) named(file string) (*returns.Format, error) {
	var names []string
	for i, format := range f.compiled {
		if format.Matches(filepath.Base(file)) {
			return format, nil
		}
		names = append(names, fmt.Sprintf("%s takes %s", format.Name(), f.specs[i].Files))
	}
	return nil, fmt.Errorf("%s: no result format takes this name (%s)", file, strings.Join(names, ", "))
}

// Read reads a result file as a run would, and tells what each line means. begin is told the format, before the first
// line; each is told the lines. Nothing is kept, and no document is looked for. today is the day by which dates are
// judged.
func (f Formats) Read(ctx context.Context, file string, today fis.Date, begin func(format string), each func(ResultLine)) (*ReadResult, error) {
	r := &ReadResult{File: file, Lines: []ResultLine{}}
	format, err := f.named(file)
	if err != nil {
		return r, err
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
	begin(r.Format)
	sum, err := format.At(today).Aloud().Parse(ctx, file, in, info.Size(), layout.Limits{}, func(row returns.Row) error {
		each(ResultLine{Line: row.Line, Unit: format.Unit(), Kind: row.Kind.String(), Text: rowWords(row), Stands: stands(format, row)})
		return nil
	})
	if err != nil {
		return r, err
	}
	c := &r.Counts
	c.Lines, c.Outcomes, c.Payments, c.Files, c.Ignored, c.Listed = sum.Rows, sum.Postings, sum.Payments, sum.Files, sum.Ignored, sum.Exceptions
	r.RestPosted = sum.RestPosted
	return r, nil
}

// stands is what a person is shown of a row that has no line of its own.
func stands(f *returns.Format, row returns.Row) string {
	if f.Unit() != "entry" {
		return ""
	}
	return row.Raw
}

// rowWords tells a person what a line means.
func rowWords(row returns.Row) string {
	if row.Kind == returns.Exception {
		return "NOT UNDERSTOOD: " + row.Problem
	}
	if row.Perhaps {
		return "nothing follows, unless it names a document of ours: " + row.Problem
	}
	if row.Kind == returns.Ignored {
		return "nothing follows: " + row.Problem
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
		status := map[string]string{"CP": "paid", "PP": "paid in part", "paid": "paid", "RE": "payment reversed", "OB": "payment will not come"}[string(p.Status)]
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
		add("posted on ", dateWord(o.Posted.IsZero() || o.Verdict == fis.Rejected, o.Posted.String()))
		for _, m := range o.Messages {
			add("", strings.TrimSpace(strings.Replace(m.Code+" "+m.Text, m.Text+" "+m.Text, m.Text, 1)))
		}
		if row.Accepted >= 0 || row.Rejected >= 0 {
			add("", fmt.Sprintf("%d accepted, %d rejected", row.Accepted, row.Rejected))
		}
	}
	of := refWords(row.Refs)
	if of == "" && row.Kind == returns.Payment {
		of = "a document that the file does not name"
		if len(row.Seek.Words) > 0 {
			of += ", or by one of these words: " + strings.Join(row.Seek.Words, " ")
		}
	}
	add("of ", of)
	return b.String()
}

func dateWord(none bool, date string) string {
	if none {
		return ""
	}
	return date
}

// refWords is how a line names what it is about.
func refWords(r fis.Refs) string {
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
