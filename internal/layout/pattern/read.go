package pattern

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// source reads lines by the patterns that write them: literals must be there, a field ends where the next literal
// begins.
type source struct {
	*format
	lines  *layout.Lines
	values []layout.Value
	part   *layout.Part
	// whole are the patterns as expressions, where the plan needs them: patterns of several lines or with optional
	// parts, and our own files, whose aligned fields hold blanks. Nil where a cut at the literals is enough.
	whole []*regexp.Regexp
	high  []int // lines of each pattern

	ahead []textLine // read, and not yet used
	ended error      // what came after them
}

// textLine is a line of the file as text.
type textLine struct {
	text   string
	number int
	ok     bool // it could be decoded
}

// Read begins to read a file.
func (f *format) Read(in layout.Input) (layout.Source, error) {
	s := &source{format: f, part: in.Part, values: make([]layout.Value, f.plan.MostCells())}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	var err error
	s.lines, err = layout.NewLines(f.plan, in)
	return s, err
}

// prepare makes the expressions of our own files. Others are cut at the literals, where that is enough.
func (s *source) prepare() error {
	if s.part != nil {
		return s.expressions()
	}
	for i := range s.records {
		for _, seg := range s.records[i].segments {
			if seg.open || strings.ContainsAny(seg.literal, "\r\n\u0085") {
				return fmt.Errorf("record %q: patterns with optional parts or several lines can be written, not read", s.plan.Records()[i].Name)
			}
		}
	}
	return nil
}

// expressions turns the patterns into expressions.
func (s *source) expressions() error {
	for i := range s.records {
		source, high := s.records[i].expression()
		e, err := regexp.Compile(source)
		if err != nil {
			return fmt.Errorf("record %q: the pattern cannot be read: %w", s.plan.Records()[i].Name, err)
		}
		s.whole, s.high = append(s.whole, e), append(s.high, high)
	}
	return nil
}

// expression is the pattern as an expression, with a group for each field in it, and how many lines it has. A field
// with a width takes at least that many characters: its blanks are its own.
func (r *record) expression() (source string, high int) {
	var b strings.Builder
	b.WriteString(`^`)
	high = 1
	for i := range r.segments {
		seg := &r.segments[i]
		switch {
		case seg.open:
			b.WriteString(`(?:`)
		case seg.close:
			b.WriteString(`)?`)
		case seg.cell == nil:
			text := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n").Replace(seg.literal)
			high += strings.Count(text, "\n")
			b.WriteString(regexp.QuoteMeta(text))
		case seg.width > 0:
			fmt.Fprintf(&b, `(.{%d,}?)`, seg.width)
		default:
			b.WriteString(`(.*?)`)
		}
	}
	b.WriteString(`$`)
	return b.String(), high
}

func (s *source) Close() error { return nil }

// peek gives the line n ahead of the next one; false at the end.
func (s *source) peek(n int) (textLine, bool) {
	for len(s.ahead) <= n && s.ended == nil {
		b, _, err := s.lines.Next()
		if err != nil {
			s.ended = err
			break
		}
		text, ok := s.charset.Decode(b)
		s.ahead = append(s.ahead, textLine{text, s.lines.Line, ok})
	}
	if len(s.ahead) <= n {
		return textLine{}, false
	}
	return s.ahead[n], true
}

func (s *source) drop(n int) { s.ahead = s.ahead[:copy(s.ahead, s.ahead[n:])] }

func (s *source) Next() (layout.Row, error) {
	for {
		here, more := s.peek(0)
		if !more {
			return layout.Row{Record: -1, Line: s.lines.Line}, s.ended
		}
		row := layout.Row{Record: -1, Line: here.number, Raw: here.text}
		bad := layout.AtLine(row.Line, here.text, "")
		if !here.ok {
			s.drop(1)
			bad.Reason = "holds bytes that " + s.charset.Name + " does not have"
			return row, bad
		}
		blank := layout.TrimBlanks(here.text) == ""
		if s.comment != "" && strings.HasPrefix(here.text, s.comment) || blank && s.whole == nil {
			s.drop(1)
			continue
		}
		row, err := s.row(row, bad)
		if row.Record < 0 && blank {
			s.drop(1)
			continue
		}
		return row, err
	}
}

func (s *source) row(row layout.Row, bad *layout.LineError) (layout.Row, error) {
	lines := s.plan.Lines()
	for i := range lines {
		l := &lines[i]
		texts, high, ok := s.match(i, l, row.Raw)
		if !ok {
			continue
		}
		s.drop(high)
		row.Record, row.Values = i, s.values[:len(l.Cells)]
		clear(row.Values)
		for f, text := range texts {
			if !s.part.Wants(i, f) {
				continue
			}
			c := &l.Cells[f]
			v, reason := c.Parse(text, s.part.Companion(""))
			row.Values[f] = v
			if reason != "" && bad.Reason == "" {
				bad.Record, bad.Field, bad.Value, bad.Reason = l.Name, c.Name, layout.Clip(text), reason
			}
		}
		if bad.Reason != "" {
			return row, bad
		}
		return row, nil
	}
	if layout.TrimBlanks(row.Raw) != "" {
		s.drop(1)
	}
	bad.Reason = s.plan.Unrecognised()
	return row, bad
}

// match reads the fields of a record that begins at the next line, and tells how many lines it has.
func (s *source) match(i int, l *layout.Line, raw string) (texts map[int]string, high int, ok bool) {
	if s.whole == nil {
		if !strings.HasPrefix(raw, string(l.Match.Prefix)) {
			return nil, 0, false
		}
		texts, ok = s.records[i].take(raw)
		return texts, 1, ok
	}
	high = s.high[i]
	if high > 1 {
		lines := make([]string, high)
		for n := range lines {
			at, more := s.peek(n)
			if !more || !at.ok {
				return nil, 0, false
			}
			lines[n] = at.text
		}
		raw = strings.Join(lines, "\n")
	}
	if !strings.HasPrefix(raw, string(l.Match.Prefix)) {
		return nil, 0, false
	}
	if !s.part.WantsRecord(i) {
		return nil, high, s.whole[i].MatchString(raw)
	}
	groups := s.whole[i].FindStringSubmatch(raw)
	if groups == nil {
		return nil, 0, false
	}
	texts, n := map[int]string{}, 0
	for k := range s.records[i].segments {
		if c := s.records[i].segments[k].cell; c != nil {
			n++
			texts[c.Index] = layout.TrimBlanks(groups[n])
		}
	}
	return texts, high, true
}

// take cuts a line at the literals of the pattern.
func (r *record) take(raw string) (map[int]string, bool) {
	texts := map[int]string{}
	rest := raw
	for i, s := range r.segments {
		if s.cell == nil {
			var ok bool
			if rest, ok = strings.CutPrefix(rest, s.literal); !ok {
				return nil, false
			}
			continue
		}
		end := len(rest)
		if i+1 < len(r.segments) && r.segments[i+1].cell == nil {
			if end = strings.Index(rest, r.segments[i+1].literal); end < 0 {
				return nil, false
			}
		} else if s.width > 0 && i+1 < len(r.segments) {
			end = min(s.width, len(rest))
		}
		texts[s.cell.Index] = layout.TrimBlanks(rest[:end])
		rest = rest[end:]
	}
	return texts, rest == ""
}
