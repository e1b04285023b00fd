package posting

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// An obligation sets money aside, and nobody is owed anything yet: the expense document of the same spending comes
// later, in full. So its lines have roles of their own. What it says of the rows of its earlier revision is taken back,
// and a release takes its own rows back.

// obligationParts are the names of the parts of an obligation's document.
type obligationParts struct{ head, rows, earlierHead, earlierRows string }

func (d *deriver) obligationParts() (p obligationParts, request bool) {
	if d.doc.DocType != fis.ReportObligation {
		for _, name := range []string{"requestHeader", "requestEntry", "previousRevisionRequestHeader"} {
			if d.doc.Root.Get(name) != nil {
				return obligationParts{"requestHeader", "requestEntry", "previousRevisionRequestHeader", "previousRevisionRequestEntry"}, true
			}
		}
	}
	return obligationParts{"report", "expenseEntry", "previousRevisionReportHeader", "previousRevisionReportEntry"}, d.doc.DocType == fis.RequestObligation
}

func (d *deriver) obligation() {
	root := d.doc.Root
	parts, request := d.obligationParts()
	head, earlier := root.Get(parts.head), root.Get(parts.earlierHead)
	if root.Get("instruction") == nil || head == nil && earlier == nil && root.Get(parts.rows) == nil {
		d.refuse(UnsupportedDocument, where{}, "", say.F("an obligation has an instruction, and %s or %s", parts.head, parts.rows))
		return
	}
	instruction := root.Get("instruction").Str("instruction")
	release := strings.EqualFold(instruction, "release")
	switch {
	case strings.EqualFold(instruction, "fundsCheck") && d.question:
	case strings.EqualFold(instruction, "fundsCheck"):
		d.refuse(FundsCheck, where{}, "instruction.instruction", "it asks whether there are funds, and commits nothing")
		return
	case !release && !strings.EqualFold(instruction, "obligate"):
		d.refuse(UnknownInstruction, where{}, "instruction.instruction", say.F("%q is neither obligate, release nor fundsCheck", instruction))
		return
	}
	if d.currency == "" {
		field := "report.employeeCurrencyAlphaCode"
		if request {
			field = "employee.employeeReimbursementCurrency"
		}
		d.refuse(MissingCurrency, where{}, field, "the document has no posting currency")
	}
	if d.opt.Stated {
		d.stated(head, parts, request, release)
		return
	}
	sum := d.committed(parts.rows, request, release)
	none := len(d.lines) == 0 && len(d.problems) == 0
	if release {
		if none {
			d.refuse(NoRows, where{}, parts.rows, "the release names nothing; what is left of the commitment, only the ERP and the journal know")
		}
		return
	}
	if none && earlier == nil && root.Get(parts.earlierRows).Len() == 0 {
		d.nothing(head, parts, request)
		return
	}
	sum = sum.Sub(d.committed(parts.earlierRows, request, true))
	if len(d.problems) == 0 {
		d.totalsAgree(head, earlier, parts, sum, request)
	}
}

// committable refuses an obligation that must not be committed as it stands: an amount is missing, shares do not add up to
// their entry, or the entries to the total. A question has rows that are asked about, and is held to the same; what a
// release gives back, and an obligation without rows, whoever makes rows of it sees.
func committable(doc *fis.Document) (warnings []Problem, err error) {
	release := doc.Instruction() == fis.Release
	d := deriver{doc: doc, opt: Options{Stated: !release}, currency: doc.Currency(), question: true}
	d.obligation()
	d.problems = slices.DeleteFunc(d.problems, func(p Problem) bool { return p.Reason == NoRows })
	if len(d.problems) > 0 {
		return nil, &Refusal{doc.Name(), d.problems}
	}
	return d.warnings, nil
}

// stated posts what the obligation states now.
func (d *deriver) stated(head *fis.Node, parts obligationParts, request, release bool) {
	if release {
		return
	}
	sum := d.committed(parts.rows, request, false)
	if len(d.problems) > 0 {
		return
	}
	if len(d.lines) == 0 {
		d.nothing(head, parts, request)
		return
	}
	d.totalsAgree(head, nil, parts, sum, request)
}

// nothing refuses an obligation that has no rows, unless its total says that nothing is to be committed: what it asks
// for would be taken for set aside.
func (d *deriver) nothing(head *fis.Node, parts obligationParts, request bool) {
	total, present, ok := d.optional(head, "totalApprovedAmount", where{}.under(parts.head))
	if ok && present && (total.IsZero() || !request && total.Equal(d.private(parts.rows))) || len(d.problems) > 0 {
		return
	}
	d.refuse(NoRows, where{}, parts.rows, "there is nothing to commit, and no earlier revision either")
}

