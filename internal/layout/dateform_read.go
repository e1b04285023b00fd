package layout

import (
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout/clock"
)

// pivot divides the years of two digits: 00–69 are 2000–2069, 70–99 are 1970–1999.
const pivot = 70

// dateRead is a date while it is read.
type dateRead struct {
	year, month, day, yearDay, century int
	twoDigits                          bool
}

// parse reads a date in exactly this form.
func (f *DateForm) parse(s string) (fis.Date, string) {
	rest := s
	d := dateRead{century: -1}
	for _, p := range f.Parts {
		var ok bool
		if rest, ok = f.parsePart(&d, p, rest); !ok {
			return fis.Date{}, fmt.Sprintf("is not a date in the form %s", f.source)
		}
	}
	if rest != "" && !f.isTime(rest) {
		return fis.Date{}, fmt.Sprintf("is not a date in the form %s", f.source)
	}
	return d.date()
}

// isTime tells whether what stands behind a date is a time of that day, with or without its zone:
// 2026-11-05T13:45:00+01:00 is the 5th, the day of whoever wrote it. Digits alone (20261105134500) are a time only
// behind a year of four digits, for else it may be another date.
func (f *DateForm) isTime(s string) bool {
	var hour, minute, second int
	digits := s[0] >= '0' && s[0] <= '9'
	if digits && (!f.has(Year4) || len(s) != 4 && len(s) != 6) {
		return false
	}
	if !digits {
		if s[0] != 'T' && s[0] != ' ' {
			return false
		}
		s = strings.TrimLeft(s[1:], " ")
	}
	colon := ""
	s, ok := clock.ReadDigits(s, 2, 2, &hour)
	if rest, found := strings.CutPrefix(s, ":"); found && !digits {
		s, colon = rest, ":"
	}
	if s, ok = andDigits(s, ok, &minute); !ok {
		return false
	}
	if rest, found := strings.CutPrefix(s, colon); found && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		if s, ok = andDigits(rest, ok, &second); !ok {
			return false
		}
	}
	return hour <= 24 && minute <= 59 && second <= 60 && isZone(fraction(s))
}

func andDigits(s string, ok bool, into *int) (string, bool) {
	s, more := clock.ReadDigits(s, 2, 2, into)
	return s, ok && more
}

// fraction takes parts of a second away.
func fraction(s string) string {
	if rest := strings.TrimLeft(s, ".,"); len(s)-len(rest) == 1 {
		return strings.TrimLeft(rest, "0123456789")
	}
	return s
}

// isZone: nothing, Z, +01:00, -0800, +01.
func isZone(s string) bool {
	s = strings.TrimLeft(s, " ")
	if s == "" || s == "Z" || s == "z" || s == "UTC" {
		return true
	}
	if s[0] != '+' && s[0] != '-' {
		return false
	}
	rest := strings.Replace(s[1:], ":", "", 1)
	return (len(rest) == 2 || len(rest) == 4) && AllDigits(rest)
}

func (f *DateForm) parsePart(d *dateRead, p DatePart, s string) (rest string, ok bool) {
	switch p.Kind {
	case LiteralPart:
		return strings.CutPrefix(s, p.Literal)
	case Year4:
		return clock.ReadDigits(s, 4, 4, &d.year)
	case Year2:
		d.twoDigits = true
		return clock.ReadDigits(s, 2, 2, &d.year)
	case Century:
		return clock.ReadDigits(s, 1, 1, &d.century)
	case Month2:
		return clock.ReadDigits(s, 2, 2, &d.month)
	case Month1:
		return clock.ReadDigits(s, 1, 2, &d.month)
	case Day2:
		return clock.ReadDigits(s, 2, 2, &d.day)
	case Day1:
		return clock.ReadDigits(s, 1, 2, &d.day)
	case DayOfYear:
		return clock.ReadDigits(s, 3, 3, &d.yearDay)
	}
	for m := time.January; m <= time.December; m++ {
		if name := f.monthName(p, m); len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			d.month = int(m)
			return s[len(name):], true
		}
	}
	return s, false
}

// date makes a day of what was read, if the calendar has it.
func (d dateRead) date() (fis.Date, string) {
	switch {
	case d.century >= 0 && d.twoDigits:
		d.year += (d.century + 19) * 100
	case d.twoDigits && d.year < pivot:
		d.year += 2000
	case d.twoDigits:
		d.year += 1900
	}
	if d.yearDay > 0 {
		day := fis.DateOf(time.Date(d.year, 1, d.yearDay, 0, 0, 0, 0, time.UTC))
		if int(day.Year) != d.year || d.year < 1 || d.year > 9999 {
			return fis.Date{}, "is not a day of the calendar"
		}
		return day, ""
	}
	day, ok := fis.NewDate(d.year, d.month, d.day)
	if !ok {
		return fis.Date{}, "is not a day of the calendar"
	}
	return day, ""
}
