package fixed

import (
	"math/big"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/say"
)

// appendNumber appends a number in exactly c.Width bytes of the charset.
func (f *format) appendNumber(dst []byte, c *field, d layout.Digits) ([]byte, say.Text) {
	switch {
	case c.Convention.Packed():
		return appendPacked(dst, c, d)
	case c.Convention.Binary():
		return appendBinary(dst, c, d)
	case c.Convention.Overpunched():
		return f.appendZoned(dst, c, d)
	}
	var room [128]byte
	before, after := c.Convention.Affixes(d.Negative, true)
	text := d.AppendPlain(room[:0], c.Cell)
	gap := c.Width - f.charset.Width(text) - len(before) - len(after)
	if gap < 0 {
		return dst, overflow(c, before+string(text)+after)
	}
	start := len(dst)
	switch {
	case c.PadZero && c.Right:
		dst = append(dst, before...)
		dst = layout.Fill(dst, '0', gap)
		dst = append(dst, text...)
		dst = append(dst, after...)
		return f.charset.EncodeFrom(dst, start), ""
	case c.Right:
		dst = layout.Fill(dst, c.pad, gap)
		at := len(dst)
		dst = append(append(append(dst, before...), text...), after...)
		return f.charset.EncodeFrom(dst, at), ""
	}
	dst = append(append(append(dst, before...), text...), after...)
	return layout.Fill(f.charset.EncodeFrom(dst, start), c.pad, gap), ""
}

// appendZoned appends digits with the sign in one of them; zeros fill from the left.
func (f *format) appendZoned(dst []byte, c *field, d layout.Digits) ([]byte, say.Text) {
	gap := c.Width - len(d.Text)
	if gap < 0 {
		return dst, overflow(c, string(d.Text))
	}
	start := len(dst)
	dst = append(layout.Fill(dst, '0', gap), d.Text...)
	at := len(dst) - 1
	if c.Convention.InFirstDigit() {
		at = start
	}
	digit := dst[at] - '0'
	dst = f.charset.EncodeFrom(dst, start)
	dst[at] = c.Convention.ZoneByte(digit, d.Negative, f.charset.EBCDIC)
	return dst, ""
}

// appendPacked appends COMP-3: two digits a byte, the last half byte is the sign.
func appendPacked(dst []byte, c *field, d layout.Digits) ([]byte, say.Text) {
	room := c.Width*2 - 1
	if len(d.Text) > room {
		return dst, overflow(c, string(d.Text))
	}
	last := byte(0x0C)
	if c.Convention.Unsigned() {
		last = 0x0F
	} else if d.Negative {
		last = 0x0D
	}
	nibble := func(i int) byte { // i counts from the left, 0…room
		switch at := i - (room - len(d.Text)); {
		case i == room:
			return last
		case at < 0:
			return 0
		default:
			return d.Text[at] - '0'
		}
	}
	for i := 0; i <= room; i += 2 {
		dst = append(dst, nibble(i)<<4|nibble(i+1))
	}
	return dst, ""
}

// appendBinary appends COMP: a big-endian integer of c.Width bytes.
func appendBinary(dst []byte, c *field, d layout.Digits) ([]byte, say.Text) {
	n, ok := new(big.Int).SetString(string(d.Text), 10)
	if !ok {
		return dst, "is not a number"
	}
	limit := new(big.Int).Lsh(big.NewInt(1), uint(c.Width*8))
	highest := limit
	if !c.Convention.Unsigned() {
		highest = new(big.Int).Rsh(limit, 1)
	}
	if d.Negative {
		n.Neg(n)
	}
	if n.Cmp(highest) >= 0 || d.Negative && new(big.Int).Neg(n).Cmp(highest) > 0 {
		return dst, overflow(c, n.String())
	}
	if d.Negative {
		n.Add(n, limit)
	}
	start := len(dst)
	dst = layout.Fill(dst, 0, c.Width)
	n.FillBytes(dst[start:])
	return dst, ""
}

func overflow(c *field, text string) say.Text {
	return say.F("needs %s as %s, the field has %d bytes", strconv.Quote(text), c.SignName(), c.Width)
}
