package layout

import "fmt"

// Encode appends one record to dst, line end included. values are in the order of the record's fields; missing ones at the end are
// empty. seen counts what was replaced or cut; it may be nil. The error is FieldErrors: everything that is wrong with the record; dst is then
// returned as it was, but seen may have counted. Safe for concurrent use with a dst and seen of one's own.
func (p *Plan) Encode(dst []byte, record int, values []Value, seen *Notes) ([]byte, error) {
	if record < 0 || record >= len(p.lines) {
		return dst, fmt.Errorf("the layout has no record %d", record)
	}
	line := &p.lines[record]
	if len(values) < len(line.cells) {
		values = append(make([]Value, 0, len(line.cells)), values...)[:len(line.cells)]
	}
	start := len(dst)
	e := writing{plan: p, line: line, values: values, seen: seen, out: dst}
	switch p.spec.Kind {
	case Fixed:
		e.fixed()
	case PatternText:
		e.pattern()
	case Workbook:
		e.sheetRow()
	default:
		e.delimited()
	}
	if e.errs != nil {
		return e.out[:start], e.errs
	}
	return e.out, nil
}

// writing is one record on its way into bytes.
type writing struct {
	plan   *Plan
	line   *line
	values []Value
	seen   *Notes
	out    []byte
	errs   FieldErrors
}

func (e *writing) fail(c *cell, v Value, reason string) {
	e.errs = append(e.errs, &FieldError{Record: e.line.Name, Field: c.Name, Value: clip(v.String()), Reason: reason})
}

// clip keeps messages short.
func clip(s string) string {
	const most = 80
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}

// appendCell appends a value as UTF-8 text without quotes or padding. empty is true when the field holds nothing.
func (e *writing) appendCell(c *cell) (empty bool) {
	v, reason := c.value(e.values[c.index])
	start := len(e.out)
	switch {
	case reason != "":
	case v.Kind == Empty:
		e.out = append(e.out, c.emptyText...)
		return true
	case c.numeric():
		var room [64]byte
		var d digits
		if d, reason = c.number(v, e.values, room[:0]); reason == "" {
			e.out = c.appendNumber(e.out, d)
			if c.codes != nil {
				reason = c.allowed(string(e.out[start:]))
			}
			if reason == "" && c.Width > 0 && runes(e.out[start:]) > c.Width {
				reason = fmt.Sprintf("needs %d characters, the field holds %d", runes(e.out[start:]), c.Width)
			}
		}
	default:
		reason = e.appendWords(c, v)
	}
	if reason != "" {
		e.out = e.out[:start]
		e.fail(c, v, reason)
	}
	return false
}

// appendWords appends everything that is not a number.
func (e *writing) appendWords(c *cell, v Value) string {
	var room [40]byte
	text, formed, reason := c.text(v, room[:0])
	if reason != "" {
		return reason
	}
	if formed != nil {
		if c.Width > 0 && len(formed) > c.Width {
			return fmt.Sprintf("needs %d characters, the field holds %d", len(formed), c.Width)
		}
		e.out = append(e.out, formed...)
		return ""
	}
	e.out, reason = e.plan.appendText(e.out, c, text, e.seen)
	return reason
}

func runes(b []byte) int {
	n := 0
	for _, x := range b {
		if x&0xC0 != 0x80 {
			n++
		}
	}
	return n
}
