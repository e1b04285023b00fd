package posting

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// leftOver takes what rounding left over in an allocation or an invoice row, and says how much of it the cost has to
// take: nothing where it has a line of its own.
func (d *deriver) leftOver(rest fis.Amount) (onCost fis.Amount) {
	if d.opt.RoundingLine == nil {
		return rest
	}
	d.over = d.over.Add(rest)
	return fis.Zero
}

// roundingLine posts the line of what rounding left over in the document, within its limit.
func (d *deriver) roundingLine() {
	if d.over.IsZero() {
		return
	}
	if limit := d.opt.RoundingLine.Limit; d.over.Abs().GreaterThan(limit) {
		d.refuse(RoundingLimit, where{}, "", fmt.Sprintf("rounding leaves %s over, and at most %s may go to the line of "+
			"rounding differences", fis.Text(d.over, d.currency), fis.Text(limit, d.currency)))
		return
	}
	d.post(&Line{Role: RoundingDifference}, d.over)
}
