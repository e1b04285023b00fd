package decimal

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
)

// Add is d + e, exactly.
func (d Decimal) Add(e Decimal) Decimal {
	if d.exp == e.exp && d.wide == nil && e.wide == nil { // as nearly always
		if n, ok := sum(d.n, e.n); ok {
			return Decimal{n: n, exp: d.exp}
		}
	}
	return add(d, e)
}

func add(d, e Decimal) Decimal {
	if x, y, exp, ok := pair(d, e); ok {
		if n, ok := sum(x, y); ok {
			return Decimal{n: n, exp: exp}
		}
	}
	return of(d.whole().Add(e.whole()))
}

// Sub is d - e, exactly.
func (d Decimal) Sub(e Decimal) Decimal {
	if d.exp == e.exp && d.wide == nil && e.wide == nil {
		if n, ok := sum(d.n, -e.n); ok {
			return Decimal{n: n, exp: d.exp}
		}
	}
	return sub(d, e)
}

func sub(d, e Decimal) Decimal {
	if x, y, exp, ok := pair(d, e); ok {
		if n, ok := sum(x, -y); ok {
			return Decimal{n: n, exp: exp}
		}
	}
	return of(d.whole().Sub(e.whole()))
}

// Mul is d × e, exactly.
func (d Decimal) Mul(e Decimal) Decimal {
	if exp := int64(d.exp) + int64(e.exp); d.wide == nil && e.wide == nil && exp == int64(int32(exp)) {
		if n, ok := product(d.n, e.n); ok {
			return Decimal{n: n, exp: int32(exp)}
		}
	}
	return of(d.whole().Mul(e.whole()))
}

// Neg is -d.
func (d Decimal) Neg() Decimal {
	if d.wide == nil {
		return Decimal{n: -d.n, exp: d.exp}
	}
	return of(d.wide.Neg())
}

// Abs is d without its sign.
func (d Decimal) Abs() Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// Shift is d × 10^by.
func (d Decimal) Shift(by int32) Decimal {
	if exp := int64(d.exp) + int64(by); d.wide == nil && exp == int64(int32(exp)) {
		return Decimal{n: d.n, exp: int32(exp)}
	}
	return of(d.whole().Shift(by))
}

// Div is d / e with at most 16 decimals, rounded half away from zero. It panics where e is 0.
func (d Decimal) Div(e Decimal) Decimal { return of(d.whole().Div(e.whole())) }

// DivRound is d / e with so many decimals, rounded half away from zero. It panics where e is 0.
func (d Decimal) DivRound(e Decimal, places int32) Decimal {
	return of(d.whole().DivRound(e.whole(), places))
}

// Mod is what remains of d / e as a whole number; it has the sign of d.
func (d Decimal) Mod(e Decimal) Decimal { return of(d.whole().Mod(e.whole())) }

// Round rounds half away from zero to so many decimals, and gives the number as many as that.
func (d Decimal) Round(places int32) Decimal {
	if d.exp == -places {
		return d
	}
	cut := -int64(places) - int64(d.exp)
	switch {
	case d.wide != nil || cut >= int64(len(powers)) || -cut >= int64(len(powers)):
		return of(d.whole().Round(places))
	case cut < 0:
		if n, ok := lengthen(d.n, int32(-cut)); ok {
			return Decimal{n: n, exp: -places}
		}
		return of(d.whole().Round(places))
	}
	unit := powers[cut]
	n, rest := d.n/unit, d.n%unit
	switch half := unit / 2; {
	case rest >= half:
		n++
	case rest <= -half:
		n--
	}
	return Decimal{n: n, exp: -places}
}

// RoundUp rounds away from zero.
func (d Decimal) RoundUp(places int32) Decimal { return of(d.whole().RoundUp(places)) }

// RoundDown rounds towards zero.
func (d Decimal) RoundDown(places int32) Decimal { return of(d.whole().RoundDown(places)) }

// RoundFloor rounds towards what is less.
func (d Decimal) RoundFloor(places int32) Decimal {
	if d.exp == -places {
		return d
	}
	return of(d.whole().RoundFloor(places))
}

// RoundCeil rounds towards what is more.
func (d Decimal) RoundCeil(places int32) Decimal {
	if d.exp == -places {
		return d
	}
	return of(d.whole().RoundCeil(places))
}

