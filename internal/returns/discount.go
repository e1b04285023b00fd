package returns

import (
	"strconv"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// Discount is what an invoice gives to who pays early: its payment is complete although less than the whole was paid.
type Discount struct {
	// Percent of the whole; zero: none.
	Percent fis.Amount
	// Until is the last day of it; zero: not known.
	Until fis.Date
}

// mostDiscount is the largest discount that is believed, in percent: a field that holds an amount by mistake must not
// make a part of it the whole.
const mostDiscount = 25

// DiscountOf is the discount that a document names; dated is its day.
func DiscountOf(doc *fis.Document, dated fis.Date) Discount {
	percent, present, err := doc.Header().Amount("discountPercentage")
	if err != nil || !present || !percent.IsPositive() || percent.GreaterThan(decimal.NewFromInt(mostDiscount)) {
		return Discount{}
	}
	d := Discount{Percent: percent}
	if days, err := strconv.Atoi(doc.Header().Str("discountTermsDays")); err == nil && days >= 0 && days < 1000 && !dated.IsZero() {
		d.Until = fis.DateOf(dated.Time().AddDate(0, 0, days))
	}
	return d
}

// discounted tells whether a sum is the whole, but for the discount at most.
func (h *holding) discounted(sum fis.Amount) bool {
	if !h.Discount.Percent.IsPositive() || h.Owed == nil {
		return false
	}
	all, hundred := h.all(), decimal.NewFromInt(100)
	least := all.Mul(hundred.Sub(h.Discount.Percent)).Div(hundred).RoundFloor(fis.MinorUnits(h.Currency))
	return all.IsPositive() && !sum.LessThan(least) && !sum.GreaterThan(h.up(all))
}

// inTime tells whether the discount still holds on the day of a payment. Where the invoice names no days it is not
// known, and a payment that is not called complete stays a part.
func (h *holding) inTime(p fis.Payment) bool {
	return !h.Discount.Until.IsZero() && !before(h.Discount.Until, p.Cleared)
}