// private is what the private entries of a list were approved with. In the vendor's samples it is nothing, and no part
// of the total.
func (d *deriver) private(list string) (sum fis.Amount) {
	for i, node := range d.list(d.doc.Root, list, where{}) {
		if node.Str("entryIsPersonal") == "Y" {
			a, _, _ := d.optional(node, "entryApprovedAmount", where{}.in(list, i))
			sum = sum.Add(a)
		}
	}
	return sum
}

// totalsAgree holds the rows, less the earlier ones, against the approved total, less the earlier one. The amounts of a
// request's entries may be in the currency of the spending, and nothing says so: a difference is refused there, of a
// report it is a warning, but where no rows are listed that would make lines.
func (d *deriver) totalsAgree(head, earlier *fis.Node, parts obligationParts, sum fis.Amount, request bool) {
	const field = "totalApprovedAmount"
	total, present, ok := d.optional(head, field, where{}.under(parts.head))
	before, _, ok2 := d.optional(earlier, field, where{}.under(parts.earlierHead))
	if !ok || !ok2 {
		return
	}
	switch difference := total.Sub(before); {
	case !present && request:
		d.refuse(MissingAmount, where{}, parts.head+"."+field, "the amount is null or missing")
	case !present, difference.Equal(sum):
	case !request && difference.Equal(sum.Add(d.private(parts.rows)).Sub(d.private(parts.earlierRows))):
	default:
		tell := d.warn
		if request || len(d.lines) == 0 {
			tell = d.refuse
		}
		tell(TotalMismatch, where{}, parts.head+"."+field, say.F("the approved total, less that of the earlier revision, is %s; the rows, less the earlier ones, add up to %s", fis.Text(difference, d.currency), fis.Text(sum, d.currency)))
	}
}

// committed posts the rows of a list of entries and returns their sum; back turns them round.
func (d *deriver) committed(list string, request, back bool) (sum fis.Amount) {
	for i, node := range d.list(d.doc.Root, list, where{}) {
		w := where{}.in(list, i)
		w.entry = node.Str("entryId")
		if request {
			sum = sum.Add(d.requested(node, back, w))
		} else if node.Str("entryIsPersonal") != "Y" {
			sum = sum.Add(d.reported(node, back, w))
		}
	}
	return sum
}

// commit adds a line, turned round when it takes an earlier one back.
func (d *deriver) commit(l Line, role Role, account string, a fis.Amount, back bool) {
	l.Role, l.AccountCode, l.Reversal = role, account, back
	if back {
		a = a.Neg()
	}
	d.post(&l, a)
}

// tiny is how far the shares of a request's entry, which FIS rounds to 8 decimals, may be from it.
func tiny() fis.Amount { return decimal.New(1, -8) }

// requested posts an entry of a request: its shares, which have no journal, no tax and no party.
func (d *deriver) requested(node *fis.Node, back bool, w where) fis.Amount {
	account := node.Str("entryAccountCode")
	approved, present, ok := d.optional(node, "entryApprovedAmount", w)
	allocations := d.list(node, "allocation", w)
	if !ok {
		return fis.Zero
	}
	line := Line{Entry: node, EntryID: w.entry}
	if len(allocations) == 0 {
		if !present {
			d.refuse(MissingAmount, w, "entryApprovedAmount", "the amount is null or missing, and there are no allocations")
		}
		d.commit(line, Commitment, account, d.rounded(approved), back)
		d.commit(line, CommitmentOffset, "", d.rounded(approved).Neg(), back)
		return approved
	}
	shares, sum := make([]fis.Amount, len(allocations)), fis.Zero
	for i, alloc := range allocations {
		if shares[i], ok = d.needed(alloc, "allocationAmount", w.in("allocation", i)); !ok {
			return fis.Zero
		}
		sum = sum.Add(shares[i])
	}
	if !present {
		approved = sum
	}
	if missing := approved.Sub(sum); missing.Abs().GreaterThan(tiny()) {
		d.refuse(TotalMismatch, w, "entryApprovedAmount", say.F("states %s, the allocations add up to %s", fis.Text(approved, d.currency), fis.Text(sum, d.currency)))
		return approved
	}
	d.spread(shares, d.rounded(approved))
	for i, alloc := range allocations {
		line.Allocation, line.AllocationID = alloc, alloc.Str("allocationId")
		d.commit(line, Commitment, account, shares[i], back)
		d.commit(line, CommitmentOffset, "", shares[i].Neg(), back)
	}
	return approved
}

