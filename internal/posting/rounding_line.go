package posting

import (
	"cmp"
	"slices"
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
	d.oweExactly()
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

// owing is a line of a party, with what it says exactly.
type owing struct {
	line  int   // among the lines
	none  *Line // it rounds to nothing, and is not among the lines
	exact fis.Amount
}

// postOwed posts a line of a party, rounded, and keeps what it says exactly.
func (d *deriver) postOwed(l *Line, rounded, exact fis.Amount) {
	if d.opt.RoundingLine != nil {
		o := owing{line: len(d.lines), exact: exact}
		if rounded.IsZero() {
			of := *l
			o.none = &of
		}
		key := string(l.Role) + "\x00" + l.Party
		if d.owing == nil {
			d.owing = map[string][]owing{}
		}
		if d.owing[key] == nil {
			d.parties = append(d.parties, key)
		}
		d.owing[key] = append(d.owing[key], o)
	} else if !rounded.Equal(exact) {
		d.away(l, exact.Sub(rounded))
	}
	d.post(l, rounded)
}

// oweExactly makes the lines of each party add up to the rounded sum of what they say exactly, so that nobody is owed a
// cent more or less because rows of half a cent are rounded each by itself: units are taken from, or given to, the lines
// that rounding has changed most, the later of equals first. What that makes goes to the line of rounding differences.
func (d *deriver) oweExactly() {
	for _, key := range d.parties {
		d.oweParty(d.owing[key])
	}
	d.lines = slices.DeleteFunc(d.lines, func(l Line) bool { return l.Amount().IsZero() })
}

func (d *deriver) oweParty(all []owing) {
	exact, have := fis.Zero, fis.Zero
	var none *Line
	var list []owing
	for _, o := range slices.Backward(all) {
		exact = exact.Add(o.exact)
		if o.none != nil {
			none = o.none
			continue
		}
		have, list = have.Add(d.lines[o.line].Amount()), append(list, o)
	}
	missing, step := d.rounded(exact).Sub(have), decimal.New(1, -fis.MinorUnits(d.currency))
	if missing.IsNegative() {
		step = step.Neg()
	}
	lost := func(o owing) fis.Amount { // in the direction of the step
		return o.exact.Sub(d.lines[o.line].Amount()).Mul(step)
	}
	ends := func(o owing) int { // a line of which nothing is left is taken last
		if d.lines[o.line].Amount().Add(step).IsZero() {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(list, func(a, b owing) int { return cmp.Or(ends(a)-ends(b), lost(b).Cmp(lost(a))) })
	for _, o := range list {
		if missing.IsZero() {
			return
		}
		l := &d.lines[o.line]
		l.set(l.Amount().Add(step))
		missing, d.over = missing.Sub(step), d.over.Sub(step)
	}
	if none != nil && !missing.IsZero() { // all of it rounds to nothing, row by row
		d.post(none, missing)
		d.over = d.over.Sub(missing)
	}
}
