package layout

import (
	"bytes"
	"fmt"
)

// delimited writes a record of a CSV or its like. The line is made as UTF-8 and encoded as a whole.
func (e *writing) delimited() {
	p, base := e.plan, len(e.out)
	e.delimitedCells(nil, nil)
	if len(e.out) == base && len(e.line.placed) == 1 && p.quote != "" && e.line.placed[0].quote != quoteNever {
		e.out = append(append(e.out, p.quote...), p.quote...) // an empty line would be no record
	}
	e.endDelimited(base)
}

// delimitedCells writes the fields with delimiters between them. Of those in open it appends the place to gaps, counted from the first byte it writes.
func (e *writing) delimitedCells(gaps []int, open []bool) []int {
	base := len(e.out)
	for i, c := range e.line.placed {
		if i > 0 {
			e.out = append(e.out, e.plan.delimiter...)
		}
		if open != nil && open[c.index] {
			gaps = append(gaps, len(e.out)-base)
			continue
		}
		e.delimitedCell(c)
	}
	return gaps
}

// endDelimited makes a line out of the fields from base on.
func (e *writing) endDelimited(base int) {
	e.out = e.plan.charset.EncodeFrom(e.out, base)
	e.out = append(e.out, e.plan.lineEnd...)
}

func (e *writing) delimitedCell(c *cell) {
	start, failed := len(e.out), len(e.errs)
	empty := e.appendCell(c)
	if len(e.errs) > failed || c.quote == quoteFilled && (empty || len(e.out) == start) {
		return
	}
	p := e.plan
	switch {
	case c.quote == quoteAlways || c.quote == quoteFilled || c.quote == quoteMinimal && p.needsQuotes(e.out[start:]):
		e.out = p.quoteFrom(e.out, start)
	case c.quote == quoteNever && !p.fitsBare(c, e.out[start:]):
		e.fail(c, e.values[c.index], fmt.Sprintf("holds the delimiter %q or a line break, and this field is never quoted", p.delimiter))
	}
}

// needsQuotes is the rule of quoting minimal: what would end the field or the line, quotes, and blanks at the ends. Of a delimiter of
// several characters each one counts: with the delimiter after it, it could make another one.
func (p *Plan) needsQuotes(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	if b[0] == ' ' || b[len(b)-1] == ' ' {
		return true
	}
	for _, x := range b {
		if p.special[x] {
			return bytes.ContainsAny(b, p.delimiter) || bytes.Contains(b, []byte(p.quote)) || bytes.ContainsAny(b, "\r\n") ||
				p.escape == '\\' && bytes.IndexByte(b, '\\') >= 0
		}
	}
	return p.comment != "" && bytes.HasPrefix(b, []byte(p.comment))
}

// fitsBare reports whether a field can stand without quotes. Texts were cleaned for it; a number or date may hold the delimiter.
func (p *Plan) fitsBare(c *cell, b []byte) bool {
	return !bytes.ContainsAny(b, p.delimiter) && !bytes.ContainsAny(b, "\r\n")
}

// quoteFrom puts quotes around dst[start:] and escapes those in it.
func (p *Plan) quoteFrom(dst []byte, start int) []byte {
	q := p.quote[0]
	inner := 0
	for _, x := range dst[start:] {
		if x == q || p.escape == '\\' && x == '\\' {
			inner++
		}
	}
	end := len(dst)
	dst = fill(dst, q, inner+2)
	out := len(dst) - 2
	for i := end - 1; i >= start; i-- {
		dst[out] = dst[i]
		out--
		if dst[i] == q || p.escape == '\\' && dst[i] == '\\' {
			dst[out] = p.escape
			out--
		}
	}
	dst[start], dst[len(dst)-1] = q, q
	return dst
}
