package mapping

import (
	"maps"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// SumsRow is a line of the totals of a document or of all: both sides in one currency. Bad ones are shown in red.
type SumsRow struct {
	Label    string `json:"l"`
	Currency string `json:"cur"`
	Debit    string `json:"d"`
	Credit   string `json:"c"`
	Bad      bool   `json:"bad,omitempty"`
}

// Labels of SumsRow.
const (
	sumsOfLines  = "posting lines"
	sumsOfFields = "amounts of the document"
	sumsForFile  = "of them for the file"
	sumsOfFile   = "rows of the file"
	sumsDiffers  = "difference"
	sumsNowhere  = "in no file"
)

// bothSides are sums by currency: of posting lines, of what must stand in the file by the template, and of what the file's bytes say.
type bothSides struct{ lines, must, said map[string]Sums }

func newBothSides() bothSides {
	return bothSides{map[string]Sums{}, map[string]Sums{}, map[string]Sums{}}
}

func addTo(into, more map[string]Sums) {
	for currency, s := range more {
		into[currency] = into[currency].plus(sides(s))
	}
}

func (b bothSides) add(more bothSides) {
	addTo(b.lines, more.lines)
	addTo(b.must, more.must)
	addTo(b.said, more.said)
}

func (s Sums) equal(t Sums) bool { return s.Debit.Equal(t.Debit) && s.Credit.Equal(t.Credit) }

// sides are the sums of a document; held tells whether the file is held against it. What is in no file has nothing in it.
func (v *Preview) sides(d *ExplainedDocument) (b bothSides, held bool) {
	b = newBothSides()
	var lines Sums
	for _, p := range d.Postings {
		lines = lines.plus(sides{amountIn(p.Debit), amountIn(p.Credit)})
	}
	b.lines[d.Currency()] = lines
	b.must[d.Currency()] = lines
	if d.Prepared == nil {
		return b, false
	}
	if addTo(b.said, d.Said); d.Said == nil { // the file was not made: what its rows would say
		b.said[d.Currency()] = d.Prepared.Said
	}
	b.must[d.Currency()] = d.Prepared.Must
	return b, slices.ContainsFunc(v.plan.records, func(r recordPlan) bool { return r.heldFor(d.Prepared.DocType) != nil })
}

// sums are the totals of a document for people.
func (v *Preview) sums(d *ExplainedDocument) []SumsRow {
	b, held := v.sides(d)
	return b.rows(held, v.moved(d))
}

// moved is the currency of a document whose amounts stand in other rows, or on the other side, than they should, so that the sums may agree all the
// same; nil when they stand where they should.
func (v *Preview) moved(d *ExplainedDocument) map[string]bool {
	if d.Prepared == nil || len(d.Prepared.Differs)+len(d.Spoilt) == 0 {
		return nil
	}
	return map[string]bool{d.Currency(): true}
}

// allSums are the totals of all documents: of those that are in a file, and of the others.
func (v *Preview) allSums() []SumsRow {
	in, out, held, moved := newBothSides(), newBothSides(), false, map[string]bool{}
	for _, d := range v.Documents {
		b, h := v.sides(d)
		held = held || h
		if d.File >= 0 {
			in.add(b)
			maps.Copy(moved, v.moved(d))
		} else {
			out.add(b)
		}
	}
	rows := in.rows(held, moved)
	for _, r := range (bothSides{lines: out.lines}).rows(false, nil) {
		r.Label, r.Bad = sumsNowhere, true
		rows = append(rows, r)
	}
	return rows
}

// rows puts the sums one below the other, currency by currency; those that are moved are bad though they agree.
func (b bothSides) rows(held bool, moved map[string]bool) []SumsRow {
	all := map[string]Sums{}
	for _, m := range []map[string]Sums{b.lines, b.must, b.said} {
		for currency, s := range m {
			if !s.equal(Sums{}) {
				all[currency] = s
			}
		}
	}
	out := []SumsRow{}
	for _, currency := range slices.Sorted(maps.Keys(all)) {
		put := func(label string, s Sums, bad bool) {
			out = append(out, SumsRow{label, currency, fis.Text(s.Debit, currency), fis.Text(s.Credit, currency), bad})
		}
		lines, must, said := b.lines[currency], b.must[currency], b.said[currency]
		none := lines.equal(Sums{})
		if !none {
			put(sumsOfLines, lines, false)
		}
		if !held {
			continue
		}
		if none && !must.equal(Sums{}) {
			put(sumsOfFields, must, false)
		} else if !must.equal(lines) {
			put(sumsForFile, must, false)
		}
		differs := !said.equal(must)
		put(sumsOfFile, said, differs || moved[currency])
		if differs {
			put(sumsDiffers, Sums{said.Debit.Sub(must.Debit), said.Credit.Sub(must.Credit)}, true)
		}
	}
	return out
}

// anyBad reports whether a total of what is in a file differs.
func anyBad(rows []SumsRow) bool {
	return slices.ContainsFunc(rows, func(r SumsRow) bool { return r.Bad && r.Label != sumsNowhere })
}
