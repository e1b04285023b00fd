package retention

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Texts about persons and what people wrote leave the journal in two ways: by the retention rule (Age) and by name
// (Forget). What stays is what the figures need: ids, states, amounts, dates, the ERP's document numbers, hashes.

// lasting are the events whose detail holds no text about a person; figures are checked against them.
var lasting = map[string]bool{"stored": true, "filed": true, "numbered": true, ledger.SealedEvent: true, ledger.ErasedEvent: true,
	textsEvent: true, bytesEvent: true, payloadEvent: true, agedEvent: true}

// The names of the history rows that say what has gone: texts, the bytes of a file, the document as Concur sent it, and
// all of one pass of the retention rule together.
const (
	textsEvent   = "texts emptied"
	bytesEvent   = "bytes removed"
	payloadEvent = "payload removed"
	agedEvent    = "aged out"
	// receiptsEvent: the bytes of the receipts of a document go.
	receiptsEvent = "receipts removed"
)

// eraseTexts empties every text about a document: reasons, messages of the ERP and of Concur, names of payees, lines of
// result files, and the details of its history.
func (t *tx) eraseTexts(docID string) error {
	if _, err := t.Exec(`UPDATE documents SET reason = '', why = '', cause_data = '', employee_id = '', report_number = '', title = '', person = '', aged_at = $1 WHERE doc_id = $2`, t.At, docID); err != nil {
		return err
	}
	if err := t.eraseOutcome(docID); err != nil {
		return err
	}
	payments, err := t.erasePayments(docID)
	if err != nil {
		return err
	}
	if err := t.Event(textsEvent, ledger.About{Doc: docID, Others: payments}, nil); err != nil {
		return err
	}
	lines, err := t.Changed(`UPDATE result_rows SET data = '', problem = '' WHERE doc_id = $1`, docID)
	if err != nil {
		return err
	}
	for _, r := range ledger.KeysOf(lines, ledger.OfResult, "result_id") {
		if err := t.Event(textsEvent, ledger.About{Doc: docID, Result: r.Number()}, nil); err != nil {
			return err
		}
	}
	if err := t.eraseReceipts(docID); err != nil {
		return err
	}
	return t.eraseAlarms(`subject = $1`, docID)
}

// eraseReceipts commits that the bytes of a document's receipts are not needed any more, and that none is asked for;
// whoever keeps the bytes removes them after that. Ids, hashes, sizes and names stay.
func (t *tx) eraseReceipts(docID string) error {
	n, err := t.Exec(`UPDATE receipts SET bytes_gone = $1, reason = '', why = '' WHERE doc_id = $2 AND bytes_gone = ''`, t.At, docID)
	if err != nil || n == 0 {
		return err
	}
	return t.Event(receiptsEvent, ledger.About{Doc: docID}, nil)
}

// eraseOutcome keeps verdict, number, company, year and date of a confirmation.
func (t *tx) eraseOutcome(docID string) error {
	text, err := t.Strings(`SELECT outcome FROM confirmations WHERE doc_id = $1`, docID)
	if err != nil || len(text) == 0 {
		return err
	}
	var o fis.Outcome
	if err := json.Unmarshal([]byte(text[0]), &o); err != nil {
		return fmt.Errorf("outcome of document %s: %w", docID, err)
	}
	o.Messages = nil
	kept, err := json.Marshal(o)
	if err != nil {
		return err
	}
	_, err = t.Exec(`UPDATE confirmations SET outcome = $1, message = '' WHERE doc_id = $2`, string(kept), docID)
	return err
}

// erasePayments keeps status, reference, amount, currency and date of a document's payments.
func (t *tx) erasePayments(docID string) (emptied []ledger.Subject, err error) {
	texts := map[int64]string{}
	err = t.Each(`SELECT id, payment FROM payments WHERE doc_id = $1`, func(rows *sql.Rows) error {
		var id int64
		var text string
		err := rows.Scan(&id, &text)
		texts[id] = text
		return err
	}, docID)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(texts)) {
		var p fis.Payment
		if err := json.Unmarshal([]byte(texts[id]), &p); err != nil {
			return nil, fmt.Errorf("payment %d: %w", id, err)
		}
		p.ReceiverID, p.ReceiverName, p.Message = "", "", ""
		kept, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		if _, err := t.Exec(`UPDATE payments SET payment = $1, message = '' WHERE id = $2`, string(kept), id); err != nil {
			return nil, err
		}
		emptied = append(emptied, ledger.NumberOf(ledger.OfPayment, id))
	}
	return emptied, nil
}

// eraseAlarms empties the texts of alarms that are resolved, and of their history.
func (t *tx) eraseAlarms(where string, args ...any) error {
	ids, err := t.IDs(`SELECT id FROM alarms WHERE resolved_at <> '' AND message <> '' AND `+where, args...)
	if err != nil {
		return err
	}
	var emptied []ledger.Subject
	for _, id := range ids {
		if _, err := t.Exec(`UPDATE alarms SET message = '', remedy = '', why = '', resolution = '' WHERE id = $1`, id); err != nil {
			return err
		}
		emptied = append(emptied, ledger.NumberOf(ledger.OfAlarm, id))
	}
	if len(emptied) == 0 {
		return nil
	}
	return t.Event(textsEvent, ledger.About{Others: emptied}, nil)
}

// detailsOf are the history rows about documents that hold a text.
func (t *tx) detailsOf(docs []string) (seqs []int64, err error) {
	for _, id := range docs {
		if err := t.rowsWithText(&seqs, `doc_id = $1`, id); err != nil {
			return nil, err
		}
	}
	return seqs, nil
}

// rowsWithText adds the history rows whose detail can and must be emptied.
func (t *tx) rowsWithText(seqs *[]int64, where string, args ...any) error {
	return t.Each(`SELECT seq, event FROM history WHERE detail <> '' AND detail_hash <> '' AND `+where, func(rows *sql.Rows) error {
		var seq int64
		var event string
		err := rows.Scan(&seq, &event)
		if !lasting[event] {
			*seqs = append(*seqs, seq)
		}
		return err
	}, args...)
}
