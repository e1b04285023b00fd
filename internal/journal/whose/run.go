package whose

import (
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// PaidInRun are the documents of which payments were told that files called a part of a payment run, by their ids.
func PaidInRun(t *ledger.Tx, run string) (docs []string, err error) {
	text, err := json.Marshal(run)
	if err != nil {
		return nil, err
	}
	err = t.Each(`SELECT doc_id, payment FROM payments WHERE payment LIKE '%"run":' || $1 || '%' ORDER BY doc_id`, func(rows *sql.Rows) error {
		var doc, data string
		if err := rows.Scan(&doc, &data); err != nil {
			return err
		}
		var p fis.Payment
		if err := json.Unmarshal([]byte(data), &p); err != nil {
			return err
		}
		if p.Run == run && p.Status != fis.PaymentReversed && !slices.Contains(docs, doc) {
			docs = append(docs, doc)
		}
		return nil
	}, string(text))
	return docs, err
}
