package layout

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// fixedSource reads records by positions, from lines or, without line ends, from blocks.
type fixedSource struct {
	plan   *Plan
	lines  *lineSource // nil without line ends
	in     *io.SectionReader
	block  []byte
	number int
	keys   []recordKey
	values []Value
	part   *Part
}

// recordKey is how a record is recognised, in bytes.
type recordKey struct {
	prefix []byte
	start  int
	values [][]byte
}

func newFixedSource(p *Plan, r io.ReaderAt, size int64, lim Limits, part *Part) (*fixedSource, error) {
	s := &fixedSource{plan: p, part: part, values: make([]Value, p.mostCells())}
	longest := 0
	for i := range p.lines {
		l := &p.lines[i]
		k := recordKey{start: l.Match.Start - 1, prefix: p.bytes(string(l.Match.Prefix))}
		for _, v := range l.values {
			k.values = append(k.values, p.bytes(v))
		}
		s.keys = append(s.keys, k)
		if len(p.lineEnd) == 0 && i > 0 && l.length != longest {
			return nil, fmt.Errorf("records without line ends must have the same length; set record_length")
		}
		longest = max(longest, l.length)
	}
	if longest > lim.Line {
		return nil, &LimitError{What: "bytes", Limit: int64(lim.Line), Place: "a record"}
	}
	if len(p.lineEnd) == 0 {
		s.in, s.block = io.NewSectionReader(r, 0, size), make([]byte, longest)
		return s, nil
	}
	s.lines = newLineSource(p, r, size, lim)
	return s, s.lines.skip(p.spec.SkipLines)
}

func (p *Plan) bytes(s string) []byte { return p.charset.EncodeFrom([]byte(s), 0) }

func (s *fixedSource) close() error { return nil }

// read gives the bytes of the next record.
func (s *fixedSource) read() ([]byte, error) {
	if s.lines != nil {
		b, _, err := s.lines.next()
		s.number = s.lines.line
		return b, err
	}
	n, err := io.ReadFull(s.in, s.block)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && len(bytes.Trim(s.block[:n], "\r\n\x1A")) == 0 {
		return nil, io.EOF
	}
	s.number++
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return s.block[:n], nil
	}
	return s.block, err
}

func (s *fixedSource) next() (Row, error) {
	for {
		b, err := s.read()
		if err != nil {
			return Row{Record: -1, Line: s.number}, err
		}
		if s.part.skips(s.number) || s.lines != nil && (blankLine(b, s.plan.blank) || len(b) == 1 && b[0] == 0x1A) ||
			s.plan.comment != "" && bytes.HasPrefix(b, s.plan.bytes(s.plan.comment)) {
			continue
		}
		return s.row(b)
	}
}

func (s *fixedSource) row(b []byte) (Row, error) {
	raw, clean := s.plan.charset.Decode(b)
	row := Row{Record: -1, Line: s.number, Raw: raw}
	bad := &LineError{Line: s.number, Place: s.place()}
	l := s.recognise(b)
	if l == nil {
		bad.Value, bad.Reason = clip(raw), s.plan.unrecognised()
		return row, bad
	}
	row.Record, row.Values, bad.Record = l.index, s.values[:len(l.cells)], l.Name
	clear(row.Values)
	b, bad.Reason = s.length(l, b)
	ascii := clean && len(raw) == len(b) && s.plan.charset.Same
	for _, c := range l.placed {
		if c.start+c.Width > len(b) || !s.part.wants(l.index, c.index) {
			continue
		}
		part := b[c.start : c.start+c.Width]
		var text string
		if ascii {
			text = raw[c.start : c.start+c.Width]
		}
		v, reason := s.plan.parseFixed(c, part, text, s.currency(l, c, b))
		row.Values[c.index] = v
		if reason != "" && bad.Reason == "" {
			shown, _ := s.plan.charset.Decode(part)
			bad.Field, bad.Value, bad.Reason = c.Name, clip(shown), reason
		}
	}
	if bad.Reason != "" {
		return row, bad
	}
	return row, nil
}

func (s *fixedSource) place() string {
	if s.lines == nil {
		return fmt.Sprintf("record %d", s.number)
	}
	return fmt.Sprintf("line %d", s.number)
}

func (s *fixedSource) recognise(b []byte) *line {
	for i := range s.keys {
		k := &s.keys[i]
		if s.part.ignores(i) || !bytes.HasPrefix(b, k.prefix) {
			continue
		}
		found := len(k.values) == 0
		for _, v := range k.values {
			found = found || k.start <= len(b) && bytes.HasPrefix(b[k.start:], v)
		}
		if found {
			return &s.plan.lines[i]
		}
	}
	return nil
}

