// Package control owns control totals, the sums that headers and trailers state (file.debit, file.hash …): from which
// fields they are counted, what a row adds to them, on which side, what keeps a template's `totals` from being right,
// and the doubts about sums and files in which several currencies stand side by side.
//
// Totals are counted from the values as they are written, and never from the documents: that both agree is said by
// package amounts.
package control

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// Fields are the fields of a record that totals are counted from, by index; -1 for none.
type Fields struct {
	// Counted: file.lines counts the rows of the record.
	Counted                     bool
	Debit, Credit, Amount, Hash int
	// side is the field that tells the side of the amount by these codes, -1 where the amount tells it by its sign.
	side                    int
	debitCodes, creditCodes []string
	// creditPositive: of an amount that tells its side by its sign, credits are positive.
	creditPositive bool
}

// Sums is what a row adds to the control totals. Debit and Credit have both sides, whatever field they stand in; Amount
// is the number as it stands in the field.
type Sums struct {
	Debit, Credit, Amount fis.Amount
	Hash                  string
}

// Any reports whether rows of the record add to the sums of amounts.
func (f *Fields) Any() bool { return f.Debit >= 0 || f.Credit >= 0 || f.Amount >= 0 }

// All are the fields that totals are counted from.
func (f *Fields) All() (out []int) {
	for _, i := range []int{f.Debit, f.Credit, f.Amount, f.Hash, f.side} {
		if i >= 0 {
			out = append(out, i)
		}
	}
	return out
}

// Of reads what a row adds.
func (f *Fields) Of(values []layout.Value) Sums {
	var s Sums
	if f.Debit >= 0 {
		s.Debit = values[f.Debit].Number
	}
	if f.Credit >= 0 {
		s.Credit = values[f.Credit].Number
	}
	if f.Amount >= 0 {
		s.Amount = values[f.Amount].Number
		f.bySide(&s, values)
	}
	if f.Hash >= 0 {
		s.Hash = values[f.Hash].String()
	}
	return s
}

// bySide adds the amount to its side: that of the code beside it, else that of its sign.
func (f *Fields) bySide(s *Sums, values []layout.Value) {
	a := s.Amount
	if f.side >= 0 {
		switch code := values[f.side].String(); {
		case slices.Contains(f.creditCodes, code):
			s.Credit = s.Credit.Add(a)
			return
		case slices.Contains(f.debitCodes, code):
			s.Debit = s.Debit.Add(a)
			return
		}
	}
	if f.creditPositive {
		a = a.Neg()
	}
	if a.IsNegative() {
		s.Credit = s.Credit.Sub(a)
	} else {
		s.Debit = s.Debit.Add(a)
	}
}
