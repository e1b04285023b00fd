package layout

import (
	"fmt"
	"strings"
)

// timeForm is a compiled form like HH:mm:ss or HHmmssSSS.
type timeForm struct {
	source string
	parts  []timePart
}

type timePart struct {
	width   int // of digits; 0: literal
	unit    byte
	literal byte
}

// clock is a time of day.
type clock struct{ hour, minute, second, milli int }

// compileTimeForm understands HH, mm, ss and SSS.
func compileTimeForm(form string) (*timeForm, string) {
	f := &timeForm{source: form}
	for i := 0; i < len(form); {
		run := 1
		for i+run < len(form) && form[i+run] == form[i] {
			run++
		}
		switch word := form[i : i+run]; word {
		case "HH", "mm", "ss", "SSS":
			f.parts = append(f.parts, timePart{width: run, unit: word[0]})
		default:
			if letter := word[0] | 0x20; letter >= 'a' && letter <= 'z' {
				return nil, fmt.Sprintf("%q is not part of a time form; there are HH mm ss SSS", word)
			}
			for range run {
				f.parts = append(f.parts, timePart{literal: word[0]})
			}
		}
		i += run
	}
	if !strings.Contains(form, "HH") {
		return nil, "has no hour (HH)"
	}
	return f, ""
}

func (f *timeForm) append(dst []byte, c clock) []byte {
	for _, p := range f.parts {
		switch p.unit {
		case 'H':
			dst = appendDigits(dst, c.hour, 2)
		case 'm':
			dst = appendDigits(dst, c.minute, 2)
		case 's':
			dst = appendDigits(dst, c.second, 2)
		case 'S':
			dst = appendDigits(dst, c.milli, 3)
		default:
			dst = append(dst, p.literal)
		}
	}
	return dst
}

func (f *timeForm) parse(s string) (clock, string) {
	var c clock
	ok := true
	for _, p := range f.parts {
		switch p.unit {
		case 'H':
			s, ok = readDigits(s, 2, 2, &c.hour)
		case 'm':
			s, ok = readDigits(s, 2, 2, &c.minute)
		case 's':
			s, ok = readDigits(s, 2, 2, &c.second)
		case 'S':
			s, ok = readDigits(s, 3, 3, &c.milli)
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

// parseClock reads the time of a value: HH:mm, HH:mm:ss or HH:mm:ss.SSS.
func parseClock(s string) (clock, bool) {
	for _, f := range []timeForm{
		{parts: []timePart{{2, 'H', 0}, {0, 0, ':'}, {2, 'm', 0}, {0, 0, ':'}, {2, 's', 0}}},
		{parts: []timePart{{2, 'H', 0}, {0, 0, ':'}, {2, 'm', 0}}},
		{parts: []timePart{{2, 'H', 0}, {0, 0, ':'}, {2, 'm', 0}, {0, 0, ':'}, {2, 's', 0}, {0, 0, '.'}, {3, 'S', 0}}},
	} {
		if c, reason := f.parse(s); reason == "" {
			return c, true
		}
	}
	return clock{}, false
}

// String is the time as a value holds it.
func (c clock) String() string { return fmt.Sprintf("%02d:%02d:%02d", c.hour, c.minute, c.second) }
