package posting

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// cashAdvance posts an advance that was issued (clearing against the employee) or given back (the reverse).
func (d *deriver) cashAdvance() {
	data := d.doc.Root.Get("cashAdvanceData")
	clearing, id := data.Str("clearingAccountCode"), data.Str("cashAdvanceId")
	for i, node := range d.list(d.doc.Root, "journalData", where{}) {
		w := where{}.in("journalData", i)
		a, ok := d.needed(node, "amount", w)
		if !ok || !d.sideAgrees(node, a, w) {
			continue
		}
		code, role, ok := d.party(node, "payer", "payee", a, w)
		if !ok {
			continue
		}
		line := Line{Journal: node, CashAdvanceID: id, Role: CashAdvanceClearing, AccountCode: node.Str("accountCode")}
		if line.AccountCode == "" {
			line.AccountCode = clearing
		}
		a = d.rounded(a)
		d.post(&line, a)
		line.Role, line.AccountCode, line.Party = role, "", code
		d.post(&line, a.Neg())
	}
}

// sideAgrees checks debitOrCredit, when given, against the sign.
func (d *deriver) sideAgrees(node *fis.Node, a fis.Amount, w where) bool {
	side := node.Str("debitOrCredit")
	switch {
	case side == "", side == "DR" && !a.IsNegative(), side == "CR" && !a.IsPositive():
		return true
	}
	d.refuse(DirectionConflict, w, "debitOrCredit", say.F("is %q and the amount is %s", side, fis.Text(a, d.currency)))
	return false
}
