package posting

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// invoice posts what a supplier is owed; a credit note is negative throughout.
func (d *deriver) invoice() {
	header, vendor := d.doc.Root.Get("requestHeader"), d.doc.Root.Get("vendor").Str("vendorCode")
	total, before := fis.Zero, len(d.problems)
	for i, item := range d.list(d.doc.Root, "lineItem", where{}) {
		w := where{entry: item.Str("lineItemSequenceOrder")}.in("lineItem", i)
		for j, alloc := range d.list(item, "allocation", w) {
			line := Line{Entry: item, Allocation: alloc, LineItem: w.entry, AllocationID: alloc.Str("allocationKey")}
			at := w.in("allocation", j)
			for k, journal := range d.list(alloc, "journal", at) {
				line.Journal = journal
				total = total.Add(d.invoiceRow(line, vendor, at.in("journal", k)))
			}
		}
	}
	stated, present, ok := d.optional(header, "requestTotal", where{}.under("requestHeader"))
	if ok && present && len(d.problems) == before && !stated.Equal(total) {
		d.refuse(TotalMismatch, where{}, "requestHeader.requestTotal", say.F("states %s, the journal rows add up to %s", fis.Text(stated, d.currency), fis.Text(total, d.currency)))
	}
}

// invoiceRow posts one journal row and returns its exact sum.
func (d *deriver) invoiceRow(line Line, vendor string, w where) fis.Amount {
	net, ok := d.needed(line.Journal, "amountNet", w)
	shipping, _, ok2 := d.optional(line.Journal, "amountShipping", w)
	taxes, tax, ok3 := d.invoiceTaxes(line, w)
	sum := net.Add(shipping).Add(tax)
	if !ok || !ok2 || !ok3 || !d.grossAgrees(line.Journal, sum, shipping, w) {
		return sum
	}
	line.AccountCode = line.Journal.Str("accountCode")
	if line.AccountCode == "" {
		line.AccountCode = line.Allocation.Str("allocationAccountCode")
	}
	if d.opt.Round {
		shipping = d.rounded(shipping)
		rest := d.rounded(sum).Sub(shipping).Sub(d.rounded(net))
		for i := range taxes {
			rest = rest.Sub(taxes[i].Amount())
		}
		net = d.rounded(net).Add(d.leftOver(rest))
	}
	line.Role = Expense
	d.post(&line, net)
	d.post(&line, shipping)
	d.lines = append(d.lines, taxes...)
	line.Role, line.AccountCode, line.Party = APVendor, "", vendor
	d.postOwed(&line, d.rounded(sum).Neg(), sum.Neg())
	return sum
}

// invoiceTaxes are the tax lines of a row, and the exact sum of its taxes.
func (d *deriver) invoiceTaxes(line Line, w where) (lines []Line, sum fis.Amount, ok bool) {
	ok = true
	for i, node := range d.list(line.Journal, "tax", w) {
		amount, fine := d.needed(node, "amountTax", w.in("tax", i))
		ok, sum = ok && fine, sum.Add(amount)
		if amount = d.rounded(amount); fine && !amount.IsZero() {
			l := line
			l.Role, l.Tax, l.TaxCode = Tax, node, node.Str("taxCode")
			l.set(amount)
			lines = append(lines, l)
		}
	}
	return lines, sum, ok
}

// grossAgrees checks amountGross, when given: FIS states it with or without the shipping.
func (d *deriver) grossAgrees(journal *fis.Node, sum, shipping fis.Amount, w where) bool {
	gross, present, ok := d.optional(journal, "amountGross", w)
	if !ok || !present || gross.Equal(sum) || gross.Equal(sum.Sub(shipping)) {
		return ok
	}
	d.refuse(TotalMismatch, w, "amountGross", say.F("states %s, net, tax and shipping add up to %s", fis.Text(gross, d.currency), fis.Text(sum, d.currency)))
	return false
}
