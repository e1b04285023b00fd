package fis

import (
	"math/rand"
	"testing"

	"github.com/shopspring/decimal"
)

// A sum is what the decimal library says, whatever is added: long and short numbers, many decimals and none, in any
// order.
func TestSum(t *testing.T) {
	texts := []string{"0", "0E-8", "1", "-1", "0.01", "-0.01", "87.23", "50.00000000", "999999999999999", "-999999999999999", "9999999999999999", "12345678901234567890123.00000001",
		"1E30", "-1E-30", "1.2E-7", "4611686018427387904", "-4611686018427387904", "0.000000000000001", "100000000000000"}
	rnd := rand.New(rand.NewSource(1))
	for range 3000 {
		var s Sum
		want := Zero
		for range 1 + rnd.Intn(12) {
			a, err := ParseAmount(texts[rnd.Intn(len(texts))])
			if err != nil {
				t.Fatal(err)
			}
			before := want
			if rnd.Intn(2) == 0 {
				s.Add(a)
				want = want.Add(a)
				if got := Plus(before, a); !got.Equal(want) {
					t.Fatalf("%s + %s: got %s", before, a, got)
				}
			} else {
				s.Sub(a)
				want = want.Sub(a)
				if got := Minus(before, a); !got.Equal(want) {
					t.Fatalf("%s - %s: got %s", before, a, got)
				}
			}
			if got := s.Amount(); !got.Equal(want) || got.String() != want.String() {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
	}
}

// Many large numbers run over no edge.
func TestSumOfMany(t *testing.T) {
	var s Sum
	a := decimal.New(999999999999999, -2)
	for range 20_000 {
		s.Add(a)
	}
	want := a.Mul(decimal.New(20_000, 0))
	if !s.Amount().Equal(want) {
		t.Errorf("got %s, want %s", s.Amount(), want)
	}
}
