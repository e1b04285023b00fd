package layout

import "fmt"

// fixed writes a record by positions. Widths count the bytes of the file's encoding, so each cell is encoded before it is padded.
func (e *writing) fixed() {
	base := len(e.out)
	e.fixedCells(base, nil)
	e.endFixed(base)
}

// fixedCells writes the whole length of a record, without those in open.
func (e *writing) fixedCells(base int, open []bool) {
	p := e.plan
	for _, c := range e.line.placed {
		e.out = fill(e.out, p.filler, base+c.start-len(e.out))
		if open == nil || !open[c.index] {
			e.fixedCell(c)
		}
		if short := base + c.start + c.Width - len(e.out); short != 0 {
			// Only after an error of this cell, or for an open one: keep the positions of the others.
			e.out = fill(e.out[:min(len(e.out), base+c.start+c.Width)], p.filler, short)
		}
	}
	e.out = fill(e.out, p.filler, base+e.line.length-len(e.out))
}

// endFixed ends the record that begins at base.
func (e *writing) endFixed(base int) {
	p := e.plan
	if p.spec.ShortLines {
		for len(e.out) > base && e.out[len(e.out)-1] == p.filler {
			e.out = e.out[:len(e.out)-1]
		}
	}
	e.out = append(e.out, p.lineEnd...)
}

func (e *writing) fixedCell(c *cell) {
	v, reason := c.value(e.values[c.index])
	start := len(e.out)
	switch {
	case reason != "":
	case v.Kind == Empty && c.empty == emptyZero && c.numeric():
		e.out, reason = e.plan.appendFixedNumber(e.out, c, zeroDigits(c))
	case v.Kind == Empty:
		e.out = append(e.out, c.emptyText...)
		e.out = e.plan.charset.EncodeFrom(e.out, start)
		e.out = fill(e.out, e.plan.emptyPad(c), c.Width-(len(e.out)-start))
	case c.numeric():
		var room [64]byte
		var d digits
		if d, reason = c.number(v, e.values, room[:0]); reason == "" {
			e.out, reason = e.plan.appendFixedNumber(e.out, c, d)
		}
	default:
		reason = e.fixedWords(c, v)
	}
	if reason != "" {
		e.out = e.out[:start]
		e.fail(c, v, reason)
	}
}

// zeroDigits is the number 0 with the decimals of its field.
func zeroDigits(c *cell) digits {
	return digits{text: []byte{'0'}, places: c.least}
}

// emptyPad fills empty fields: texts by their own padding, others by blanks.
func (p *Plan) emptyPad(c *cell) byte {
	if c.numeric() || c.empty == emptyWords {
		return p.blank
	}
	if c.padZero && c.Type != CodeType {
		return p.blank
	}
	return c.pad
}

// fixedWords writes texts, codes, dates, times and flags: encoded, then padded.
func (e *writing) fixedWords(c *cell, v Value) string {
	start := len(e.out)
	if reason := e.appendWords(c, v); reason != "" {
		return reason
	}
	e.out = e.plan.charset.EncodeFrom(e.out, start)
	used := len(e.out) - start
	gap := c.Width - used
	if gap < 0 {
		return fmt.Sprintf("needs %d bytes, the field has %d", used, c.Width)
	}
	e.out = fill(e.out, c.pad, gap)
	if c.right && gap > 0 {
		copy(e.out[start+gap:], e.out[start:start+used])
		fill(e.out[start:start], c.pad, gap)
	}
	return ""
}
