package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
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
	// Content is the digest of what the result file said. Two payments of the same content differ in the reference
	// under which they are told.
	Content string `json:"-"`
}

const PaymentColumns = `id, doc_id, doc_type, state, payment, result_id, line, attempts, due_at, done_at, code, message, correlation, content_sha256`

// ScanPayment reads PaymentColumns, and what stands behind them.
func ScanPayment(s interface{ Scan(...any) error }, extra ...any) (PaymentRecord, error) {
	var p PaymentRecord
	var payment, due, done string
	if err := s.Scan(append([]any{&p.ID, &p.DocID, &p.DocType, &p.State, &payment, &p.ResultID, &p.Line, &p.Attempts, &due, &done, &p.Code, &p.Message, &p.Correlation, &p.Content}, extra...)...); err != nil {
		return p, err
	}
	p.Due, p.DoneAt = ledger.Time(due), ledger.Time(done)
	return p, json.Unmarshal([]byte(payment), &p.Payment)
}

// DuePayments gives payment confirmations of a type that are due now, in the order in which the ERP gave them, at most
// limit. One that is not due yet keeps the later ones of its document waiting, so that they arrive in their order. A stuck
// one keeps what came back waiting: told before its payment it would leave the report shown as paid. Of what is marked
// paid it keeps all waiting: Concur has one mark of an invoice, and what it is now a person finds out.
func (j *Records) DuePayments(ctx context.Context, t fis.DocType, limit int) ([]PaymentRecord, error) {
	stuck := ` OR e.state = 'stuck' AND payments.status = 'RE'`
	if t.IsMarkedPaid() {
		stuck = ` OR e.state = 'stuck'`
	}
	return j.payments(ctx, `(state || '') IN ('intended','pending') AND doc_type = $1 AND (due_at <= $2 OR due_at > $3)
		AND NOT EXISTS (SELECT 1 FROM payments e WHERE e.doc_id = payments.doc_id AND e.id < payments.id AND (e.state IN ('intended','pending') AND e.due_at > $2 AND e.due_at <= $3`+stuck+`))
		ORDER BY id LIMIT $4`, t, ledger.Stamp(j.Now()), ledger.Stamp(j.Now().Add(longestDelay)), limit)
}

// PaymentsOf gives the payments of a document.
func (j *Records) PaymentsOf(ctx context.Context, docID string) ([]PaymentRecord, error) {
	return j.payments(ctx, `doc_id = $1 ORDER BY id`, docID)
}

func (j *Records) payments(ctx context.Context, where string, args ...any) ([]PaymentRecord, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+PaymentColumns+` FROM payments WHERE `+where, args, func(rows *sql.Rows) (PaymentRecord, error) { return ScanPayment(rows) })
}

// PaidBy is the reference of a payment of a document that Concur took as the complete one, other than the payment asked
// about; empty: none.
func (j *Records) PaidBy(ctx context.Context, docID string, other int64) (string, error) {
	list, err := j.payments(ctx, `doc_id = $1 AND id <> $2 AND state = 'done' AND status = 'CP' ORDER BY id`, docID, other)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].Payment.Reference, nil
}
