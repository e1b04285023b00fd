package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/whose"
)

// A payment of which nobody knows the document is kept with its line until a person names one.

// Before is what became of a payment that people were asked about, by an earlier result file; without a mark it was never told.
type Before struct {
	Doc  string
	Mark records.PaymentMark
}

// Asked tells whether people were asked about this very payment before, which the bank now tells again. Only the bank's own reference says so.
func (a *Apply) Asked(p fis.Payment) (Before, error) {
	if !p.Identified {
		return Before{}, nil
	}
	if a.before == nil {
		if err := a.readBefore(); err != nil {
			return Before{}, err
		}
	}
	return a.before[samePayment(p)], nil
}

func (a *Apply) readBefore() error {
	a.before = map[string]Before{}
	return a.t.Each(`SELECT doc_id, data, mark FROM result_rows WHERE mark <> '' AND result_id <> $1 ORDER BY result_id, line`, func(rows *sql.Rows) error {
		var doc, data string
		var mark records.PaymentMark
		if err := rows.Scan(&doc, &data, &mark); err != nil || data == "" {
			return err
		}
		var p fis.Payment
		if err := json.Unmarshal([]byte(data), &p); err != nil {
			return err
		}
		if p.Identified {
			a.before[samePayment(p)] = Before{doc, mark}
		}
		return nil
	}, a.result.ID)
}

// samePayment is equal for the same payment of a bank, however much a file says of it.
func samePayment(p fis.Payment) string {
	return fmt.Sprint(p.Reference, "\x00", p.Amount, p.Currency, p.Cleared, p.Status == fis.PaymentReversed)
}

// markLine settles a listed payment, and keeps the document that it is of.
func (t *tx) markLine(p records.ListedPayment, mark records.PaymentMark) error {
	err := t.One(`UPDATE result_rows SET mark = $1, doc_id = $2 WHERE result_id = $3 AND line = $4 AND mark IN ($5, $6, $7)`,
		mark, p.Doc.ID, p.Result.ID, p.Line, records.PaymentAsked, records.PaymentUnclaimed, records.PaymentAged)
	if err != nil {
		return fmt.Errorf("line %d of result file %s: %w", p.Line, p.Result.Name, err)
	}
	return nil
}

// allMarked closes the alarm about a result file when nothing in it asks for a person any more.
func (t *tx) allMarked(result int64) error {
	open, err := t.Count(`SELECT COUNT(*) FROM result_rows WHERE result_id = $1 AND kind = 'exception' AND mark IN ('', 'asked')`, result)
	if err != nil || open > 0 {
		return err
	}
	return t.clearAlarm("result lines", fmt.Sprintf("result %d", result), "each line was marked")
}

// noneAsked closes the alarms about result files in which the lines that were settled were the last ones.
func (t *tx) noneAsked(settled []whose.Line, err error) error {
	for _, l := range settled {
		err = errors.Join(err, t.allMarked(l.Result))
	}
	return err
}

// MootPayments takes the question out of listed payments without a document that may be of documents only which are paid in full by now. Days as for Apply.Within.
func (j *Journal) MootPayments(ctx context.Context, posted, paid int) error {
	return j.in(ctx, "settle payments that are nobody's", func(t *tx) error {
		return t.noneAsked(whose.Moot(t.Tx, whose.Within{Posted: posted, Paid: paid}))
	})
}

// PlacePayment gives a listed payment the document that a person names (p.Doc). hold holds it against that document as if the file had named it, and tells of
// it; its error leaves everything as it was. as is the reference under which Concur is told of it.
func (j *Journal) PlacePayment(ctx context.Context, p records.ListedPayment, reason string, hold func(*Apply, Paying) (as string, err error)) (as string, err error) {
	text, _, err := ledger.DigestJSON(p.Payment)
	if err != nil {
		return "", err
	}
	err = j.in(ctx, "give a payment its document", func(t *tx) error {
		if err := t.markLine(p, records.PaymentValid); err != nil {
			return err
		}
		row := records.ResultRow{ResultID: p.Result.ID, Line: p.Line, Kind: records.PaymentRow, DocID: p.Doc.ID, Data: text}
		a := &Apply{Finder: matching.New(t.Tx, t, p.Result), t: t, result: p.Result}
		of := Paying{Doc: p.Doc, Rows: []records.ResultRow{row}}
		if err := a.completePaying(&of); err != nil {
			return err
		}
		if as, err = hold(a, of); err != nil {
			return err
		}
		d := ledger.Detail{"line": p.Line, "reference": p.Payment.Reference, "reason": reason, "amount": p.Payment.Amount,
			"currency": p.Payment.Currency, "told_as": as, "document": p.Doc.ID, "may": p.May}
		if err := t.Event("payment marked "+string(records.PaymentValid), ledger.About{Doc: p.Doc.ID, Result: p.Result.ID}, d); err != nil {
			return err
		}
		return t.allMarked(p.Result.ID)
	})
	return as, err
}