// spread rounds the parts and gives what is missing of the whole to the largest, the first of equals.
func (d *deriver) spread(parts []fis.Amount, whole fis.Amount) {
	largest, sum := 0, fis.Zero
	for i := range parts {
		if parts[i].Abs().GreaterThan(parts[largest].Abs()) {
			largest = i
		}
	}
	for i := range parts {
		parts[i] = d.rounded(parts[i])
		sum = sum.Add(parts[i])
	}
	if len(parts) > 0 {
		parts[largest] = parts[largest].Add(whole.Sub(sum))
	}
}

// reported posts an entry of a report's obligation and returns the gross sum of its rows.
func (d *deriver) reported(node *fis.Node, back bool, w where) (sum fis.Amount) {
	before := len(d.problems)
	for i, alloc := range d.list(node, "allocation", w) {
		sum = sum.Add(d.reportedShare(node, alloc, back, w.in("allocation", i)))
	}
	if len(d.problems) == before {
		d.compare(ApprovedMismatch, node, "entryApprovedAmount", "entryApprovedAmount", sum, w)
	}
	return sum
}

func (d *deriver) reportedShare(node, alloc *fis.Node, back bool, w where) (sum fis.Amount) {
	before := len(d.problems)
	d.readTaxes(alloc, w)
	_, reclaim := d.taxSums()
	var rows []row
	for i, n := range d.list(alloc, "journal", w) {
		if r, ok := d.reservedRow(n, w.in("journal", i)); ok {
			rows = append(rows, r)
			sum = sum.Add(r.gross)
		}
	}
	if len(d.problems) > before || !d.reclaimKnown(rows, reclaim, sum, w) {
		return sum
	}
	nets, whole := make([]fis.Amount, len(rows)), fis.Zero
	for i := range rows {
		nets[i], whole = rows[i].afterReclaim, whole.Add(d.rounded(rows[i].gross))
	}
	for i := range d.taxes {
		whole = whole.Sub(d.rounded(d.taxes[i].reclaim))
	}
	d.spread(nets, whole)
	line := Line{Entry: node, EntryID: w.entry, Allocation: alloc, AllocationID: alloc.Str("allocationId")}
	for i := range rows {
		l := line
		l.Journal = rows[i].node
		d.commit(l, Commitment, rows[i].account, nets[i], back)
	}
	for i := range d.taxes {
		t, l := &d.taxes[i], line
		l.Tax, l.TaxAuthority, l.TaxCode, l.TaxReclaimCode = t.node, t.key.Authority, t.key.Code, t.key.ReclaimCode
		d.commit(l, CommitmentTax, "", d.rounded(t.reclaim), back)
	}
	for i := range rows {
		l := line
		l.Journal = rows[i].node
		d.commit(l, CommitmentOffset, "", d.rounded(rows[i].gross).Neg(), back)
	}
	return sum
}

// reservedRow reads a journal row; who is paid is checked, but not used. ok is false when it says nothing, or was
// refused.
func (d *deriver) reservedRow(n *fis.Node, w where) (r row, ok bool) {
	r = row{node: n, at: w, account: n.Str("journalAccountCode")}
	if r.gross, ok = d.needed(n, "amountGross", w); !ok {
		return r, false
	}
	if r.afterReclaim, r.hasReclaim, ok = d.optional(n, "amountNetOfReclaim", w); !ok || r.gross.IsZero() && r.afterReclaim.IsZero() {
		return r, false
	}
	return r, d.sides(n, "journalPayer", "journalPayee", r.gross, w)
}

// reclaimKnown works out a missing amountNetOfReclaim where only one amount is possible, and checks the rows against
// the taxes.
func (d *deriver) reclaimKnown(rows []row, reclaim, gross fis.Amount, w where) bool {
	sum := fis.Zero
	for i := range rows {
		r := &rows[i]
		switch {
		case r.hasReclaim:
		case len(rows) == 1, reclaim.IsZero():
			r.afterReclaim = r.gross.Sub(reclaim)
		default:
			d.refuse(MissingAmount, r.at, "amountNetOfReclaim", "the amount is null or missing, and the rows of the allocation share its taxes")
			return false
		}
		sum = sum.Add(r.afterReclaim)
	}
	if got := gross.Sub(sum); !got.Equal(reclaim) {
		d.refuse(TaxMismatch, w, "tax", say.F("the reclaimable taxes add up to %s, amountGross less amountNetOfReclaim to %s", fis.Text(reclaim, d.currency), fis.Text(got, d.currency)))
		return false
	}
	return true
}
