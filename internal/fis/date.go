package fis

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Date is a calendar day without a time and without a zone. FIS sends days as instants; the written day counts,
// whatever the zone of the machine.
type Date struct {
	Year  int16 // documents have very many dates: this one is as small as a number
	Month Month
	Day   int8
}

// Month is a month of the calendar, from 1.
type Month int8

// String is its English name.
func (m Month) String() string { return time.Month(m).String() }

// DateOf is the day of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int16(y), Month(m), int8(d)}
}

// NewDate makes a date and reports whether the calendar has it.
func NewDate(year, month, day int) (Date, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return Date{}, false
	}
	return Date{int16(year), Month(month), int8(day)}, true
}

// daysIn is how many days a month has.
func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Time is midnight UTC of the day.
func (d Date) Time() time.Time {
	return time.Date(int(d.Year), time.Month(d.Month), int(d.Day), 0, 0, 0, 0, time.UTC)
}

// String is the day as yyyy-MM-dd, empty when there is none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText writes yyyy-MM-dd.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// ErrNotDay says that a date is written as dates are, and that the calendar has no such day.
var ErrNotDay = errors.New("not a day of the calendar")

// ParseDate reads the day of a date as FIS writes it: `2018-02-17T00:00:00.000Z`, `2018-02-17`, and `08/08/2018`
// (invoices: MM/DD/YYYY). Only the written day is read: a time zone never moves it.
func ParseDate(text string) (Date, error) {
	var y, m, day int
	switch {
	case len(text) >= 10 && text[4] == '-' && text[7] == '-' && (len(text) == 10 || text[10] == 'T' || text[10] == ' '):
		y, m, day = number(text[0:4]), number(text[5:7]), number(text[8:10])
	case len(text) == 10 && text[2] == '/' && text[5] == '/':
		m, day, y = number(text[0:2]), number(text[3:5]), number(text[6:10])
	default:
		return Date{}, fmt.Errorf("%q is not a date (yyyy-MM-dd or MM/dd/yyyy)", clip(text, 40))
	}
	d, ok := NewDate(y, m, day)
	if !ok {
		return Date{}, fmt.Errorf("%q is %w", clip(text, 40), ErrNotDay)
	}
	return d, nil
}

// ParseDay reads a day that a person has written, as yyyy-MM-dd and no other way: 12/03/2026 is one day to some and
// another to others.
func ParseDay(text string) (Date, error) {
	if strings.Contains(text, "/") {
		return Date{}, fmt.Errorf("%q may be two days; write it as yyyy-MM-dd", clip(text, 40))
	}
	return ParseDate(text)
}

// number reads an all-digit text, -1 when it is not one.
func number(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}
