// Package named makes a kind of result file of a reader that knows what its files mean, such as one of bank statements:
// its rows have facts with fixed names, and a layout has one record whose fields are some of them. Facts are texts in
// one form whatever the bank writes (dates yyyy-MM-dd, amounts with a point), so that a layout needs no conventions.
package named

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Reader is a kind of file that is only read.
type Reader struct {
	Word layout.KindName
	// Facts are the names of what a row tells, and what each is.
	Facts []Fact
	// Unit is how messages name a row: line, entry.
	Unit string
	// Takes tells whether a file may begin like this; nil: text only.
	Takes func(layout.Found) bool
	// Settings takes the kind's own settings apart; nil: there are none. What it gives is handed to Open.
	Settings func(c *layout.Check) any
	Open     func(plan *layout.Plan, in layout.Input, settings any) (Rows, error)
	// Unfinished says what is missing at the end of a file that is still being written; see layout.Ender.
	Unfinished func(r io.ReaderAt, size int64) (missing string, err error)
}

// Fact is one thing that a row tells.
type Fact struct {
	Name string
	Type layout.Type
	Is   string
}

// Rows gives the rows of one file. Row is reused. A *Bad is wrong with one row only, and Next may be called again.
type Rows interface {
	Next() (*Row, error)
}

// Row is what one row tells.
type Row struct {
	Line  int      // from 1, another one for each row
	Raw   string   // what people find it by in the file
	Facts []string // by the index of the fact
}

// Text is the lines of a file as text, with what could not be decoded replaced: texts of banks are often in another
// encoding than they say, and references and amounts never are.
type Text struct {
	lines *layout.Lines
	plan  *layout.Plan
}

// NewText begins to read the lines of a file.
func NewText(plan *layout.Plan, in layout.Input) (*Text, error) {
	lines, err := layout.NewLines(plan, in)
	return &Text{lines: lines, plan: plan}, err
}

// Next is the next line with its number, without blanks at its end.
func (t *Text) Next() (text string, number int, err error) {
	raw, _, err := t.lines.Next()
	if err != nil {
		return "", t.lines.Line, err
	}
	text, ok := t.plan.Charset().Decode(raw)
	if !ok {
		text = t.plan.Decode(raw)
	}
	return strings.TrimRight(text, " \t\r\x00\x1a"), t.lines.Line, nil
}

// Tail is the end of a file, at most so many bytes: where files show whether they are whole.
func Tail(r io.ReaderAt, size int64, most int) ([]byte, error) {
	b := make([]byte, min(size, int64(most)))
	n, err := r.ReadAt(b, size-int64(len(b)))
	if err != nil && !(errors.Is(err, io.EOF) && n == len(b)) {
		return nil, err
	}
	return b, nil
}

// Bad says why a row cannot be understood.
type Bad struct{ Reason string }

func (b *Bad) Error() string { return b.Reason }

// Name is the word for the kind in a layout.
func (k Reader) Name() layout.KindName { return k.Word }

// Can is what such files hold.
func (k Reader) Can() layout.Can {
	return layout.Can{Own: k.Settings != nil, Ends: k.Unfinished != nil, Apart: true, Unit: k.Unit}
}

type format struct {
	kind     Reader
	plan     *layout.Plan
	settings any
	at       []int // the fact of each field
}

// New begins the format of a plan.
func (k Reader) New(c *layout.Check) layout.Format {
	f := &format{kind: k, plan: c.Plan()}
	if k.Settings != nil {
		f.settings = k.Settings(c)
	}
	if n := len(c.Plan().Records()); n != 1 {
		c.Problem("records", "", "files of kind %s have one record, whose fields are facts that the reader knows; here are %d", k.Word, n)
	}
	return f
}

// Field finds the fact that a field is.
func (f *format) Field(c *layout.Check, cell *layout.Cell) {
	if cell.Record > 0 {
		return
	}
	at := slices.IndexFunc(f.kind.Facts, func(fact Fact) bool { return fact.Name == cell.Name })
	f.at = append(f.at, at)
	if at < 0 {
		near := ""
		if best := wording.Nearest(cell.Name, f.names()); best != "" {
			near = fmt.Sprintf(" (did you mean %q?)", best)
		}
		c.Problem(c.At(cell), cell.Name, "is nothing that files of kind %s tell%s; there are %s", f.kind.Word, near, strings.Join(f.names(), ", "))
		return
	}
	words := cell.Type == layout.CodeType || cell.Type == layout.TextType
	if is := f.kind.Facts[at].Type; cell.Type != is && !words && cell.Type != "" {
		c.Problem(c.At(cell)+".type", string(cell.Type), "is a %s", is)
	}
}

func (f *format) names() []string {
	names := make([]string, len(f.kind.Facts))
	for i, fact := range f.kind.Facts {
		names[i] = fact.Name
	}
	return names
}

// Record has nothing to add.
func (f *format) Record(*layout.Check, *layout.Line) {}

// Expects asks the reader.
func (f *format) Expects(found layout.Found) (bool, string) {
	if f.kind.Takes != nil {
		return f.kind.Takes(found), ""
	}
	return found == layout.FoundText, ""
}

// Unfinished asks the reader.
func (f *format) Unfinished(r io.ReaderAt, size int64) (string, error) {
	if f.kind.Unfinished == nil {
		return "", nil
	}
	return f.kind.Unfinished(r, size)
}

// Read begins to read a file.
func (f *format) Read(in layout.Input) (layout.Source, error) {
	rows, err := f.kind.Open(f.plan, in, f.settings)
	if err != nil {
		return nil, err
	}
	return &source{format: f, rows: rows, values: make([]layout.Value, f.plan.MostCells())}, nil
}

type source struct {
	*format
	rows   Rows
	values []layout.Value
}

func (s *source) Close() error { return nil }

// Says is what the rows say of their file.
func (s *source) Says() string {
	if rows, ok := s.rows.(layout.Sayer); ok {
		return rows.Says()
	}
	return ""
}

func (s *source) Next() (layout.Row, error) {
	row, err := s.rows.Next()
	if row == nil {
		return layout.Row{Record: -1}, err
	}
	line := &s.plan.Lines()[0]
	out := layout.Row{Record: 0, Line: row.Line, Raw: row.Raw, Values: s.values[:len(line.Cells)]}
	var bad *Bad
	if errors.As(err, &bad) {
		return out, s.wrong(line, row, "", bad.Reason)
	}
	if err != nil {
		return out, err
	}
	clear(out.Values)
	for i := range line.Cells {
		c := &line.Cells[i]
		text := row.Facts[s.at[i]]
		v, reason := c.Parse(text, "")
		out.Values[i] = v
		if reason != "" && err == nil {
			err = s.wrong(line, row, c.Name, fmt.Sprintf("%q %s", layout.Clip(text), reason))
		}
	}
	return out, err
}

func (s *source) wrong(line *layout.Line, row *Row, field, reason string) error {
	return &layout.LineError{Line: row.Line, Place: fmt.Sprintf("%s %d", s.kind.Unit, row.Line), Record: line.Name, Field: field, Reason: reason}
}
