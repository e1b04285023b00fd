package layout

import (
	"fmt"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// maxPlaces bounds what is written of a number: a hostile exponent must not fill the memory.
const maxPlaces = 96

// digits is a number taken apart: its digits without sign, of which the last places are decimals. It lives on the stack of its user.
type digits struct {
	text     []byte // '0'…'9', no leading zeros but one
	places   int
	negative bool
}

// takeApart gives a number with at least least and at most most decimals; buf is room for the digits. More decimals than most are an error:
// a layout never rounds.
func takeApart(a fis.Amount, least, most int, buf []byte) (digits, string) {
	if a.IsZero() {
		return digits{text: append(buf[:0], '0')}.settle(least, most)
	}
	exp := int(a.Exponent())
	if exp > maxPlaces || exp < -maxPlaces*2 || a.NumDigits() > maxPlaces*2 {
		return digits{}, "is too large a number"
	}
	d := digits{text: buf[:0], negative: a.Sign() < 0}
	if a.NumDigits() <= 18 {
		n := a.CoefficientInt64()
		if n < 0 {
			n = -n
		}
		d.text = strconv.AppendInt(d.text, n, 10)
	} else {
		n := a.Coefficient()
		d.text = n.Abs(n).Append(d.text, 10)
	}
	for ; exp > 0; exp-- {
		d.text = append(d.text, '0')
	}
	d.places = -exp
	return d.settle(least, most)
}

// settle brings the decimals between least and most.
func (d digits) settle(least, most int) (digits, string) {
	for d.places > least && len(d.text) > 0 && d.text[len(d.text)-1] == '0' {
		d.text = d.text[:len(d.text)-1]
		d.places--
	}
	if len(d.text) == 0 { // nothing but zeros
		d.places = min(d.places, least)
	}
	if d.places > most {
		return d, fmt.Sprintf("has %d decimals, %d are allowed; nothing is rounded here", d.places, most)
	}
	for d.places < least {
		d.text = append(d.text, '0')
		d.places++
	}
	if len(d.text) == 0 {
		d.text = append(d.text, '0')
	}
	i := 0
	for i < len(d.text)-1 && d.text[i] == '0' {
		i++
	}
	d.text = d.text[i:]
	return d, ""
}

// appendPlain appends the digits, with decimal mark and grouping unless the decimals are implied.
func (d digits) appendPlain(dst []byte, c *cell) []byte {
	if c.implied {
		return append(dst, d.text...)
	}
	whole := len(d.text) - d.places
	if whole <= 0 {
		dst = append(dst, '0')
	}
	for i := 0; i < whole; i++ {
		if i > 0 && c.grouping != "" && (whole-i)%3 == 0 {
			dst = append(dst, c.grouping...)
		}
		dst = append(dst, d.text[i])
	}
	if d.places == 0 {
		return dst
	}
	dst = append(dst, c.decimalMark...)
	for i := whole; i < 0; i++ {
		dst = append(dst, '0')
	}
	return append(dst, d.text[max(whole, 0):]...)
}

// number takes a value apart by the rules of its cell.
func (c *cell) number(v Value, values []Value, buf []byte) (digits, string) {
	a, reason := c.amountOf(v)
	if reason != "" {
		return digits{}, reason
	}
	least, most := c.least, c.most
	if c.byCurrency {
		currency := values[c.currency].String()
		if currency == "" {
			return digits{}, fmt.Sprintf("has no currency in %q to take its decimals from", c.Currency)
		}
		least = int(fis.MinorUnits(currency))
		most = least
	}
	d, reason := takeApart(a, least, most, buf)
	if reason != "" {
		return d, reason
	}
	if d.negative && c.sign.unsigned() {
		return d, "is negative, and this field has no sign"
	}
	if c.Digits > 0 && len(d.text) > c.Digits {
		return d, fmt.Sprintf("has %d digits, the field holds %d", len(d.text), c.Digits)
	}
	return d, ""
}

// amountOf is the number of a value; constants and source texts must be numbers as FIS spells them.
func (c *cell) amountOf(v Value) (fis.Amount, string) {
	switch v.Kind {
	case NumberKind:
		return v.Number, ""
	case TextKind:
		a, err := fis.ParseAmount(v.Text)
		if err != nil {
			return a, "is not a number"
		}
		return a, ""
	}
	return fis.Zero, "is not a number"
}

// appendNumber appends a number of a delimited or text file.
func (c *cell) appendNumber(dst []byte, d digits) []byte {
	if c.sign.overpunched() {
		start := len(dst)
		dst = append(dst, d.text...)
		at := len(dst) - 1
		if c.sign.inFirstDigit() {
			at = start
		}
		dst[at] = c.sign.zoneByte(dst[at]-'0', d.negative, false)
		return dst
	}
	before, after := c.sign.affixes(d.negative, false)
	dst = append(dst, before...)
	dst = d.appendPlain(dst, c)
	return append(dst, after...)
}
