package posting

import (
	"sort"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// gross is what a row is posted with for its party: as sent, rounded by itself, or its share of the rounded entry.
func (d *deriver) gross(r *row) fis.Amount {
	if a, shared := d.shares[r.node]; shared {
		return a
	}
	return d.rounded(r.gross)
}

// net is the amount of a row's account side: as sent, rounded by itself, or what its share leaves without the rounded
// tax.
func (d *deriver) net(r *row) fis.Amount {
	if a, shared := d.shares[r.node]; shared {
		return a.Sub(d.rounded(r.gross.Sub(r.net)))
	}
	return d.rounded(r.net)
}

// share rounds the rows of an entry so that they add up to it: those that are paid, and those that are taken back, each
// add up to their own rounded sum.
func (d *deriver) share(entry *fis.Node) {
	if !d.opt.Round || !d.opt.EntrySums {
		return
	}
	if d.shares == nil {
		d.shares = map[*fis.Node]fis.Amount{}
	}
	clear(d.shares)
	var paid, back []*fis.Node
	amounts := map[*fis.Node]fis.Amount{}
	for _, alloc := range entry.List("allocation") {
		for _, node := range alloc.List("journal") {
			a, present, err := node.Amount("amountGross")
			if err != nil || !present || a.IsZero() {
				continue // it is refused, or says nothing, when it is read
			}
			amounts[node] = a
			if a.IsNegative() {
				back = append(back, node)
			} else {
				paid = append(paid, node)
			}
		}
	}
	d.shareOut(paid, amounts)
	d.shareOut(back, amounts)
}

// shareOut cuts amounts of one sign to the minor unit and gives the units that are missing from their rounded sum to
// those that lost most, the later of equals first: the vendor's own extract has 17.87 and 17.88 for halves of 35.75.
func (d *deriver) shareOut(nodes []*fis.Node, amounts map[*fis.Node]fis.Amount) {
	places := fis.MinorUnits(d.currency)
	total, cut := fis.Zero, fis.Zero
	for _, n := range nodes {
		a := amounts[n]
		d.shares[n] = a.Truncate(places)
		total, cut = total.Add(a), cut.Add(d.shares[n])
	}
	unit := decimal.New(1, -places)
	if total.IsNegative() {
		unit = unit.Neg()
	}
	missing := int(fis.Round(total, d.currency).Sub(cut).Div(unit).IntPart())
	order := make([]int, len(nodes))
	for i := range order {
		order[i] = i
	}
	lost := func(i int) fis.Amount { return amounts[nodes[i]].Sub(amounts[nodes[i]].Truncate(places)).Abs() }
	sort.Slice(order, func(a, b int) bool {
		if c := lost(order[a]).Cmp(lost(order[b])); c != 0 {
			return c > 0
		}
		return order[a] > order[b]
	})
	for _, i := range order[:min(missing, len(order))] {
		d.shares[nodes[i]] = d.shares[nodes[i]].Add(unit)
	}
}
