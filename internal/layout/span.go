package layout

import (
	"fmt"
	"strings"
)

// Span is one field of an encoded record: where it lies and what it says.
type Span struct {
	Field int // index in the record
	// Start and End are its bytes in the encoded record, padding and quotes included; both 0 where the file has no place for it, as for hidden
	// fields and for all of a workbook.
	Start, End int
	// Text is what it says, without quotes and padding; packed and binary numbers in hexadecimal, as X'12 3C'.
	Text string
}

// Spans encodes a record as Encode does, and tells where in it each field lies, in the order of the fields. It is for explaining; it costs
// several times what Encode does.
func (p *Plan) Spans(record int, values []Value) ([]Span, error) {
	encoded, err := p.Encode(nil, record, values, nil)
	if err != nil {
		return nil, fmt.Errorf("find the fields of a record: %w", err)
	}
	line := &p.lines[record]
	if len(values) < len(line.cells) {
		values = append(make([]Value, 0, len(line.cells)), values...)[:len(line.cells)]
	}
	s := spanning{writing: writing{plan: p, line: line, values: values}, spans: make([]Span, len(line.cells))}
	for i := range s.spans {
		s.spans[i].Field = i
	}
	switch p.spec.Kind {
	case Fixed:
		s.fixed(encoded[:len(encoded)-len(p.lineEnd)])
	case PatternText:
		s.pattern()
	case Workbook:
		s.sheetRow()
	default:
		s.delimited()
	}
	return s.spans, nil
}

// LineEnd is what ends each record, in the file's encoding.
func (p *Plan) LineEnd() []byte { return append([]byte(nil), p.lineEnd...) }

// Decode is bytes of the file as text; what is no text of the encoding becomes U+FFFD.
func (p *Plan) Decode(b []byte) string { return p.charset.Show(b) }

// spanning writes the fields of a record one by one.
type spanning struct {
	writing
	spans []Span
}

// content is what a field says, before quotes and padding.
func (s *spanning) content(c *cell) string {
	start := len(s.out)
	s.appendCell(c)
	text := string(s.out[start:])
	s.out = s.out[:start]
	return text
}

// encoded is the length of s.out[from:] in the file's encoding.
func (s *spanning) encoded(from int) int {
	return len(s.plan.charset.EncodeFrom(append([]byte(nil), s.out[from:]...), 0))
}

func (s *spanning) delimited() {
	at := 0
	for i, c := range s.line.placed {
		if i > 0 {
			at += len(s.plan.charset.EncodeFrom([]byte(s.plan.delimiter), 0))
		}
		text := s.content(c)
		from := len(s.out)
		s.delimitedCell(c)
		n := s.encoded(from)
		s.spans[c.index] = Span{c.index, at, at + n, text}
		at += n
	}
}

func (s *spanning) fixed(encoded []byte) { // without its line end
	for _, c := range s.line.placed {
		start, end := min(c.start, len(encoded)), min(c.start+c.Width, len(encoded))
		raw := encoded[start:end]
		text := ""
		switch {
		case c.sign.packed() || c.sign.binary():
			text = fmt.Sprintf("X'% X'", raw)
		default:
			text = s.plan.Decode(raw)
			if pad := string(s.plan.Decode([]byte{c.pad})); !c.right {
				text = strings.TrimRight(text, pad)
			} else if pad != "0" {
				text = strings.TrimLeft(text, pad)
			}
		}
		s.spans[c.index] = Span{c.index, start, end, text}
	}
}

func (s *spanning) pattern() {
	type mark struct {
		cell     *cell
		from, to int // in s.out
		text     string
	}
	var marks []mark
	optional, before, filled := -1, 0, false
	for i := range s.line.segments {
		seg := &s.line.segments[i]
		switch {
		case seg.open:
			optional, before, filled = len(s.out), len(marks), false
		case seg.close:
			if !filled {
				s.out, marks = s.out[:optional], marks[:before]
			}
		case seg.cell == nil:
			s.out = append(s.out, seg.literal...)
		default:
			text, start := s.content(seg.cell), len(s.out)
			s.appendCell(seg.cell)
			filled = filled || len(s.out) > start
			s.align(seg, start)
			marks = append(marks, mark{seg.cell, start, len(s.out), text})
		}
	}
	seen := map[int]bool{}
	for _, m := range marks {
		if seen[m.cell.index] {
			continue
		}
		seen[m.cell.index] = true
		all := s.out
		s.out = all[:m.from]
		start := s.encoded(0)
		s.out = all[:m.to]
		s.spans[m.cell.index] = Span{m.cell.index, start, s.encoded(0), m.text}
		s.out = all
	}
}

func (s *spanning) sheetRow() {
	for _, c := range s.line.placed {
		from := len(s.out)
		kind := s.sheetCell(c)
		text := string(s.out[from:])
		s.out = s.out[:from]
		if v, _ := c.value(s.values[c.index]); kind == cellDate || kind == cellBool {
			text = v.String()
		}
		s.spans[c.index].Text = text
	}
}

// Heading is the row of headings that begins a delimited file, line end included; nil when there is none.
func (p *Plan) Heading() []byte {
	if p.header < 0 || p.spec.Kind != Delimited && p.spec.Kind != "" {
		return nil
	}
	return p.headerRow()
}

// Headings are the record whose headings begin the file, as an index; -1 when there are none.
func (p *Plan) Headings() int { return p.header }
