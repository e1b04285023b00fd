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
	"github.com/fisbridge/fisbridge/internal/journal/said"
	"github.com/fisbridge/fisbridge/internal/journal/whose"
)

// Paying is what a result file says about the payments of one document, beside what is known of them.
type Paying struct {
	Doc     records.Doc
	Rows    []records.ResultRow     // of this result file, by line
	Earlier []records.PaymentRecord // in the order in which they were told
	// Formats are how the result files of the earlier ones were read, Format how this one is.
	Formats map[int64]string
	Format  string
	// Owed is what the document left to be paid when it was written, by party; nil when that is not known.
	Owed map[string]fis.Amount
	// Dated is the document's own day; zero when it is not known.
	Dated fis.Date
}

// EachPaying hands over every document whose payments this result file tells of, after all its rows were added.
func (a *Apply) EachPaying(fn func(Paying) error) error {
	if err := a.flush(); err != nil {
		return err
	}
	for after := ""; ; {
		page, err := a.payingPage(after)
		if err != nil || len(page) == 0 {
			return err
		}
		for i := range page {
			if err := a.completePaying(&page[i]); err != nil {
				return fmt.Errorf("document %s: %w", page[i].Doc.ID, err)
			}
			if err := fn(page[i]); err != nil {
				return fmt.Errorf("document %s: %w", page[i].Doc.ID, err)
			}
		}
		after = page[len(page)-1].Doc.ID
	}
}

// payingPage gives the documents behind a docId with their payment rows: as many as have said.AtOnce rows together, but at least one.
func (a *Apply) payingPage(after string) ([]Paying, error) {
	page, whole, err := a.payingRows(`doc_id > $2`, after, said.AtOnce)
	switch {
	case err != nil || whole:
		return page, err
	case len(page) == 1: // more rows than are taken at once
		page, _, err = a.payingRows(`doc_id = $2`, page[0].Doc.ID, -1)
		return page, err
	}
	return page[:len(page)-1], nil // the last one may lack rows
}

func (a *Apply) payingRows(where, docID string, limit int) (page []Paying, whole bool, err error) {
	n := 0
	query := `SELECT doc_id, line, data FROM result_rows WHERE result_id = $1 AND kind = 'payment' AND ` + where + ` ORDER BY doc_id, line`
	if limit >= 0 {
		query += fmt.Sprintf(" LIMIT %d", limit)
	}
	err = a.t.Each(query, func(rows *sql.Rows) error {
		n++
		r := records.ResultRow{ResultID: a.result.ID, Kind: records.PaymentRow}
		if err := rows.Scan(&r.DocID, &r.Line, &r.Data); err != nil {
			return err
		}
		if len(page) == 0 || page[len(page)-1].Doc.ID != r.DocID {
			page = append(page, Paying{Doc: records.Doc{ID: r.DocID}})
		}
		p := &page[len(page)-1]
		p.Rows = append(p.Rows, r)
		return nil
	}, a.result.ID, docID)
	return page, n != limit, err
}

// completePaying adds the document, its earlier payments and what it left to be paid.
func (a *Apply) completePaying(p *Paying) (err error) {
	if p.Doc, err = a.Document(p.Doc.ID); err != nil {
		return err
	}
	p.Format = a.result.Format
	return a.t.completePaying(p)
}

func (t *tx) completePaying(p *Paying) error {
	err := t.Each(`SELECT `+records.PaymentColumns+` FROM payments WHERE doc_id = $1 ORDER BY id`, func(rows *sql.Rows) error {
		record, err := records.ScanPayment(rows)
		p.Earlier = append(p.Earlier, record)
		return err
	}, p.Doc.ID)
	if err != nil {
		return err
	}
	if p.Formats, err = whose.Formats(t.Tx, p.Doc.ID); err != nil {
		return err
	}
	var owed, dated string
	err = t.QueryRowContext(t.Ctx, `SELECT owed, dated FROM file_documents WHERE doc_id = $1 ORDER BY withdrawn, file_id DESC LIMIT 1`, p.Doc.ID).Scan(&owed, &dated)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := p.Dated.UnmarshalText([]byte(dated)); err != nil || owed == "" {
		return err
	}
	return json.Unmarshal([]byte(owed), &p.Owed)
}

// Aside are the payments of a document that other files tell of and that were listed.
func (a *Apply) Aside(doc string) ([]whose.Aside, error) {
	return whose.AsideOf(a.t.Tx, doc, a.result.ID)
}

func owedText(owed map[string]fis.Amount) (string, error) {
	if owed == nil {
		return "", nil
	}
	b, err := json.Marshal(owed)
	return string(b), err
}

// Payload reads a document's JSON within the transaction; ok is false when it has aged out or is damaged.
func (a *Apply) Payload(d records.Doc) (e fis.Envelope, ok bool, err error) {
	var packed []byte
	err = a.t.QueryRowContext(a.t.Ctx, `SELECT body FROM payloads WHERE doc_id = $1`, d.ID).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	if err != nil {
		return e, false, err
	}
	e, damaged := records.Envelope(d, packed)
	return e, damaged == nil, nil
}

