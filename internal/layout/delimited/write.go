package delimited

import (
	"bytes"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/beside"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Encode writes a record. The line is made as UTF-8 and encoded as a whole.
func (f *format) Encode(dst []byte, record int, values []layout.Value, seen *layout.Notes) ([]byte, layout.FieldErrors) {
	out, _, errs := f.EncodeBeside(dst, nil, record, values, nil, seen, nil)
	return out, errs
}

// EncodeBeside writes a record, or begins one with open fields, beside the one before it.
func (f *format) EncodeBeside(dst []byte, gaps []int, record int, values []layout.Value, open []bool, seen *layout.Notes,
	before *beside.Record) ([]byte, []int, layout.FieldErrors) {
	w := f.plan.Begin(dst, record, values, seen)
	w.Before = before
	gaps = f.cells(&w, gaps, open)
	w.Keep()
	if open != nil {
		return w.Out, gaps, w.Errs
	}
	if len(w.Out) == len(dst) && len(w.Line.Placed) == 1 && f.quote != "" && f.rule(w.Line.Placed[0]) != quoteNever {
		w.Out = append(append(w.Out, f.quote...), f.quote...) // an empty line would be no record
	}
	return f.end(&w, len(dst)), gaps, w.Errs
}

// EncodeOpen leaves gaps where the open fields stand.
func (f *format) EncodeOpen(dst []byte, gaps []int, record int, values []layout.Value, open []bool,
	seen *layout.Notes) ([]byte, []int, layout.FieldErrors) {
	return f.EncodeBeside(dst, gaps, record, values, open, seen, nil)
}

// Complete fills the gaps.
func (f *format) Complete(dst, begun []byte, gaps []int, record int, values []layout.Value, open []bool,
	seen *layout.Notes) ([]byte, layout.FieldErrors) {
	w := f.plan.Begin(dst, record, values, seen)
	from := 0
	for _, c := range w.Line.Placed {
		if open[c.Index] {
			w.Out = append(w.Out, begun[from:gaps[0]]...)
			from, gaps = gaps[0], gaps[1:]
			f.cell(&w, c)
		}
	}
	w.Out = append(w.Out, begun[from:]...)
	return f.end(&w, len(dst)), w.Errs
}

// Spans measures the fields one by one.
func (f *format) Spans(w *layout.Writing, _ []byte, spans []layout.Span) {
	at := 0
	for i, c := range w.Line.Placed {
		if i > 0 {
			at += f.charset.Width([]byte(f.delimiter))
		}
		text := w.Content(c)
		from := len(w.Out)
		f.cell(w, c)
		n := w.Encoded(from)
		spans[c.Index] = layout.Span{Field: c.Index, Start: at, End: at + n, Text: text}
		at += n
	}
}

// cells writes the fields with delimiters between them. Of those in open it appends the place to gaps, counted from the
// first byte it writes.
func (f *format) cells(w *layout.Writing, gaps []int, open []bool) []int {
	base := len(w.Out)
	for i := 0; i < len(w.Line.Placed); i++ {
		if i > 0 {
			w.Out = append(w.Out, f.delimiter...)
		}
		if same := w.RepeatedFrom(i); same > 0 {
			i += same - 1
			continue
		}
		c := w.Line.Placed[i]
		if open != nil && open[c.Index] {
			gaps = append(gaps, len(w.Out)-base)
			continue
		}
		start, noted := len(w.Out), w.Noted()
		f.cell(w, c)
		w.Kept(c, start, noted)
	}
	return gaps
}

// end makes a line out of the fields from base on.
func (f *format) end(w *layout.Writing, base int) []byte {
	return append(f.charset.EncodeFrom(w.Out, base), f.lineEnd...)
}

func (f *format) rule(c *layout.Cell) quoteRule { return f.rules[c.Record][c.Index] }

// cell writes a field, with quotes where it needs them.
func (f *format) cell(w *layout.Writing, c *layout.Cell) {
	start, failed := len(w.Out), len(w.Errs)
	empty := w.AppendCell(c)
	rule := f.rule(c)
	if len(w.Errs) > failed || rule == quoteFilled && (empty || len(w.Out) == start) {
		return
	}
	switch {
	case rule == quoteAlways || rule == quoteFilled || rule == quoteMinimal && f.needsQuotes(w.Out[start:]):
		w.Out = f.quoteFrom(w.Out, start)
	case rule == quoteNever && !f.fitsBare(w.Out[start:]):
		w.Fail(c, w.Values[c.Index], say.F("holds the delimiter %q or a line break, and this field is never quoted", f.delimiter))
	}
}

// needsQuotes is the rule of quoting minimal: what would end the field or the line, quotes, and blanks at the ends. Of
// a delimiter of several characters each one counts: with the delimiter after it, it could make another one.
func (f *format) needsQuotes(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	if b[0] == ' ' || b[len(b)-1] == ' ' {
		return true
	}
	for _, x := range b {
		if f.special[x] {
			return bytes.ContainsAny(b, f.delimiter) || bytes.Contains(b, []byte(f.quote)) || bytes.ContainsAny(b, "\r\n") ||
				f.escape == '\\' && bytes.IndexByte(b, '\\') >= 0
		}
	}
	return f.comment != "" && bytes.HasPrefix(b, []byte(f.comment))
}

// fitsBare reports whether a field can stand without quotes. Texts were cleaned for it; a number or date may hold the
// delimiter.
func (f *format) fitsBare(b []byte) bool {
	return !bytes.ContainsAny(b, f.delimiter) && !bytes.ContainsAny(b, "\r\n")
}

// quoteFrom puts quotes around dst[start:] and escapes those in it.
func (f *format) quoteFrom(dst []byte, start int) []byte {
	q := f.quote[0]
	inner := 0
	for _, x := range dst[start:] {
		if x == q || f.escape == '\\' && x == '\\' {
			inner++
		}
	}
	end := len(dst)
	dst = layout.Fill(dst, q, inner+2)
	out := len(dst) - 2
	for i := end - 1; i >= start; i-- {
		dst[out] = dst[i]
		out--
		if dst[i] == q || f.escape == '\\' && dst[i] == '\\' {
			dst[out] = f.escape
			out--
		}
	}
	dst[start], dst[len(dst)-1] = q, q
	return dst
}
