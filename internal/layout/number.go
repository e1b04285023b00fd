package layout

import (
	"strconv"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// MaxPlaces bounds what is written of a number: a hostile exponent must not fill the memory.
const MaxPlaces = 96

// Digits is a number taken apart: its digits without sign, of which the last places are decimals. It lives on the stack
// of its user.
type Digits struct {
	Text     []byte // '0'…'9', no leading zeros but one
	Places   int
	Negative bool
}

// takeApart gives a number with at least least and at most most decimals; buf is room for the digits. More decimals
// than most are an error: a layout never rounds.
func takeApart(a fis.Amount, least, most int, buf []byte) (Digits, say.Text) {
	if a.IsZero() {
		return Digits{Text: append(buf[:0], '0')}.settle(least, most)
	}
	exp := int(a.Exponent())
	n, small := a.Small()
	if exp > MaxPlaces || exp < -MaxPlaces*2 || !small && a.NumDigits() > MaxPlaces*2 {
		return Digits{}, "is too large a number"
	}
	d := Digits{Text: buf[:0], Negative: a.Sign() < 0}
	if small {
		d.Text = strconv.AppendInt(d.Text, max(n, -n), 10)
	} else {
		n := a.Coefficient()
		d.Text = n.Abs(n).Append(d.Text, 10)
	}
	for ; exp > 0; exp-- {
		d.Text = append(d.Text, '0')
	}
	d.Places = -exp
	return d.settle(least, most)
}

// settle brings the decimals between least and most.
func (d Digits) settle(least, most int) (Digits, say.Text) {
	for d.Places > least && len(d.Text) > 0 && d.Text[len(d.Text)-1] == '0' {
		d.Text = d.Text[:len(d.Text)-1]
		d.Places--
	}
	if len(d.Text) == 0 { // nothing but zeros
		d.Places = min(d.Places, least)
	}
	if d.Places > most {
		return d, say.F("has %d decimals, %d are allowed; nothing is rounded here", d.Places, most)
	}
	for d.Places < least {
		d.Text = append(d.Text, '0')
		d.Places++
	}
	if len(d.Text) == 0 {
		d.Text = append(d.Text, '0')
	}
	i := 0
	for i < len(d.Text)-1 && d.Text[i] == '0' {
		i++
	}
	d.Text = d.Text[i:]
	return d, ""
}

// AppendPlain appends the digits, with decimal mark and grouping unless the decimals are implied.
func (d Digits) AppendPlain(dst []byte, c *Cell) []byte {
	if c.Unmarked {
		return append(dst, d.Text...)
	}
	whole := len(d.Text) - d.Places
	if whole <= 0 {
		dst = append(dst, '0')
	}
	i := 0
	if c.Group == "" {
		i = max(whole, 0)
		dst = append(dst, d.Text[:i]...)
	}
	for ; i < whole; i++ {
		if i > 0 && (whole-i)%3 == 0 {
			dst = append(dst, c.Group...)
		}
		dst = append(dst, d.Text[i])
	}
	if d.Places == 0 {
		return dst
	}
	dst = append(dst, c.Mark...)
	for i := whole; i < 0; i++ {
		dst = append(dst, '0')
	}
	return append(dst, d.Text[max(whole, 0):]...)
}

// Number takes a value apart by the rules of its cell.
func (c *Cell) Number(v Value, values []Value, buf []byte) (Digits, say.Text) {
	a, reason := c.amountOf(v)
	if reason != "" {
		return Digits{}, reason
	}
	least, most := c.Least, c.Most
	if c.ByCurrency {
		currency := values[c.Companion].String()
		if currency == "" {
			return Digits{}, say.F("has no currency in %q to take its decimals from", c.Currency)
		}
		least = int(fis.MinorUnits(currency))
		most = least
	}
	d, reason := takeApart(a, least, most, buf)
	if reason != "" {
		return d, reason
	}
	if d.Negative && c.Convention.Unsigned() {
		return d, "is negative, and this field has no sign"
	}
	if c.Digits > 0 && len(d.Text) > c.Digits {
		return d, say.F("has %d digits, the field holds %d", len(d.Text), c.Digits)
	}
	return d, ""
}

// Zero is the number 0 with the decimals of its field.
func (c *Cell) Zero() Digits { return Digits{Text: []byte{'0'}, Places: c.Least} }

// amountOf is the number of a value; constants and source texts must be numbers as FIS spells them.
func (c *Cell) amountOf(v Value) (fis.Amount, say.Text) {
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
func (c *Cell) appendNumber(dst []byte, d Digits) []byte {
	if c.Convention.Overpunched() {
		start := len(dst)
		dst = append(dst, d.Text...)
		at := len(dst) - 1
		if c.Convention.InFirstDigit() {
			at = start
		}
		dst[at] = c.Convention.ZoneByte(dst[at]-'0', d.Negative, false)
		return dst
	}
	before, after := c.Convention.Affixes(d.Negative, false)
	dst = append(dst, before...)
	dst = d.AppendPlain(dst, c)
	return append(dst, after...)
}