// length brings the record to its length where the layout allows short lines; blanks at the end are never an error.
func (s *fixedSource) length(l *line, b []byte) ([]byte, string) {
	if len(b) == l.length {
		return b, ""
	}
	if len(b) > l.length {
		if blankLine(b[l.length:], s.plan.blank) {
			return b[:l.length], ""
		}
		return b[:l.length], fmt.Sprintf("has %d bytes, %d are expected", len(b), l.length)
	}
	if s.plan.spec.ShortLines {
		return fill(bytes.Clone(b), s.plan.blank, l.length-len(b)), ""
	}
	return b, fmt.Sprintf("has %d bytes, %d are expected", len(b), l.length)
}

func (s *fixedSource) currency(l *line, c *cell, b []byte) string {
	if !c.byCurrency || !c.implied {
		return ""
	}
	other := &l.cells[c.currency]
	if other.Hidden || other.start+other.Width > len(b) {
		return s.part.currency("")
	}
	text, _ := s.plan.charset.Decode(b[other.start : other.start+other.Width])
	return s.part.currency(trimBlanks(text))
}

// parseFixed reads a field of a record. text is its text when that is known already.
func (p *Plan) parseFixed(c *cell, b []byte, text, currency string) (Value, string) {
	if c.numeric() && c.sign.digitsOnly() {
		return p.parseDigits(c, b, currency)
	}
	if text == "" {
		var ok bool
		if text, ok = p.charset.Decode(b); !ok {
			return Value{}, "holds bytes that " + p.charset.Name + " does not have"
		}
	}
	if c.numeric() {
		return c.parse(strings.Trim(text, " *"), currency)
	}
	pad := first(string(c.Pad), " ")
	if trimmed := trimBlanks(text); trimmed == "" || c.standsForNothing(trimmed) {
		return Value{}, c.missing()
	}
	if c.Type == DateType || c.Type == TimeType || c.Type == FlagType {
		return c.parseText(text)
	}
	if c.right {
		return c.parseText(strings.TrimLeft(text, pad))
	}
	return c.parseText(strings.TrimRight(text, pad))
}

// parseDigits reads overpunched, packed and binary numbers from their bytes.
func (p *Plan) parseDigits(c *cell, b []byte, currency string) (Value, string) {
	places := c.most
	if c.byCurrency {
		if currency == "" {
			return Value{}, "has no currency to take its decimals from"
		}
		places = int(fis.MinorUnits(currency))
	}
	if c.sign.overpunched() {
		text, _ := p.charset.Decode(b)
		if trimmed := trimBlanks(text); trimmed == "" || c.standsForNothing(trimmed) {
			return Value{}, c.missing()
		}
	}
	var a fis.Amount
	var reason string
	switch {
	case c.sign.packed():
		a, reason = c.unpack(b, places)
	case c.sign.binary():
		a = c.unbinary(b, places)
	default:
		a, reason = p.unzone(c, b, places)
	}
	return Number(a), reason
}

func (c *cell) unpack(b []byte, places int) (fis.Amount, string) {
	digits := make([]byte, 0, 2*len(b))
	for _, x := range b {
		digits = append(digits, '0'+x>>4, '0'+x&0x0F)
	}
	last := digits[len(digits)-1] - '0'
	digits = digits[:len(digits)-1]
	if !allDigits(string(digits)) {
		return fis.Zero, "is not a packed number: a half byte is no digit"
	}
	signed := last == 0x0C || last == 0x0D
	if c.sign == signPacked && !signed && last != 0x0F || c.sign == signPackedUnsigned && last != 0x0F {
		return fis.Zero, fmt.Sprintf("is not a packed number of this kind: its sign is %X", last)
	}
	a, reason := amount(string(digits), places)
	if last == 0x0D {
		a = a.Neg()
	}
	return a, reason
}

func (c *cell) unbinary(b []byte, places int) fis.Amount {
	n := new(big.Int).SetBytes(b)
	if c.sign == signBinary && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b)*8)))
	}
	return decimal.NewFromBigInt(n, int32(-places))
}

// unzone reads a zoned number: its digits as characters but for the one with the sign.
func (p *Plan) unzone(c *cell, b []byte, places int) (fis.Amount, string) {
	b = bytes.Clone(b)
	at := len(b) - 1
	if c.sign.inFirstDigit() {
		at = 0
	}
	digit, negative, ok := c.sign.zoneDigit(b[at], p.charset.EBCDIC)
	// No punch: zone F, unsigned, which COBOL reads as positive; a file that FTP has translated to ASCII has the plain digit there.
	if zero := p.charset.ASCII['0']; !ok && b[at] >= zero && b[at] <= zero+9 {
		digit, ok = b[at]-zero, true
	}
	if !ok {
		return fis.Zero, "is not a number with the sign convention " + c.signName()
	}
	b[at] = p.charset.ASCII['0'] + digit
	text, _ := p.charset.Decode(b)
	if !allDigits(text) {
		return fis.Zero, "is not a number with the sign convention " + c.signName()
	}
	a, reason := amount(text, places)
	if negative {
		a = a.Neg()
	}
	return a, reason
}
