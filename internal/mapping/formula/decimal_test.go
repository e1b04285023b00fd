package formula

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

// randomNumber has up to 23 digits, up to 8 of them decimals, as FIS sends them.
func randomNumber(r *rand.Rand) string {
	digits := 1 + r.IntN(23)
	var b strings.Builder
	b.WriteByte("123456789"[r.IntN(9)])
	for range digits - 1 {
		b.WriteByte(byte('0' + r.IntN(10)))
	}
	s := b.String()
	if decimals := r.IntN(9); decimals > 0 {
		s = strings.Repeat("0", max(0, decimals+1-len(s))) + s
		s = s[:len(s)-decimals] + "." + s[len(s)-decimals:]
	}
	return s
}

// randomTree writes an expression and computes it with rational numbers.
func randomTree(r *rand.Rand, depth int) (string, *big.Rat) {
	if depth == 0 || r.IntN(5) == 0 {
		s := randomNumber(r)
		n, _ := new(big.Rat).SetString(s)
		return s, n
	}
	left, a := randomTree(r, depth-1)
	right, b := randomTree(r, depth-1)
	switch r.IntN(4) {
	case 0:
		return "(" + left + " + " + right + ")", new(big.Rat).Add(a, b)
	case 1:
		return "(" + left + " - " + right + ")", new(big.Rat).Sub(a, b)
	case 2:
		return "-(" + left + ")", new(big.Rat).Neg(a)
	}
	return left + " * " + right, new(big.Rat).Mul(a, b)
}

// Sums and products are exact whatever the numbers, and so are comparisons.
func TestArithmeticIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		source, want := randomTree(r, 3)
		v := evalNumber(t, "="+source)
		if got := v.Number.Rat(); got.Cmp(want) != 0 {
			t.Fatalf("%s = %s, exactly %s", source, got.RatString(), want.RatString())
		}
		other, b := randomTree(r, 1)
		less, err := mustCompile(t, fmt.Sprintf("=(%s) < (%s)", source, other), sampleWorld()).Eval(nil)
		if err != nil || less.Bool != (want.Cmp(b) < 0) {
			t.Fatalf("(%s) < (%s) is %v, %v", source, other, less.Bool, err)
		}
	}
}

// Division and ROUND go half away from zero at the stated place.
func TestRoundingAgainstRationals(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		a, b := randomNumber(r), randomNumber(r)
		if r.IntN(2) == 0 {
			a = "-" + a
		}
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		got := evalNumber(t, "="+a+" / "+b).Number.Rat()
		if want := halfAway(new(big.Rat).Quo(x, y), functions.DivisionDecimals); got.Cmp(want) != 0 {
			t.Fatalf("%s / %s = %s, want %s", a, b, got.FloatString(20), want.FloatString(20))
		}
		places := r.IntN(6) - 2
		got = evalNumber(t, fmt.Sprintf("ROUND(%s; %d)", a, places)).Number.Rat()
		if want := halfAway(x, places); got.Cmp(want) != 0 {
			t.Fatalf("ROUND(%s; %d) = %s, want %s", a, places, got.RatString(), want.RatString())
		}
	}
	for source, want := range map[string]string{"ROUND(0.5)": "1", "ROUND(-0.5)": "-1", "ROUND(2.345; 2)": "2.35", "ROUND(-2.345; 2)": "-2.35", "ROUND(50; -2)": "100"} {
		if got := evalNumber(t, source).String(); got != want {
			t.Errorf("%s = %s, want %s", source, got, want)
		}
	}
}

func halfAway(n *big.Rat, places int) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(places, -places))), nil))
	if places < 0 {
		scale.Inv(scale)
	}
	scaled := new(big.Rat).Mul(new(big.Rat).Abs(n), scale)
	scaled.Add(scaled, big.NewRat(1, 2))
	whole := new(big.Int).Quo(scaled.Num(), scaled.Denom())
	rounded := new(big.Rat).Quo(new(big.Rat).SetInt(whole), scale)
	if n.Sign() < 0 {
		rounded.Neg(rounded)
	}
	return rounded
}

func evalNumber(t *testing.T, source string) layout.Value {
	t.Helper()
	v, err := mustCompile(t, source, sampleWorld()).Eval(nil)
	if err != nil || v.Kind != layout.NumberKind {
		t.Fatalf("%s: %s, %v", source, show(v), err)
	}
	return v
}
