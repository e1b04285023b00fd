package fis

import (
	"fmt"
	"time"
)

// Date is a calendar day without a time and without a zone. FIS sends days as instants; the written day counts,
// whatever the zone of the machine.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// NewDate makes a date and reports whether the calendar has it.
func NewDate(year, month, day int) (Date, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	d := Date{year, time.Month(month), day}
	return d, year >= 1 && year <= 9999 && DateOf(t) == d
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Time is midnight UTC of the day.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

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
		return Date{}, fmt.Errorf("%q is not a day of the calendar", clip(text, 40))
	}
	return d, nil
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
