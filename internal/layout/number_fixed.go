package layout

import (
	"fmt"
	"math/big"
	"strconv"
)

// appendFixedNumber appends a number in exactly c.Width bytes of the charset.
func (p *Plan) appendFixedNumber(dst []byte, c *cell, d digits) ([]byte, string) {
	switch {
	case c.sign.packed():
		return appendPacked(dst, c, d)
	case c.sign.binary():
		return appendBinary(dst, c, d)
	case c.sign.overpunched():
		return p.appendZoned(dst, c, d)
	}
	var room [128]byte
	before, after := c.sign.affixes(d.negative, true)
	text := d.appendPlain(room[:0], c)
	body := len(text)
	if c.grouping != "" || c.decimalMark != "" {
		body = p.charset.Width(text)
	}
	gap := c.Width - body - len(before) - len(after)
	if gap < 0 {
		return dst, overflow(c, before+string(text)+after)
	}
	start := len(dst)
	switch {
	case c.padZero && c.right:
		dst = append(dst, before...)
		dst = fill(dst, '0', gap)
		dst = append(dst, text...)
		dst = append(dst, after...)
		return p.charset.EncodeFrom(dst, start), ""
	case c.right:
		dst = p.pad(dst, c, gap)
		at := len(dst)
		dst = append(append(append(dst, before...), text...), after...)
		return p.charset.EncodeFrom(dst, at), ""
	}
	dst = append(append(append(dst, before...), text...), after...)
	return p.pad(p.charset.EncodeFrom(dst, start), c, gap), ""
}

// appendZoned appends digits with the sign in one of them; zeros fill from the left.
func (p *Plan) appendZoned(dst []byte, c *cell, d digits) ([]byte, string) {
	gap := c.Width - len(d.text)
	if gap < 0 {
		return dst, overflow(c, string(d.text))
	}
	start := len(dst)
	dst = append(fill(dst, '0', gap), d.text...)
	at := len(dst) - 1
	if c.sign.inFirstDigit() {
		at = start
	}
	digit := dst[at] - '0'
	dst = p.charset.EncodeFrom(dst, start)
	dst[at] = c.sign.zoneByte(digit, d.negative, p.charset.EBCDIC)
	return dst, ""
}

// appendPacked appends COMP-3: two digits a byte, the last half byte is the sign.
func appendPacked(dst []byte, c *cell, d digits) ([]byte, string) {
	room := c.Width*2 - 1
	if len(d.text) > room {
		return dst, overflow(c, string(d.text))
	}
	last := byte(0x0C)
	if c.sign == signPackedUnsigned {
		last = 0x0F
	} else if d.negative {
		last = 0x0D
	}
	nibble := func(i int) byte { // i counts from the left, 0…room
		switch at := i - (room - len(d.text)); {
		case i == room:
			return last
		case at < 0:
			return 0
		default:
			return d.text[at] - '0'
		}
	}
	for i := 0; i <= room; i += 2 {
		dst = append(dst, nibble(i)<<4|nibble(i+1))
	}
	return dst, ""
}

// appendBinary appends COMP: a big-endian integer of c.Width bytes.
func appendBinary(dst []byte, c *cell, d digits) ([]byte, string) {
	n, ok := new(big.Int).SetString(string(d.text), 10)
	if !ok {
		return dst, "is not a number"
	}
	limit := new(big.Int).Lsh(big.NewInt(1), uint(c.Width*8))
	highest := limit
	if c.sign == signBinary {
		highest = new(big.Int).Rsh(limit, 1)
	}
	if d.negative {
		n.Neg(n)
	}
	if n.Cmp(highest) >= 0 || d.negative && new(big.Int).Neg(n).Cmp(highest) > 0 {
		return dst, overflow(c, n.String())
	}
	if d.negative {
		n.Add(n, limit)
	}
	start := len(dst)
	dst = fill(dst, 0, c.Width)
	n.FillBytes(dst[start:])
	return dst, ""
}

func overflow(c *cell, text string) string {
	return fmt.Sprintf("needs %s as %s, the field has %d bytes", strconv.Quote(text), c.signName(), c.Width)
}

func (c *cell) signName() string { return Signs()[c.sign] }

func fill(dst []byte, b byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, b)
	}
	return dst
}

// pad appends n of the field's padding character as it is in the file.
func (p *Plan) pad(dst []byte, c *cell, n int) []byte { return fill(dst, c.pad, n) }
