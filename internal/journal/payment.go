package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// PaymentRecord is a payment confirmation, owed, sent or kept.
type PaymentRecord struct {
	ID          int64        `json:"id"`
	DocID       string       `json:"doc_id"`
	DocType     fis.DocType  `json:"doc_type"`
	State       ConfirmState `json:"state"`
	Payment     fis.Payment  `json:"payment"`
	ResultID    int64        `json:"result_id,omitempty"`
	Line        int          `json:"line,omitempty"`
	Attempts    int          `json:"attempts"`
	Due         time.Time    `json:"due_at"`
	DoneAt      time.Time    `json:"done_at,omitzero"`
	Code        int          `json:"code"`
	Message     string       `json:"message,omitempty"`
	Correlation string       `json:"correlation,omitempty"`
	// Content is the digest of what the result file said. Two payments of the same content differ in the reference under which they are told.
	Content string `json:"-"`
}

const paymentColumns = `id, doc_id, doc_type, state, payment, result_id, line, attempts, due_at, done_at, code, message, correlation, content_sha256`

func scanPayment(s interface{ Scan(...any) error }, extra ...any) (PaymentRecord, error) {
	var p PaymentRecord
	var payment, due, done string
	if err := s.Scan(append([]any{&p.ID, &p.DocID, &p.DocType, &p.State, &payment, &p.ResultID, &p.Line, &p.Attempts, &due, &done, &p.Code, &p.Message, &p.Correlation, &p.Content}, extra...)...); err != nil {
		return p, err
	}
	p.Due, p.DoneAt = Time(due), Time(done)
	return p, json.Unmarshal([]byte(payment), &p.Payment)
}

// Payment keeps what the ERP said about a payment; as is the reference under which Concur is told of it, empty for its own. A payment that is known
// with the same content changes nothing; a reference that is known for other content is a problem and nothing is sent. The payment waits until the
// posting is confirmed; types that FIS has no payment confirmation for are kept.
func (a *Apply) Payment(d Doc, p fis.Payment, as string, line int, pays bool) (problem string, err error) {
	_, content, err := contentHash(p)
	if err != nil {
		return "", err
	}
	if as != "" {
		p.Reference = as
	}
	var docID, known string
	err = a.t.QueryRowContext(a.t.ctx, `SELECT doc_id, content_sha256 FROM payments WHERE reference = $1`, p.Reference).Scan(&docID, &known)
	switch {
	case err == nil && docID == d.ID && known == content:
		return "", a.PaymentRepeated(d.ID, p.Reference)
	case err == nil:
		return fmt.Sprintf("payment reference %q was used before for document %s with other content; each payment confirmation needs a reference of its own", p.Reference, docID), nil
	case !errors.Is(err, sql.ErrNoRows):
		return "", err
	}
	state, paid, err := a.t.insertPayment(d, p, content, a.result.ID, line, pays)
	if err != nil {
		return "", err
	}
	return "", a.t.event("payment "+string(state), about{doc: d.ID, result: a.result.ID, others: []subject{paid}}, detail{"reference": p.Reference, "status": p.Status, "amount": p.Amount, "currency": p.Currency})
}

// PaymentRepeated notes that a result file tells again of a payment that is known.
func (a *Apply) PaymentRepeated(docID, reference string) error {
	return a.t.event("payment repeated", about{doc: docID, result: a.result.ID}, detail{"reference": reference})
}

// insertPayment writes a payment confirmation that is owed to Concur, or kept.
func (t *tx) insertPayment(d Doc, p fis.Payment, content string, result int64, line int, pays bool) (ConfirmState, subject, error) {
	text, _, err := contentHash(p)
	if err != nil {
		return "", subject{}, err
	}
	id, err := t.next("payments")
	if err != nil {
		return "", subject{}, err
	}
	state, err := t.paymentState(d, pays)
	if err != nil {
		return "", subject{}, err
	}
	_, err = t.exec(`INSERT INTO payments (id, reference, doc_id, doc_type, state, status, payment, content_sha256, result_id, line, due_at, attempts) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11, (SELECT in_doubt FROM documents WHERE doc_id = $3))`,
		id, p.Reference, d.ID, d.DocType, state, p.Status, text, content, result, line, t.at)
	return state, numbered(ofPayment, id), err
}

func (t *tx) paymentState(d Doc, pays bool) (ConfirmState, error) {
	if !pays || !d.DocType.HasPaymentConfirmation() {
		return Kept, nil
	}
	n, err := t.count(`SELECT COUNT(*) FROM confirmations WHERE doc_id = $1 AND state = 'done' AND verdict = 'posted'`, d.ID)
	if n > 0 {
		return Pending, err
	}
	return Waiting, err
}

// strandPayments asks for a person when a document is rejected whose payment was waiting for its posting.
func (t *tx) strandPayments(docID string, state State) error {
	if state != Rejected {
		return nil
	}
	ids, err := t.strings(`SELECT CAST(id AS TEXT) FROM payments WHERE doc_id = $1 AND state = 'waiting' ORDER BY id`, docID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.one(`UPDATE payments SET state = $1, message = 'the ERP rejected the document' WHERE id = CAST($2 AS BIGINT)`, Stuck, id); err != nil {
			return err
		}
		if err := t.event("payment confirmation stuck", about{doc: docID, others: []subject{{ofPayment, id}}}, detail{"message": "the ERP rejected the document"}); err != nil {
			return err
		}
		if err := t.alarm("payment confirmation", "payment "+id, fmt.Sprintf("the ERP paid document %s, and rejected it", docID),
			fmt.Sprintf("find out in the ERP which is true, and reverse the other; then `fisbridge mark document %s settled --reason …`", docID)); err != nil {
			return err
		}
	}
	return nil
}

