// Package paying holds what a bank or an ERP tells of a document's payments against the document. A payment that fits
// is owed to Concur in the same transaction; one that does not comes back with the reason, and a person decides. It is
// the same whether the file named the document or a person did.
package paying

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// Hold holds the payment rows of one document against it, and tells of those that fit; pays is whether Concur is told
// of payments of the document, and again how many days may lie between two files' days of one payment.
func Hold(a *journal.Apply, p journal.Paying, pays bool, again int) ([]returns.PaymentVerdict, error) {
	payable, err := payable(a, p)
	if err != nil {
		return nil, err
	}
	payable.Again = again
	rows := make([]returns.NewPayment, len(p.Rows))
	for i, r := range p.Rows {
		rows[i] = returns.NewPayment{Line: r.Line, Content: contentOf(r.Data)}
		if err := json.Unmarshal([]byte(r.Data), &rows[i].Payment); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(rows, func(r returns.NewPayment) bool { return r.Payment.Refused }) {
		if payable.Aside, err = asideOf(a, p.Doc.ID); err != nil {
			return nil, err
		}
	}
	return returns.HoldPayments(payable, earlierOf(p), p.Rows[0].ResultID, rows,
		func(v returns.PaymentVerdict) (string, error) {
			return a.Payment(p.Doc, v.Row.Payment, v.Told(), v.Row.Line, pays)
		})
}

// TellAs says under which status Concur is told of a payment that a person calls right: the one that a file would have
// been told under.
func TellAs(a *journal.Apply, of journal.Paying, p fis.Payment) (fis.PaymentStatus, error) {
	payable, err := payable(a, of)
	if err != nil {
		return "", err
	}
	return payable.TellAs(earlierOf(of), p), nil
}

func asideOf(a *journal.Apply, doc string) ([]returns.EarlierPayment, error) {
	list, err := a.Aside(doc)
	if err != nil {
		return nil, err
	}
	out := make([]returns.EarlierPayment, len(list))
	for i, l := range list {
		out[i] = returns.EarlierPayment{Payment: l.Payment, ResultID: l.Result, Line: l.Line, Format: l.Format}
	}
	return out, nil
}

func earlierOf(p journal.Paying) []returns.EarlierPayment {
	out := make([]returns.EarlierPayment, len(p.Earlier))
	for i, e := range p.Earlier {
		out[i] = returns.EarlierPayment{Payment: e.Payment, Content: e.Content, ResultID: e.ResultID, Line: e.Line,
			Format: p.Formats[e.ResultID]}
	}
	return out
}

// contentOf is the digest by which the journal knows a payment: that of its JSON.
func contentOf(data string) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}

// payable is what the payments of a document are held against: what the import file left to be paid; of a document that
// was in none, or before the journal kept that, what its postings leave; at last the amount at its head.
func payable(a *journal.Apply, p journal.Paying) (returns.Payable, error) {
	d := p.Doc
	out := returns.Payable{DocID: d.ID, Currency: d.Currency, Owed: p.Owed, Dated: p.Dated,
		Rejected: d.State == records.Rejected, Format: p.Format}
	if d.DocType != fis.CashAdvance { // the amount of its head is in the currency of the request
		out.Total = d.Amount
	}
	if !d.DocType.HasPostingLines() || out.Owed != nil && !d.DocType.IsMarkedPaid() {
		return out, nil
	}
	env, ok, err := a.Payload(d)
	if err != nil || !ok {
		return out, err
	}
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		return out, nil //nolint:nilerr // then the amount at its head is what is known
	}
	if out.Owed == nil {
		out.Dated = doc.Date()
		if lines, err := posting.Derive(doc, posting.Options{}); err == nil {
			out.Owed = lines.Owed()
		}
	}
	if d.DocType.IsMarkedPaid() {
		out.Discount = returns.DiscountOf(doc, doc.Date())
	}
	return out, nil
}
