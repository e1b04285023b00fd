package layout

import (
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// dateForm is a compiled form like yyyy-MM-dd, dd.MM.yyyy, yyyyDDD or CYYDDD.
type dateForm struct {
	source string
	parts  []datePart
	months []string // for MMM
}

type datePart struct {
	kind    partKind
	literal string
	letters monthLetters
}

type partKind uint8

const (
	literalPart partKind = iota
	year4
	year2
	century // C: the century less 19
	month2
	month1
	monthName
	monthFull
	day2
	day1
	dayOfYear
)

type monthLetters uint8

const (
	asNamed monthLetters = iota
	allUpper
)

// compileDateForm understands runs of one letter: yyyy yy, MM M MMM MON MMMM, dd d, DDD (day of the year), C. Case does not matter but for
// DDD, and MON (upper-case names). Other letters stand in '…'.
func compileDateForm(form string, months []string) (*dateForm, string) {
	f := &dateForm{source: form, months: months}
	for rest := form; rest != ""; {
		part, n, reason := nextDatePart(rest)
		if reason != "" {
			return nil, reason
		}
		f.parts = append(f.parts, part)
		rest = rest[n:]
	}
	if reason := f.complete(); reason != "" {
		return nil, reason
	}
	return f, ""
}

func nextDatePart(s string) (datePart, int, string) {
	if s[0] == '\'' {
		end := strings.IndexByte(s[1:], '\'')
		if end < 0 {
			return datePart{}, 0, "a quoted text does not end"
		}
		return datePart{literal: s[1 : end+1]}, end + 2, ""
	}
	if len(s) >= 3 && strings.EqualFold(s[:3], "mon") {
		if s[:3] == "MON" {
			return datePart{kind: monthName, letters: allUpper}, 3, ""
		}
		return datePart{kind: monthName}, 3, ""
	}
	letter := s[0] | 0x20
	if letter < 'a' || letter > 'z' || s[0] >= 0x80 {
		_, n := firstChar(s)
		return datePart{literal: s[:n]}, n, ""
	}
	n := 1
	for n < len(s) && s[n]|0x20 == letter {
		n++
	}
	kind, ok := datePartKind(s[:n])
	if !ok {
		return datePart{}, 0, fmt.Sprintf("%q is not part of a date form; there are yyyy yy MM M MMM MON MMMM dd d DDD C", s[:n])
	}
	return datePart{kind: kind}, n, ""
}

func datePartKind(run string) (partKind, bool) {
	switch run {
	case "DDD":
		return dayOfYear, true
	case "C", "c":
		return century, true
	}
	switch strings.ToLower(run) {
	case "yyyy":
		return year4, true
	case "yy":
		return year2, true
	case "mmmm":
		return monthFull, true
	case "mmm":
		return monthName, true
	case "mm":
		return month2, true
	case "m":
		return month1, true
	case "dd":
		return day2, true
	case "d":
		return day1, true
	}
	return 0, false
}

func firstChar(s string) (rune, int) {
	for i := range s {
		if i > 0 {
			return rune(s[0]), i
		}
	}
	return rune(s[0]), len(s)
}

func (f *dateForm) has(kinds ...partKind) bool {
	for _, p := range f.parts {
		for _, k := range kinds {
			if p.kind == k {
				return true
			}
		}
	}
	return false
}

// complete refuses forms that hold no date at all. Forms without a year (ddMM) or day (MMM yyyy) can be written but not read.
func (f *dateForm) complete() string {
	if !f.has(year4, year2, month1, month2, monthName, monthFull, day1, day2, dayOfYear) {
		return "holds neither year, month nor day"
	}
	return ""
}

// readable is true when a whole date can be read by the form.
func (f *dateForm) readable() bool {
	return f.has(year4, year2) && (f.has(dayOfYear) || f.has(month1, month2, monthName, monthFull) && f.has(day1, day2))
}

// append writes the date.
func (f *dateForm) append(dst []byte, d fis.Date) []byte {
	for _, p := range f.parts {
		switch p.kind {
		case literalPart:
			dst = append(dst, p.literal...)
		case year4:
			dst = appendDigits(dst, d.Year, 4)
		case year2:
			dst = appendDigits(dst, d.Year%100, 2)
		case century:
			dst = appendDigits(dst, max(d.Year/100-19, 0), 1)
		case month2:
			dst = appendDigits(dst, int(d.Month), 2)
		case month1:
			dst = appendDigits(dst, int(d.Month), 1)
		case monthName, monthFull:
			dst = append(dst, f.monthName(p, d.Month)...)
		case day2:
			dst = appendDigits(dst, d.Day, 2)
		case day1:
			dst = appendDigits(dst, d.Day, 1)
		case dayOfYear:
			dst = appendDigits(dst, d.Time().YearDay(), 3)
		}
	}
	return dst
}

func (f *dateForm) monthName(p datePart, m time.Month) string {
	if m < 1 || m > 12 {
		return ""
	}
	var name string
	switch {
	case p.kind == monthFull && f.months == nil:
		name = m.String()
	case f.months != nil:
		name = f.months[m-1]
	default:
		name = m.String()[:3]
	}
	if p.letters == allUpper {
		return strings.ToUpper(name)
	}
	return name
}

// appendDigits writes n with at least width digits.
func appendDigits(dst []byte, n, width int) []byte {
	var b [20]byte
	i := len(b)
	for ; n > 0 || width > 0; width-- {
		i--
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return append(dst, b[i:]...)
}
