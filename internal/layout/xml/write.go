package xml

import (
	"encoding/binary"
	"strconv"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/beside"
)

// writer is the files of one plan that can be written.
type writer struct {
	*format
	lineEnd string
	written []written
	special [256]bool // bytes that cannot stand in a file as they are
}

func newWriter(f *format) *writer {
	w := &writer{format: f, written: make([]written, len(f.records)), lineEnd: "\n"}
	if f.plan.Spec().LineEnd == "crlf" {
		w.lineEnd = "\r\n"
	}
	for _, b := range []byte("&<>\"\r") {
		w.special[b] = true
	}
	for b := 0x80; b < 0x100 && !f.charset.UTF8; b++ {
		w.special[b] = true
	}
	return w
}

// Record makes the elements of a record.
func (f *writer) Record(c *layout.Check, l *layout.Line) {
	f.format.Record(c, l)
	r := &f.records[l.Index]
	if len(r.element) == 0 {
		return
	}
	for _, s := range r.full {
		c.Encodable("records."+l.Name+".own.element", s.text)
	}
	for _, p := range r.fields {
		for _, s := range p.steps {
			c.Encodable(c.At(&l.Cells[p.field])+".own.path", s.text)
		}
	}
	f.compile(l)
}

// head is what Encode writes before a record: its length without the head, and which it is. The file takes it away.
const head = 8

// innerElements marks a record with elements of its own in it.
const innerElements = 1 << 31

// Encode writes a record: its element with all that is its own, but for the end, for records may stand in it.
func (f *writer) Encode(dst []byte, record int, values []layout.Value, seen *layout.Notes) ([]byte, layout.FieldErrors) {
	out, _, errs := f.EncodeBeside(dst, nil, record, values, nil, seen, nil)
	return out, errs
}

// EncodeBeside writes a record beside the one before it.
func (f *writer) EncodeBeside(dst []byte, gaps []int, record int, values []layout.Value, _ []bool, seen *layout.Notes,
	before *beside.Record) ([]byte, []int, layout.FieldErrors) {
	w := f.plan.Begin(dst, record, values, seen)
	w.Before = before
	start := len(dst)
	w.Out = append(w.Out, make([]byte, head)...)
	e := &f.written[record].top
	w.Out = append(w.Out, e.start...)
	f.attributes(&w, e)
	w.Out = append(w.Out, '>')
	if e.text != nil {
		f.cell(&w, e.text, false)
	}
	flags := uint32(0)
	for _, inner := range e.inner {
		if f.element(&w, inner) {
			flags = innerElements
		}
	}
	w.Keep()
	if !f.charset.UTF8 {
		w.Out = f.charset.EncodeFrom(w.Out, start+head)
	}
	binary.BigEndian.PutUint32(w.Out[start:], uint32(len(w.Out)-start-head))
	binary.BigEndian.PutUint32(w.Out[start+4:], uint32(record)|flags)
	return w.Out, gaps, w.Errs
}

// element writes an element; false when there is nothing to write.
func (f *writer) element(w *layout.Writing, e *element) bool {
	start := len(w.Out)
	w.Out = append(append(w.Out, e.before...), e.start...)
	something := f.attributes(w, e)
	w.Out = append(w.Out, '>')
	if e.text != nil {
		something = f.cell(w, e.text, false)
	}
	inner := false
	for _, i := range e.inner {
		inner = f.element(w, i) || inner
	}
	switch {
	case inner:
		w.Out = append(w.Out, e.beforeEnd...)
	case something:
	case e.empty == omit || e.text == nil:
		w.Out = w.Out[:start]
		for i := range e.attributes { // the text is empty, and elements in this one have done so themselves
			w.Cut(e.attributes[i].cell)
		}
		return false
	case e.empty == null:
		w.Out = append(w.Out[:len(w.Out)-1], ` xsi:nil="true"/>`...)
		return true
	default:
		w.Out = append(w.Out[:len(w.Out)-1], '/', '>')
		return true
	}
	w.Out = append(w.Out, e.end...)
	return true
}

// attributes writes the fields in attributes; those without a value are left out. It reports whether there was one.
func (f *writer) attributes(w *layout.Writing, e *element) bool {
	some := false
	for i := range e.attributes {
		a := &e.attributes[i]
		start := len(w.Out)
		w.Out = append(w.Out, a.start...)
		if !f.cell(w, a.cell, true) {
			w.Out = w.Out[:start]
			continue
		}
		w.Out = append(w.Out, '"')
		some = true
	}
	return some
}

// cell writes a value so that a parser gives it back as it is; false when there is none.
func (f *writer) cell(w *layout.Writing, c *layout.Cell, attribute bool) bool {
	start, noted := len(w.Out), w.Noted()
	if w.Repeated(c) {
		return len(w.Out) > start
	}
	w.AppendCell(c)
	for i := start; i < len(w.Out); i++ {
		if b := w.Out[i]; f.special[b] || attribute && b < ' ' {
			w.Out = f.escape(w.Out, i, attribute)
			break
		}
	}
	w.Kept(c, start, noted)
	return len(w.Out) > start
}

// escape escapes out[from:].
func (f *writer) escape(out []byte, from int, attribute bool) []byte {
	text := string(out[from:])
	out = out[:from]
	for _, r := range text {
		switch {
		case r == '&':
			out = append(out, "&amp;"...)
		case r == '<':
			out = append(out, "&lt;"...)
		case r == '>':
			out = append(out, "&gt;"...)
		case r == '"' && attribute:
			out = append(out, "&quot;"...)
		case r == '\r', attribute && r < ' ', r >= utf8.RuneSelf && f.charset.Size(r) == 0:
			out = append(strconv.AppendInt(append(out, "&#"...), int64(r), 10), ';')
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// Spans tells what the fields say. They have no place of their own: what is written of a record is not all of it.
func (f *writer) Spans(w *layout.Writing, _ []byte, spans []layout.Span) {
	for _, c := range w.Line.Placed {
		spans[c.Index].Text = w.Content(c)
	}
}