// Normalize is the same number without zeros at the end of its coefficient: all that are equal are alike then.
func (d Decimal) Normalize() Decimal {
	if d.wide != nil || d.exp > math.MaxInt32-int32(len(powers)) {
		return of(d.whole().Normalize())
	}
	if d.n == 0 {
		return Zero
	}
	for d.n%10 == 0 {
		d.n, d.exp = d.n/10, d.exp+1
	}
	return d
}

// Truncate cuts decimals off beyond so many; it adds none.
func (d Decimal) Truncate(places int32) Decimal {
	switch cut := -int64(places) - int64(d.exp); {
	case cut <= 0:
		return d
	case d.wide == nil && cut < int64(len(powers)):
		return Decimal{n: d.n / powers[cut], exp: -places}
	}
	return of(d.whole().Truncate(places))
}

// Floor is the greatest whole number that is not above d.
func (d Decimal) Floor() Decimal { return of(d.whole().Floor()) }

// Cmp is -1 where d is less than e, +1 where it is more, else 0.
func (d Decimal) Cmp(e Decimal) int {
	if x, y, _, ok := pair(d, e); ok {
		return cmp.Compare(x, y)
	}
	return d.whole().Cmp(e.whole())
}

// Equal reports whether both are the same number.
func (d Decimal) Equal(e Decimal) bool {
	if d.exp == e.exp && d.wide == nil && e.wide == nil {
		return d.n == e.n
	}
	return d.Cmp(e) == 0
}

// LessThan reports d < e.
func (d Decimal) LessThan(e Decimal) bool { return d.Cmp(e) < 0 }

// GreaterThan reports d > e.
func (d Decimal) GreaterThan(e Decimal) bool { return d.Cmp(e) > 0 }

// Sign is -1, 0 or +1.
func (d Decimal) Sign() int {
	if d.wide == nil {
		return cmp.Compare(d.n, 0)
	}
	return d.wide.Sign()
}

// IsZero reports whether d is 0, with whatever exponent.
func (d Decimal) IsZero() bool { return d.n == 0 && d.wide == nil }

// IsPositive reports whether d is more than 0.
func (d Decimal) IsPositive() bool { return d.Sign() > 0 }

// IsNegative reports whether d is less than 0.
func (d Decimal) IsNegative() bool { return d.Sign() < 0 }

// IsInteger reports whether nothing but zeros stands behind the point.
func (d Decimal) IsInteger() bool {
	switch {
	case d.wide != nil:
		return d.wide.IsInteger()
	case d.exp >= 0 || d.n == 0:
		return true
	}
	return int64(d.exp) > -int64(len(powers)) && d.n%powers[-d.exp] == 0
}

// Exponent is the power of ten that the coefficient is multiplied with.
func (d Decimal) Exponent() int32 { return d.exp }

// Coefficient is the number without its power of ten.
func (d Decimal) Coefficient() *big.Int {
	if d.wide != nil {
		return d.wide.Coefficient()
	}
	return big.NewInt(d.n)
}

// Small is the number without its power of ten, where that fits.
func (d Decimal) Small() (n int64, ok bool) { return d.n, d.wide == nil }

// NumDigits is the number of digits of the coefficient: 1 for 0.
func (d Decimal) NumDigits() int {
	if d.wide != nil {
		return d.wide.NumDigits()
	}
	n := magnitude(d.n)
	digits := bits.Len64(n) * 1233 >> 12 // the number of digits, or one less
	if digits < len(powers) && n < uint64(powers[digits]) {
		return max(digits, 1)
	}
	return digits + 1
}

// IntPart is what stands before the point. Where that does not fit, nobody knows.
func (d Decimal) IntPart() int64 {
	if d.wide == nil && d.exp <= 0 && int64(d.exp) > -int64(len(powers)) {
		return d.n / powers[-d.exp]
	}
	return d.whole().IntPart()
}

// BigInt is what stands before the point.
func (d Decimal) BigInt() *big.Int { return d.whole().BigInt() }

// Rat is the number as a fraction.
func (d Decimal) Rat() *big.Rat { return d.whole().Rat() }

// Float64 is the nearest float, for cells of workbooks, which know no other numbers.
func (d Decimal) Float64() (f float64, exact bool) { return d.whole().Float64() }

// PowWithPrecision is the number raised to a power that need not be whole, with so many digits of precision; the error
// says that there is no such number.
func (d Decimal) PowWithPrecision(e Decimal, precision int32) (Decimal, error) {
	p, err := d.whole().PowWithPrecision(e.whole(), precision)
	if err != nil {
		return Decimal{}, err
	}
	return of(p), nil
}
