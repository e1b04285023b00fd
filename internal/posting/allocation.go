package posting

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// row is a journal row of an allocation.
type row struct {
	node         *fis.Node
	at           where
	role         Role // of the account side
	account      string
	party        string
	partyRole    Role
	gross        fis.Amount
	net          fis.Amount // net of all tax
	hasNet       bool
	afterReclaim fis.Amount // net of reclaimable tax
	hasReclaim   bool
}

// tax is a tax row of an allocation; all rows of the allocation share it.
type tax struct {
	node    *fis.Node
	key     TaxKey
	amount  fis.Amount
	reclaim fis.Amount
}

// allocation posts the rows and taxes of one allocation and returns the sum of the rows.
func (d *deriver) allocation(e entry, alloc *fis.Node, w where) fis.Amount {
	before := len(d.problems)
	d.readRows(e, alloc, w)
	d.readTaxes(alloc, w)
	sum := fis.Zero
	for i := range d.rows {
		sum = sum.Add(d.rows[i].gross)
	}
	if len(d.problems) > before || !d.fillNets(w) || !d.taxesAgree(w) {
		return sum
	}
	line := Line{Entry: e.node, Allocation: alloc, EntryID: e.id, AllocationID: alloc.Str("allocationId")}
	d.postAllocation(e, line)
	return sum
}

// readRows reads the journal rows that say anything; all mistakes in them are refused.
func (d *deriver) readRows(e entry, alloc *fis.Node, w where) {
	d.rows = d.rows[:0]
	for i, node := range d.list(alloc, "journal", w) {
		r, ok := d.readRow(e, node, w.in("journal", i))
		if ok {
			d.rows = append(d.rows, r)
		}
	}
}

func (d *deriver) readRow(e entry, node *fis.Node, w where) (r row, ok bool) {
	r = row{node: node, at: w, role: Expense, account: node.Str("journalAccountCode")}
	gross, ok := d.needed(node, "amountGross", w)
	if !ok {
		return r, false
	}
	if r.net, r.hasNet, ok = d.optional(node, "amountNetOfTax", w); !ok {
		return r, false
	}
	if r.gross = gross; gross.IsZero() && r.net.IsZero() {
		return r, false // says nothing, whatever else it says
	}
	if r.afterReclaim, r.hasReclaim, ok = d.optional(node, "amountNetOfReclaim", w); !ok {
		return r, false
	}
	if e.personal {
		r.role = CardClearing
		if r.account == "" {
			r.account = e.clearing
		}
	}
	r.party, r.partyRole, ok = d.party(node, "journalPayer", "journalPayee", gross, w)
	return r, ok
}

func (d *deriver) readTaxes(alloc *fis.Node, w where) {
	d.taxes = d.taxes[:0]
	for i, node := range d.list(alloc, "tax", w) {
		at := w.in("tax", i)
		amount, ok := d.needed(node, "amountTax", at)
		reclaim, _, ok2 := d.optional(node, "amountReclaim", at)
		if !ok || !ok2 || amount.IsZero() && reclaim.IsZero() {
			continue
		}
		key := TaxKey{node.Str("taxAuthorityLabel"), node.Str("taxCode"), node.Str("taxReclaimCode")}
		d.taxes = append(d.taxes, tax{node, key, amount, reclaim})
	}
}

// sums of the taxes of the allocation in hand.
func (d *deriver) taxSums() (amount, reclaim fis.Amount) {
	for i := range d.taxes {
		amount, reclaim = amount.Add(d.taxes[i].amount), reclaim.Add(d.taxes[i].reclaim)
	}
	return amount, reclaim
}

// fillNets works out a missing amountNetOfTax where only one amount is possible.
func (d *deriver) fillNets(w where) bool {
	ok := true
	for i := range d.rows {
		r := &d.rows[i]
		switch {
		case r.hasNet:
		case len(d.taxes) == 0:
			r.net = r.gross
		case len(d.rows) == 1:
			amount, _ := d.taxSums()
			r.net = r.gross.Sub(amount)
		default:
			d.refuse(MissingAmount, r.at, "amountNetOfTax", "the amount is null or missing, and the rows of the allocation share its taxes")
			ok = false
		}
	}
	return ok
}

// taxesAgree checks the rows against the taxes.
func (d *deriver) taxesAgree(w where) bool {
	amount, reclaim := d.taxSums()
	inRows, reclaimInRows, stated := fis.Zero, fis.Zero, true
	for i := range d.rows {
		r := &d.rows[i]
		inRows = inRows.Add(r.gross.Sub(r.net))
		reclaimInRows = reclaimInRows.Add(r.gross.Sub(r.afterReclaim))
		stated = stated && r.hasReclaim
	}
	before := len(d.problems)
	if !inRows.Equal(amount) {
		d.refuse(TaxMismatch, w, "tax", say.F("the taxes add up to %s, amountGross less amountNetOfTax to %s", fis.Text(amount, d.currency), fis.Text(inRows, d.currency)))
	}
	if stated && !reclaimInRows.Equal(reclaim) {
		d.refuse(TaxMismatch, w, "tax", say.F("the reclaimable taxes add up to %s, amountGross less amountNetOfReclaim to %s", fis.Text(reclaim, d.currency), fis.Text(reclaimInRows, d.currency)))
	}
	return len(d.problems) == before && d.splitKnown()
}

// splitKnown refuses an allocation whose non-deductible tax belongs to several accounts when a row does not say how
// much is its own.
func (d *deriver) splitKnown() bool {
	if !d.byRow() {
		return true
	}
	ok := true
	for i := range d.rows {
		if r := &d.rows[i]; !r.hasReclaim {
			d.refuse(MissingAmount, r.at, "amountNetOfReclaim", "the amount is null or missing, and the rows of the allocation have different accounts")
			ok = false
		}
	}
	return ok
}

// byRow reports whether non-deductible tax is posted for each row: when rows have different accounts, and there is such
// tax.
func (d *deriver) byRow() bool {
	if len(d.rows) < 2 || len(d.taxes) == 0 {
		return false
	}
	different, partial := false, false
	for i := range d.rows {
		different = different || d.rows[i].account != d.rows[0].account
	}
	for i := range d.taxes {
		partial = partial || !d.taxes[i].amount.Equal(d.taxes[i].reclaim)
	}
	for i := range d.rows {
		partial = partial || d.rows[i].hasReclaim && !d.rows[i].afterReclaim.Equal(d.rows[i].net)
	}
	return different && partial
}
