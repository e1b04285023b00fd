package posting_test

import (
	"fmt"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// What a later document takes back stands no more, so that a further one does not take it back again; the sums stay those
// of all that was ever written.
func TestStanding(t *testing.T) {
	line := func(account string, amount int64) posting.Written {
		l := posting.Written{Line: posting.Line{Role: posting.Expense, AccountCode: account}, Records: 1}
		if a := fisAmount(t, fmt.Sprint(amount)); amount < 0 {
			l.Credit = a.Neg()
		} else {
			l.Debit = a
		}
		return l
	}
	lines := func(amounts ...int64) (out []posting.Written) {
		for _, a := range amounts {
			out = append(out, line("6000", a))
		}
		return out
	}
	for name, c := range map[string]struct {
		documents [][]posting.Written
		want      []int64
	}{
		"the first, as it is":       {[][]posting.Written{lines(10, -10)}, []int64{10, -10}},
		"changed":                   {[][]posting.Written{lines(10), lines(-10, 12)}, []int64{12}},
		"changed twice":             {[][]posting.Written{lines(10), lines(-10, 12), lines(-12, 13)}, []int64{13}},
		"as it was done before":     {[][]posting.Written{lines(10), lines(-10, 12), lines(-10, 10, -12, 13)}, []int64{13}},
		"two equal ones":            {[][]posting.Written{lines(10, 10), lines(-10, -10, 10, 5)}, []int64{10, 5}},
		"released":                  {[][]posting.Written{lines(10), lines(-10)}, nil},
		"the change alone (net)":    {[][]posting.Written{lines(10), lines(2)}, []int64{10, 2}},
		"another account is no way": {[][]posting.Written{{line("6000", 10)}, {line("6100", -10)}}, []int64{10, -10}},
	} {
		var stood []posting.Written
		var sum, all fis.Amount
		for _, d := range c.documents {
			stood = posting.Standing(stood, d)
			for i := range d {
				all = all.Add(d[i].Amount())
			}
		}
		var got []int64
		for i := range stood {
			got, sum = append(got, stood[i].Amount().IntPart()), sum.Add(stood[i].Amount())
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) || !sum.Equal(all) {
			t.Errorf("%s: %v, want %v (sum %s of %s)", name, got, c.want, sum, all)
		}
	}
}

func fisAmount(t *testing.T, text string) fis.Amount {
	a, err := fis.ParseAmount(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