// ListPayment makes a payment row of this result file an exception that a person may call valid.
func (a *Apply) ListPayment(line int, problem string) error {
	a.counts.Payments--
	a.counts.Listed++
	a.asked++
	return a.t.One(`UPDATE result_rows SET kind = $1, problem = $2, mark = $3 WHERE result_id = $4 AND line = $5 AND kind = $6`,
		records.ExceptionRow, problem, records.PaymentAsked, a.result.ID, line, records.PaymentRow)
}

// TellAs says under which status Concur is told of a payment that a person calls valid (of.Rows is empty).
type TellAs func(a *Apply, of Paying, p fis.Payment) (fis.PaymentStatus, error)

// MarkPayment settles a listed payment by a person's word. A valid one is told to Concur, under the status that as gives; the reference it is told
// under is its own unless another payment has that. pays is whether the document's route tells of payments at all.
func (j *Journal) MarkPayment(ctx context.Context, p records.ListedPayment, mark records.PaymentMark, as TellAs, pays bool, reason string) (reference string, err error) {
	err = j.in(ctx, "mark payment", func(t *tx) error {
		if err := t.markLine(p, mark); err != nil {
			return err
		}
		d, where := ledger.Detail{"line": p.Line, "reference": p.Payment.Reference, "reason": reason}, ledger.About{Doc: p.Doc.ID, Result: p.Result.ID}
		if mark == records.PaymentValid {
			told, paid, err := t.tellListed(p, as, pays)
			if err != nil {
				return err
			}
			reference, where.Others = told.Reference, []ledger.Subject{paid}
			d["status"], d["amount"], d["currency"], d["told_as"] = told.Status, told.Amount, told.Currency, told.Reference
		}
		if err := t.Event("payment marked "+string(mark), where, d); err != nil {
			return err
		}
		return t.allMarked(p.Result.ID)
	})
	return reference, err
}

// MarkParts settles a listed payment as several, or as one in another currency: parts are what of it each document gets, by a person's word, and pays is as
// for MarkPayment, for each of them. All of them are told, or none.
func (j *Journal) MarkParts(ctx context.Context, p records.ListedPayment, parts []records.ListedPayment, as TellAs, pays []bool, reason string) (references []string, err error) {
	err = j.in(ctx, "mark payment", func(t *tx) error {
		if err := t.markLine(p, records.PaymentValid); err != nil {
			return err
		}
		for i, part := range parts {
			told, paid, err := t.tellListed(part, as, pays[i])
			if err != nil {
				return err
			}
			references = append(references, told.Reference)
			d := ledger.Detail{"line": p.Line, "reference": p.Payment.Reference, "reason": reason, "status": told.Status, "amount": told.Amount, "currency": told.Currency, "told_as": told.Reference}
			if told.Counts != nil {
				d["counts"] = *told.Counts
			}
			if err := t.Event("payment marked valid", ledger.About{Doc: part.Doc.ID, Result: p.Result.ID, Others: []ledger.Subject{paid}}, d); err != nil {
				return err
			}
		}
		return t.allMarked(p.Result.ID)
	})
	return references, err
}

// tellListed makes a listed payment one that is owed to Concur, under a reference that no other payment has.
func (t *tx) tellListed(p records.ListedPayment, as TellAs, pays bool) (told fis.Payment, paid ledger.Subject, err error) {
	told = p.Payment
	of := Paying{}
	a := &Apply{Finder: matching.New(t.Tx, t, p.Result), t: t, result: p.Result}
	if of.Doc, err = a.Document(p.Doc.ID); err != nil {
		return told, paid, err
	}
	if of.Doc.State == records.Rejected {
		return told, paid, fmt.Errorf("document %s is rejected: %w", of.Doc.ID, ledger.ErrStale)
	}
	_, content, err := ledger.DigestJSON(p.Payment)
	if err != nil {
		return told, paid, err
	}
	if err := whose.NotToldSince(t.Tx, of.Doc.ID, p.Result.ID, p.Payment, content); err != nil {
		return told, paid, err
	}
	if err := t.completePaying(&of); err != nil {
		return told, paid, err
	}
	if told.Status, err = as(a, of, told); err != nil {
		return told, paid, err
	}
	for n := 2; ; n++ {
		used, err := t.Count(`SELECT COUNT(*) FROM payments WHERE reference = $1`, told.Reference)
		if err != nil {
			return told, paid, err
		}
		if used == 0 {
			break
		}
		told.Reference = fmt.Sprintf("%s-%d", p.Payment.Reference, n)
	}
	// which of several payments came back a person knows, who has said that Concur is to be told
	tells, _, err := t.tells(of.Doc, told, pays)
	if err != nil {
		return told, paid, err
	}
	_, paid, err = t.insertPayment(of.Doc, told, content, p.Result.ID, p.Line, tells)
	return told, paid, err
}

// Written is what the import file says of a document, nil when that was not kept.
func (a *Apply) Written(p records.Place) ([]byte, error) {
	data, err := records.Written(a.t.QueryRowContext(a.t.Ctx, records.WrittenBody, p.File, p.Doc), p)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	return data, err
}
