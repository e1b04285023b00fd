package posting

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// entry is what all rows of an expense entry share.
type entry struct {
	node         *fis.Node
	id           string
	personal     bool
	clearing     string // card clearing account where a personal row names none
	liability    string // account of its party lines, "" when it names none
	partyAccount string // account of its employee lines
}

func (d *deriver) expense() {
	root := d.doc.Root
	report := root.Get("report")
	payroll := payrollAccount(report)
	total, clean := fis.Zero, true
	entries := d.list(root, "expenseEntry", where{})
	d.once(entries, "expenseEntry", "entryId", where{})
	for i, node := range entries {
		sum, ok := d.entry(node, payroll, where{}.in("expenseEntry", i))
		total, clean = total.Add(sum), clean && ok
	}
	for i, node := range d.list(root, "cashAdvanceApplication", where{}) {
		d.application(node, payroll, where{}.in("cashAdvanceApplication", i))
	}
	if clean {
		d.compare(TotalMismatch, report, "report.totalApprovedAmount", "totalApprovedAmount", total, where{})
	}
}

// once refuses a part of a document that stands in it twice, by its id: it would be booked twice.
func (d *deriver) once(parts []*fis.Node, name, field string, w where) {
	if len(parts) < 2 || d.opt.Combined {
		return
	}
	d.ids = d.ids[:0]
	for i, p := range parts {
		id := p.Str(field)
		if j := slices.Index(d.ids, id); j >= 0 && id != "" {
			d.refuse(RepeatedID, w.in(name, i), field, say.F("is that of %s[%d], too: the same would be booked twice", name, j))
		}
		d.ids = append(d.ids, id)
	}
}

// payrollAccount is the account of everything owed to an employee who is paid by payroll.
func payrollAccount(report *fis.Node) string {
	if report.Str("payrollPayIndicator") != "Y" {
		return ""
	}
	return report.Str("payrollPaymentClearingAccountCode")
}

// entry posts an expense entry and returns the sum of its rows; ok is false when something was refused.
func (d *deriver) entry(node *fis.Node, payroll string, w where) (sum fis.Amount, ok bool) {
	e := entry{
		node:      node,
		id:        node.Str("entryId"),
		personal:  node.Str("entryIsPersonal") == "Y",
		clearing:  node.Str("clearingAccountCode"),
		liability: node.Str("liabilityAccountCode"),
	}
	e.partyAccount = e.liability
	if e.partyAccount == "" {
		e.partyAccount = payroll
	}
	w.entry = e.id
	d.share(node)
	before := len(d.problems)
	shares := d.list(node, "allocation", w)
	d.once(shares, "allocation", "allocationId", w)
	for i, alloc := range shares {
		sum = sum.Add(d.allocation(e, alloc, w.in("allocation", i)))
	}
	if len(d.problems) > before {
		return sum, false
	}
	d.compare(ApprovedMismatch, node, "entryApprovedAmount", "entryApprovedAmount", sum, w)
	return sum, true
}

// compare warns when a stated sum is not the sum of the rows. What is not stated is not compared.
func (d *deriver) compare(r Reason, n *fis.Node, label, field string, sum fis.Amount, w where) {
	stated, present, err := n.Amount(field)
	switch {
	case err != nil:
		d.warn(r, w, label, say.Of(err))
	case present && !stated.Equal(sum):
		d.warn(r, w, label, say.F("states %s, the journal rows add up to %s", fis.Text(stated, d.currency), fis.Text(sum, d.currency)))
	}
}

// application posts the use of an advance: a negative amount takes it off the clearing account and off what is owed to
// the employee.
func (d *deriver) application(node *fis.Node, payroll string, w where) {
	a, ok := d.needed(node, "cashAdvanceApplicationAmount", w)
	if !ok {
		return
	}
	exact := a
	a = d.rounded(a)
	line := Line{Application: node, CashAdvanceID: node.Str("cashAdvanceId")}
	line.Role, line.AccountCode = CashAdvanceClearing, node.Str("cashAdvanceClearingAccountCode")
	d.post(&line, a)
	line.Role, line.AccountCode, line.Party = EmployeePayable, payroll, employee
	d.postOwed(&line, a.Neg(), exact.Neg())
}
