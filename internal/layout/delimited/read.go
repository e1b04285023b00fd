package delimited

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// maxRewinds bounds how often a quote without an end is read past and back again.
const maxRewinds = 100

// source reads a file.
type source struct {
	*format
	lines   *layout.Lines
	most    int // columns
	columns []int
	header  int // number of columns of the header row
	rewinds int

	raw    string
	long   []byte // the lines of a record that has more than one
	fields []string
	text   []byte // of a field with quotes: what is in them
	values []layout.Value
	part   *layout.Part
	last   *layout.Line    // the record of the values
	wanted [][]wanted      // of each record
	texts  strings.Builder // of lines, many in one piece of memory; for a part only
}

// wanted is a field that is read, and the column that it stands in where there are no headings.
type wanted struct {
	cell *layout.Cell
	at   int
}

// mostTexts is how much memory holds the texts of lines together: a text that is kept keeps no more of them.
const mostTexts = 8 << 10

// Read begins to read a file, with its headings.
func (f *format) Read(in layout.Input) (layout.Source, error) {
	lines, err := layout.NewLines(f.plan, in)
	if err != nil {
		return nil, err
	}
	s := &source{format: f, part: in.Part, lines: lines, most: in.Limits.Columns,
		values: make([]layout.Value, f.plan.MostCells())}
	for i, l := range f.plan.Lines() {
		s.wanted = append(s.wanted, nil)
		for at, c := range l.Placed {
			if s.part.Wants(i, c.Index) {
				s.wanted[i] = append(s.wanted[i], wanted{c, at})
			}
		}
	}
	if f.plan.Headings() < 0 {
		return s, nil
	}
	s.columns, s.header, err = f.plan.Lines()[f.plan.Headings()].FindHeadings(func() ([]string, string, error) {
		line, err := s.split()
		return s.fields, fmt.Sprintf("line %d", line), err
	})
	if errors.Is(err, io.EOF) {
		return nil, &layout.HeaderError{Place: "line 1", Reason: "the file has no header row"}
	}
	return s, err
}

func (s *source) Close() error { return nil }

func (s *source) Next() (layout.Row, error) {
	for {
		line, err := s.split()
		if err != nil {
			return layout.Row{Record: -1, Line: line, Raw: s.raw}, err
		}
		if s.part.Skips(line) || s.blank() || s.comment != "" && strings.HasPrefix(s.raw, s.comment) {
			continue
		}
		return s.row(line)
	}
}

// recognise finds the record that the line is.
func (s *source) recognise() *layout.Line {
	lines := s.plan.Lines()
	for i := range lines {
		if !s.part.Ignores(i) && lines[i].Matches(s.raw, s.fields) {
			return &lines[i]
		}
	}
	return nil
}

// blank is true for a line that holds nothing; spreadsheets leave lines of delimiters at the end.
func (s *source) blank() bool {
	for _, f := range s.fields {
		if layout.TrimBlanks(f) != "" {
			return false
		}
	}
	return true
}

func (s *source) row(line int) (layout.Row, error) {
	row := layout.Row{Record: -1, Line: line, Raw: s.raw}
	l := s.recognise()
	if l == nil {
		return row, layout.AtLine(line, s.raw, s.plan.Unrecognised())
	}
	row.Record, row.Values = l.Index, s.values[:len(l.Cells)]
	if s.last != l || l.AnyWidth {
		clear(row.Values)
	}
	s.last = l
	if l.AnyWidth {
		return row, nil
	}
	columns, width := s.columns, s.header
	if l.Index != s.plan.Headings() {
		columns, width = nil, len(l.Placed)
	}
	bad := s.count(l, columns, width)
	for _, w := range s.wanted[l.Index] {
		c, at := w.cell, w.at
		if columns != nil {
			at = columns[at]
		}
		if at < 0 || at >= len(s.fields) {
			row.Values[c.Index] = layout.Value{}
			continue
		}
		v, reason := c.Parse(s.says(at), s.currency(l, c, columns))
		row.Values[c.Index] = v
		if reason != "" && bad == nil {
			bad = &layout.LineError{Record: l.Name, Field: c.Name, Value: layout.Clip(s.fields[at]), Reason: reason}
		}
	}
	if bad != nil {
		bad.Line, bad.Place, bad.Record = line, fmt.Sprintf("line %d", line), l.Name
		return row, bad
	}
	return row, nil
}

// says is what a field says. Excel's way to keep zeros in a text, ="00123", is read as the text.
func (s *source) says(at int) string {
	if s.part != nil {
		return s.fields[at]
	}
	return layout.Unformula(s.fields[at])
}

// count compares the columns there are with those there must be. Empty ones at the end are no error, missing ones only
// when their fields are optional: half a line must not pass.
func (s *source) count(l *layout.Line, columns []int, width int) *layout.LineError {
	n := len(s.fields)
	for n > width && layout.TrimBlanks(s.fields[n-1]) == "" {
		n--
	}
	if n == width {
		return nil
	}
	if n > width {
		return &layout.LineError{Value: layout.Clip(s.raw), Reason: fmt.Sprintf("has %d columns, %d are expected", n, width)}
	}
	for i, c := range l.Placed {
		at := i
		if columns != nil {
			at = columns[i]
		}
		if at >= n && !c.Optional {
			return &layout.LineError{Value: layout.Clip(s.raw), Reason: fmt.Sprintf("has %d columns, %d are expected", n, width)}
		}
	}
	return nil
}

// currency is the companion text of an amount with implied decimals by currency.
func (s *source) currency(l *layout.Line, c *layout.Cell, columns []int) string {
	if !c.ByCurrency || !c.Unmarked {
		return ""
	}
	for i, other := range l.Placed {
		if other.Index != c.Companion {
			continue
		}
		if columns != nil {
			i = columns[i]
		}
		if i >= 0 && i < len(s.fields) {
			return s.part.Companion(layout.TrimBlanks(s.fields[i]))
		}
	}
	return s.part.Companion("")
}

// split reads one record into fields and gives the line it begins at. A LineError leaves the reader after the bad line.
func (s *source) split() (int, error) {
	s.fields, s.raw = s.fields[:0], ""
	raw, ended, err := s.lines.Next()
	line := s.lines.Line
	if err != nil {
		return line, err
	}
	text, ok := s.decode(raw)
	s.raw = text
	if !ok {
		return line, s.badBytes(line)
	}
	if s.quote == "" || strings.IndexByte(text, s.quote[0]) < 0 {
		return line, s.bare(text, line)
	}
	return line, s.quoted(text, ended, line)
}

// decode makes a text of a line. Of a part few texts are kept, and those of many lines are made at once.
func (s *source) decode(raw []byte) (text string, ok bool) {
	if s.part == nil || len(raw) > mostTexts/4 || !s.charset.IsText(raw) {
		return s.charset.Decode(raw)
	}
	if s.texts.Cap()-s.texts.Len() < len(raw) {
		s.texts.Reset()
		s.texts.Grow(mostTexts)
	}
	start := s.texts.Len()
	s.texts.Write(raw)
	return s.texts.String()[start:], true
}

func (s *source) badBytes(line int) error {
	at := max(strings.IndexRune(s.raw, utf8.RuneError), 0)
	near := s.raw[:at]
	for utf8.RuneCountInString(near) > 20 {
		_, n := utf8.DecodeRuneInString(near)
		near = near[n:]
	}
	return layout.AtLine(line, near+"\uFFFD", "holds bytes that "+s.charset.Name+
		" does not have; the file may be in another encoding than the layout says")
}
