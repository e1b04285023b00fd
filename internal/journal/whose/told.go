package whose

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// NotToldSince refuses a payment of a document that was listed in a result file when a later file has told of it again, and it fitted by then: a person who
// calls the line valid would have it told twice. content is the digest of what the file said.
func NotToldSince(t *ledger.Tx, doc string, result int64, p fis.Payment, content string) error {
	return t.Each(`SELECT p.payment, p.content_sha256 FROM payments p JOIN result_rows r ON r.result_id = p.result_id AND r.line = p.line AND r.kind = 'payment'
		WHERE p.doc_id = $1 AND p.result_id > $2 ORDER BY p.id`, func(rows *sql.Rows) error {
		var data, same string
		var told fis.Payment
		if err := rows.Scan(&data, &same); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(data), &told); err != nil {
			return err
		}
		if same != content && !sameOfBank(told, p) {
			return nil
		}
		return fmt.Errorf("document %s has this payment already: a later result file told of it (%s). Mark this line invalid: the payment stays told", doc, told.Reference)
	}, doc, result)
}

// sameOfBank tells whether a payment that was told is this one by the bank's own reference, under which it may be told as a return.
func sameOfBank(told, p fis.Payment) bool {
	return told.Identified && p.Identified && (told.Reference == p.Reference || strings.HasPrefix(told.Reference, p.Reference+"-RE")) &&
		told.Amount.Equal(p.Amount) && told.Currency == p.Currency && told.Cleared == p.Cleared &&
		(told.Status == fis.PaymentReversed) == (p.Status == fis.PaymentReversed)
}
