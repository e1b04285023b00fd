package layout

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// patternSource reads lines by the patterns that write them: literals must be there, a field ends where the next literal begins.
type patternSource struct {
	plan   *Plan
	lines  *lineSource
	values []Value
	part   *Part
	// whole are the patterns as expressions, where the plan needs them: patterns of several lines or with optional parts, and our own files,
	// whose aligned fields hold blanks. Nil where a cut at the literals is enough.
	whole []*regexp.Regexp
	high  []int // lines of each pattern

	ahead []patternLine // read, and not yet used
	ended error         // what came after them
}

// patternLine is a line of the file as text.
type patternLine struct {
	text   string
	number int
	ok     bool // it could be decoded
}

func newPatternSource(p *Plan, r io.ReaderAt, size int64, lim Limits, part *Part) (*patternSource, error) {
	s := &patternSource{plan: p, part: part, lines: newLineSource(p, r, size, lim), values: make([]Value, p.mostCells())}
	if part != nil {
		if err := s.expressions(); err != nil {
			return nil, err
		}
		return s, s.lines.skip(p.spec.SkipLines)
	}
	for i := range p.lines {
		for _, seg := range p.lines[i].segments {
			if seg.open || strings.ContainsAny(seg.literal, "\r\n\u0085") {
				return nil, fmt.Errorf("record %q: patterns with optional parts or several lines can be written, not read", p.lines[i].Name)
			}
		}
	}
	return s, s.lines.skip(p.spec.SkipLines)
}

// expressions turns the patterns into expressions.
func (s *patternSource) expressions() error {
	for i := range s.plan.lines {
		source, high := s.plan.lines[i].expression()
		e, err := regexp.Compile(source)
		if err != nil {
			return fmt.Errorf("record %q: the pattern cannot be read: %w", s.plan.lines[i].Name, err)
		}
		s.whole, s.high = append(s.whole, e), append(s.high, high)
	}
	return nil
}

// expression is the pattern as an expression, with a group for each field in it, and how many lines it has. A field with a width takes at least
// that many characters: its blanks are its own.
func (l *line) expression() (source string, high int) {
	var b strings.Builder
	b.WriteString(`^`)
	high = 1
	for i := range l.segments {
		seg := &l.segments[i]
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

func (s *patternSource) close() error { return nil }

// peek gives the line n ahead of the next one; false at the end.
func (s *patternSource) peek(n int) (patternLine, bool) {
	for len(s.ahead) <= n && s.ended == nil {
		b, _, err := s.lines.next()
		if err != nil {
			s.ended = err
			break
		}
		text, ok := s.plan.charset.Decode(b)
		s.ahead = append(s.ahead, patternLine{text, s.lines.line, ok})
	}
	if len(s.ahead) <= n {
		return patternLine{}, false
	}
	return s.ahead[n], true
}

func (s *patternSource) drop(n int) { s.ahead = s.ahead[:copy(s.ahead, s.ahead[n:])] }

func (s *patternSource) next() (Row, error) {
	for {
		here, more := s.peek(0)
		if !more {
			return Row{Record: -1, Line: s.lines.line}, s.ended
		}
		row := Row{Record: -1, Line: here.number, Raw: here.text}
		bad := &LineError{Line: row.Line, Place: fmt.Sprintf("line %d", row.Line), Value: clip(here.text)}
		if !here.ok {
			s.drop(1)
			bad.Reason = "holds bytes that " + s.plan.charset.Name + " does not have"
			return row, bad
		}
		blank := trimBlanks(here.text) == ""
		if s.plan.comment != "" && strings.HasPrefix(here.text, s.plan.comment) || blank && s.whole == nil {
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

func (s *patternSource) row(row Row, bad *LineError) (Row, error) {
	for i := range s.plan.lines {
		l := &s.plan.lines[i]
		texts, high, ok := s.match(i, l, row.Raw)
		if !ok {
			continue
		}
		s.drop(high)
		row.Record, row.Values = i, s.values[:len(l.cells)]
		clear(row.Values)
		for f, text := range texts {
			if !s.part.wants(i, f) {
				continue
			}
			c := &l.cells[f]
			v, reason := c.parse(text, s.part.currency(""))
			row.Values[f] = v
			if reason != "" && bad.Reason == "" {
				bad.Record, bad.Field, bad.Value, bad.Reason = l.Name, c.Name, clip(text), reason
			}
		}
		if bad.Reason != "" {
			return row, bad
		}
		return row, nil
	}
	if trimBlanks(row.Raw) != "" {
		s.drop(1)
	}
	bad.Reason = s.plan.unrecognised()
	return row, bad
}

// match reads the fields of a record that begins at the next line, and tells how many lines it has.
func (s *patternSource) match(i int, l *line, raw string) (texts map[int]string, high int, ok bool) {
	if s.whole == nil {
		if !strings.HasPrefix(raw, string(l.Match.Prefix)) {
			return nil, 0, false
		}
		texts, ok = l.take(raw)
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
	if !s.part.wantsRecord(i) {
		return nil, high, s.whole[i].MatchString(raw)
	}
	groups := s.whole[i].FindStringSubmatch(raw)
	if groups == nil {
		return nil, 0, false
	}
	texts, n := map[int]string{}, 0
	for k := range l.segments {
		if c := l.segments[k].cell; c != nil {
			n++
			texts[c.index] = trimBlanks(groups[n])
		}
	}
	return texts, high, true
}

// take cuts a line at the literals of the pattern.
func (l *line) take(raw string) (map[int]string, bool) {
	texts := map[int]string{}
	rest := raw
	for i, s := range l.segments {
		if s.cell == nil {
			var ok bool
			if rest, ok = strings.CutPrefix(rest, s.literal); !ok {
				return nil, false
			}
			continue
		}
		end := len(rest)
		if i+1 < len(l.segments) && l.segments[i+1].cell == nil {
			if end = strings.Index(rest, l.segments[i+1].literal); end < 0 {
				return nil, false
			}
		} else if s.width > 0 && i+1 < len(l.segments) {
			end = min(s.width, len(rest))
		}
		texts[s.cell.index] = trimBlanks(rest[:end])
		rest = rest[end:]
	}
	return texts, rest == ""
}
