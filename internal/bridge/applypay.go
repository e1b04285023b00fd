package bridge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// payments holds what the result file tells of a document's payments against the document. What fits is owed to Concur;
// what does not is listed with its reason, and a person decides.
func (ap *applier) payments(p journal.Paying) error {
	payable, err := ap.payable(p)
	if err != nil {
		return err
	}
	var earlier []returns.EarlierPayment
	for _, e := range p.Earlier {
		earlier = append(earlier, returns.EarlierPayment{Payment: e.Payment, Content: e.Content, ResultID: e.ResultID,
			Line: e.Line})
	}
	rows := make([]returns.NewPayment, len(p.Rows))
	for i, r := range p.Rows {
		rows[i] = returns.NewPayment{Line: r.Line, Content: contentOf(r.Data)}
		if err := json.Unmarshal([]byte(r.Data), &rows[i].Payment); err != nil {
			return err
		}
	}
	verdicts, err := returns.HoldPayments(payable, earlier, p.Rows[0].ResultID, rows,
		func(v returns.PaymentVerdict) (string, error) {
			return ap.a.Payment(p.Doc, v.Row.Payment, v.Told(), v.Row.Line, ap.routeOf(p.Doc).PaysFor(p.Doc.DocType))
		})
	if err != nil {
		return err
	}
	for _, v := range verdicts {
		switch {
		case v.Problem != "":
			err = ap.a.ListPayment(v.Row.Line, v.Problem)
		case v.Repeated:
			err = ap.a.PaymentRepeated(p.Doc.ID, v.Row.Payment.Reference)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// contentOf is the digest by which the journal knows a payment: that of its JSON.
func contentOf(data string) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}

// payable is what the payments of a document are held against: what the import file left to be paid; of a document that
// was in none, or before the journal kept that, what its postings leave; at last the amount at its head.
func (ap *applier) payable(p journal.Paying) (returns.Payable, error) {
	d := p.Doc
	out := returns.Payable{DocID: d.ID, Currency: d.Currency, Owed: p.Owed, Dated: p.Dated,
		Rejected: d.State == records.Rejected}
	if d.DocType != fis.CashAdvance { // the amount of its head is in the currency of the request
		out.Total = d.Amount
	}
	if out.Owed != nil || !d.DocType.HasPostingLines() {
		return out, nil
	}
	env, ok, err := ap.a.Payload(d)
	if err != nil || !ok {
		return out, err
	}
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		return out, nil //nolint:nilerr // then the amount at its head is what is known
	}
	out.Dated = doc.Date()
	if lines, err := posting.Derive(doc, posting.Options{}); err == nil {
		out.Owed = lines.Owed()
	}
	return out, nil
}
