// Package decimal is the one exact decimal number of fisbridge: what amounts, rates and quantities are. A number is a
// whole number and a power of ten. Nearly all of them fit into a machine word, and are kept and reckoned with there,
// without any garbage; those that do not are what github.com/shopspring/decimal makes of them, which also says how every
// operation rounds and how many decimals its result has: the results here are the same, digit for digit and exponent for
// exponent. Nothing is ever a float, and nothing overflows in silence.
package decimal

import (
	"math"
	"math/big"
	"math/bits"
	"strings"

	"github.com/shopspring/decimal"
)

// Decimal is a number. It is immutable; the zero value is 0. Compare by Equal or Cmp: 1.0 and 1.00 are the same number
// with different exponents.
type Decimal struct {
	n   int64 // not math.MinInt64, so that it can always be negated
	exp int32
	// wide is the number when its coefficient does not fit into n, which is 0 then; else nil.
	wide *decimal.Decimal
}

// Zero is the number 0.
var Zero = Decimal{}

// New is value × 10^exp.
func New(value int64, exp int32) Decimal {
	if value == math.MinInt64 {
		return of(decimal.New(value, exp))
	}
	return Decimal{n: value, exp: exp}
}

// NewFromInt is a whole number.
func NewFromInt(value int64) Decimal { return New(value, 0) }

// NewFromBigInt is value × 10^exp.
func NewFromBigInt(value *big.Int, exp int32) Decimal { return of(decimal.NewFromBigInt(value, exp)) }

// NewFromString reads [sign] digits [. digits] [e exponent]. Exponents beyond 10,000 are an error.
func NewFromString(text string) (Decimal, error) {
	if d, ok := short(text); ok {
		return d, nil
	}
	d, err := decimal.NewFromString(text)
	return of(d), err
}

// RequireFromString is NewFromString for texts that are known to be numbers; it panics at any other.
func RequireFromString(text string) Decimal {
	d, err := NewFromString(text)
	if err != nil {
		panic(err)
	}
	return d
}

// mostShort is how many bytes a number may have to be read by short; its digits cannot overflow then.
const mostShort = 18

// short reads [-] digits [. digits] of at most 18 bytes without its sign, as nearly all numbers are written.
func short(text string) (Decimal, bool) {
	digits := strings.TrimPrefix(text, "-")
	if len(digits) == 0 || len(digits) > mostShort {
		return Zero, false
	}
	n, places := int64(0), int32(0)
	for i := range len(digits) {
		switch c := digits[i]; {
		case c-'0' <= 9:
			n = n*10 + int64(c-'0')
		case c == '.' && places == 0 && i > 0 && i < len(digits)-1:
			places = int32(len(digits) - 1 - i)
		default:
			return Zero, false
		}
	}
	if len(digits) < len(text) {
		n = -n
	}
	return Decimal{n: n, exp: -places}, true
}

// of takes a number of the library.
func of(d decimal.Decimal) Decimal {
	if n := d.CoefficientInt64(); n != math.MinInt64 && (d.NumDigits() < 19 || d.Coefficient().IsInt64()) {
		return Decimal{n: n, exp: d.Exponent()}
	}
	return Decimal{exp: d.Exponent(), wide: &d}
}

// whole gives the number to the library.
func (d Decimal) whole() decimal.Decimal {
	if d.wide != nil {
		return *d.wide
	}
	return decimal.New(d.n, d.exp)
}

// powers are those of ten that fit into a machine word.
var powers = func() (p [19]int64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = 10 * p[i-1]
	}
	return p
}()

// lengthen is n × 10^by, when it fits.
func lengthen(n int64, by int32) (int64, bool) {
	if by == 0 || n == 0 {
		return n, true
	}
	if by < 0 || int(by) >= len(powers) {
		return 0, false
	}
	return product(n, powers[by])
}

// product is a × b, when it fits.
func product(a, b int64) (int64, bool) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	if high != 0 || low > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(low), true
	}
	return int64(low), true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// sum is a + b, when it fits.
func sum(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0) && s != math.MinInt64
}

// pair gives two numbers the smaller exponent of theirs, when both fit then.
func pair(a, b Decimal) (x, y int64, exp int32, ok bool) {
	switch {
	case a.wide != nil || b.wide != nil:
		return 0, 0, 0, false
	case a.n == 0 && a.exp >= b.exp: // the beginning of a sum
		return 0, b.n, b.exp, true
	case b.n == 0 && b.exp >= a.exp:
		return a.n, 0, a.exp, true
	}
	x, y, exp, ok = a.n, b.n, a.exp, true
	switch by := int64(a.exp) - int64(b.exp); {
	case by == 0:
	case by > int64(len(powers)) && a.n != 0 || -by > int64(len(powers)) && b.n != 0:
		return 0, 0, 0, false
	case by > 0:
		exp = b.exp
		x, ok = lengthen(x, int32(min(by, int64(len(powers)))))
	default:
		y, ok = lengthen(y, int32(min(-by, int64(len(powers)))))
	}
	return x, y, exp, ok
}
