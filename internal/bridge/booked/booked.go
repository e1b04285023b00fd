// Package booked holds what an ERP says it has posted of a document against what it was given.
package booked

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/said"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// Otherwise says that the ERP has posted another amount than it was given; "" when it has not, or does not say.
// It may state the sum of the debits or the total of the document, or the amount of each line.
func Otherwise(t said.Document, rows []returns.Row) string {
	currency := t.Part.Currency
	if currency == "" {
		currency = t.Doc.Currency
	}
	told := lines{seen: map[int]bool{}}
	for i := range rows {
		r := &rows[i]
		switch {
		case r.Outcome.Verdict != fis.Posted || r.ByLine && told.elsewhere(t.Part, r):
		case r.Booked == nil:
			told.silent = told.silent || r.ByLine
		case r.BookedIn != "" && currency != "" && r.BookedIn != currency:
			return fmt.Sprintf("%s %s, but it was given %s %s", fis.Text(*r.Booked, r.BookedIn), r.BookedIn,
				fis.Text(t.Part.Debit, currency), currency)
		case r.ByLine:
			told.add(*r.Booked)
		case !r.Booked.Equal(t.Part.Debit.Abs()) && !r.Booked.Equal(t.Part.Credit.Abs()) &&
			!r.Booked.Equal(t.Doc.Amount.Abs()):
			return fmt.Sprintf("%s %s, but it was given %s %s", fis.Text(*r.Booked, currency), currency,
				fis.Text(t.Part.Debit, currency), currency)
		}
	}
	if told.agree(t.Part, t.Doc.Amount) {
		return ""
	}
	return told.words(t.Part, currency)
}

// lines are the amounts that an ERP says it has posted line by line: added up as they are, or by sign where one
// side is signed.
type lines struct {
	seen            map[int]bool // lines of the import file
	positive, other fis.Amount   // other is the sum of the negative ones, without sign
	first           fis.Amount
	some, same      bool // same: all lines have the first one's
	// silent: a line was posted without saying what with, so that the sum is not known.
	silent bool
}

// elsewhere reports whether a row speaks of a line that is none of the document's, or was told already.
func (b *lines) elsewhere(p records.Part, r *returns.Row) bool {
	n := r.Refs.FileLine
	if n == 0 {
		return false
	}
	out := b.seen[n] || p.FirstLine > 0 && (n < p.FirstLine || n > p.LastLine)
	b.seen[n] = true
	return out
}

func (b *lines) add(a fis.Amount) {
	if !b.some {
		b.first, b.same = a, true
	}
	b.some, b.same = true, b.same && a.Equal(b.first)
	if a.IsNegative() {
		b.other = b.other.Sub(a)
	} else {
		b.positive = b.positive.Add(a)
	}
}

// agree reports whether the lines add up to what the ERP was given: both sides together, or one of them, when no amount
// has a sign; else each side by itself. Some ERPs repeat the document's amount in each of its lines.
func (b *lines) agree(p records.Part, total fis.Amount) bool {
	if !b.some || b.silent {
		return true
	}
	debit, credit := p.Debit.Abs(), p.Credit.Abs()
	if b.same && (b.first.Equal(debit) || b.first.Equal(credit) || b.first.Equal(total.Abs())) {
		return true
	}
	if b.other.IsZero() {
		return b.positive.Equal(debit.Add(credit)) || b.positive.Equal(debit) || b.positive.Equal(credit) ||
			b.positive.Equal(total.Abs())
	}
	return b.positive.Equal(debit) && b.other.Equal(credit) || b.positive.Equal(credit) && b.other.Equal(debit)
}

func (b *lines) words(p records.Part, currency string) string {
	given := fmt.Sprintf("debit %s and credit %s %s", fis.Text(p.Debit, currency), fis.Text(p.Credit, currency),
		currency)
	if b.other.IsZero() {
		return fmt.Sprintf("lines that add up to %s %s, but it was given %s", fis.Text(b.positive, currency), currency,
			given)
	}
	return fmt.Sprintf("lines that add up to %s and -%s %s, but it was given %s", fis.Text(b.positive, currency),
		fis.Text(b.other, currency), currency, given)
}
