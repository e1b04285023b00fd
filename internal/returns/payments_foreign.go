package returns

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// Amounts of two currencies are never added up. What a payment in another currency pays of its document a person says, in
// the document's currency; until then it counts for nothing.

// foreign tells whether a payment is in another currency than its document.
func (h *holding) foreign(p fis.Payment) bool {
	return h.Currency != "" && p.Currency != h.Currency && !unsaid(p)
}

// counts is what a payment pays of the document. One that Concur was told of as the complete one, without a word on how
// much it pays, has paid what was left.
func (h *holding) counts(p fis.Payment) fis.Amount {
	if p.Status != fis.PaidCompletely || !h.foreign(p) || p.Counts != nil {
		return p.Of(h.Currency)
	}
	all := h.Total
	if h.Owed != nil {
		all = h.all()
	}
	if left := all.Sub(h.paid); left.IsPositive() {
		return left
	}
	return decimal.Zero
}

// back is what a return takes back of what was paid: in another currency all that its payment has counted for.
func (h *holding) back(p fis.Payment) fis.Amount {
	if of, ok := h.taken(p); ok && h.foreign(p) && p.Counts == nil {
		if of.Status == fis.PaidCompletely && of.Counts == nil {
			return h.paid
		}
		return of.Of(h.Currency)
	}
	return p.Of(h.Currency)
}

// taken is the payment of the same amount and currency that a return takes back.
func (h *holding) taken(p fis.Payment) (of fis.Payment, ok bool) {
	for _, e := range h.earlier {
		o := e.Payment
		if o.Currency == p.Currency && o.Amount.Equal(p.Amount) && (o.Status == fis.PaidCompletely || o.Status == fis.PaidPartially) {
			of, ok = o, true
		}
	}
	return of, ok
}

// misfitForeign: a payment in another currency fits only as the return of one that a person has called right.
func (h *holding) misfitForeign(p fis.Payment) string {
	open := 0
	for _, e := range h.earlier {
		switch o := e.Payment; {
		case o.Currency != p.Currency || !o.Amount.Equal(p.Amount):
		case o.Status == fis.PaymentReversed:
			open--
		case o.Status == fis.PaidCompletely || o.Status == fis.PaidPartially:
			open++
		}
	}
	if of, ok := h.taken(p); ok && open > 0 && p.Status == fis.PaymentReversed && !p.Refused && !before(p.Cleared, of.Cleared) {
		return ""
	}
	return fmt.Sprintf("the payment is in %s, document %s in %s", p.Currency, h.DocID, h.Currency)
}
