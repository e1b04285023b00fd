package amounts

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Sides are sums of debits and credits.
type Sides struct{ Debit, Credit fis.Amount }

// Add adds an amount to its side: debits positive.
func (s *Sides) Add(a fis.Amount) {
	if a.IsNegative() {
		s.Credit = s.Credit.Sub(a)
	} else {
		s.Debit = s.Debit.Add(a)
	}
}

// Sub takes it from its side again.
func (s *Sides) Sub(a fis.Amount) {
	if a.IsNegative() {
		s.Credit = s.Credit.Add(a)
	} else {
		s.Debit = s.Debit.Sub(a)
	}
}

// Plus is the sum of both.
func (s Sides) Plus(more Sides) Sides {
	return Sides{s.Debit.Add(more.Debit), s.Credit.Add(more.Credit)}
}

// Equal reports whether both sides are the same.
func (s Sides) Equal(t Sides) bool { return s.Debit.Equal(t.Debit) && s.Credit.Equal(t.Credit) }

// Words says an amount with its side.
func (s Sides) Words(currency string) say.Text {
	switch d, c := !s.Debit.IsZero(), !s.Credit.IsZero(); {
	case d && c:
		return say.F("debit %s and credit %s %s", fis.Text(s.Debit, currency), fis.Text(s.Credit, currency),
			currency)
	case c:
		return say.F("credit %s %s", fis.Text(s.Credit, currency), currency)
	case d:
		return say.F("debit %s %s", fis.Text(s.Debit, currency), currency)
	}
	return say.F("%s %s", fis.Text(fis.Zero, currency), currency)
}

// Differ is the difference in one sentence, for whoever reads no further.
func Differ(doc, file Sides, currency string) say.Text {
	detail := say.Text("the file would not say what the document says")
	for _, s := range []struct {
		side      string
		doc, file fis.Amount
	}{{"debit", doc.Debit, file.Debit}, {"credit", doc.Credit, file.Credit}} {
		if !s.doc.Equal(s.file) {
			detail = say.F("%s; %s %s: %s in the document, %s in the file", detail, say.Text(s.side), currency,
				fis.Text(s.doc, currency), fis.Text(s.file, currency))
		}
	}
	return detail
}
