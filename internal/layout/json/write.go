package json

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// head is what Encode writes before a record: its length without the head, and which it is. The file takes it away.
const head = 8

// Encode writes a record: an object without its end, for others may stand in it, or a value alone.
func (f *format) Encode(dst []byte, record int, values []layout.Value, seen *layout.Notes) ([]byte, layout.FieldErrors) {
	w := f.plan.Begin(dst, record, values, seen)
	start := len(dst)
	w.Out = append(w.Out, make([]byte, head)...)
	r := &f.records[record]
	if r.alone != nil {
		if !f.value(&w, r.alone) {
			w.Out = append(w.Out, "null"...)
		}
	} else {
		f.object(&w, r)
	}
	binary.BigEndian.PutUint32(w.Out[start:], uint32(len(w.Out)-start-head))
	binary.BigEndian.PutUint32(w.Out[start+4:], uint32(record))
	return w.Out, w.Errs
}

// object writes the fields of a record. Objects in it without a field are left out.
func (f *format) object(w *layout.Writing, r *record) {
	w.Out = append(w.Out, '{')
	for _, k := range r.own.Always {
		w.Out = append(quoted(append(quoted(comma(w.Out), k.Key), ':'), k.Value), ',')
		w.Out = w.Out[:len(w.Out)-1]
	}
	var waiting []string // objects that have not begun, for there was nothing in them yet
	begun := 0
	for i := range r.parts {
		p := &r.parts[i]
		for range p.close {
			if len(waiting) > 0 {
				waiting = waiting[:len(waiting)-1]
				continue
			}
			w.Out = append(w.Out, '}')
			begun--
		}
		waiting = append(waiting, p.open...)
		before, left := len(w.Out), len(waiting)
		for _, key := range waiting {
			w.Out = append(quoted(comma(w.Out), key), ':', '{')
		}
		w.Out = append(comma(w.Out), p.key...)
		if !f.value(w, p.field) {
			w.Out = w.Out[:before]
			continue
		}
		begun, waiting = begun+left, waiting[:0]
	}
	for range begun {
		w.Out = append(w.Out, '}')
	}
}

// comma parts what follows from what stands before it.
func comma(out []byte) []byte {
	if last := out[len(out)-1]; last == '{' || last == '[' {
		return out
	}
	return append(out, ',')
}

// value writes a value; false when there is none to write.
func (f *format) value(w *layout.Writing, o *field) bool {
	c := o.cell
	start := len(w.Out)
	if o.as == asString {
		w.Out = append(w.Out, '"')
	}
	from := len(w.Out)
	if v := w.Values[c.Index]; o.as == asBoolean && v.Kind == layout.BoolKind {
		w.Out = append(w.Out, map[bool]string{true: "true", false: "false"}[v.Bool]...)
		return true
	}
	w.AppendCell(c)
	text := w.Out[from:]
	switch {
	case len(text) == 0 && o.own.Empty == null:
		w.Out = append(w.Out[:start], "null"...)
		return true
	case len(text) == 0 && (o.own.Empty != empty || o.as != asString):
		w.Out = w.Out[:start]
		return false
	case o.as == asBoolean:
		w.Out = append(w.Out[:start], map[bool]string{true: "true", false: "false"}[string(text) == c.Yes]...)
	case o.as == asNumber && !isNumber(text):
		w.Fail(c, w.Values[c.Index], "is no number of JSON, which has no zeros before it; write it `as: string`")
	case o.as == asString:
		w.Out = append(f.escape(w.Out, from), '"')
	}
	return true
}

// isNumber tells whether digits are a number as JSON has it.
func isNumber(b []byte) bool {
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	digits := func() int {
		n := 0
		for n < len(b) && b[n] >= '0' && b[n] <= '9' {
			n++
		}
		return n
	}
	n := digits()
	if n == 0 || n > 1 && b[0] == '0' {
		return false
	}
	if b = b[n:]; len(b) == 0 {
		return true
	}
	if b[0] != '.' {
		return false
	}
	b = b[1:]
	n = digits()
	return n > 0 && n == len(b)
}

// escape escapes out[from:].
func (f *format) escape(out []byte, from int) []byte {
	for i := from; i < len(out); i++ {
		if b := out[i]; b < ' ' || b == '"' || b == '\\' || f.ascii && b >= utf8.RuneSelf {
			return escaped(out[:i], string(out[i:]), f.ascii)
		}
	}
	return out
}

// escaped appends a text as it stands between quotes.
func escaped(out []byte, text string, ascii bool) []byte {
	const hex = "0123456789abcdef"
	unit := func(u rune) { out = append(out, '\\', 'u', hex[u>>12&15], hex[u>>8&15], hex[u>>4&15], hex[u&15]) }
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\n':
			out = append(out, '\\', 'n')
		case r == '\r':
			out = append(out, '\\', 'r')
		case r == '\t':
			out = append(out, '\\', 't')
		case r < ' ' || ascii && r >= utf8.RuneSelf && r <= 0xFFFF:
			unit(r)
		case ascii && r > 0xFFFF:
			unit(0xD800 + (r-0x10000)>>10)
			unit(0xDC00 + (r-0x10000)&0x3FF)
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// quoted appends a text with its quotes.
func quoted(out []byte, text string) []byte {
	return append(escaped(append(out, '"'), text, false), '"')
}

// Spans tells what the fields say. They have no place of their own: what is written of a record is not all of it.
func (f *format) Spans(w *layout.Writing, _ []byte, spans []layout.Span) {
	for _, c := range w.Line.Placed {
		spans[c.Index].Text = w.Content(c)
	}
}
