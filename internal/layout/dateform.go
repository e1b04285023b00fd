package layout

import (
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout/clock"
)

// DateForm is a compiled form like yyyy-MM-dd, dd.MM.yyyy, yyyyDDD or CYYDDD.
type DateForm struct {
	source string
	Parts  []DatePart
	months []string // for MMM
}

// DatePart is a text or a part of a date.
type DatePart struct {
	Kind    PartKind
	Literal string
	letters monthLetters
}

// PartKind is which part of a date it is.
type PartKind uint8

const (
	LiteralPart PartKind = iota
	Year4
	Year2
	Century // C: the century less 19
	Month2
	Month1
	MonthShort
	MonthFull
	Day2
	Day1
	DayOfYear
)

type monthLetters uint8

const (
	asNamed monthLetters = iota
	allUpper
)

// compileDateForm understands runs of one letter: yyyy yy, MM M MMM MON MMMM, dd d, DDD (day of the year), C. Case does
// not matter but for DDD, and MON (upper-case names). Other letters stand in '…'.
func compileDateForm(form string, months []string) (*DateForm, string) {
	f := &DateForm{source: form, months: months}
	for rest := form; rest != ""; {
		part, n, reason := nextDatePart(rest)
		if reason != "" {
			return nil, reason
		}
		f.Parts = append(f.Parts, part)
		rest = rest[n:]
	}
	if reason := f.complete(); reason != "" {
		return nil, reason
	}
	return f, ""
}

func nextDatePart(s string) (DatePart, int, string) {
	if s[0] == '\'' {
		end := strings.IndexByte(s[1:], '\'')
		if end < 0 {
			return DatePart{}, 0, "a quoted text does not end"
		}
		return DatePart{Literal: s[1 : end+1]}, end + 2, ""
	}
	if len(s) >= 3 && strings.EqualFold(s[:3], "mon") {
		if s[:3] == "MON" {
			return DatePart{Kind: MonthShort, letters: allUpper}, 3, ""
		}
		return DatePart{Kind: MonthShort}, 3, ""
	}
	letter := s[0] | 0x20
	if letter < 'a' || letter > 'z' || s[0] >= 0x80 {
		_, n := firstChar(s)
		return DatePart{Literal: s[:n]}, n, ""
	}
	n := 1
	for n < len(s) && s[n]|0x20 == letter {
		n++
	}
	kind, ok := datePartKind(s[:n])
	if !ok {
		return DatePart{}, 0, fmt.Sprintf("%q is not part of a date form; there are yyyy yy MM M MMM MON MMMM dd d DDD C", s[:n])
	}
	return DatePart{Kind: kind}, n, ""
}

func datePartKind(run string) (PartKind, bool) {
	switch run {
	case "DDD":
		return DayOfYear, true
	case "C", "c":
		return Century, true
	}
	switch strings.ToLower(run) {
	case "yyyy":
		return Year4, true
	case "yy":
		return Year2, true
	case "mmmm":
		return MonthFull, true
	case "mmm":
		return MonthShort, true
	case "mm":
		return Month2, true
	case "m":
		return Month1, true
	case "dd":
		return Day2, true
	case "d":
		return Day1, true
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

func (f *DateForm) has(kinds ...PartKind) bool {
	for _, p := range f.Parts {
		for _, k := range kinds {
			if p.Kind == k {
				return true
			}
		}
	}
	return false
}

// complete refuses forms that hold no date at all. Forms without a year (ddMM) or day (MMM yyyy) can be written but not
// read.
func (f *DateForm) complete() string {
	if !f.has(Year4, Year2, Month1, Month2, MonthShort, MonthFull, Day1, Day2, DayOfYear) {
		return "holds neither year, month nor day"
	}
	return ""
}

// readable is true when a whole date can be read by the form.
func (f *DateForm) readable() bool {
	return f.has(Year4, Year2) && (f.has(DayOfYear) || f.has(Month1, Month2, MonthShort, MonthFull) && f.has(Day1, Day2))
}

// WholeDate reports whether a date form holds day, month and year; true also for a form that cannot be, which is told
// where it is used.
func WholeDate(form string) bool {
	f, reason := compileDateForm(form, nil)
	return reason != "" || f.readable()
}

// append writes the date.
func (f *DateForm) append(dst []byte, d fis.Date) []byte {
	for _, p := range f.Parts {
		switch p.Kind {
		case LiteralPart:
			dst = append(dst, p.Literal...)
		case Year4:
			dst = clock.AppendDigits(dst, int(d.Year), 4)
		case Year2:
			dst = clock.AppendDigits(dst, int(d.Year%100), 2)
		case Century:
			dst = clock.AppendDigits(dst, int(max(d.Year/100-19, 0)), 1)
		case Month2:
			dst = clock.AppendDigits(dst, int(d.Month), 2)
		case Month1:
			dst = clock.AppendDigits(dst, int(d.Month), 1)
		case MonthShort, MonthFull:
			dst = append(dst, f.monthName(p, time.Month(d.Month))...)
		case Day2:
			dst = clock.AppendDigits(dst, int(d.Day), 2)
		case Day1:
			dst = clock.AppendDigits(dst, int(d.Day), 1)
		case DayOfYear:
			dst = clock.AppendDigits(dst, d.Time().YearDay(), 3)
		}
	}
	return dst
}

func (f *DateForm) monthName(p DatePart, m time.Month) string {
	if m < 1 || m > 12 {
		return ""
	}
	var name string
	switch {
	case p.Kind == MonthFull && f.months == nil:
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
