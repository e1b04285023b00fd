package posting

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// balanced makes up the lines of a document: costs on a few accounts and cost objects, some negative, and a party that
// balances them.
func balanced(r *rand.Rand) []Written {
	var out []Written
	sum := fis.Zero
	for range r.IntN(6) {
		a := decimal.New(r.Int64N(20_000)-8_000, -2)
		l := Written{Line: Line{Role: Expense, AccountCode: fmt.Sprint(640000 + r.IntN(3))}, Codes: []string{fmt.Sprint(640000 + r.IntN(3)), []string{"", "1100", "1200"}[r.IntN(3)]}, Records: 1}
		if l.set(a); !a.IsZero() {
			out, sum = append(out, l), sum.Add(a)
		}
	}
	if party := (Written{Line: Line{Role: EmployeePayable, Party: "EMPL"}, Codes: []string{"240100", ""}, Records: 1}); !sum.IsZero() {
		party.set(sum.Neg())
		out = append(out, party)
	}
	return out
}

// netAmounts is what lines say of each account and cost object.
func netAmounts(lines ...[]Written) map[string]string {
	sums := map[string]fis.Amount{}
	for _, list := range lines {
		for i := range list {
			k := fmt.Sprint(list[i].Role, list[i].Codes)
			sums[k] = sums[k].Add(list[i].Amount())
		}
	}
	out := map[string]string{}
	for k, a := range sums {
		if !a.IsZero() {
			out[k] = a.String()
		}
	}
	return out
}

// For any two states of a report and in both forms: what was written and the difference together are the new state, the
// difference balances, and each of its lines has one side. Several differences one after the other lead to the last
// state.
func TestDifferenceIsNewLessOld(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 2000 {
		var written []Written
		for range 1 + r.IntN(3) {
			now := balanced(r)
			for _, form := range []Form{ByLines, ByNet} {
				diff := Difference(written, now, form)
				res := Result{Currency: "EUR"}
				for i := range diff {
					res.Lines = append(res.Lines, diff[i].Line)
				}
				if err := res.Check(); err != nil {
					t.Fatalf("%d %s: %v", n, form, err)
				}
				if got, want := fmt.Sprint(netAmounts(written, diff)), fmt.Sprint(netAmounts(now)); got != want {
					t.Fatalf("%d %s: old and difference are %s, new is %s", n, form, got, want)
				}
				if form == ByNet && len(diff) == 0 != (fmt.Sprint(netAmounts(written)) == fmt.Sprint(netAmounts(now))) {
					t.Fatalf("%d: %d lines for the same, or none for another", n, len(diff))
				}
			}
			written = append(written, Difference(written, now, []Form{ByLines, ByNet}[r.IntN(2)])...)
		}
	}
}

// Lines that are added up, as a file that summarises has them, keep their sums by side.
func TestAddUpKeepsBothSides(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		lines := append(balanced(r), balanced(r)...)
		sums := AddUp(lines)
		sides := func(list []Written) (debit, credit fis.Amount) {
			for i := range list {
				debit, credit = debit.Add(list[i].Debit), credit.Add(list[i].Credit)
			}
			return debit, credit
		}
		d1, c1 := sides(lines)
		d2, c2 := sides(sums)
		if !d1.Equal(d2) || !c1.Equal(c2) || len(sums) > len(lines) {
			t.Fatalf("%s/%s and %s/%s", d1, c1, d2, c2)
		}
	}
}

// What takes back an old line is counted once for each of them.
func TestMirrored(t *testing.T) {
	line := func(debit, credit int64) Written {
		return Written{Line: Line{Role: Expense, Debit: decimal.NewFromInt(debit), Credit: decimal.NewFromInt(credit)}, Codes: []string{"1"}}
	}
	if n := Mirrored([]Written{line(10, 0)}, []Written{line(0, 10), line(0, 10), line(10, 0), line(12, 0)}); n != 1 {
		t.Errorf("%d", n)
	}
}
