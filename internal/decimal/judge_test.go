package decimal

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
)

// same compares a number with what the library has: digits, exponent, and whether it is kept as short as it can be.
func same(t *testing.T, what string, got Decimal, want decimal.Decimal) {
	t.Helper()
	if got.Coefficient().Cmp(want.Coefficient()) != 0 || got.Exponent() != want.Exponent() {
		t.Fatalf("%s: got %s × 10^%d, want %s × 10^%d", what, got.Coefficient(), got.Exponent(), want.Coefficient(), want.Exponent())
	}
	c := got.Coefficient()
	if small := c.IsInt64() && c.Int64() != math.MinInt64; small != (got.wide == nil) || !small && got.n != 0 {
		t.Fatalf("%s: %s is kept as %+v", what, got, got)
	}
}

// judged does everything that there is with two numbers, in both ways.
func judged(t *testing.T, a, b Decimal, places int32) {
	t.Helper()
	x, y := a.whole(), b.whole()
	what := func(op string) string {
		return fmt.Sprintf("%s × 10^%d %s %s × 10^%d, %d", a.Coefficient(), a.exp, op, b.Coefficient(), b.exp, places)
	}
	same(t, what("+"), a.Add(b), x.Add(y))
	same(t, what("-"), a.Sub(b), x.Sub(y))
	same(t, what("×"), a.Mul(b), x.Mul(y))
	same(t, what("neg"), a.Neg(), x.Neg())
	same(t, what("abs"), a.Abs(), x.Abs())
	same(t, what("shift"), a.Shift(places), x.Shift(places))
	same(t, what("round"), a.Round(places), x.Round(places))
	same(t, what("round up"), a.RoundUp(places), x.RoundUp(places))
	same(t, what("round down"), a.RoundDown(places), x.RoundDown(places))
	same(t, what("round floor"), a.RoundFloor(places), x.RoundFloor(places))
	same(t, what("round ceil"), a.RoundCeil(places), x.RoundCeil(places))
	same(t, what("truncate"), a.Truncate(places), x.Truncate(places))
	same(t, what("floor"), a.Floor(), x.Floor())
	same(t, what("normalize"), a.Normalize(), x.Normalize())
	if !b.IsZero() {
		same(t, what("/"), a.Div(b), x.Div(y))
		same(t, what("/ round"), a.DivRound(b, places), x.DivRound(y, places))
		same(t, what("mod"), a.Mod(b), x.Mod(y))
	}
	told := func(d Decimal) string {
		n, ok := d.Small()
		return fmt.Sprint(d, d.StringFixed(places), fmt.Sprintf("%s %v %q %.3f %f %8.1f", d, d, d, d, d, d), d.Sign(), d.IsZero(), d.IsPositive(), d.IsNegative(),
			d.IsInteger(), d.NumDigits(), d.Coefficient(), d.Exponent(), ok, n*int64(places))
	}
	toldBy := func(d decimal.Decimal) string {
		n, ok := d.CoefficientInt64(), d.Coefficient().IsInt64() && d.CoefficientInt64() != math.MinInt64
		if !ok {
			n = 0
		}
		return fmt.Sprint(d, d.StringFixed(places), fmt.Sprintf("%s %v %q %.3f %f %8.1f", d, d, d, d, d, d), d.Sign(), d.IsZero(), d.IsPositive(), d.IsNegative(),
			d.IsInteger(), d.NumDigits(), d.Coefficient(), d.Exponent(), ok, n*int64(places))
	}
	if got, want := told(a), toldBy(x); got != want {
		t.Fatalf("%s: got %s, want %s", what("is"), got, want)
	}
	if got, want := fmt.Sprint(a.Cmp(b), a.Equal(b), a.LessThan(b), a.GreaterThan(b)), fmt.Sprint(x.Cmp(y), x.Equal(y), x.LessThan(y), x.GreaterThan(y)); got != want {
		t.Fatalf("%s: got %s, want %s", what("compared with"), got, want)
	}
	if whole := x.BigInt(); a.BigInt().Cmp(whole) != 0 || whole.IsInt64() && a.IntPart() != x.IntPart() || a.Rat().Cmp(x.Rat()) != 0 {
		t.Fatalf("%s: got %s, %d, %s, want %s, %d, %s", what("whole"), a.BigInt(), a.IntPart(), a.Rat(), x.BigInt(), x.IntPart(), x.Rat())
	}
	f, exact := a.Float64()
	g, also := x.Float64()
	if f != g || exact != also {
		t.Fatalf("%s: got %g %t, want %g %t", what("as a float"), f, exact, g, also)
	}
	written(t, a, x)
}

