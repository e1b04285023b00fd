package pattern

import (
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// Encode writes a record. It is made as UTF-8 and encoded as a whole.
func (f *format) Encode(dst []byte, number int, values []layout.Value, seen *layout.Notes) ([]byte, layout.FieldErrors) {
	w := f.plan.Begin(dst, number, values, seen)
	r := &f.records[number]
	r.write(&w, nil)
	for _, c := range r.unused { // required is required, shown or not
		if _, reason := c.Value(w.Values[c.Index]); reason != "" {
			w.Fail(c, layout.Value{}, reason)
		}
	}
	return append(f.charset.EncodeFrom(w.Out, len(dst)), f.lineEnd...), w.Errs
}

// mark is where a field was written.
type mark struct {
	cell     *layout.Cell
	from, to int
	text     string // without what aligns it
}

// write fills the pattern. marks, when they are asked for, are of the fields that stand in the record.
func (r *record) write(w *layout.Writing, marks *[]mark) {
	optional, before, filled := -1, 0, false
	for i := range r.segments {
		s := &r.segments[i]
		switch {
		case s.open:
			optional, filled = len(w.Out), false
			if marks != nil {
				before = len(*marks)
			}
		case s.close:
			if !filled {
				w.Out = w.Out[:optional]
				if marks != nil {
					*marks = (*marks)[:before]
				}
			}
			optional = -1
		case s.cell == nil:
			w.Out = append(w.Out, s.literal...)
		default:
			start := len(w.Out)
			w.AppendCell(s.cell)
			filled = filled || len(w.Out) > start
			if marks != nil {
				*marks = append(*marks, mark{cell: s.cell, from: start, text: string(w.Out[start:])})
			}
			align(w, s, start)
			if marks != nil {
				(*marks)[len(*marks)-1].to = len(w.Out)
			}
		}
	}
}

// align fills a field up to its width.
func align(w *layout.Writing, s *segment, start int) {
	text := w.Out[start:]
	gap := s.width - utf8.RuneCount(text)
	if gap <= 0 {
		return
	}
	used := len(text)
	w.Out = layout.Fill(w.Out, ' ', gap)
	if s.right {
		copy(w.Out[start+gap:], w.Out[start:start+used])
		layout.Fill(w.Out[start:start], ' ', gap)
	}
}

// Spans writes the record again and measures what was marked.
func (f *format) Spans(w *layout.Writing, _ []byte, spans []layout.Span) {
	var marks []mark
	f.records[w.Line.Index].write(w, &marks)
	seen := map[int]bool{}
	for _, m := range marks {
		if seen[m.cell.Index] {
			continue
		}
		seen[m.cell.Index] = true
		spans[m.cell.Index] = layout.Span{Field: m.cell.Index, Text: m.text,
			Start: f.charset.Width(w.Out[:m.from]), End: f.charset.Width(w.Out[:m.to])}
	}
}
