package xml

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/xmlread"
)

// frame is an open element with what fields take from it.
type frame struct {
	texts []text // by the place of the path in source.paths; nil until there is one
	leaf  bool   // no element has begun in it
}

type text struct {
	value string
	times int
}

type source struct {
	*format
	xml    *xmlread.Reader
	most   int
	paths  []*path
	frames []frame
	n      int
	values []layout.Value
}

func (s *source) Close() error { return nil }

// Next reads up to the end of the next row.
func (s *source) Next() (layout.Row, error) {
	for {
		kind, err := s.xml.Next()
		if errors.Is(err, io.EOF) && s.n == 0 {
			return layout.Row{Record: -1}, &layout.ContradictionError{Reason: "there is no row in it: no element " + s.wanted()}
		}
		if err != nil {
			return layout.Row{Record: -1}, err
		}
		if kind == xmlread.Begin {
			s.begins()
			continue
		}
		names := s.xml.Path(0)
		if s.frames[len(names)-1].leaf || len(s.xml.Text()) > 0 {
			if err := s.take(names, "", s.xml.Text()); err != nil {
				return layout.Row{Record: -1}, err
			}
		}
		for i, rows := range s.rows {
			if endsIn(names, rows) {
				return s.row(i, len(names)-1)
			}
		}
	}
}

func (s *source) wanted() string {
	var all []string
	for _, rows := range s.rows {
		all = append(all, strings.Join(rows, "/"))
	}
	return strings.Join(all, " or ")
}

// begins opens a frame and takes the attributes.
func (s *source) begins() {
	depth := s.xml.Depth()
	if depth > 1 {
		s.frames[depth-2].leaf = false
	}
	if len(s.frames) < depth {
		s.frames = append(s.frames, frame{})
	}
	f := &s.frames[depth-1]
	f.leaf = true
	clear(f.texts)
	names := make([]string, 0, depth)
	for i := range depth {
		names = append(names, s.xml.Within(i))
	}
	for _, a := range s.xml.Attributes {
		_ = s.take(names, a.Name.Local, a.Value) // no longer than a tag may be
	}
}

// endsIn tells whether names end in others.
func endsIn(names, end []string) bool {
	return len(names) >= len(end) && slices.Equal(names[len(names)-len(end):], end)
}

// take keeps a text or an attribute for the fields that stand there.
func (s *source) take(names []string, attribute, value string) error {
	for i, p := range s.paths {
		if p.attribute != attribute || len(p.names) >= len(names) || !endsIn(names, p.names) {
			continue
		}
		at := len(names) - len(p.names)
		if !endsIn(names[:at], p.anchor) {
			continue
		}
		f := &s.frames[at-1]
		if len(f.texts) < len(s.paths) {
			f.texts = make([]text, len(s.paths))
		}
		t := &f.texts[i]
		switch t.times++; {
		case t.times == 1 || p.up > 0 && !p.joined:
			t.value = value // of what is around a row, the last one before it
		case p.joined && value != "":
			t.value += p.join + value
		}
		if len(t.value) > s.most {
			return &layout.LimitError{What: "bytes in one field", Limit: int64(s.most), Place: fmt.Sprintf("line %d", s.xml.Line())}
		}
	}
	return nil
}

// row makes the row of the element that has ended.
func (s *source) row(record, depth int) (layout.Row, error) {
	s.n++
	line := &s.plan.Lines()[record]
	row := layout.Row{Record: record, Line: s.n, Values: s.values[:len(line.Cells)]}
	clear(row.Values)
	var raw []string
	var bad *layout.LineError
	for i, p := range s.paths {
		if p.record != record {
			continue
		}
		c := &line.Cells[p.field]
		var t text
		if f := &s.frames[depth-p.up]; i < len(f.texts) {
			t = f.texts[i]
		}
		v, reason := c.Parse(t.value, s.currency(line, c, depth))
		if row.Values[p.field] = v; t.value != "" {
			raw = append(raw, c.Name+"="+layout.Clip(t.value))
		}
		if t.times > 1 && p.up == 0 && !p.joined {
			reason = fmt.Sprintf("stands %d times in the row; give the field `own: { join: … }` when all of them count", t.times)
		}
		if reason != "" && bad == nil {
			bad = &layout.LineError{Line: s.n, Place: where(s.n, s.xml.Line()), Record: line.Name, Field: c.Name, Value: layout.Clip(t.value), Reason: reason}
		}
	}
	row.Raw = strings.Join(raw, " ")
	if bad != nil {
		return row, bad
	}
	return row, nil
}

// currency is the companion text of an amount with implied decimals by currency.
func (s *source) currency(line *layout.Line, c *layout.Cell, depth int) string {
	if !c.ByCurrency || !c.Unmarked {
		return ""
	}
	for i, p := range s.paths {
		if f := &s.frames[depth-p.up]; p.record == line.Index && p.field == c.Companion && i < len(f.texts) {
			return f.texts[i].value
		}
	}
	return ""
}
