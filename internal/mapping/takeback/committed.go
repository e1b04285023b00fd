package takeback

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// Committed is the sum of what obligations have set aside, less what was given back.
func Committed(written []Written) fis.Amount {
	sum := fis.Zero
	for _, w := range written {
		for _, l := range w.Lines {
			if l.Role == posting.Commitment || l.Role == posting.CommitmentTax {
				sum = sum.Add(l.Debit).Sub(l.Credit)
			}
		}
	}
	return sum
}

// SameAsCommitted holds what an obligation says of its earlier revision against what was committed; round tells that this
// was rounded. The error is a *refusal.DocumentError.
func SameAsCommitted(doc *fis.Document, earlier *fis.Node, written []Written, round bool) error {
	total, present, err := earlier.Amount("totalApprovedAmount")
	committed, currency := Committed(written), doc.Currency()
	if err != nil {
		return nil // posting refuses it
	}
	if !present {
		return refusal.OfRevision(doc.ID, "Concur does not say how much was committed before; from here %s %s was",
			fis.Text(committed, currency), currency)
	}
	private := fis.Zero
	for _, name := range []string{"previousRevisionReportEntry", "previousRevisionRequestEntry"} {
		for _, entry := range doc.Root.List(name) {
			a, there, err := entry.Amount("entryApprovedAmount")
			if err == nil && there && entry.Str("entryIsPersonal") == "Y" {
				private = private.Add(a)
			}
		}
	}
	for _, a := range []fis.Amount{total, total.Sub(private)} { // private entries are no part of it, or are
		if round {
			a = fis.Round(a, currency)
		}
		if a.Equal(committed) {
			return nil
		}
	}
	return refusal.OfRevision(doc.ID, "Concur says that %s %s was committed before, and from here %s was",
		fis.Text(total, currency), currency, fis.Text(committed, currency))
}
