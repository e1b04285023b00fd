package fixed

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// source reads records by positions, from lines or, without line ends, from blocks.
type source struct {
	*format
	lines  *layout.Lines // nil without line ends
	in     *io.SectionReader
	block  []byte
	number int
	values []layout.Value
	part   *layout.Part
}

// Read begins to read a file.
func (f *format) Read(in layout.Input) (layout.Source, error) {
	s := &source{format: f, part: in.Part, values: make([]layout.Value, f.plan.MostCells())}
	longest := 0
	for i := range f.records {
		length := f.records[i].length
		if len(f.lineEnd) == 0 && i > 0 && length != longest {
			return nil, fmt.Errorf("records without line ends must have the same length; set record_length")
		}
		longest = max(longest, length)
	}
	if longest > in.Limits.Line {
		return nil, &layout.LimitError{What: "bytes", Limit: int64(in.Limits.Line), Place: "a record"}
	}
	if len(f.lineEnd) == 0 {
		s.in, s.block = io.NewSectionReader(in.R, 0, in.Size), make([]byte, longest)
		return s, nil
	}
	var err error
	s.lines, err = layout.NewLines(f.plan, in)
	return s, err
}

func (s *source) Close() error { return nil }

// read gives the bytes of the next record.
func (s *source) read() ([]byte, error) {
	if s.lines != nil {
		b, _, err := s.lines.Next()
		s.number = s.lines.Line
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

func (s *source) Next() (layout.Row, error) {
	for {
		b, err := s.read()
		if err != nil {
			return layout.Row{Record: -1, Line: s.number}, err
		}
		if s.part.Skips(s.number) || s.lines != nil && (blankLine(b, s.blank) || len(b) == 1 && b[0] == 0x1A) ||
			len(s.comment) > 0 && bytes.HasPrefix(b, s.comment) {
			continue
		}
		return s.row(b)
	}
}

func (s *source) row(b []byte) (layout.Row, error) {
	raw, clean := s.charset.Decode(b)
	row := layout.Row{Record: -1, Line: s.number, Raw: raw}
	bad := &layout.LineError{Line: s.number, Place: s.place()}
	l := s.recognise(b)
	if l == nil {
		bad.Value, bad.Reason = layout.Clip(raw), s.plan.Unrecognised()
		return row, bad
	}
	row.Record, row.Values, bad.Record = l.Index, s.values[:len(l.Cells)], l.Name
	clear(row.Values)
	if l.AnyWidth {
		return row, nil
	}
	r := &s.records[l.Index]
	b, bad.Reason = s.length(r, b)
	ascii := clean && len(raw) == len(b) && s.charset.Same
	for i := range r.fields {
		c := &r.fields[i]
		if c.start+c.Width > len(b) || !s.part.Wants(l.Index, c.Index) {
			continue
		}
		part := b[c.start : c.start+c.Width]
		var text string
		if ascii {
			text = raw[c.start : c.start+c.Width]
		}
		v, reason := s.parse(c, part, text, s.currency(r, c, b))
		row.Values[c.Index] = v
		if reason != "" && bad.Reason == "" {
			shown, _ := s.charset.Decode(part)
			bad.Field, bad.Value, bad.Reason = c.Name, layout.Clip(shown), reason
		}
	}
	if bad.Reason != "" {
		return row, bad
	}
	return row, nil
}

func (s *source) place() string {
	if s.lines == nil {
		return fmt.Sprintf("record %d", s.number)
	}
	return fmt.Sprintf("line %d", s.number)
}

func (s *source) recognise(b []byte) *layout.Line {
	for i := range s.records {
		r := &s.records[i]
		if s.part.Ignores(i) || !bytes.HasPrefix(b, r.prefix) {
			continue
		}
		found := len(r.matches) == 0
		for _, v := range r.matches {
			found = found || r.matchStart <= len(b) && bytes.HasPrefix(b[r.matchStart:], v)
		}
		if found {
			return &s.plan.Lines()[i]
		}
	}
	return nil
}

// length brings the record to its length where the layout allows short lines; blanks at the end are never an error.
func (s *source) length(r *record, b []byte) ([]byte, string) {
	if len(b) == r.length {
		return b, ""
	}
	if len(b) > r.length {
		if blankLine(b[r.length:], s.blank) {
			return b[:r.length], ""
		}
		return b[:r.length], fmt.Sprintf("has %d bytes, %d are expected", len(b), r.length)
	}
	if s.short {
		return layout.Fill(bytes.Clone(b), s.blank, r.length-len(b)), ""
	}
	return b, fmt.Sprintf("has %d bytes, %d are expected", len(b), r.length)
}

func (s *source) currency(r *record, c *field, b []byte) string {
	if !c.ByCurrency || !c.Unmarked {
		return ""
	}
	other := r.at[c.Companion]
	if other.Hidden || other.start+other.Width > len(b) {
		return s.part.Companion("")
	}
	text, _ := s.charset.Decode(b[other.start : other.start+other.Width])
	return s.part.Companion(layout.TrimBlanks(text))
}

// parse reads a field of a record. text is its text when that is known already.
func (f *format) parse(c *field, b []byte, text, currency string) (layout.Value, string) {
	if c.Numeric() && c.Convention.DigitsOnly() {
		return f.parseDigits(c, b, currency)
	}
	if text == "" {
		var ok bool
		if text, ok = f.charset.Decode(b); !ok {
			return layout.Value{}, "holds bytes that " + f.charset.Name + " does not have"
		}
	}
	if c.Numeric() {
		return c.Parse(strings.Trim(text, " *"), currency)
	}
	pad := cmp.Or(string(c.Pad), " ")
	if trimmed := layout.TrimBlanks(text); trimmed == "" || c.StandsForNothing(trimmed) {
		return layout.Value{}, c.Missing()
	}
	if c.Type == layout.DateType || c.Type == layout.TimeType || c.Type == layout.FlagType {
		return c.ParseText(text)
	}
	if c.Right {
		return c.ParseText(strings.TrimLeft(text, pad))
	}
	return c.ParseText(strings.TrimRight(text, pad))
}

// parseDigits reads overpunched, packed and binary numbers from their bytes.
func (f *format) parseDigits(c *field, b []byte, currency string) (layout.Value, string) {
	places := c.Most
	if c.ByCurrency {
		if currency == "" {
			return layout.Value{}, "has no currency to take its decimals from"
		}
		places = int(fis.MinorUnits(currency))
	}
	if c.Convention.Overpunched() {
		text, _ := f.charset.Decode(b)
		if trimmed := layout.TrimBlanks(text); trimmed == "" || c.StandsForNothing(trimmed) {
			return layout.Value{}, c.Missing()
		}
	}
	var a fis.Amount
	var reason string
	switch {
	case c.Convention.Packed():
		a, reason = unpack(c, b, places)
	case c.Convention.Binary():
		a = unbinary(c, b, places)
	default:
		a, reason = f.unzone(c, b, places)
	}
	return layout.Number(a), reason
}

func unpack(c *field, b []byte, places int) (fis.Amount, string) {
	digits := make([]byte, 0, 2*len(b))
	for _, x := range b {
		digits = append(digits, '0'+x>>4, '0'+x&0x0F)
	}
	last := digits[len(digits)-1] - '0'
	digits = digits[:len(digits)-1]
	if !layout.AllDigits(string(digits)) {
		return fis.Zero, "is not a packed number: a half byte is no digit"
	}
	signed := last == 0x0C || last == 0x0D
	if last != 0x0F && (!signed || c.Convention.Unsigned()) {
		return fis.Zero, fmt.Sprintf("is not a packed number of this kind: its sign is %X", last)
	}
	a, reason := layout.AmountOf(string(digits), places)
	if last == 0x0D {
		a = a.Neg()
	}
	return a, reason
}

func unbinary(c *field, b []byte, places int) fis.Amount {
	n := new(big.Int).SetBytes(b)
	if !c.Convention.Unsigned() && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b)*8)))
	}
	return decimal.NewFromBigInt(n, int32(-places))
}

