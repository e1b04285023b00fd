package layout

import (
	"fmt"
	"strconv"
	"strings"
)

// number: decimals, sign, grouping.
func (c *compiler) number(at string, f *cell, l *line, byName map[string]int) {
	s := &c.plan.spec
	f.decimalMark, f.grouping = decimalMark(s), grouping(s.Grouping)
	name := first(f.Sign, s.Sign, "leading")
	f.sign = signNamed(name)
	if f.sign == signUnknown {
		c.choice(at+".sign", name, Signs()...)
		f.sign = signLeading
	}
	c.signFits(at, f, name)
	f.implied = f.Implied || f.sign.digitsOnly()
	if f.Type == IntegerType {
		f.least, f.most = 0, 0
		if f.Decimals != "" {
			c.problem(at+".decimals", string(f.Decimals), "an integer has none; make it an amount")
		}
		return
	}
	c.decimals(at, f, l, byName)
}

// signFits refuses conventions that the kind of file cannot hold.
func (c *compiler) signFits(at string, f *cell, name string) {
	s, cs := &c.plan.spec, c.plan.charset
	switch {
	case (f.sign.packed() || f.sign.binary()) && s.Kind != Fixed:
		c.problem(at+".sign", name, "only fixed files hold %s numbers", name)
	case (f.sign.packed() || f.sign.binary()) && s.LineEnd != "none":
		c.problem(at+".sign", name, "its bytes may look like a line end; set `line_end: none`")
	case f.sign.binary() && f.Width > 8:
		c.problem(at+".width", fmt.Sprint(f.Width), "a binary number has at most 8 bytes")
	case f.sign.packed() && f.Width > 40:
		c.problem(at+".width", fmt.Sprint(f.Width), "a packed number has at most 40 bytes")
	case f.sign.asciiZone() && cs.EBCDIC:
		c.problem(at+".sign", name, "is a convention of ASCII files; an EBCDIC file has `overpunch`")
	case f.sign.overpunched() && s.Kind == Workbook:
		c.problem(at+".sign", name, "a workbook holds real numbers")
	case f.sign.overpunched() && cs.EBCDIC && s.Kind != Fixed:
		c.problem(at+".sign", name, "in EBCDIC only fixed files can hold it")
	}
	if f.Implied && s.Kind == Workbook {
		c.problem(at+".implied", "true", "a workbook holds real numbers")
	}
	if f.Digits < 0 {
		c.problem(at+".digits", fmt.Sprint(f.Digits), "cannot be negative")
	}
}

// decimals reads "2", "0..8", "currency", "any".
func (c *compiler) decimals(at string, f *cell, l *line, byName map[string]int) {
	word := first(string(f.Decimals), string(c.plan.spec.Decimals))
	switch {
	case word == "":
		if f.implied {
			c.problem(at+".decimals", "", "is missing; without a decimal mark the number of decimals must be known")
		}
		f.least, f.most = 2, maxPlaces
		return
	case word == "any":
		f.least, f.most = 0, maxPlaces
	case word == "currency":
		f.byCurrency = true
		i, ok := byName[f.Currency]
		if !ok {
			c.problem(at+".currency", f.Currency, "must name the field of this record that holds the currency%s", nearest(f.Currency, fieldNames(l)))
			return
		}
		f.currency = i
		return
	default:
		low, high, isRange := strings.Cut(word, "..")
		if !isRange {
			high = low
		}
		least, err1 := strconv.Atoi(low)
		most, err2 := strconv.Atoi(high)
		if err1 != nil || err2 != nil || least < 0 || most < least || most > 30 {
			c.problem(at+".decimals", word, "must be a number, a range like 0..8, currency, or any")
			return
		}
		f.least, f.most = least, most
	}
	if f.implied && f.least != f.most {
		c.problem(at+".decimals", word, "without a decimal mark the number of decimals must be one number")
	}
}

func fieldNames(l *line) []string {
	var names []string
	for i := range l.cells {
		names = append(names, l.cells[i].Name)
	}
	return names
}
