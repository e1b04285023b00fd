// Package whose knows which documents a payment may be of by its amount: those that are posted and not paid in full,
// and for money that came back, those that were paid. It is read once for a result file, within the transaction that
// applies it.
package whose

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Within bounds what is looked at, in days.
type Within struct {
	// Posted is how long ago a document may have been posted; what is older is found by its reference only.
	Posted int
	// Paid is how long after the document's own day it is paid.
	Paid int
}

// Index is the documents by the amounts that a payment of them may have.
type Index struct {
	within   Within
	byAmount map[string][]string // currency and amount → ids
	docs     map[string]*open
}

type open struct {
	file     int64
	currency string
	owed     map[string]fis.Amount // by party; nil: not known, and total is
	total    fis.Amount
	dated    fis.Date
	paid     fis.Amount
	payments []fis.Amount
}

// Read reads what is posted and was posted not too long ago.
func Read(t *ledger.Tx, within Within) (*Index, error) {
	x := &Index{within: within, byAmount: map[string][]string{}, docs: map[string]*open{}}
	since := ledger.Stamp(ledger.Time(t.At).AddDate(0, 0, -within.Posted))
	err := t.Each(`SELECT d.doc_id, d.file_id, d.currency, d.amount, COALESCE(p.owed, ''), COALESCE(p.dated, '') FROM documents d
		LEFT JOIN file_documents p ON p.doc_id = d.doc_id AND p.file_id = d.file_id WHERE d.state = 'posted' AND d.state_since >= $1`,
		x.document, since)
	if err != nil {
		return nil, err
	}
	err = t.Each(`SELECT doc_id, payment FROM payments WHERE doc_id IN (SELECT doc_id FROM documents WHERE state = 'posted' AND state_since >= $1) ORDER BY id`,
		x.payment, since)
	if err != nil {
		return nil, err
	}
	for id, d := range x.docs {
		for _, a := range d.amounts() {
			x.put(d.currency, a, "", id)
		}
		for _, a := range d.payments {
			x.put(d.currency, a, "back", id)
		}
	}
	return x, nil
}

func (x *Index) document(rows *sql.Rows) error {
	var id, amount, owed, dated string
	d := &open{}
	err := rows.Scan(&id, &d.file, &d.currency, &amount, &owed, &dated)
	if err != nil {
		return err
	}
	if d.total, err = fis.ParseAmount(amount); err != nil {
		return fmt.Errorf("document %s: %w", id, err)
	}
	if err := d.dated.UnmarshalText([]byte(dated)); err != nil {
		return fmt.Errorf("document %s: %w", id, err)
	}
	if owed != "" {
		if err := json.Unmarshal([]byte(owed), &d.owed); err != nil {
			return fmt.Errorf("document %s: %w", id, err)
		}
	}
	x.docs[id] = d
	return nil
}

func (x *Index) payment(rows *sql.Rows) error {
	var id, text string
	if err := rows.Scan(&id, &text); err != nil {
		return err
	}
	var p fis.Payment
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return fmt.Errorf("a payment of document %s: %w", id, err)
	}
	d := x.docs[id]
	switch {
	case d == nil:
	case p.Status == fis.PaymentReversed:
		d.paid = d.paid.Sub(p.Of(d.currency))
	case p.Status == fis.PaidCompletely || p.Status == fis.PaidPartially:
		d.paid = d.paid.Add(p.Of(d.currency))
		if p.Currency == d.currency {
			d.payments = append(d.payments, p.Amount)
		}
	}
	return nil
}

// amounts are those that a whole payment of the document may have: what is left of it, or what one party gets.
func (d *open) amounts() (out []fis.Amount) {
	all := d.total
	if d.owed != nil {
		all = fis.Zero
		for _, a := range d.owed {
			all = all.Add(a)
		}
		if d.paid.IsZero() {
			for _, a := range d.owed {
				out = append(out, a)
			}
		}
	}
	return append(out, all.Sub(d.paid))
}

func (x *Index) put(currency string, a fis.Amount, kind, id string) {
	places := fis.MinorUnits(currency)
	for _, a := range []fis.Amount{a.RoundFloor(places), a.RoundCeil(places)} { // an ERP pays no fraction of a minor unit
		k := key(currency, a, kind)
		if a.IsPositive() && !slices.Contains(x.byAmount[k], id) {
			x.byAmount[k] = append(x.byAmount[k], id)
		}
	}
}

func key(currency string, a fis.Amount, kind string) string {
	return currency + " " + a.String() + kind
}

// Of are the documents that a payment may be of by amount, currency and day; of one import file where it is given, 0
// for all.
func (x *Index) Of(p fis.Payment, file int64) (ids []string) {
	kind := ""
	if p.Status == fis.PaymentReversed {
		kind = "back"
	}
	for _, id := range x.byAmount[key(p.Currency, p.Amount, kind)] {
		d := x.docs[id]
		if file != 0 && d.file != file || !d.near(p.Cleared, x.within.Paid) && kind == "" {
			continue
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// near tells whether a document may have been paid on a day: at most so many days after its own.
func (d *open) near(day fis.Date, paid int) bool {
	if d.dated.IsZero() || day.IsZero() {
		return true
	}
	from := d.dated.Time()
	return !day.Time().Before(from) && !day.Time().After(from.AddDate(0, 0, paid))
}

// Known are those of some words that are the docId or report id of a document, whatever its state: one question for the
// many words of a free text that are nothing of ours. The words are folded.
func Known(t *ledger.Tx, words []string) (known map[string]bool, err error) {
	known = map[string]bool{}
	if len(words) == 0 {
		return known, nil
	}
	docs, args := ledger.Among("UPPER(doc_id)", words, 1)
	reports, more := ledger.Among("UPPER(report_id)", words, len(args)+1)
	return known, t.Each(`SELECT UPPER(doc_id), UPPER(report_id) FROM documents WHERE `+docs+` OR `+reports, func(rows *sql.Rows) error {
		var doc, report string
		err := rows.Scan(&doc, &report)
		known[doc], known[report] = true, true
		return err
	}, append(args, more...)...)
}