// unzone reads a zoned number: its digits as characters but for the one with the sign.
func (f *format) unzone(c *field, b []byte, places int) (fis.Amount, string) {
	b = bytes.Clone(b)
	at := len(b) - 1
	if c.Convention.InFirstDigit() {
		at = 0
	}
	digit, negative, ok := c.Convention.ZoneDigit(b[at], f.charset.EBCDIC)
	// No punch: zone F, unsigned, which COBOL reads as positive; a file that FTP has translated to ASCII has the plain
	// digit there.
	if zero := f.charset.ASCII['0']; !ok && b[at] >= zero && b[at] <= zero+9 {
		digit, ok = b[at]-zero, true
	}
	if !ok {
		return fis.Zero, "is not a number with the sign convention " + c.SignName()
	}
	b[at] = f.charset.ASCII['0'] + digit
	text, _ := f.charset.Decode(b)
	if !layout.AllDigits(text) {
		return fis.Zero, "is not a number with the sign convention " + c.SignName()
	}
	a, reason := layout.AmountOf(text, places)
	if negative {
		a = a.Neg()
	}
	return a, reason
}

// blankLine reports whether there is nothing but blanks.
func blankLine(b []byte, blank byte) bool {
	return len(bytes.Trim(b, string([]byte{blank, '\t'}))) == 0
}
