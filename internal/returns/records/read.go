package records

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// found is a record of the file, with the texts of its fields and what the records in it have said so far.
type found struct {
	record int
	line   int
	raw    string
	texts  []string
	inner  map[*field][]string // of the fields that are taken from records in it
	around map[*field]string
	bad    string
	bytes  int
}

type source struct {
	*format
	lines  *layout.Lines
	limits layout.Limits
	ahead  []piece
	end    error
	last   int // the line that was given to a row last

	open   []*found // by record: the one that others may stand in
	ready  []*found // complete, in their order
	begun  []*found // not complete yet, in their order
	values []layout.Value
}

// piece is a record's text, or a part of one.
type piece struct {
	text string
	line int
	ok   bool
}

func (s *source) Close() error { return nil }

// Next is the next record that is complete: nothing more can stand in it.
func (s *source) Next() (layout.Row, error) {
	for {
		if len(s.ready) > 0 {
			r := s.ready[0]
			s.ready = s.ready[1:]
			return s.row(r)
		}
		p, err := s.logical()
		if errors.Is(err, io.EOF) && len(s.begun) > 0 {
			s.complete(-1)
			continue
		}
		if err != nil {
			return layout.Row{Record: -1, Line: s.last}, err
		}
		s.take(p)
		if len(s.begun) > most {
			return layout.Row{Record: -1}, &layout.LimitError{What: "records in one", Limit: most, Place: s.place(s.begun[0].line)}
		}
	}
}

// most is how many records may wait for the one around them that takes something from them.
const most = 100_000

// physical gives the pieces of the lines: records that end in the middle of one are pieces of their own.
func (s *source) physical() (piece, error) {
	for len(s.ahead) == 0 {
		if s.end != nil {
			return piece{}, s.end
		}
		raw, _, err := s.lines.Next()
		if err != nil {
			s.end = err
			continue
		}
		text, ok := s.plan.Charset().Decode(raw)
		if s.comment != "" && strings.HasPrefix(text, s.comment) {
			continue
		}
		parts := []string{text}
		if s.own.Ends != "" {
			parts = strings.Split(text, s.own.Ends)
		}
		if len(parts) > s.limits.Columns {
			s.end = &layout.LimitError{What: "records", Limit: int64(s.limits.Columns), Place: s.place(s.lines.Line)}
			continue
		}
		for _, part := range parts {
			if s.own.Ends != "" {
				part = strings.TrimLeft(part, " ")
			}
			if strings.TrimSpace(part) != "" {
				s.ahead = append(s.ahead, piece{strings.TrimRight(part, "\x1a"), s.lines.Line, ok})
			}
		}
	}
	return s.ahead[0], nil
}

// logical is the next record with the lines that go on with it.
func (s *source) logical() (piece, error) {
	p, err := s.physical()
	if err != nil {
		return p, err
	}
	s.ahead = s.ahead[1:]
	for s.own.Continues != "" {
		more, err := s.physical()
		if err != nil {
			break
		}
		text, is := strings.CutPrefix(more.text, s.own.Continues)
		if !is {
			break
		}
		s.ahead = s.ahead[1:]
		p.text, p.ok = p.text+s.own.Joined+text, p.ok && more.ok
		if len(p.text) > s.limits.Line {
			return p, &layout.LimitError{What: "bytes in one record", Limit: int64(s.limits.Line), Place: s.place(more.line)}
		}
	}
	return p, nil
}

// take recognises a record, gives it its parent, and completes those that it cannot stand in.
func (s *source) take(p piece) {
	columns := strings.Split(p.text, s.delimiter)
	if s.own.Form == "fixed" {
		columns = []string{p.text}
	}
	r := &found{record: -1, line: p.line, raw: p.text}
	lines := s.plan.Lines()
	for i := range lines {
		if lines[i].Matches(p.text, columns) {
			r.record = i
			break
		}
	}
	switch {
	case !p.ok:
		r.bad = "holds bytes that " + s.plan.Charset().Name + " does not have"
	case r.record < 0:
		r.bad = s.plan.Unrecognised()
	case len(columns) > s.limits.Columns:
		r.bad = fmt.Sprintf("has more than %d columns", s.limits.Columns)
	}
	if r.bad != "" {
		r.record = -1 // whatever it looks like
		s.begun = append(s.begun, r)
		return
	}
	rec := &s.records[r.record]
	s.divide(r, rec, p.text, columns)
	s.complete(rec.parent)
	if rec.parent >= 0 && s.open[rec.parent] == nil {
		r.bad = fmt.Sprintf("stands in no %s", lines[rec.parent].Name)
	}
	s.open[r.record] = r
	s.tell(r)
	s.begun = append(s.begun, r)
}

