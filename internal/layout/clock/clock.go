// Package clock owns times of day in files: forms like HH:mm:ss, both ways, and the digits that they and dates are made of.
package clock

import (
	"fmt"
	"strings"
)

// Form is a compiled form like HH:mm:ss or HHmmssSSS.
type Form struct {
	source string
	parts  []part
}

type part struct {
	width   int // of digits; 0: literal
	unit    byte
	literal byte
}

// Time is a time of day.
type Time struct{ hour, minute, second, milli int }

// Compile understands HH, mm, ss and SSS.
func Compile(form string) (*Form, string) {
	f := &Form{source: form}
	for i := 0; i < len(form); {
		run := 1
		for i+run < len(form) && form[i+run] == form[i] {
			run++
		}
		switch word := form[i : i+run]; word {
		case "HH", "mm", "ss", "SSS":
			f.parts = append(f.parts, part{width: run, unit: word[0]})
		default:
			if letter := word[0] | 0x20; letter >= 'a' && letter <= 'z' {
				return nil, fmt.Sprintf("%q is not part of a time form; there are HH mm ss SSS", word)
			}
			for range run {
				f.parts = append(f.parts, part{literal: word[0]})
			}
		}
		i += run
	}
	if !strings.Contains(form, "HH") {
		return nil, "has no hour (HH)"
	}
	return f, ""
}

// Append writes a time.
func (f *Form) Append(dst []byte, c Time) []byte {
	for _, p := range f.parts {
		switch p.unit {
		case 'H':
			dst = AppendDigits(dst, c.hour, 2)
		case 'm':
			dst = AppendDigits(dst, c.minute, 2)
		case 's':
			dst = AppendDigits(dst, c.second, 2)
		case 'S':
			dst = AppendDigits(dst, c.milli, 3)
		default:
			dst = append(dst, p.literal)
		}
	}
	return dst
}

// Parse reads a time; the reason says why it is none.
func (f *Form) Parse(s string) (Time, string) {
	var c Time
	ok := true
	for _, p := range f.parts {
		switch p.unit {
		case 'H':
			s, ok = ReadDigits(s, 2, 2, &c.hour)
		case 'm':
			s, ok = ReadDigits(s, 2, 2, &c.minute)
		case 's':
			s, ok = ReadDigits(s, 2, 2, &c.second)
		case 'S':
			s, ok = ReadDigits(s, 3, 3, &c.milli)
		default:
			s, ok = strings.CutPrefix(s, string(p.literal))
		}
		if !ok {
			return c, "is not a time in the form " + f.source
		}
	}
	if s != "" || c.hour > 23 || c.minute > 59 || c.second > 59 {
		return c, "is not a time in the form " + f.source
	}
	return c, ""
}

// Parse reads the time of a value: HH:mm, HH:mm:ss or HH:mm:ss.SSS.
func Parse(s string) (Time, bool) {
	for _, f := range []Form{
		{parts: []part{{2, 'H', 0}, {0, 0, ':'}, {2, 'm', 0}, {0, 0, ':'}, {2, 's', 0}}},
		{parts: []part{{2, 'H', 0}, {0, 0, ':'}, {2, 'm', 0}}},
		{parts: []part{{2, 'H', 0}, {0, 0, ':'}, {2, 'm', 0}, {0, 0, ':'}, {2, 's', 0}, {0, 0, '.'}, {3, 'S', 0}}},
	} {
		if c, reason := f.Parse(s); reason == "" {
			return c, true
		}
	}
	return Time{}, false
}

// String is the time as a value holds it.
func (c Time) String() string { return fmt.Sprintf("%02d:%02d:%02d", c.hour, c.minute, c.second) }

// AppendDigits writes n with at least width digits.
func AppendDigits(dst []byte, n, width int) []byte {
	var b [20]byte
	i := len(b)
	for ; n > 0 || width > 0; width-- {
		i--
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return append(dst, b[i:]...)
}

// ReadDigits reads at least least and at most most digits.
func ReadDigits(s string, least, most int, into *int) (string, bool) {
	n, i := 0, 0
	for i < len(s) && i < most && s[i] >= '0' && s[i] <= '9' {
		n = n*10 + int(s[i]-'0')
		i++
	}
	*into = n
	return s[i:], i >= least
}
