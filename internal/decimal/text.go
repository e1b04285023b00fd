package decimal

import (
	"database/sql/driver"
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"
)

// String is the number without exponent, and without zeros at the end of its decimals.
func (d Decimal) String() string {
	if d.wide != nil || d.exp > 0 || d.exp < -mostPlaces {
		return d.whole().String()
	}
	var room [2 * mostPlaces]byte
	return string(d.plain(room[:0], true))
}

// StringFixed is the number with so many decimals, rounded half away from zero.
func (d Decimal) StringFixed(places int32) string {
	rounded := d.Round(places)
	if rounded.wide != nil || rounded.exp > 0 || rounded.exp < -mostPlaces {
		return d.whole().StringFixed(places)
	}
	var room [2 * mostPlaces]byte
	return string(rounded.plain(room[:0], false))
}

// mostPlaces is how many decimals are written without the library.
const mostPlaces = 30

// plain appends a number in a machine word whose exponent is not above 0.
func (d Decimal) plain(dst []byte, trim bool) []byte {
	if d.n < 0 {
		dst = append(dst, '-')
	}
	start, places := len(dst), int(-d.exp)
	dst = strconv.AppendUint(dst, magnitude(d.n), 10)
	digits := len(dst) - start
	if places == 0 {
		return dst
	}
	if missing := places + 1 - digits; missing > 0 {
		for range missing {
			dst = append(dst, '0')
		}
		copy(dst[start+missing:], dst[start:start+digits])
		for i := range missing {
			dst[start+i] = '0'
		}
	}
	point := len(dst) - places
	dst = append(dst, 0)
	copy(dst[point+1:], dst[point:])
	dst[point] = '.'
	if !trim {
		return dst
	}
	end := len(dst)
	for dst[end-1] == '0' {
		end--
	}
	if dst[end-1] == '.' {
		end--
	}
	return dst[:end]
}

// Format writes the number for the verbs of package fmt: %v, %s and %q as String does, %f and %.2f as StringFixed does.
func (d Decimal) Format(f fmt.State, verb rune) { d.whole().Format(f, verb) }

// MarshalJSON writes the number as a JSON text, so that no reader makes a float of it.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(`"` + d.String() + `"`), nil }

// UnmarshalJSON reads a JSON number, or a text that holds a number.
func (d *Decimal) UnmarshalJSON(text []byte) error {
	return d.read(func(w *decimal.Decimal) error { return w.UnmarshalJSON(text) })
}

// MarshalText writes the number as String does.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what NewFromString reads.
func (d *Decimal) UnmarshalText(text []byte) error {
	return d.read(func(w *decimal.Decimal) error { return w.UnmarshalText(text) })
}

// Value is the number for a database: its text.
func (d Decimal) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads a number of a database.
func (d *Decimal) Scan(value any) error {
	return d.read(func(w *decimal.Decimal) error { return w.Scan(value) })
}

// read takes what the library reads; d stays as it is where that fails, or reads nothing, as of a JSON null.
func (d *Decimal) read(into func(*decimal.Decimal) error) error {
	w := d.whole()
	if err := into(&w); err != nil {
		return err
	}
	*d = of(w)
	return nil
}
