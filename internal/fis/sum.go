package fis

import "github.com/shopspring/decimal"

// Sum adds amounts up, exactly. Those that fit into a machine word are added there, which nearly all do; the decimal
// library makes two objects of each result in between. The zero value is nothing.
type Sum struct {
	n    int64
	exp  int32
	wide *Amount // the sum, once it does not fit
}

// maxSmall is how many digits a number may have to be added as a machine word: some thousands of such are no risk to
// it.
const maxSmall = 15

// small gives an amount as a number and a power of ten.
func small(a Amount) (n int64, exp int32, ok bool) {
	if a.NumDigits() > maxSmall {
		return 0, 0, false
	}
	return a.CoefficientInt64(), a.Exponent(), true
}

// powers of ten by which a small number may be made longer.
var powers = func() (p [maxSmall + 1]int64) {
	p[0] = 1
	for i := range maxSmall {
		p[i+1] = 10 * p[i]
	}
	return p
}()

// lengthen writes a small number with a smaller power of ten; not ok when it gets too long.
func lengthen(n int64, by int32) (int64, bool) {
	if by > maxSmall {
		return 0, n == 0
	}
	if p := powers[by]; n <= powers[maxSmall]/p && n >= -powers[maxSmall]/p {
		return n * p, true
	}
	return 0, false
}

// Add adds an amount.
func (s *Sum) Add(a Amount) { s.add(a, 1) }

// Sub takes an amount away.
func (s *Sum) Sub(a Amount) { s.add(a, -1) }

func (s *Sum) add(a Amount, sign int64) {
	if n, exp, ok := small(a); ok && s.wide == nil && s.addSmall(sign*n, exp) {
		return
	}
	sum := s.Amount()
	if sign < 0 {
		sum = sum.Sub(a)
	} else {
		sum = sum.Add(a)
	}
	s.wide = &sum
}

func (s *Sum) addSmall(n int64, exp int32) bool {
	if n == 0 {
		return true
	}
	if s.n == 0 {
		s.n, s.exp = n, exp
		return true
	}
	own, ok := s.n, true
	switch low := min(exp, s.exp); {
	case exp > low:
		n, ok = lengthen(n, exp-low)
	case s.exp > low:
		if own, ok = lengthen(own, s.exp-low); ok {
			s.exp = low
		}
	}
	const most = 1 << 62
	if !ok || own > most-powers[maxSmall] || own < powers[maxSmall]-most {
		return false
	}
	s.n = own + n
	return true
}

// Amount is the sum.
func (s *Sum) Amount() Amount {
	switch {
	case s.wide != nil:
		return *s.wide
	case s.n == 0:
		return Zero
	}
	return decimal.New(s.n, s.exp)
}

// Plus is a + b, and Minus a - b, without work where one of them is nothing.
func Plus(a, b Amount) Amount {
	switch {
	case b.IsZero():
		return a
	case a.IsZero():
		return b
	}
	return both(a, b, 1)
}

// Minus is a - b.
func Minus(a, b Amount) Amount {
	if b.IsZero() {
		return a
	}
	return both(a, b, -1)
}

func both(a, b Amount, sign int64) Amount {
	var s Sum
	s.Add(a)
	s.add(b, sign)
	return s.Amount()
}
