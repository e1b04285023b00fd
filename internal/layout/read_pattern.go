package layout

import (
	"fmt"
	"io"
	"strings"
)

// patternSource reads lines by the patterns that write them: literals must be there, a field ends where the next literal begins.
type patternSource struct {
	plan   *Plan
	lines  *lineSource
	values []Value
}

func newPatternSource(p *Plan, r io.ReaderAt, size int64, lim Limits) (*patternSource, error) {
	for i := range p.lines {
		for _, s := range p.lines[i].segments {
			if s.open || strings.ContainsAny(s.literal, "\r\n\u0085") {
				return nil, fmt.Errorf("record %q: patterns with optional parts or several lines can be written, not read", p.lines[i].Name)
			}
		}
	}
	s := &patternSource{plan: p, lines: newLineSource(p, r, size, lim), values: make([]Value, p.mostCells())}
	return s, s.lines.skip(p.spec.SkipLines)
}

func (s *patternSource) close() error { return nil }

func (s *patternSource) next() (Row, error) {
	for {
		b, _, err := s.lines.next()
		if err != nil {
			return Row{Record: -1, Line: s.lines.line}, err
		}
		raw, ok := s.plan.charset.decode(b)
		row := Row{Record: -1, Line: s.lines.line, Raw: raw}
		bad := &LineError{Line: row.Line, Place: fmt.Sprintf("line %d", row.Line), Value: clip(raw)}
		if !ok {
			bad.Reason = "holds bytes that " + s.plan.charset.name + " does not have"
			return row, bad
		}
		if trimBlanks(raw) == "" || s.plan.comment != "" && strings.HasPrefix(raw, s.plan.comment) {
			continue
		}
		return s.row(row, bad)
	}
}

func (s *patternSource) row(row Row, bad *LineError) (Row, error) {
	for i := range s.plan.lines {
		l := &s.plan.lines[i]
		if !strings.HasPrefix(row.Raw, string(l.Match.Prefix)) {
			continue
		}
		texts, ok := l.take(row.Raw)
		if !ok {
			continue
		}
		row.Record, row.Values = i, s.values[:len(l.cells)]
		clear(row.Values)
		for f, text := range texts {
			c := &l.cells[f]
			v, reason := c.parse(text, "")
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
	bad.Reason = s.plan.unrecognised()
	return row, bad
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
