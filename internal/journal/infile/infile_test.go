package infile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/infile"
)

func amount(t *testing.T, s string) fis.Amount {
	t.Helper()
	a, err := fis.ParseAmount(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// What a file says of a document is read back as it was kept: an amount of 0.00 is known, and none is not 0.00.
func TestSaidIsReadBack(t *testing.T) {
	zero := infile.Said{Sum: &infile.Sum{}}
	wages := infile.Said{Sum: &infile.Sum{Debit: amount(t, "724.00")}}
	thirds := infile.Said{Rounding: infile.Rounding{Away: amount(t, "-0.01"), Line: amount(t, "0.02")}}
	for _, want := range []*infile.Said{nil, &zero, &wages, &thirds} {
		got, err := infile.Parse(want.Text())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := infile.Parse("724|0"); err == nil {
		t.Error("two parts are taken")
	}
}

// Documents of which nothing was kept, and that have no posting lines, are nameless: their sum is unknown, and not 0.00.
func TestFigures(t *testing.T) {
	lines := infile.Sum{Debit: amount(t, "10"), Credit: amount(t, "10")}
	var f infile.Figures
	f.Add(nil, "EUR", infile.Sum{})
	f.Add(nil, "EUR", lines)
	f.Add(&infile.Said{Sum: &infile.Sum{Debit: amount(t, "724")}}, "EUR", infile.Sum{Debit: amount(t, "724")})
	f.Add(&infile.Said{Sum: &lines, Rounding: infile.Rounding{Away: amount(t, "-0.01")}}, "EUR", lines)
	if f.Nameless != 1 || f.Unknown != 2 || f.Unheld != 2 || f.Rounded != 1 || f.Rounding["EUR"].Away.String() != "-0.01" {
		t.Errorf("%+v", f)
	}
	if l := f.Lined["EUR"]; !l.Debit.Equal(l.Credit) {
		t.Errorf("rows without posting lines count as these: %v", l)
	}
}