// written compares what is written of a number, and what is read of that again.
func written(t *testing.T, a Decimal, x decimal.Decimal) {
	t.Helper()
	text, err := json.Marshal(a)
	want, wantErr := json.Marshal(x)
	if string(text) != string(want) || err != nil || wantErr != nil {
		t.Fatalf("got %s, want %s (%v, %v)", text, want, err, wantErr)
	}
	var back Decimal
	var backBy decimal.Decimal
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &backBy); err != nil {
		t.Fatal(err)
	}
	same(t, "read again", back, backBy)
}

// read compares what is made of a text.
func read(t *testing.T, text string) (Decimal, bool) {
	t.Helper()
	got, err := NewFromString(text)
	want, wantErr := decimal.NewFromString(text)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%q: got %v, want %v", text, err, wantErr)
	}
	if err != nil {
		return Zero, false
	}
	same(t, text, got, want)
	return got, true
}

// edges are where a machine word ends, and near it.
var edges = func() (all []int64) {
	for _, n := range []int64{0, 5, 10, 49, 50, 51, 99, 100, 101, 4999, 5000, math.MaxInt64, math.MaxInt64 / 10, math.MaxInt64 / 2, math.MinInt64, math.MinInt64 + 1, 1 << 32, 1 << 53} {
		for d := int64(-2); d <= 2; d++ {
			all = append(all, n+d, -(n + d))
		}
	}
	for p := int64(1); p < math.MaxInt64/10; p *= 10 {
		all = append(all, p-1, p, p+1, 5*(p/10), 5*(p/10)-1, -p, -5*(p/10))
	}
	return all
}()

func random(r *rand.Rand) Decimal {
	exp := int32(r.IntN(12) - 9)
	if r.IntN(8) == 0 {
		exp = int32(r.IntN(80) - 40)
	}
	switch r.IntN(6) {
	case 0:
		return New(edges[r.IntN(len(edges))], exp)
	case 1:
		wide := new(big.Int).Mul(big.NewInt(r.Int64()), big.NewInt(r.Int64N(1<<40)-1<<39))
		return NewFromBigInt(wide, exp)
	case 2:
		return New(r.Int64()-r.Int64(), exp)
	case 3:
		return New((r.Int64N(2000)-1000)*powers[r.IntN(15)], exp)
	}
	return New(r.Int64N(2_000_000)-1_000_000, exp)
}

// Every operation gives what the library gives, for numbers of all sizes and those at the edges of a machine word.
func TestTheLibraryAgrees(t *testing.T) {
	n := 60_000
	if testing.Short() {
		n = 20_000
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range n {
		judged(t, random(r), random(r), int32(r.IntN(14)-4))
	}
	for _, a := range edges {
		for _, b := range edges {
			judged(t, New(a, 0), New(b, -2), 1)
		}
	}
}

// Texts are read as the library reads them, and refused where it refuses them.
func TestTextsAreReadAsTheLibraryReadsThem(t *testing.T) {
	for _, text := range []string{"", "-", ".", "1", "-1", "+1", "1.", ".1", "-.1", "0.10", "1..2", "1.2.3", "1e5", "1E-5", "0E-8", "1e1000000", "--1", "1-", " 1", "1 ", "1,5", "0x1", "1_0", "½", "−5", "-0", "-0.00",
		"999999999999999999", "9999999999999999999", "99999999999999999.9", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "12345678901234567890123.00000001", "NaN", "Inf", "1e", "e1"} {
		read(t, text)
	}
	const signs = "0123456789.-+eE 5"
	r := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		b := make([]byte, r.IntN(24))
		for i := range b {
			b[i] = signs[r.IntN(len(signs)-r.IntN(2)*6)]
		}
		read(t, string(b))
	}
}

// Long sums run over no edge.
func TestSumsOfMany(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		got, want := Zero, decimal.Decimal{}
		for range 2000 {
			a := random(r)
			got, want = got.Add(a), want.Add(a.whole())
		}
		same(t, "sum", got, want)
	}
}

func FuzzTheLibraryAgrees(f *testing.F) {
	f.Add("12.345", "-0.5", int64(2))
	f.Add("9223372036854775807", "1", int64(-1))
	f.Add("12345678901234567890123.00000001", "0E-8", int64(8))
	f.Fuzz(func(t *testing.T, one, other string, places int64) {
		a, ok := read(t, one)
		b, also := read(t, other)
		if !ok || !also || max(a.exp, -a.exp, b.exp, -b.exp) > 200 || len(one)+len(other) > 200 {
			return
		}
		judged(t, a, b, int32(places%40))
	})
}

// What is common makes no garbage.
func TestNoGarbage(t *testing.T) {
	a, b := New(123456, -2), New(5, 0)
	var sink Decimal
	if n := testing.AllocsPerRun(100, func() {
		sink = a.Add(b).Sub(New(7, -3)).Mul(b).Neg().Round(2).Truncate(1)
		_ = sink.Cmp(a) + sink.Sign() + sink.NumDigits()
	}); n > 0 {
		t.Errorf("%v objects", n)
	}
}
