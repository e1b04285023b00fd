package layout

import (
	"fmt"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/layout/beside"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Encode appends one record to dst, line end included. values are in the order of the record's fields; missing ones at
// the end are empty. seen counts what was replaced or cut; it may be nil. The error is FieldErrors: everything that is
// wrong with the record; dst is then returned as it was, but seen may have counted. Safe for concurrent use with a dst and seen of one's own.
func (p *Plan) Encode(dst []byte, record int, values []Value, seen *Notes) ([]byte, error) {
	if record < 0 || record >= len(p.lines) {
		return dst, fmt.Errorf("the layout has no record %d", record)
	}
	if p.writer == nil {
		return dst, fmt.Errorf("files of kind %s are read, not written", p.spec.Kind)
	}
	out, errs := p.writer.Encode(dst, record, p.lines[record].filled(values), seen)
	if errs != nil {
		return out[:len(dst)], errs
	}
	return out, nil
}

// filled has a value for each field.
func (l *Line) filled(values []Value) []Value {
	if len(values) >= len(l.Cells) {
		return values
	}
	return append(make([]Value, 0, len(l.Cells)), values...)[:len(l.Cells)]
}

// Writing is one record on its way into bytes, as UTF-8 for the most part. The kinds of files use it.
type Writing struct {
	Line   *Line
	Values []Value // for each field
	Seen   *Notes
	Out    []byte
	Errs   FieldErrors
	plan   *Plan
	Before *beside.Record // nil: the record stands for itself
	base   int            // where it begins in Out
}

// Begin begins to write a record after dst.
func (p *Plan) Begin(dst []byte, record int, values []Value, seen *Notes) Writing {
	return Writing{Line: &p.lines[record], Values: values, Seen: seen, Out: dst, plan: p, base: len(dst)}
}

// Fail notes why the value of a field cannot be written.
func (e *Writing) Fail(c *Cell, v Value, reason say.Text) {
	e.Errs = append(e.Errs, &FieldError{Record: e.Line.Name, Field: c.Name, Value: Clip(v.String()), Reason: reason})
}

// Clip keeps messages short.
func Clip(s string) string {
	const most = 80
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}

// AppendCell appends a value as UTF-8 text without quotes or padding. empty is true when the field holds nothing.
func (e *Writing) AppendCell(c *Cell) (empty bool) {
	v, reason := &e.Values[c.Index], say.Text("")
	if c.Required || v.Kind == Empty || v.Kind == TextKind && v.Text == "" {
		var settled Value
		settled, reason = c.Value(*v)
		v = &settled
	}
	start := len(e.Out)
	switch {
	case reason != "":
	case v.Kind == Empty:
		e.Out = append(e.Out, c.NothingText...)
		return true
	case c.Numeric():
		var room [64]byte
		var d Digits
		if d, reason = c.Number(*v, e.Values, room[:0]); reason == "" {
			e.Out = c.appendNumber(e.Out, d)
			if c.codes != nil {
				reason = c.allowed(string(e.Out[start:]))
			}
			if reason == "" && c.Width > 0 && utf8.RuneCount(e.Out[start:]) > c.Width {
				reason = say.F("needs %d characters, the field holds %d", utf8.RuneCount(e.Out[start:]), c.Width)
			}
		}
	default:
		reason = e.AppendWords(c, *v)
	}
	if reason != "" {
		e.Out = e.Out[:start]
		e.Fail(c, *v, reason)
	}
	return false
}

// AppendWords appends everything that is not a number.
func (e *Writing) AppendWords(c *Cell, v Value) say.Text {
	var room [40]byte
	text, formed, reason := c.text(v, room[:0])
	if reason != "" {
		return reason
	}
	if formed != nil {
		if c.Width > 0 && len(formed) > c.Width {
			return say.F("needs %d characters, the field holds %d", len(formed), c.Width)
		}
		e.Out = append(e.Out, formed...)
		return ""
	}
	e.Out, reason = e.plan.appendText(e.Out, c, text, e.Seen)
	return reason
}

// Content is what a field says, before quotes and padding.
func (e *Writing) Content(c *Cell) string {
	start := len(e.Out)
	e.AppendCell(c)
	text := string(e.Out[start:])
	e.Out = e.Out[:start]
	return text
}

// Encoded is the length of what was written from there on, in the file's encoding.
func (e *Writing) Encoded(from int) int { return e.plan.charset.Width(e.Out[from:]) }

// Fill appends a byte n times.
func Fill(dst []byte, b byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, b)
	}
	return dst
}
