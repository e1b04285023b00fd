package layout

import (
	"bytes"
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
}

func newDelimitedSource(p *Plan, r io.ReaderAt, size int64, lim Limits) (*delimitedSource, error) {
	s := &delimitedSource{plan: p, lines: newLineSource(p, r, size, lim), most: lim.Columns, values: make([]Value, p.mostCells())}
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
		if s.blank() || s.plan.comment != "" && strings.HasPrefix(s.raw, s.plan.comment) {
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
	l := s.plan.recognise(s.raw, s.fields)
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
		if at < 0 || at >= len(s.fields) {
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
			return trimBlanks(s.fields[i])
		}
	}
	return ""
}

// split reads one record into fields and gives the line it begins at. A LineError leaves the reader after the bad line.
func (s *delimitedSource) split() (int, error) {
	s.fields, s.raw = s.fields[:0], ""
	raw, ended, err := s.lines.next()
	line := s.lines.line
	if err != nil {
		return line, err
	}
	text, ok := s.plan.charset.decode(raw)
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
		Reason: fmt.Sprintf("holds bytes that %s does not have; the file may be in another encoding than the layout says", s.plan.charset.name)}
}

// bare splits a line without quotes.
func (s *delimitedSource) bare(text string, line int) error {
	d := s.plan.delimiter
	for {
		at := -1
		if len(d) == 1 {
			at = strings.IndexByte(text, d[0])
		} else {
			at = strings.Index(text, d)
		}
		if len(s.fields) >= s.most {
			return &LimitError{What: "columns", Limit: int64(s.most), Place: fmt.Sprintf("line %d", line)}
		}
		if at < 0 {
			s.fields = append(s.fields, text)
			return nil
		}
		s.fields = append(s.fields, text[:at])
		text = text[at+len(d):]
	}
}

// quoted splits a line with quotes, and the lines after it that belong to a quoted text.
func (s *delimitedSource) quoted(text string, ended []byte, line int) error {
	after, eol := s.lines.offset, s.lineEnd(ended)
	s.long = append(s.long[:0], text...)
	s.text, s.ends = s.text[:0], s.ends[:0]
	for rest := text; ; {
		if len(s.ends) >= s.most {
			return &LimitError{What: "columns", Limit: int64(s.most), Place: fmt.Sprintf("line %d", line)}
		}
		if rest == "" || rest[0] != s.plan.quote[0] {
			at := strings.Index(rest, s.plan.delimiter)
			if at < 0 {
				s.text = append(s.text, rest...)
				break
			}
			s.text = append(s.text, rest[:at]...)
			s.ends = append(s.ends, len(s.text))
			rest = rest[at+len(s.plan.delimiter):]
			continue
		}
		var closed bool
		rest, closed = s.unquote(rest[1:])
		for !closed {
			more, err := s.continued(line, after, eol)
			if err != nil {
				return err
			}
			eol = more.eol
			rest, closed = s.unquote(more.text)
		}
		if rest == "" {
			break
		}
		tail, ok := strings.CutPrefix(rest, s.plan.delimiter)
		if !ok {
			return &LineError{Line: line, Place: fmt.Sprintf("line %d", line), Value: clip(rest), Reason: "stands after a closing quote; quotes in a text must be " + s.escapeName()}
		}
		s.ends = append(s.ends, len(s.text))
		rest = tail
	}
	s.ends = append(s.ends, len(s.text))
	if len(s.long) > len(text) {
		s.raw = string(s.long)
	}
	all, start := string(s.text), 0
	for _, end := range s.ends {
		s.fields = append(s.fields, all[start:end])
		start = end
	}
	return nil
}

func (s *delimitedSource) escapeName() string {
	return pick(s.plan.escape == '\\', "escaped by a backslash", "doubled")
}

// lineEnd is a line end inside a quoted text, exactly as it stood.
func (s *delimitedSource) lineEnd(ended []byte) string {
	text, _ := s.plan.charset.decode(bytes.Clone(ended))
	return text
}

type continuation struct{ text, eol string }

// continued reads the next line of a quoted text. When there is none, the line where the text began is bad, and reading goes on after it.
func (s *delimitedSource) continued(line int, after int64, eol string) (continuation, error) {
	raw, ended, err := s.lines.next()
	tooLong := err == nil && len(s.long)+len(raw) > s.lines.most
	if err != nil && !errors.Is(err, io.EOF) {
		return continuation{}, err
	}
	if err != nil || tooLong {
		if s.rewinds++; s.rewinds <= maxRewinds {
			s.lines.rewind(after, line)
		}
		return continuation{}, &LineError{Line: line, Place: fmt.Sprintf("line %d", line), Value: clip(s.raw), Reason: "a quoted text begins here and does not end"}
	}
	text, ok := s.plan.charset.decode(raw)
	s.long = append(append(s.long, eol...), text...)
	if !ok {
		return continuation{}, s.badBytes(s.lines.line)
	}
	s.text = append(s.text, eol...)
	return continuation{text, s.lineEnd(ended)}, nil
}

// unquote takes the text up to its closing quote.
func (s *delimitedSource) unquote(rest string) (string, bool) {
	q, esc := s.plan.quote[0], s.plan.escape
	for i := 0; i < len(rest); i++ {
		switch {
		case esc == '\\' && rest[i] == '\\' && i+1 < len(rest):
			i++
		case rest[i] == q && esc == q && i+1 < len(rest) && rest[i+1] == q:
			i++
		case rest[i] == q:
			return rest[i+1:], true
		}
		s.text = append(s.text, rest[i])
	}
	return "", false
}
