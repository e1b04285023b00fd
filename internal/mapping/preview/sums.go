package preview

import (
	"maps"

	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/mapping/sums"
)

// sides are the sums of a document; held tells whether the file is held against it. What is in no file has nothing in
// it.
func (v *Preview) sides(d *explain.Document) (b sums.BothSides, held bool) {
	b = sums.New()
	var lines amounts.Sides
	if d.Brief && d.Prepared != nil {
		lines = amounts.Sides{Debit: d.Prepared.Debit, Credit: d.Prepared.Credit}
	}
	for _, p := range d.Postings {
		lines = lines.Plus(amounts.Sides{Debit: amountIn(p.Debit), Credit: amountIn(p.Credit)})
	}
	b.Lines[d.Currency()] = lines
	b.Must[d.Currency()] = lines
	if d.Prepared == nil {
		return b, false
	}
	if sums.AddTo(b.Said, d.Said); d.Said == nil { // the file was not made: what its rows would say
		b.Said[d.Currency()] = d.Prepared.Said
	}
	b.Must[d.Currency()] = d.Prepared.Must
	return b, v.plan.View().Holds(d.Prepared.DocType)
}

// sums are the totals of a document for people.
func (v *Preview) sums(d *explain.Document) []sums.Row {
	b, held := v.sides(d)
	return b.Rows(held, v.moved(d))
}

// moved is the currency of a document whose amounts stand in other rows, or on the other side, than they should, so
// that the sums may agree all the same; nil when they stand where they should.
func (v *Preview) moved(d *explain.Document) map[string]bool {
	if d.Prepared == nil || len(d.Prepared.Differs)+len(d.Spoilt) == 0 {
		return nil
	}
	return map[string]bool{d.Currency(): true}
}

// allSums are the totals of all documents: of those that are in a file, and of the others.
func (v *Preview) allSums() []sums.Row {
	in, out, held, moved := sums.New(), sums.New(), false, map[string]bool{}
	for _, d := range v.All {
		b, h := v.sides(d)
		held = held || h
		if d.File >= 0 {
			in.Add(b)
			maps.Copy(moved, v.moved(d))
		} else {
			out.Add(b)
		}
	}
	rows := in.Rows(held, moved)
	for _, r := range (sums.BothSides{Lines: out.Lines}).Rows(false, nil) {
		r.Label, r.Bad = sums.SumsNowhere, true
		rows = append(rows, r)
	}
	return rows
}
