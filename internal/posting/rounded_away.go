package posting

import (
	"cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Shares have up to 8 decimals: three thirds of 100.00 are 33.33 each once they are rounded, and the file owes 99.99. The
// rule is that each row is rounded by itself, so the document is posted; but somebody must know, for a payment of 100.00
// does not fit what the ERP has.

// roundedParty is what rounding took from the lines of a party.
type roundedParty struct {
	role  Role
	party string
	taken fis.Amount
}

// away notes what rounding took from a line of a party.
func (d *deriver) away(l *Line, taken fis.Amount) {
	for i := range d.taken {
		if t := &d.taken[i]; t.role == l.Role && t.party == l.Party {
			t.taken = t.taken.Add(taken)
			return
		}
	}
	d.taken = append(d.taken, roundedParty{l.Role, l.Party, taken})
}

// OnRoundingLine is what stands on the line of rounding differences; debits are positive.
func (r *Result) OnRoundingLine() fis.Amount {
	sum := fis.Zero
	for i := range r.Lines {
		if l := &r.Lines[i]; l.Role == RoundingDifference {
			sum = sum.Add(l.Amount())
		}
	}
	return sum
}

// roundedAway warns of parties whose lines do not add up to the rounded sum of what they say exactly.
func (d *deriver) roundedAway() {
	for _, t := range d.taken {
		have := fis.Zero
		for i := range d.lines {
			if l := &d.lines[i]; l.Role == t.role && l.Party == t.party {
				have = have.Add(l.Amount())
			}
		}
		if want := d.rounded(have.Add(t.taken)); !want.Equal(have) {
			d.lost = d.lost.Add(want.Sub(have))
			d.warn(RoundedAway, where{}, "", say.F("each row is rounded by itself, so that the file says %s for %s, and the document says %s: a payment of the document's amount does not fit what is posted",
				fis.Text(have.Neg(), d.currency), cmp.Or(t.party, string(t.role)), fis.Text(want.Neg(), d.currency)))
		}
	}
}
