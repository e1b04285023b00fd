package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// AskedLine is a line of a result file that is a payment a person is or was asked about.
type AskedLine struct {
	ResultID int64       `json:"result_id"`
	Result   string      `json:"result"`
	Route    string      `json:"route"`
	Line     int         `json:"line"`
	Mark     PaymentMark `json:"mark"`
	Problem  string      `json:"problem"`
	// DocID is the document that the payment is of; empty: nobody knows it, and May are those that it may be of.
	DocID   string      `json:"doc_id,omitempty"`
	Payment fis.Payment `json:"payment,omitzero"`
	May     []MayBe     `json:"may,omitempty"`
}

// MayBe is a document that a payment may be of.
type MayBe struct {
	DocID    string     `json:"doc_id"`
	ReportID string     `json:"report_id,omitempty"`
	Route    string     `json:"route"`
	State    State      `json:"state"`
	Amount   fis.Amount `json:"amount"`
	Currency string     `json:"currency,omitempty"`
	// Number is the ERP's document number.
	Number string `json:"erp_number,omitempty"`
}

// kept reads what is kept of a listed payment; of one that was erased nothing is.
func (l *AskedLine) kept(data string) error {
	if data == "" {
		return nil
	}
	var kept Asked
	if err := json.Unmarshal([]byte(data), &kept); err != nil {
		return fmt.Errorf("line %d of result %d: %w", l.Line, l.ResultID, err)
	}
	l.Payment = kept.Payment
	l.Payment.ReceiverID, l.Payment.ReceiverName = "", "" // who was paid is nobody's business here
	for _, id := range kept.May {
		l.May = append(l.May, MayBe{DocID: id})
	}
	return nil
}

// ListAsked gives the payments that people are or were asked about, the latest file first; their states are the marks.
// Those that have left the list are given when they are asked for.
func (j *Records) ListAsked(ctx context.Context, f Filter) (Page[AskedLine], error) {
	var c conditions
	c.add("r.mark <> ?", "")
	if len(f.States) == 0 {
		c.add("r.mark <> ?", PaymentAged)
	}
	c.equal("f.route", f.Route)
	c.among("r.mark", f.States)
	c.between("f.collected_at", f)
	c.holds(f.Text, "f.name", "r.problem", "r.doc_id", "r.data")
	return j.asked(ctx, f, c)
}

// AskedIn gives those of one result file.
func (j *Records) AskedIn(ctx context.Context, result int64) ([]AskedLine, error) {
	var c conditions
	c.add("r.mark <> ?", "")
	c.add("r.result_id = ?", result)
	p, err := j.asked(ctx, Filter{}, c)
	return p.Rows, err
}

func (j *Records) asked(ctx context.Context, f Filter, c conditions) (Page[AskedLine], error) {
	l := list[AskedLine]{table: `result_rows r`, join: ` JOIN results f ON f.id = r.result_id`, order: `r.result_id DESC, r.line`,
		columns: `r.result_id, f.name, f.route, r.line, r.mark, r.problem, r.doc_id, r.data`,
		scan: func(rows *sql.Rows) (l AskedLine, err error) {
			var data string
			if err := rows.Scan(&l.ResultID, &l.Result, &l.Route, &l.Line, &l.Mark, &l.Problem, &l.DocID, &data); err != nil {
				return l, err
			}
			return l, l.kept(data)
		}}
	if f.Amount != nil {
		l.keep = func(l AskedLine) bool { return l.Payment.Amount.Equal(*f.Amount) }
	}
	f.Text = "-" // the total is of the rows that are joined
	p, err := listing(ctx, j, f, l, c)
	if err != nil {
		return p, err
	}
	return p, j.tellMayBe(ctx, p.Rows)
}

// tellMayBe says of the documents that payments may be of what helps to choose.
func (j *Records) tellMayBe(ctx context.Context, lines []AskedLine) error {
	for i := range lines {
		for k := range lines[i].May {
			m := &lines[i].May[k]
			d, err := j.Document(ctx, m.DocID)
			if err != nil {
				return err
			}
			m.ReportID, m.Route, m.State, m.Amount, m.Currency = d.ReportID, d.Route, d.State, d.Amount, d.Currency
			numbers, err := ledger.List(ctx, j.Ledger, `SELECT number FROM confirmations WHERE doc_id = $1`, []any{m.DocID},
				func(rows *sql.Rows) (n string, err error) { err = rows.Scan(&n); return n, err })
			if err != nil {
				return err
			}
			if len(numbers) > 0 {
				m.Number = numbers[0]
			}
		}
	}
	return nil
}
