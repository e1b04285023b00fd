package fixed

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Encode writes a record by positions. Widths count the bytes of the file's encoding, so each cell is encoded before it
// is padded.
func (f *format) Encode(dst []byte, record int, values []layout.Value, seen *layout.Notes) ([]byte, layout.FieldErrors) {
	w := f.plan.Begin(dst, record, values, seen)
	f.cells(&w, len(dst), nil)
	return f.end(w.Out, len(dst)), w.Errs
}

// EncodeOpen writes the whole length of the record, with the open fields left blank.
func (f *format) EncodeOpen(dst []byte, gaps []int, record int, values []layout.Value, open []bool,
	seen *layout.Notes) ([]byte, []int, layout.FieldErrors) {
	w := f.plan.Begin(dst, record, values, seen)
	f.cells(&w, len(dst), open)
	return w.Out, gaps, w.Errs
}

// Complete writes the open fields into their places.
func (f *format) Complete(dst, begun []byte, _ []int, record int, values []layout.Value, open []bool,
	seen *layout.Notes) ([]byte, layout.FieldErrors) {
	w := f.plan.Begin(dst, record, values, seen)
	base := len(dst)
	w.Out = append(w.Out, begun...)
	end := len(w.Out)
	r := &f.records[record]
	for i := range r.fields {
		if c := &r.fields[i]; open[c.Index] {
			f.cell(&w, c)
			copy(w.Out[base+c.start:base+c.start+c.Width], w.Out[end:])
			w.Out = w.Out[:end]
		}
	}
	return f.end(w.Out, base), w.Errs
}

// Spans cuts the record at the positions.
func (f *format) Spans(w *layout.Writing, encoded []byte, spans []layout.Span) {
	encoded = encoded[:len(encoded)-len(f.lineEnd)]
	for _, c := range f.records[w.Line.Index].fields {
		start, end := min(c.start, len(encoded)), min(c.start+c.Width, len(encoded))
		raw := encoded[start:end]
		text := ""
		switch {
		case c.Convention.Packed() || c.Convention.Binary():
			text = fmt.Sprintf("X'% X'", raw)
		default:
			text = f.charset.Show(raw)
			if pad := f.charset.Show([]byte{c.pad}); !c.Right {
				text = strings.TrimRight(text, pad)
			} else if pad != "0" {
				text = strings.TrimLeft(text, pad)
			}
		}
		spans[c.Index] = layout.Span{Field: c.Index, Start: start, End: end, Text: text}
	}
}

// cells writes the whole length of a record, without those in open.
func (f *format) cells(w *layout.Writing, base int, open []bool) {
	r := &f.records[w.Line.Index]
	for i := range r.fields {
		c := &r.fields[i]
		w.Out = layout.Fill(w.Out, f.filler, base+c.start-len(w.Out))
		if open == nil || !open[c.Index] {
			f.cell(w, c)
		}
		if short := base + c.start + c.Width - len(w.Out); short != 0 {
			// Only after an error of this cell, or for an open one: keep the positions of the others.
			w.Out = layout.Fill(w.Out[:min(len(w.Out), base+c.start+c.Width)], f.filler, short)
		}
	}
	w.Out = layout.Fill(w.Out, f.filler, base+r.length-len(w.Out))
}

// end ends the record that begins at base.
func (f *format) end(out []byte, base int) []byte {
	if f.short {
		for len(out) > base && out[len(out)-1] == f.filler {
			out = out[:len(out)-1]
		}
	}
	return append(out, f.lineEnd...)
}

func (f *format) cell(w *layout.Writing, c *field) {
	v, reason := c.Value(w.Values[c.Index])
	start := len(w.Out)
	switch {
	case reason != "":
	case v.Kind == layout.Empty && c.Nothing == layout.EmptyZero && c.Numeric():
		w.Out, reason = f.appendNumber(w.Out, c, c.Zero())
	case v.Kind == layout.Empty:
		w.Out = append(w.Out, c.NothingText...)
		w.Out = f.charset.EncodeFrom(w.Out, start)
		w.Out = layout.Fill(w.Out, f.emptyPad(c), c.Width-(len(w.Out)-start))
	case c.Numeric():
		var room [64]byte
		var d layout.Digits
		if d, reason = c.Number(v, w.Values, room[:0]); reason == "" {
			w.Out, reason = f.appendNumber(w.Out, c, d)
		}
	default:
		reason = f.words(w, c, v)
	}
	if reason != "" {
		w.Out = w.Out[:start]
		w.Fail(c.Cell, v, reason)
	}
}

// emptyPad fills empty fields: texts by their own padding, others by blanks.
func (f *format) emptyPad(c *field) byte {
	if c.Numeric() || c.Nothing == layout.EmptyWords {
		return f.blank
	}
	if c.PadZero && c.Type != layout.CodeType {
		return f.blank
	}
	return c.pad
}

// words writes texts, codes, dates, times and flags: encoded, then padded.
func (f *format) words(w *layout.Writing, c *field, v layout.Value) say.Text {
	start := len(w.Out)
	if reason := w.AppendWords(c.Cell, v); reason != "" {
		return reason
	}
	w.Out = f.charset.EncodeFrom(w.Out, start)
	used := len(w.Out) - start
	gap := c.Width - used
	if gap < 0 {
		return say.F("needs %d bytes, the field has %d", used, c.Width)
	}
	w.Out = layout.Fill(w.Out, c.pad, gap)
	if c.Right && gap > 0 {
		copy(w.Out[start+gap:], w.Out[start:start+used])
		layout.Fill(w.Out[start:start], c.pad, gap)
	}
	return ""
}