// Document reads a document within the transaction.
func (a *Apply) Document(docID string) (Doc, error) {
	return scanDoc(a.t.QueryRowContext(a.t.ctx, `SELECT `+docColumns+` FROM documents WHERE doc_id = $1`, docID))
}

// DuePayments gives payment confirmations of a type that are due now, in the order in which the ERP gave them, at most limit. One that
// is not due yet keeps the later ones of its document waiting, so that they arrive in their order.
func (j *Journal) DuePayments(ctx context.Context, t fis.DocType, limit int) ([]PaymentRecord, error) {
	return j.payments(ctx, `state IN ('intended','pending') AND doc_type = $1 AND (due_at <= $2 OR due_at > $3)
		AND NOT EXISTS (SELECT 1 FROM payments e WHERE e.doc_id = payments.doc_id AND e.id < payments.id AND e.state IN ('intended','pending') AND e.due_at > $2 AND e.due_at <= $3)
		ORDER BY id LIMIT $4`, t, stamp(j.now()), stamp(j.now().Add(longestDelay)), limit)
}

// PaymentsOf gives the payments of a document.
func (j *Journal) PaymentsOf(ctx context.Context, docID string) ([]PaymentRecord, error) {
	return j.payments(ctx, `doc_id = $1 ORDER BY id`, docID)
}

func (j *Journal) payments(ctx context.Context, where string, args ...any) ([]PaymentRecord, error) {
	rows, err := j.read.QueryContext(ctx, `SELECT `+paymentColumns+` FROM payments WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("journal: read payments: %w", err)
	}
	defer rows.Close()
	var out []PaymentRecord
	for rows.Next() {
		p, err := scanPayment(rows)
		if err != nil {
			return nil, fmt.Errorf("journal: read payments: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// PaidBy is the reference of a payment of a document that Concur took as the complete one, other than the payment asked about; empty: none.
func (j *Journal) PaidBy(ctx context.Context, docID string, other int64) (string, error) {
	list, err := j.payments(ctx, `doc_id = $1 AND id <> $2 AND state = 'done' AND status = 'CP' ORDER BY id`, docID, other)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].Payment.Reference, nil
}

// IntendPayments commits that these payment confirmations are about to be sent, and gives back those that are: one that is not due any more,
// for a person has settled it since it was read, is not among them.
func (j *Journal) IntendPayments(ctx context.Context, list []PaymentRecord) (intended []PaymentRecord, err error) {
	err = j.in(ctx, "intend payment confirmations", func(t *tx) error {
		intended = intended[:0]
		for _, p := range list {
			n, err := t.exec(`UPDATE payments SET state = $1, attempts = attempts + 1, sent_at = $2 WHERE id = $3 AND state IN ('pending','intended')`, Intended, t.at, p.ID)
			if err != nil {
				return fmt.Errorf("payment %d: %w", p.ID, err)
			}
			if n == 0 {
				continue
			}
			if err := t.event("payment confirmation intended", about{doc: p.DocID, others: []subject{numbered(ofPayment, p.ID)}}, detail{"reference": p.Payment.Reference}); err != nil {
				return err
			}
			p.Attempts++
			intended = append(intended, p)
		}
		return nil
	})
	return intended, err
}

// SettlePayments commits what the service answered to payment confirmations.
func (j *Journal) SettlePayments(ctx context.Context, settled []Settled) error {
	return j.in(ctx, "settle payment confirmations", func(t *tx) error {
		for _, s := range settled {
			if err := t.settlePayment(s); err != nil {
				return fmt.Errorf("payment %d: %w", s.PaymentID, err)
			}
		}
		return nil
	})
}

func (t *tx) settlePayment(s Settled) error {
	where := about{doc: s.DocID, correlation: s.Correlation, others: []subject{numbered(ofPayment, s.PaymentID)}}
	if s.NotSent {
		if err := t.one(`UPDATE payments SET attempts = attempts - 1, state = CASE WHEN attempts > 1 THEN 'intended' ELSE 'pending' END, due_at = $1 WHERE id = $2 AND state = $3`, t.due(s.Due), s.PaymentID, Intended); err != nil {
			return err
		}
		return t.event("payment confirmation not sent", where, nil)
	}
	done, state := "", s.State
	switch s.State {
	case Done:
		done = t.at
	case Pending:
		state = Intended
	}
	if err := t.one(`UPDATE payments SET state = $1, due_at = $2, done_at = $3, code = $4, message = $5, correlation = $6, attempts = attempts - $7 WHERE id = $8 AND state = $9`,
		state, t.due(s.Due), done, s.Code, s.Message, s.Correlation, flag(s.Undone), s.PaymentID, Intended); err != nil {
		return err
	}
	name := map[ConfirmState]string{Done: "payment confirmed", Pending: "payment confirmation open", Stuck: "payment confirmation stuck", Waiting: "payment waits for the posting"}[s.State]
	if err := t.event(name, where, detail{"code": s.Code, "message": s.Message}); err != nil {
		return err
	}
	subject := fmt.Sprintf("payment %d", s.PaymentID)
	if s.State == Done {
		return t.clearAlarm("payment confirmation", subject, "confirmed")
	}
	if s.Alarm == "" {
		return nil
	}
	return t.standing("payment confirmation", subject, s.Alarm, s.Remedy)
}