// divide takes the texts of a record's own fields.
func (s *source) divide(r *found, rec *record, text string, columns []string) {
	r.texts = make([]string, len(rec.fields))
	characters := []rune(nil)
	if s.own.Form == "fixed" {
		characters = []rune(text)
	}
	own := 0
	for i := range rec.fields {
		if x := &rec.fields[i]; x.record < 0 {
			own++
			switch width := s.plan.Lines()[r.record].Cells[i].Width; {
			case characters != nil:
				r.texts[i] = string(characters[min(x.start, len(characters)):min(x.start+width, len(characters))])
			case x.column < len(columns):
				r.texts[i] = strings.TrimSpace(columns[x.column])
			}
		}
	}
	if rec.Rest && own > 0 && own < len(columns) {
		for i := len(rec.fields) - 1; i >= 0; i-- {
			if x := &rec.fields[i]; x.record < 0 {
				r.texts[i] = strings.TrimSpace(strings.Join(columns[x.column:], s.delimiter))
				break
			}
		}
	}
}

// tell gives a record's texts to those around it, and it theirs.
func (s *source) tell(r *found) {
	for i := s.records[r.record].parent; i >= 0; i = s.records[i].parent {
		outer := s.open[i]
		if outer == nil {
			return
		}
		for k := range s.records[i].fields {
			x := &s.records[i].fields[k]
			if x.record == r.record && r.texts[x.column] != "" {
				if outer.inner == nil {
					outer.inner = map[*field][]string{}
				}
				if outer.bytes += len(r.texts[x.column]); outer.bytes > s.limits.Line {
					outer.bad = "what stands in it is longer than a line may be"
					continue
				}
				outer.inner[x] = append(outer.inner[x], r.texts[x.column])
			}
		}
		for k := range s.records[r.record].fields {
			if x := &s.records[r.record].fields[k]; x.record == i {
				if r.around == nil {
					r.around = map[*field]string{}
				}
				r.around[x] = outer.texts[x.column]
			}
		}
	}
}

// complete ends the records that a record with this parent cannot stand in. Rows keep their order: what stands behind a
// record that is not complete, and takes something from those in it, waits.
func (s *source) complete(parent int) {
	keep := map[*found]bool{}
	for i := parent; i >= 0; i = s.records[i].parent {
		keep[s.open[i]] = true
	}
	for i := range s.open {
		if s.open[i] != nil && !keep[s.open[i]] {
			s.open[i] = nil
		}
	}
	n := slices.IndexFunc(s.begun, func(r *found) bool { return keep[r] && s.records[r.record].waits })
	if n < 0 {
		n = len(s.begun)
	}
	for _, r := range s.begun[:n] {
		if r.record < 0 || !s.records[r.record].Part || r.bad != "" {
			s.ready = append(s.ready, r)
		}
	}
	s.begun = s.begun[n:]
}

// row makes the row of a record.
func (s *source) row(r *found) (layout.Row, error) {
	if r.line <= s.last { // several records on a line
		r.line = s.last + 1
	}
	s.last = r.line
	row := layout.Row{Record: r.record, Line: r.line, Raw: r.raw}
	if r.record < 0 {
		return row, layout.AtLine(r.line, r.raw, r.bad)
	}
	line := &s.plan.Lines()[r.record]
	row.Values = s.values[:len(line.Cells)]
	clear(row.Values)
	bad := &layout.LineError{Line: r.line, Place: s.place(r.line), Record: line.Name, Reason: r.bad}
	for i := range line.Cells {
		text, problem := r.textOf(&s.records[r.record].fields[i], i)
		v, reason := line.Cells[i].Parse(text, s.currency(r, &line.Cells[i]))
		row.Values[i] = v
		if problem != "" {
			reason = problem
		}
		if reason != "" && bad.Reason == "" {
			bad.Field, bad.Value, bad.Reason = line.Cells[i].Name, layout.Clip(text), reason
		}
	}
	if bad.Reason != "" {
		return row, bad
	}
	return row, nil
}

func (r *found) textOf(x *field, i int) (text, problem string) {
	if x.record < 0 {
		return r.texts[i], ""
	}
	if text, ok := r.around[x]; ok {
		return text, ""
	}
	all := r.inner[x]
	switch {
	case x.of.Join != nil:
		return strings.Join(all, *x.of.Join), ""
	case len(all) > 1 && slices.ContainsFunc(all, func(s string) bool { return s != all[0] }):
		return all[0], fmt.Sprintf("is given %d times, and not alike; give the field `join` when all of them count", len(all))
	case len(all) > 0:
		return all[0], ""
	}
	return "", ""
}

// currency is the companion text of an amount with implied decimals by currency.
func (s *source) currency(r *found, c *layout.Cell) string {
	if !c.ByCurrency || !c.Unmarked {
		return ""
	}
	text, _ := r.textOf(&s.records[r.record].fields[c.Companion], c.Companion)
	return text
}
