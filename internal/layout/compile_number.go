package layout

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// number: decimals, sign, grouping.
func (c *Check) number(at string, f *Cell, l *Line, byName map[string]int) {
	s := &c.plan.spec
	f.Mark, f.Group = s.Mark(), s.Group()
	name := cmp.Or(f.Sign, s.Sign, "leading")
	f.Convention = signNamed(name)
	if f.Convention == signUnknown {
		c.Choice(at+".sign", name, Signs()...)
		f.Convention = signLeading
	}
	c.signFits(at, f, name)
	f.Unmarked = f.Implied || f.Convention.DigitsOnly()
	if f.Type == IntegerType {
		f.Least, f.Most = 0, 0
		if f.Decimals != "" {
			c.Problem(at+".decimals", string(f.Decimals), "an integer has none; make it an amount")
		}
		return
	}
	c.decimals(at, f, l, byName)
}

// signFits refuses conventions that the kind of file cannot hold.
func (c *Check) signFits(at string, f *Cell, name string) {
	s, cs, can := &c.plan.spec, c.plan.charset, c.plan.can
	switch {
	case (f.Convention.Packed() || f.Convention.Binary()) && !can.Positions:
		c.Problem(at+".sign", name, "only %s files hold %s numbers", c.withPositions(), name)
	case (f.Convention.Packed() || f.Convention.Binary()) && s.LineEnd != "none":
		c.Problem(at+".sign", name, "its bytes may look like a line end; set `line_end: none`")
	case f.Convention.Binary() && f.Width > 8:
		c.Problem(at+".width", fmt.Sprint(f.Width), "a binary number has at most 8 bytes")
	case f.Convention.Packed() && f.Width > 40:
		c.Problem(at+".width", fmt.Sprint(f.Width), "a packed number has at most 40 bytes")
	case f.Convention.asciiZone() && cs.EBCDIC:
		c.Problem(at+".sign", name, "is a convention of ASCII files; an EBCDIC file has `overpunch`")
	case f.Convention.Overpunched() && can.Numbers != "":
		c.Problem(at+".sign", name, "%s", can.Numbers)
	case f.Convention.Overpunched() && cs.EBCDIC && !can.Positions:
		c.Problem(at+".sign", name, "in EBCDIC only %s files can hold it", c.withPositions())
	}
	if f.Implied && can.Numbers != "" {
		c.Problem(at+".implied", "true", "%s", can.Numbers)
	}
	if f.Digits < 0 {
		c.Problem(at+".digits", fmt.Sprint(f.Digits), "cannot be negative")
	}
}

// decimals reads "2", "0..8", "currency", "any".
func (c *Check) decimals(at string, f *Cell, l *Line, byName map[string]int) {
	word := cmp.Or(string(f.Decimals), string(c.plan.spec.Decimals))
	switch {
	case word == "":
		if f.Unmarked {
			c.Problem(at+".decimals", "", "is missing; without a decimal mark the number of decimals must be known")
		}
		f.Least, f.Most = 2, MaxPlaces
		return
	case word == "any":
		f.Least, f.Most = 0, MaxPlaces
	case word == "currency":
		f.ByCurrency = true
		i, ok := byName[f.Currency]
		if !ok {
			c.Problem(at+".currency", f.Currency, "must name the field of this record that holds the currency%s", nearest(f.Currency, fieldNames(l)))
			return
		}
		f.Companion = i
		return
	default:
		low, high, isRange := strings.Cut(word, "..")
		if !isRange {
			high = low
		}
		least, err1 := strconv.Atoi(low)
		most, err2 := strconv.Atoi(high)
		if err1 != nil || err2 != nil || least < 0 || most < least || most > 30 {
			c.Problem(at+".decimals", word, "must be a number, a range like 0..8, currency, or any")
			return
		}
		f.Least, f.Most = least, most
	}
	if f.Unmarked && f.Least != f.Most {
		c.Problem(at+".decimals", word, "without a decimal mark the number of decimals must be one number")
	}
}

func fieldNames(l *Line) []string {
	var names []string
	for i := range l.Cells {
		names = append(names, l.Cells[i].Name)
	}
	return names
}
