package iso20022

import "github.com/fisbridge/fisbridge/internal/fis"

// part is what a transaction pays of one document, by its remittance information: RfrdDocInf/Nb with RfrdDocAmt/RmtdAmt.
type part struct {
	named string
	money
}

const mostParts = 1000 // of one transaction

// part takes an element of RmtInf.
func (t *transaction) part(path []string, text, ccy string) {
	if len(path) < 5 || path[2] != "Strd" {
		return
	}
	switch name, last := path[len(path)-1], len(t.parts)-1; {
	case path[3] == "RfrdDocInf" && name == "Nb" && last+1 < mostParts:
		t.parts = append(t.parts, part{named: idOf(text)})
	case path[3] == "RfrdDocAmt" && name == "RmtdAmt" && last >= 0 && t.parts[last].amount == "":
		t.parts[last].money = money{text, ccy}
	}
}

// split gives the parts of a transaction that has no reference of its own, where the bank says of each what it is of, and
// they add up; nil else.
func (t *transaction) split(m money) []part {
	all, err := fis.ParseAmount(m.amount)
	if err != nil || len(t.parts) < 2 || t.endToEnd != "" || t.check != "" {
		return nil
	}
	sum := fis.Zero
	for _, p := range t.parts {
		a, err := fis.ParseAmount(p.amount)
		if err != nil || p.named == "" || p.currency != m.currency || !a.IsPositive() {
			return nil
		}
		sum = sum.Add(a)
	}
	if !sum.Equal(all) {
		return nil
	}
	return t.parts
}

// of is the transaction as the payment of one document. The bank's reference has that of the document behind it.
func (t *transaction) of(e *entry, p part, only bool) *transaction {
	one := *t
	one.named, one.text = p.named, p.named
	switch {
	case t.bankRef != "":
		one.bankRef = t.bankRef + "-" + p.named
	case only && e.bankRef != "":
		one.bankRef = e.bankRef + "-" + p.named
	}
	return &one
}
