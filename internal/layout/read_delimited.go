package layout

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxRewinds bounds how often a quote without an end is read past and back again.
const maxRewinds = 100

// delimitedSource reads a CSV or its like.
type delimitedSource struct {
	plan    *Plan
	lines   *lineSource
	most    int // columns
	columns []int
	header  int // number of columns of the header row
	rewinds int

	raw    string
	long   []byte // the lines of a record that has more than one
	fields []string
	ends   []int  // of each field in text
	text   []byte // of a line with quotes: the fields without them
	values []Value
	part   *Part
}

func newDelimitedSource(p *Plan, r io.ReaderAt, size int64, lim Limits, part *Part) (*delimitedSource, error) {
	s := &delimitedSource{plan: p, part: part, lines: newLineSource(p, r, size, lim), most: lim.Columns, values: make([]Value, p.mostCells())}
	if err := s.lines.skip(p.spec.SkipLines); err != nil {
		return nil, err
	}
	if p.header < 0 {
		return s, nil
	}
	_, err := s.split()
	if errors.Is(err, io.EOF) {
		return nil, &HeaderError{Place: "line 1", Reason: "the file has no header row"}
	}
	if err != nil {
		return nil, err
	}
	s.header = len(s.fields)
	s.columns, err = p.lines[p.header].locate(s.fields, fmt.Sprintf("line %d", s.lines.line))
	return s, err
}

func (p *Plan) mostCells() int {
	n := 0
	for i := range p.lines {
		n = max(n, len(p.lines[i].cells))
	}
	return n
}

func (s *delimitedSource) close() error { return nil }

func (s *delimitedSource) next() (Row, error) {
	for {
		line, err := s.split()
		if err != nil {
			return Row{Record: -1, Line: line, Raw: s.raw}, err
		}
		if s.part.skips(line) || s.blank() || s.plan.comment != "" && strings.HasPrefix(s.raw, s.plan.comment) {
			continue
		}
		return s.row(line)
	}
}

// blank is true for a line that holds nothing; spreadsheets leave lines of delimiters at the end.
func (s *delimitedSource) blank() bool {
	for _, f := range s.fields {
		if trimBlanks(f) != "" {
			return false
		}
	}
	return true
}

func (s *delimitedSource) row(line int) (Row, error) {
	row := Row{Record: -1, Line: line, Raw: s.raw}
	l := s.plan.recognise(s.raw, s.fields, s.part)
	if l == nil {
		return row, &LineError{Line: line, Place: fmt.Sprintf("line %d", line), Value: clip(s.raw), Reason: s.plan.unrecognised()}
	}
	row.Record, row.Values = l.index, s.values[:len(l.cells)]
	clear(row.Values)
	columns, width := s.columns, s.header
	if l.index != s.plan.header {
		columns, width = nil, len(l.placed)
	}
	bad := s.count(l, columns, width)
	for i, c := range l.placed {
		at := i
		if columns != nil {
			at = columns[i]
		}
		if at < 0 || at >= len(s.fields) || !s.part.wants(l.index, c.index) {
			continue
		}
		v, reason := c.parse(s.fields[at], s.currency(l, c, columns))
		row.Values[c.index] = v
		if reason != "" && bad == nil {
			bad = &LineError{Record: l.Name, Field: c.Name, Value: clip(s.fields[at]), Reason: reason}
		}
	}
	if bad != nil {
		bad.Line, bad.Place, bad.Record = line, fmt.Sprintf("line %d", line), l.Name
		return row, bad
	}
	return row, nil
}

// count compares the columns there are with those there must be. Empty ones at the end are no error, missing ones only when their fields are
// optional: half a line must not pass.
func (s *delimitedSource) count(l *line, columns []int, width int) *LineError {
	n := len(s.fields)
	for n > width && trimBlanks(s.fields[n-1]) == "" {
		n--
	}
	if n > width {
		return &LineError{Value: clip(s.raw), Reason: fmt.Sprintf("has %d columns, %d are expected", n, width)}
	}
	for i, c := range l.placed {
		at := i
		if columns != nil {
			at = columns[i]
		}
		if at >= n && !c.Optional {
			return &LineError{Value: clip(s.raw), Reason: fmt.Sprintf("has %d columns, %d are expected", n, width)}
		}
	}
	return nil
}

// currency is the companion text of an amount with implied decimals by currency.
func (s *delimitedSource) currency(l *line, c *cell, columns []int) string {
	if !c.byCurrency || !c.implied {
		return ""
	}
	for i, other := range l.placed {
		if other.index != c.currency {
			continue
		}
		if columns != nil {
			i = columns[i]
		}
		if i >= 0 && i < len(s.fields) {
			return s.part.currency(trimBlanks(s.fields[i]))
		}
	}
	return s.part.currency("")
}

// split reads one record into fields and gives the line it begins at. A LineError leaves the reader after the bad line.
func (s *delimitedSource) split() (int, error) {
	s.fields, s.raw = s.fields[:0], ""
	raw, ended, err := s.lines.next()
	line := s.lines.line
	if err != nil {
		return line, err
	}
	text, ok := s.plan.charset.Decode(raw)
	s.raw = text
	if !ok {
		return line, s.badBytes(line)
	}
	if s.plan.quote == "" || strings.IndexByte(text, s.plan.quote[0]) < 0 {
		return line, s.bare(text, line)
	}
	return line, s.quoted(text, ended, line)
}

func (s *delimitedSource) badBytes(line int) error {
	at := max(strings.IndexRune(s.raw, utf8.RuneError), 0)
	near := s.raw[:at]
	for utf8.RuneCountInString(near) > 20 {
		_, n := utf8.DecodeRuneInString(near)
		near = near[n:]
	}
	return &LineError{Line: line, Place: fmt.Sprintf("line %d", line), Value: clip(near + "\uFFFD"),
		Reason: fmt.Sprintf("holds bytes that %s does not have; the file may be in another encoding than the layout says", s.plan.charset.Name)}
}
