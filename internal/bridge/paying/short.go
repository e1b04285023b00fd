package paying

import (
	"context"
	"time"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// shortKind is the kind of alarm about documents of which a rest stays unpaid.
const shortKind = "paid in part"

const (
	// smallRest is the part of the whole, in percent, that is no instalment: a discount that the document does not name,
	// the bank's charges, a rounding. A guess: the largest discounts that are usual.
	smallRest = 5
	// lookedBack is for how many days more than the setting a part is looked for.
	lookedBack = 60
)

// Short asks about documents of which a part is paid and nothing follows: at once where the rest is small, else after
// some days (0: never). What is paid meanwhile, and what a person has settled, is asked about no more.
func Short(ctx context.Context, j *journal.Journal, now time.Time, days int) error {
	list, err := j.PaidInPart(ctx, now.AddDate(0, 0, -days-lookedBack), shortKind)
	if err != nil {
		return err
	}
	var short []journal.Lasting
	for _, p := range list {
		whole, rest := restOf(p)
		small := rest.Mul(decimal.NewFromInt(100)).LessThan(whole.Mul(decimal.NewFromInt(smallRest)))
		if p.Complete || !rest.IsPositive() || !small && (days == 0 || p.Last.After(now.AddDate(0, 0, -days))) {
			continue
		}
		code := "paid-short"
		if p.DocType.IsMarkedPaid() {
			code = "paid-short-invoice"
		}
		short = append(short, journal.Lasting{Subject: p.DocID, Why: why.New(code, "doc", p.DocID, "report", p.ReportID, "currency", p.Currency,
			"paid", fis.Text(p.Paid, p.Currency), "whole", fis.Text(whole, p.Currency), "rest", fis.Text(rest, p.Currency))})
	}
	return j.LastingAlarms(ctx, shortKind, short, "nothing of it is open any more")
}

// restOf is what is to be paid of a document, and what of it is not paid.
func restOf(p records.PaidInPart) (whole, rest fis.Amount) {
	whole = p.Total
	if p.Owed != nil {
		whole = decimal.Zero
		for _, a := range p.Owed {
			whole = whole.Add(a)
		}
	}
	return whole, whole.Sub(p.Paid)
}
