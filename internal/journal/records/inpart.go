package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// PaidInPart is a posted document of which the last that was told is a payment in part.
type PaidInPart struct {
	DocID, ReportID, Currency string
	DocType                   fis.DocType
	// Owed is what is to be paid, by party; nil where that is not known, and Total, the amount at the head, is it.
	Owed  map[string]fis.Amount
	Total fis.Amount
	// Paid is what was paid less what came back; Last when the last part was told; Complete that a complete payment stands.
	Paid     fis.Amount
	Last     time.Time
	Complete bool
}

// PaidInPart lists the documents of which the last payment is one in part that was told since a time, or about which an
// alarm of a kind is open. Where a person has
// settled such an alarm after that payment, it is not among them.
func (j *Records) PaidInPart(ctx context.Context, since time.Time, kind string) ([]PaidInPart, error) {
	const parts = `SELECT p.doc_id, p.due_at FROM payments p WHERE p.state IN ('pending','intended','done','kept') AND p.status = 'PP'
		AND (p.due_at >= $1 OR EXISTS (SELECT 1 FROM alarms o WHERE o.kind = $2 AND o.subject = p.doc_id AND o.resolved_at = ''))
		AND NOT EXISTS (SELECT 1 FROM payments l WHERE l.doc_id = p.doc_id AND l.id > p.id)
		AND NOT EXISTS (SELECT 1 FROM alarms a WHERE a.kind = $2 AND a.subject = p.doc_id AND a.resolved_at <> '' AND a.opened_at >= p.due_at)`
	list, err := ledger.List(ctx, j.Ledger, `SELECT d.doc_id, d.report_id, d.doc_type, d.currency, d.amount, COALESCE(f.owed, ''), s.due_at FROM (`+parts+`) s
		JOIN documents d ON d.doc_id = s.doc_id LEFT JOIN file_documents f ON f.doc_id = d.doc_id AND f.file_id = d.file_id WHERE d.state = 'posted' ORDER BY d.doc_id`,
		[]any{ledger.Stamp(since), kind}, scanPaidInPart)
	if err != nil {
		return nil, fmt.Errorf("journal: read what is paid in part: %w", err)
	}
	for i := range list {
		if err := j.paidOf(ctx, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func scanPaidInPart(rows *sql.Rows) (p PaidInPart, err error) {
	var amount, owed, last string
	if err = rows.Scan(&p.DocID, &p.ReportID, &p.DocType, &p.Currency, &amount, &owed, &last); err != nil {
		return p, err
	}
	p.Last = ledger.Time(last)
	if p.Total, err = fis.ParseAmount(amount); err == nil && owed != "" {
		err = json.Unmarshal([]byte(owed), &p.Owed)
	}
	return p, err
}

// paidOf adds up the payments of a document.
func (j *Records) paidOf(ctx context.Context, p *PaidInPart) error {
	list, err := ledger.List(ctx, j.Ledger, `SELECT payment FROM payments WHERE doc_id = $1 ORDER BY id`, []any{p.DocID}, func(rows *sql.Rows) (pay fis.Payment, err error) {
		var text string
		if err = rows.Scan(&text); err == nil {
			err = json.Unmarshal([]byte(text), &pay)
		}
		return pay, err
	})
	for _, pay := range list {
		switch pay.Status {
		case fis.PaymentReversed:
			p.Paid, p.Complete = p.Paid.Sub(pay.Of(p.Currency)), false
		case fis.PaidCompletely, fis.PaidPartially:
			p.Paid, p.Complete = p.Paid.Add(pay.Of(p.Currency)), p.Complete || pay.Status == fis.PaidCompletely
		}
	}
	return err
}
