package returns

import (
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// An amount whose decimal point was lost on the way is too small by a power of ten: an ERP writes 99 for 99.00, and the
// format takes it for 99 minor units. As a part it would fit, and the rest stay open for ever.

// shifted says why a payment may be the whole with its decimal point in the wrong place, empty when it is not.
func (h *holding) shifted(p fis.Payment) string {
	all := h.Total
	if h.Owed != nil {
		all = h.all()
	}
	of := []fis.Amount{all.Sub(h.paid), all}
	for _, owed := range h.Owed {
		of = append(of, owed)
	}
	for _, whole := range of {
		if by := isShifted(p.Amount, whole, h.Currency); by != 0 {
			return fmt.Sprintf("pays %s %s, exactly 1/%d of the %s %s that are to be paid of document %s: are its decimals right?", h.text(p.Amount), p.Currency, by, h.text(whole), p.Currency, h.DocID)
		}
	}
	return ""
}

// isShifted tells by which power of ten an amount is smaller than the whole, where its decimals may be why: by the minor
// units of the currency, by the two that most have, or by the difference of the two. Zero: by none of these.
func isShifted(part, whole fis.Amount, currency string) int {
	units := int(fis.MinorUnits(currency))
	powers := []int{2, units, max(units-2, 0)}
	slices.Sort(powers)
	for _, n := range powers {
		by := 1
		for range n {
			by *= 10
		}
		if n > 0 && part.IsPositive() && part.Mul(decimal.NewFromInt(int64(by))).Equal(whole) {
			return by
		}
	}
	return 0
}
