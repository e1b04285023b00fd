package xml

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/xmlread"
)

// frame is an open element with what fields take from it.
type frame struct {
	node  *node
	texts []text // by path; empty until there is one
	leaf  bool   // no element has begun in it
	given bool   // its row has been handed out
}

type text struct {
	value string
	times int
}

type source struct {
	*matcher
	xml    *xmlread.Reader
	part   *layout.Part
	most   int
	frames []frame // [0] is around the root
	n      int
	values []layout.Value
	late   *layout.LineError // a field behind the records in its own
}

func newSource(f *format, in layout.Input) *source {
	s := &source{xml: xmlread.New(in), part: in.Part, most: in.Limits.Line, values: make([]layout.Value, f.plan.MostCells())}
	s.matcher = newMatcher(f, func(p *path) bool { return in.Part.Wants(p.record, p.field) })
	s.frames = append(s.frames, frame{node: s.top})
	return s
}

func (s *source) Close() error { return nil }

// Next reads up to the next row: to its end, or to the first record in it, for the rows are given in the order in which
// they begin.
func (s *source) Next() (layout.Row, error) {
	for {
		kind, err := s.xml.Next()
		if errors.Is(err, io.EOF) && s.n == 0 && s.part == nil {
			return layout.Row{Record: -1}, &layout.ContradictionError{Reason: "there is no row in it: no element " + s.wantedRows()}
		}
		if err != nil {
			return layout.Row{Record: -1}, err
		}
		depth := s.xml.Depth()
		given := -1
		if kind == xmlread.Begin {
			err = s.begins(depth)
			if given = s.around(depth); given >= 0 {
				depth = given
			}
		} else {
			depth++
			err = s.ends(depth)
			if f := &s.frames[depth]; f.node.record >= 0 && !f.given {
				given = depth
			}
		}
		if err != nil {
			return layout.Row{Record: -1}, err
		}
		if late := s.late; late != nil {
			s.late = nil
			return layout.Row{Record: -1, Line: late.Line}, late
		}
		if given >= 0 {
			s.frames[depth].given = true
			return s.row(s.frames[depth].node.record, depth)
		}
	}
}

// begins opens a frame and takes the attributes.
func (s *source) begins(depth int) error {
	s.frames[depth-1].leaf = false
	if len(s.frames) == depth {
		s.frames = append(s.frames, frame{})
	}
	n := s.enter(s.frames[depth-1].node, s.xml)
	f := &s.frames[depth]
	f.node, f.leaf, f.given = n, true, false
	if len(n.begin) > 0 && f.texts == nil {
		f.texts = make([]text, len(s.paths))
	}
	for _, i := range n.begin {
		f.texts[i] = text{}
	}
	for _, a := range n.attrs {
		if value, ok := attributeOf(s.xml, a.name); ok {
			if err := s.take(a.path, a.depth, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// attributeOf is the value of an attribute.
func attributeOf(x *xmlread.Reader, name *step) (string, bool) {
	for i := range x.Attributes {
		if a := &x.Attributes[i]; a.Name.Local == name.local && (name.space == "" || a.Name.Space == name.space) {
			return a.Value, true
		}
	}
	return "", false
}

// around is the depth of the record in which one has just begun, when its row has not been given; -1 for none.
func (s *source) around(depth int) int {
	n := s.frames[depth].node
	if n.record < 0 || n.rows || s.records[n.record].parent < 0 {
		return -1
	}
	for d := depth - 1; d > 0; d-- {
		if f := &s.frames[d]; f.node.record == s.records[n.record].parent {
			if f.given {
				return -1
			}
			return d
		}
	}
	return -1
}

// ends takes the text of an element.
func (s *source) ends(depth int) error {
	f := &s.frames[depth]
	if len(f.node.text) == 0 || !f.leaf && s.xml.Blank() {
		return nil
	}
	value := s.xml.Text()
	for _, i := range f.node.text {
		if err := s.take(i, depth-len(s.paths[i].steps), value); err != nil {
			return err
		}
	}
	return nil
}

// take keeps a text or an attribute for the field that stands there.
func (s *source) take(i, anchor int, value string) error {
	p, f := s.paths[i], &s.frames[anchor]
	if f.given && p.up == 0 && value != "" && s.late == nil {
		line := &s.plan.Lines()[p.record]
		s.late = &layout.LineError{Line: s.n, Place: where(s.n, s.xml.Line()), Record: line.Name, Field: line.Cells[p.field].Name,
			Value: layout.Clip(value), Reason: "stands behind the records in its own; only what stands before them is read"}
	}
	t := &f.texts[i]
	switch t.times++; {
	case t.times == 1 || p.up > 0 && p.own.Join == nil:
		t.value = value // of what is around a row, the last one before it
	case p.own.Join != nil && value != "":
		t.value += *p.own.Join + value
	}
	if len(t.value) > s.most {
		return &layout.LimitError{What: "bytes in one field", Limit: int64(s.most), Place: fmt.Sprintf("line %d", s.xml.Line())}
	}
	return nil
}

// row makes the row of an element.
func (s *source) row(record, depth int) (layout.Row, error) {
	s.n++
	line := &s.plan.Lines()[record]
	row := layout.Row{Record: record, Line: s.n, Values: s.values[:len(line.Cells)]}
	clear(row.Values)
	var raw []string
	var bad *layout.LineError
	for _, p := range s.records[record].fields {
		if !s.wanted[p.index] {
			continue
		}
		c := &line.Cells[p.field]
		t := s.frames[depth-p.up].texts[p.index]
		v, reason := c.Parse(t.value, s.currency(line, c, depth))
		row.Values[p.field] = v
		if t.value != "" && s.part == nil {
			raw = append(raw, c.Name+"="+layout.Clip(t.value))
		}
		if t.times > 1 && p.up == 0 && p.own.Join == nil {
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
	for _, p := range s.records[line.Index].fields {
		if p.field == c.Companion && s.wanted[p.index] {
			return s.part.Companion(s.frames[depth-p.up].texts[p.index].value)
		}
	}
	return s.part.Companion("")
}
