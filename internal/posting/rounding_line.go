package posting

import (
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// RoundingLine is how large the line of rounding differences of a document may be: an amount in its currency, or, where
// that is zero, a number of minor units of it.
type RoundingLine struct {
	Limit      fis.Amount
	MinorUnits int64
}

// ReadRoundingLine reads a limit: `5 minor units`, or an amount.
func ReadRoundingLine(limit string) (*RoundingLine, bool) {
	words := strings.Fields(limit)
	if len(words) == 3 && words[1] == "minor" && (words[2] == "unit" || words[2] == "units") {
		n, err := strconv.ParseInt(words[0], 10, 32)
		return &RoundingLine{MinorUnits: n}, err == nil && n > 0
	}
	amount, err := fis.ParseAmount(limit)
	return &RoundingLine{Limit: amount}, err == nil && amount.IsPositive()
}

// most is the limit in a currency.
func (l *RoundingLine) most(currency string) fis.Amount {
	if !l.Limit.IsZero() {
		return l.Limit
	}
	return decimal.New(l.MinorUnits, -fis.MinorUnits(currency))
}

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
	if limit := d.opt.RoundingLine.most(d.currency); d.over.Abs().GreaterThan(limit) {
		d.refuse(RoundingLimit, where{}, "", say.F("rounding leaves %s over, and at most %s may go to the line of "+
			"rounding differences", fis.Text(d.over, d.currency), fis.Text(limit, d.currency)))
		return
	}
	d.post(&Line{Role: RoundingDifference}, d.over)
}
