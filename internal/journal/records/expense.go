package records

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// ExtractWaived reports whether a person released a document although the extract had its report.
func (j *Records) ExtractWaived(ctx context.Context, docID string) (bool, error) {
	n, err := ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM history WHERE doc_id = $1 AND event = 'released beside the extract'`, docID)
	return n > 0, err
}

// EachExpense walks all expense documents, one after the other. open unpacks the JSON of the document in hand; it is
// nil when that is not kept any more.
func (j *Records) EachExpense(ctx context.Context, fn func(d Doc, open func() (*fis.Envelope, error)) error) error {
	err := ledger.Each(ctx, j.Ledger, `SELECT `+DocColumnsOf("d")+`, p.body FROM documents d LEFT JOIN payloads p ON p.doc_id = d.doc_id
		WHERE d.doc_type = $1 ORDER BY d.doc_id`, []any{fis.Expense}, func(rows *sql.Rows) error {
		var packed []byte
		d, err := ScanDoc(rows, &packed)
		if err != nil {
			return err
		}
		return fn(d, func() (*fis.Envelope, error) {
			if packed == nil {
				return nil, nil
			}
			e, err := Envelope(d, packed)
			return &e, err
		})
	})
	if err != nil {
		return fmt.Errorf("journal: read the expense documents: %w", err)
	}
	return nil
}
