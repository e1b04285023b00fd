package functions

import (
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// DivisionDecimals is how many decimals a division gives, half away from zero.
const DivisionDecimals = 16

// A number may have this many digits and this exponent. FIS sends 23 digits; a chain of multiplications must end
// somewhere.
const maxNumberDigits = 256

// Bounded refuses a number that a hostile formula has blown up.
func Bounded(n fis.Amount) (layout.Value, error) {
	if n.Exponent() > maxNumberDigits || n.Exponent() < -maxNumberDigits || n.NumDigits() > maxNumberDigits {
		return layout.Value{}, failure(TooLarge, "the number has more than %d digits", maxNumberDigits)
	}
	return layout.Number(n), nil
}

func bothNumbers(a, b layout.Value) bool {
	return a.Kind == layout.NumberKind && b.Kind == layout.NumberKind
}

// Add adds numbers, or days to a date.
func Add(a, b layout.Value) (layout.Value, error) {
	switch {
	case bothNumbers(a, b):
		return Bounded(a.Number.Add(b.Number))
	case a.Kind == layout.DateKind && b.Kind == layout.NumberKind:
		return addDays(a.Date, b.Number)
	case a.Kind == layout.NumberKind && b.Kind == layout.DateKind:
		return addDays(b.Date, a.Number)
	}
	return layout.Value{}, failure(WrongType, "")
}

// Subtract subtracts numbers, days from a date, or gives the days between two dates.
func Subtract(a, b layout.Value) (layout.Value, error) {
	switch {
	case bothNumbers(a, b):
		return Bounded(a.Number.Sub(b.Number))
	case a.Kind == layout.DateKind && b.Kind == layout.NumberKind:
		return addDays(a.Date, b.Number.Neg())
	case a.Kind == layout.DateKind && b.Kind == layout.DateKind:
		days := int64(a.Date.Time().Sub(b.Date.Time()) / (24 * time.Hour))
		return layout.Number(fis.Zero.Add(WholeNumber(days))), nil
	}
	return layout.Value{}, failure(WrongType, "")
}

// Multiply multiplies numbers.
func Multiply(a, b layout.Value) (layout.Value, error) {
	if !bothNumbers(a, b) {
		return layout.Value{}, failure(WrongType, "")
	}
	return Bounded(a.Number.Mul(b.Number))
}

// Divide divides numbers; only here decimals may be lost.
func Divide(a, b layout.Value) (layout.Value, error) {
	if !bothNumbers(a, b) {
		return layout.Value{}, failure(WrongType, "")
	}
	if b.Number.IsZero() {
		return layout.Value{}, failure(Arithmetic, "division by zero")
	}
	return Bounded(trimZeros(a.Number.DivRound(b.Number, DivisionDecimals)))
}

// trimZeros drops the decimals that a division filled with zeros: 100 / 8 is 12.5.
func trimZeros(n fis.Amount) fis.Amount {
	if n.Exponent() >= 0 {
		return n
	}
	if n.IsInteger() {
		return n.Truncate(0)
	}
	return n.Normalize()
}
