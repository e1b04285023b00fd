package posting

import "github.com/fisbridge/fisbridge/internal/fis"

// postAllocation posts account sides, taxes and parties of the rows and taxes in hand, in that order.
func (d *deriver) postAllocation(e entry, line Line) {
	largest, rest := -1, fis.Zero
	if d.opt.Round {
		largest, rest = d.rest()
		rest = d.leftOver(rest)
	}
	side := line
	for i := range d.rows {
		r, amount := &d.rows[i], d.net(&d.rows[i])
		if i == largest {
			amount = amount.Add(rest)
		}
		side.Role, side.AccountCode, side.Journal = r.role, r.account, r.node
		d.post(&side, amount)
	}
	d.postTaxes(line)
	d.postParties(e, line)
}

// rest is what rounding leaves over between parties and taxes on one side and account sides on the other, and the row
// whose account side takes it: the one with the largest net of tax, the first of equals. Without rounding there is
// none: the rows were checked against the taxes.
func (d *deriver) rest() (largest int, rest fis.Amount) {
	byRow := d.byRow()
	for i := range d.rows {
		r := &d.rows[i]
		rest = rest.Add(d.gross(r)).Sub(d.net(r))
		if byRow {
			rest = rest.Sub(d.rounded(r.afterReclaim.Sub(r.net)))
		}
		if r.net.Abs().GreaterThan(d.rows[largest].net.Abs()) {
			largest = i
		}
	}
	for i := range d.taxes {
		if t := &d.taxes[i]; byRow {
			rest = rest.Sub(d.rounded(t.reclaim))
		} else {
			rest = rest.Sub(d.rounded(t.amount))
		}
	}
	return largest, rest
}

func (d *deriver) postTaxes(line Line) {
	byRow, account := d.byRow(), ""
	if len(d.rows) > 0 {
		account = d.rows[0].account
	}
	if len(d.rows) == 1 {
		line.Journal = d.rows[0].node
	}
	for i := range d.taxes {
		t := &d.taxes[i]
		l := line.withTax(t)
		l.Role = Tax
		reclaim := d.rounded(t.reclaim)
		d.post(&l, reclaim)
		if !byRow {
			d.postNonDeductible(l, account, d.rounded(t.amount).Sub(reclaim))
		}
	}
	if !byRow {
		return
	}
	if len(d.taxes) == 1 {
		line = line.withTax(&d.taxes[0])
	}
	for i := range d.rows {
		r := &d.rows[i]
		line.Journal = r.node
		d.postNonDeductible(line, r.account, d.rounded(r.afterReclaim.Sub(r.net)))
	}
}

// postNonDeductible posts tax that stays cost to the account of its row, or to another one that configuration names.
func (d *deriver) postNonDeductible(l Line, account string, a fis.Amount) {
	l.Role, l.AccountCode = NonDeductibleTax, account
	if d.opt.NonDeductibleAccount != nil {
		if other := d.opt.NonDeductibleAccount(TaxKey{l.TaxAuthority, l.TaxCode, l.TaxReclaimCode}, account); other != "" {
			l.AccountCode = other
		}
	}
	d.post(&l, a)
}

func (d *deriver) postParties(e entry, line Line) {
	l := line
	for i := range d.rows {
		r := &d.rows[i]
		l.Role, l.Party, l.Journal, l.AccountCode = r.partyRole, r.party, r.node, e.liability
		if r.partyRole == EmployeePayable {
			l.AccountCode = e.partyAccount
		}
		d.postOwed(&l, d.gross(r).Neg(), r.gross.Neg())
	}
}

// withTax is the line with the references of a tax.
func (l Line) withTax(t *tax) Line {
	l.Tax, l.TaxAuthority, l.TaxCode, l.TaxReclaimCode = t.node, t.key.Authority, t.key.Code, t.key.ReclaimCode
	return l
}
