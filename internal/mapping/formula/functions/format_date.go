package functions

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// dateFormat is a format as yyyyMMdd, dd.MM.yy, d MMM yyyy. Capital or small does not matter: there are no minutes.
type dateFormat struct {
	typed  string
	parts  []datePart
	orTime bool // reading: a time may follow
}

// datePart is a unit (y, m, d) so many times, or text.
type datePart struct {
	unit    byte
	count   int
	literal string
}

func newDateFormat(typed string) (*dateFormat, error) {
	f := &dateFormat{typed: typed}
	quoted := false
	for i, r := range typed {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted || strings.ContainsRune(" -./,'_:", r):
			f.parts = append(f.parts, datePart{literal: string(r)})
		default:
			if err := f.unit(r); err != nil {
				return nil, fmt.Errorf("the date format %q, character %d: %w", clip(typed), len([]rune(typed[:i]))+1, err)
			}
		}
	}
	units := 0
	for _, p := range f.parts {
		if !p.valid() {
			return nil, fmt.Errorf("the date format %q: write yy or yyyy, M, MM, MMM or MMMM, d or dd", clip(typed))
		}
		if p.unit != 0 {
			units++
		}
	}
	if units == 0 || quoted {
		return nil, fmt.Errorf("%q is not a format; for example \"0.00\" for a number, \"yyyyMMdd\" for a date", clip(typed))
	}
	return f, nil
}

func (f *dateFormat) unit(r rune) error {
	unit := byte(0)
	switch r {
	case 'y', 'Y':
		unit = 'y'
	case 'm', 'M':
		unit = 'm'
	case 'd', 'D':
		unit = 'd'
	case 'j', 'J', 'a', 'A', 't', 'T':
		return errors.New("years are y, months M, days d, in every language")
	case 'h', 'H', 's', 'S':
		return errors.New("dates have no time")
	default:
		return fmt.Errorf("%q is not known; use y, M and d, and other text in doubled quotes", string(r))
	}
	if n := len(f.parts); n > 0 && f.parts[n-1].unit == unit {
		f.parts[n-1].count++
		return nil
	}
	f.parts = append(f.parts, datePart{unit: unit, count: 1})
	return nil
}

func (p datePart) valid() bool {
	switch p.unit {
	case 'y':
		return p.count == 2 || p.count == 4
	case 'm':
		return p.count <= 4
	case 'd':
		return p.count <= 2
	}
	return true
}

// append writes a date; names of months are English.
func (f *dateFormat) append(dst []byte, d fis.Date) []byte {
	for _, p := range f.parts {
		switch {
		case p.unit == 0:
			dst = append(dst, p.literal...)
		case p.unit == 'y' && p.count == 2:
			dst = appendDigits(dst, int(d.Year%100), 2)
		case p.unit == 'y':
			dst = appendDigits(dst, int(d.Year), 4)
		case p.unit == 'd':
			dst = appendDigits(dst, int(d.Day), p.count)
		case p.count <= 2:
			dst = appendDigits(dst, int(d.Month), p.count)
		case p.count == 3:
			dst = append(dst, d.Month.String()[:3]...)
		default:
			dst = append(dst, d.Month.String()...)
		}
	}
	return dst
}

// appendDigits writes a number with zeros in front up to a width.
func appendDigits(dst []byte, n, width int) []byte {
	for missing := width - len(strconv.Itoa(n)); missing > 0; missing-- {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

// readable refuses a format by which no single day can be read.
func (f *dateFormat) readable() error {
	seen := map[byte]int{}
	for _, p := range f.parts {
		if p.unit != 0 {
			seen[p.unit]++
		}
		if p.unit == 'y' && p.count != 4 || p.unit != 0 && p.count == 3 || p.unit == 'm' && p.count > 2 {
			return fmt.Errorf("dates are read with yyyy, M or MM, d or dd, not with %q", clip(f.typed))
		}
	}
	if seen['y'] != 1 || seen['m'] != 1 || seen['d'] != 1 {
		return fmt.Errorf("to read a date year, month and day are needed once each, not %q", clip(f.typed))
	}
	return nil
}

// read reads a date written in this format.
func (f *dateFormat) read(s string) (fis.Date, bool) {
	var year, month, day int
	for _, p := range f.parts {
		if p.unit == 0 {
			rest, ok := strings.CutPrefix(s, p.literal)
			if !ok {
				return fis.Date{}, false
			}
			s = rest
			continue
		}
		n, rest, ok := readDigits(s, p.count)
		if !ok {
			return fis.Date{}, false
		}
		s = rest
		switch p.unit {
		case 'y':
			year = n
		case 'm':
			month = n
		default:
			day = n
		}
	}
	if s != "" && !(f.orTime && s[0] == 'T') {
		return fis.Date{}, false
	}
	return fis.NewDate(year, month, day)
}

// readDigits reads exactly count digits, or one or two for a count of one.
func readDigits(s string, count int) (n int, rest string, ok bool) {
	at := 0
	for at < len(s) && at < max(count, 2) && s[at] >= '0' && s[at] <= '9' {
		n = n*10 + int(s[at]-'0')
		at++
	}
	return n, s[at:], at == count || count == 1 && at == 2
}
