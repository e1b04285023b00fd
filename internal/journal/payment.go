package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/whose"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Payment keeps what the ERP or a bank said about a payment, p, and what Concur is told of it, told: perhaps under another reference, and with the
// status that follows from what is owed. A payment that is known
// with the same content changes nothing; a reference that is known for other content is a problem and nothing is sent. The payment waits until the
// posting is confirmed; what Concur is not told of is kept.
func (a *Apply) Payment(d records.Doc, p, told fis.Payment, line int, pays bool) (problem string, err error) {
	_, content, err := ledger.DigestJSON(p)
	if err != nil {
		return "", err
	}
	var docID, known string
	err = a.t.QueryRowContext(a.t.Ctx, `SELECT doc_id, content_sha256 FROM payments WHERE reference = $1`, told.Reference).Scan(&docID, &known)
	switch {
	case err == nil && docID == d.ID && known == content:
		return "", a.PaymentRepeated(d.ID, told.Reference)
	case err == nil:
		return fmt.Sprintf("payment reference %q was used before for document %s with other content; each payment confirmation needs a reference of its own", told.Reference, docID), nil
	case !errors.Is(err, sql.ErrNoRows):
		return "", err
	}
	if pays, problem, err = a.t.tells(d, told, pays); err != nil || problem != "" {
		return problem, err
	}
	state, paid, err := a.t.insertPayment(d, told, content, a.result.ID, line, pays)
	if err != nil {
		return "", err
	}
	return "", a.t.Event("payment "+string(state), ledger.About{Doc: d.ID, Result: a.result.ID, Others: []ledger.Subject{paid}}, ledger.Detail{"reference": told.Reference, "status": told.Status, "amount": told.Amount, "currency": told.Currency})
}

// tells: Concur takes one complete payment of a report. What a card gets after the employee has all is kept, and so is what comes back of that.
func (t *tx) tells(d records.Doc, told fis.Payment, pays bool) (tells bool, problem string, err error) {
	if !pays || d.DocType.IsMarkedPaid() {
		return pays, "", nil
	}
	var kept bool
	if told.Status == fis.PaymentReversed {
		kept, problem, err = whose.OfKept(t.Tx, d.ID, told)
	} else {
		kept, err = whose.StandsComplete(t.Tx, d.ID)
	}
	return !kept, problem, err
}

// PaymentRepeated notes that a result file tells again of a payment that is known.
func (a *Apply) PaymentRepeated(docID, reference string) error {
	return a.t.Event("payment repeated", ledger.About{Doc: docID, Result: a.result.ID}, ledger.Detail{"reference": reference})
}

// insertPayment writes a payment confirmation that is owed to Concur, or kept.
func (t *tx) insertPayment(d records.Doc, p fis.Payment, content string, result int64, line int, pays bool) (records.ConfirmState, ledger.Subject, error) {
	text, _, err := ledger.DigestJSON(p)
	if err != nil {
		return "", ledger.Subject{}, err
	}
	id, err := t.Next("payments")
	if err != nil {
		return "", ledger.Subject{}, err
	}
	state, err := t.paymentState(d, p.Status, pays)
	if err != nil {
		return "", ledger.Subject{}, err
	}
	_, err = t.Exec(`INSERT INTO payments (id, reference, doc_id, doc_type, state, status, payment, content_sha256, result_id, line, due_at, attempts) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11, (SELECT in_doubt FROM documents WHERE doc_id = $3))`,
		id, p.Reference, d.ID, d.DocType, state, p.Status, text, content, result, line, t.At)
	return state, ledger.NumberOf(ledger.OfPayment, id), err
}

func (t *tx) paymentState(d records.Doc, status fis.PaymentStatus, pays bool) (records.ConfirmState, error) {
	if whole, err := t.tellsWhole(d, status); err != nil || !pays || !whole {
		return records.Kept, err
	}
	n, err := t.Count(`SELECT COUNT(*) FROM confirmations WHERE doc_id = $1 AND state = 'done' AND verdict = 'posted'`, d.ID)
	if n > 0 {
		return records.Pending, err
	}
	return records.Waiting, err
}

// tellsWhole: of an invoice Concur is told the whole only. Parts are kept, and so is what takes back a part; the payment that completes it tells of all,
// and what comes back after that takes back the mark.
func (t *tx) tellsWhole(d records.Doc, status fis.PaymentStatus) (bool, error) {
	if !d.DocType.IsMarkedPaid() {
		return true, nil
	}
	if status != fis.PaymentReversed {
		return status != fis.PaidPartially, nil
	}
	return whose.StandsComplete(t.Tx, d.ID)
}

// strandPayments asks for a person when a document is rejected whose payment was waiting for its posting.
func (t *tx) strandPayments(docID string, state records.State) error {
	if state != records.Rejected {
		return nil
	}
	stranded, err := t.Changed(`UPDATE payments SET state = $1, message = 'the ERP rejected the document' WHERE doc_id = $2 AND state = 'waiting'`, records.Stuck, docID)
	if err != nil {
		return err
	}
	for _, p := range ledger.KeysOf(stranded, ledger.OfPayment, "id") {
		id := p.Key
		if err := t.Event("payment confirmation stuck", ledger.About{Doc: docID, Others: []ledger.Subject{p}}, ledger.Detail{"message": "the ERP rejected the document"}); err != nil {
			return err
		}
		if err := t.alarm("payment confirmation", "payment "+id, why.New("paid-and-rejected", "doc", docID)); err != nil {
			return err
		}
	}
	return nil
}

// Document reads a document within the transaction.
func (a *Apply) Document(docID string) (records.Doc, error) {
	return records.ScanDoc(a.t.QueryRowContext(a.t.Ctx, `SELECT `+records.DocColumns+` FROM documents WHERE doc_id = $1`, docID))
}

// IntendPayments commits that these payment confirmations are about to be sent, and gives back those that are: one that is not due any more,
// for a person has settled it since it was read, is not among them.
func (j *Journal) IntendPayments(ctx context.Context, list []records.PaymentRecord) ([]records.PaymentRecord, error) {
	return intendAll(ctx, j, "payment confirmation", list, func(t *tx, p *records.PaymentRecord) (bool, error) {
		n, err := t.Exec(`UPDATE payments SET state = $1, attempts = attempts + 1, sent_at = $2 WHERE id = $3 AND state IN ('pending','intended')`, records.Intended, t.At, p.ID)
		if n == 0 || err != nil {
			return false, err
		}
		p.Attempts++
		about := ledger.About{Doc: p.DocID, Others: []ledger.Subject{ledger.NumberOf(ledger.OfPayment, p.ID)}}
		return true, t.Event("payment confirmation intended", about, ledger.Detail{"reference": p.Payment.Reference})
	})
}

// SettlePayments commits what the service answered to payment confirmations.
func (j *Journal) SettlePayments(ctx context.Context, settled []Settled) error {
	return j.settle(ctx, "payment confirmations", settled)
}
