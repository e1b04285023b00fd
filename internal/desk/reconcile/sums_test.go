package reconcile

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/infile"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
)

func amount(t *testing.T, s string) fis.Amount {
	t.Helper()
	a, err := fis.ParseAmount(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func only(t *testing.T, r Reconciliation, f records.FileFigure) Entry {
	t.Helper()
	list := r.fileEntries(f)
	if len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	return list[0]
}

// A file whose bytes are gone has the amount that was kept with it and is not said to tie; one that a former version made
// of rows without posting lines has none, and is not 0.00 = 0.00.
func TestFilesThatAreGone(t *testing.T) {
	wages := map[string]records.Sum{"EUR": {Debit: amount(t, "724")}}
	f := records.FileFigure{File: records.File{ID: 5, Name: "wages", Documents: 2, Totals: wages, InFile: wages}, Sums: wages}
	f.Said.Add(&infile.Said{Sum: &infile.Sum{Debit: amount(t, "724")}}, "EUR", wages["EUR"])
	if e := only(t, Reconciliation{}, f); e.Ties != NotCompared || e.Amount.String() != "724" || e.Control.String() != "724" {
		t.Errorf("%+v", e)
	}
	zero := map[string]records.Sum{"EUR": {}}
	old := records.FileFigure{File: records.File{ID: 6, Name: "old", Documents: 2, Totals: zero}, Sums: zero}
	old.Said.Add(nil, "EUR", infile.Sum{})
	if e := only(t, Reconciliation{}, old); e.Ties != NotKnown || !e.Unknown || e.Control != nil {
		t.Errorf("%+v", e)
	}
	if b := booksOf([]records.FileFigure{f, old}, filesRead{}); b[0].NotCompared != 2 || b[0].NotKnown != 1 {
		t.Errorf("%+v", b)
	}
}

// A cent of rounding is a term of its own: the documents say 100.00, the file 99.99, and it is not said to tie plainly.
func TestACentIsATerm(t *testing.T) {
	said := amounts.Sides{Debit: amount(t, "99.99"), Credit: amount(t, "99.99")}
	f := records.FileFigure{File: records.File{ID: 7, Name: "thirds", Documents: 1}}
	f.Said.Add(&infile.Said{Sum: (*infile.Sum)(&said), Rounding: infile.Rounding{Away: amount(t, "-0.01")}}, "EUR", infile.Sum(said))
	read := filesRead{compared: 1, byFile: map[int64]amounts.Comparison{7: {Documents: 1, Said: map[string]amounts.Sides{"EUR": said}, Must: map[string]amounts.Sides{"EUR": said}}}}
	r := Reconciliation{read: read}
	if e := only(t, r, f); e.Ties != WithRounding || e.Amount.String() != "100" || e.Control.String() != "99.99" {
		t.Errorf("%+v", e)
	}
	if list := r.roundingEntries(f); len(list) != 1 || list[0].Amount.String() != "-0.01" || list[0].State != "rows less document" {
		t.Errorf("%+v", list)
	}
	read.rounded = roundingNotes(f.Said)
	if tie := read.noted(tied("each", nil)); tie.Word() != WithRounding || len(tie.Notes) != 1 {
		t.Errorf("%+v", tie)
	}
}
