// Package sums owns the totals of both sides as people see them: posting lines, what the file must hold of them, and
// what its bytes say.
package sums

import (
	"maps"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
)

// Row is a line of the totals of a document or of all: both sides in one currency. Bad ones are shown in red.
type Row struct {
	Label    string `json:"l"`
	Currency string `json:"cur"`
	Debit    string `json:"d"`
	Credit   string `json:"c"`
	Bad      bool   `json:"bad,omitempty"`
}

// Labels of Row.
const (
	sumsOfLines  = "posting lines"
	sumsOfFields = "amounts of the documents"
	sumsForFile  = "of them for the file"
	sumsOfFile   = "rows of the file"
	sumsDiffers  = "difference"
	SumsNowhere  = "in no file"
)

// BothSides are sums by currency: of posting lines, of what must stand in the file by the template, and of what the
// file's bytes say.
type BothSides struct{ Lines, Must, Said map[string]amounts.Sides }

// New are sums of nothing yet.
func New() BothSides {
	return BothSides{map[string]amounts.Sides{}, map[string]amounts.Sides{}, map[string]amounts.Sides{}}
}

// AddTo adds sums to others, currency by currency.
func AddTo(into, more map[string]amounts.Sides) {
	for currency, s := range more {
		into[currency] = into[currency].Plus(amounts.Sides(s))
	}
}

func (b BothSides) Add(more BothSides) {
	AddTo(b.Lines, more.Lines)
	AddTo(b.Must, more.Must)
	AddTo(b.Said, more.Said)
}

// Rows puts the sums one below the other, currency by currency; those that are moved are bad though they agree.
func (b BothSides) Rows(held bool, moved map[string]bool) []Row {
	all := map[string]amounts.Sides{}
	for _, m := range []map[string]amounts.Sides{b.Lines, b.Must, b.Said} {
		for currency, s := range m {
			if !s.Equal(amounts.Sides{}) {
				all[currency] = s
			}
		}
	}
	out := []Row{}
	for _, currency := range slices.Sorted(maps.Keys(all)) {
		put := func(label string, s amounts.Sides, bad bool) {
			out = append(out, Row{label, currency, fis.Text(s.Debit, currency), fis.Text(s.Credit, currency), bad})
		}
		lines, must, said := b.Lines[currency], b.Must[currency], b.Said[currency]
		none := lines.Equal(amounts.Sides{})
		if !none {
			put(sumsOfLines, lines, false)
		}
		if !held {
			continue
		}
		if none && !must.Equal(amounts.Sides{}) {
			put(sumsOfFields, must, false)
		} else if !must.Equal(lines) {
			put(sumsForFile, must, false)
		}
		differs := !said.Equal(must)
		put(sumsOfFile, said, differs || moved[currency])
		if differs {
			put(sumsDiffers, amounts.Sides{Debit: said.Debit.Sub(must.Debit), Credit: said.Credit.Sub(must.Credit)},
				true)
		}
	}
	return out
}

// AnyBad reports whether a total of what is in a file differs.
func AnyBad(rows []Row) bool {
	return slices.ContainsFunc(rows, func(r Row) bool { return r.Bad && r.Label != SumsNowhere })
}
