package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// RowKind is what a line of a result file is about.
type RowKind string

const (
	OutcomeRow   RowKind = "outcome"
	PaymentRow   RowKind = "payment"
	FileRow      RowKind = "file"
	IgnoredRow   RowKind = "ignored"
	ExceptionRow RowKind = "exception"
	// UnclaimedRow is a payment in a file of all routes that is of no document of ours.
	UnclaimedRow RowKind = "unclaimed"
)

// ResultRow is one line of a result file, matched or listed.
type ResultRow struct {
	ResultID int64 // set when read back
	Line     int
	Kind     RowKind
	DocID    string
	FileID   int64
	FileLine int
	Verdict  fis.Verdict
	Data     string // JSON of the outcome or payment
	Problem  string
	Mark     PaymentMark // of a listed payment, set when read back
}

// Ref is how a line names its document: any of these, whichever the ERP gives back.
type Ref struct {
	fis.Refs
	// Payment: it is of a payment, which is made of what was posted.
	Payment bool
	// Number is the ERP's document number that a payment or a posting names; it decides between documents that have the
	// same reference. Company and FiscalYear are those of a posting.
	Number, Company, FiscalYear string
	// Said is what a rejection says, to be compared with what was said before; empty for all else.
	Said string
	// Posted: it is of a posting, and Day is its date.
	Posted bool
	Day    fis.Date
}

// ListedAbout gives the result files with lines that could not be used and that speak of a document by one of its ids,
// oldest first.
func (j *Records) ListedAbout(ctx context.Context, ids ...string) ([]ResultFile, error) {
	var out []ResultFile
	seen := map[int64]bool{}
	for _, id := range ids {
		if id == "" {
			continue
		}
		found, err := ResultsWhere(ctx, j.Ledger, `state = 'applied' AND id IN (SELECT result_id FROM result_rows WHERE kind = 'exception' AND (doc_id = $1 OR problem LIKE '%' || $1 || '%' OR data LIKE '%' || $1 || '%')) ORDER BY id`, id)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			if !seen[r.ID] {
				seen[r.ID] = true
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// PaymentMark is what a person said about a listed payment.
type PaymentMark string

const (
	// PaymentAsked: the line is a payment by itself, and does not fit its document; a person is asked.
	PaymentAsked PaymentMark = "asked"
	// PaymentValid: it is right as it is, and Concur is told. PaymentInvalid: it is no payment of its own, and nothing
	// is told.
	PaymentValid   PaymentMark = "valid"
	PaymentInvalid PaymentMark = "invalid"
	// PaymentUnclaimed: it is nobody's as far as is known, and nobody is asked; a person may still name a document.
	PaymentUnclaimed PaymentMark = "unclaimed"
	// PaymentAged: it was nobody's for so long that it has left the list; all else is as before.
	PaymentAged PaymentMark = "aged"
	// PaymentTold: a later result file has told of the same payment, and then it fitted.
	PaymentTold PaymentMark = "told"
)

// Open tells whether no person has said anything of the payment yet.
func (m PaymentMark) Open() bool {
	return m == PaymentAsked || m == PaymentUnclaimed || m == PaymentAged
}

// OfNobody tells whether the payment is of no document as far as is known.
func (m PaymentMark) OfNobody() bool { return m == PaymentUnclaimed || m == PaymentAged }

// ListedPayment is a payment that was listed because it does not fit its document, or because nobody knows its
// document.
type ListedPayment struct {
	Result  ResultFile
	Line    int
	Doc     Doc // without an id: nobody knows it
	Payment fis.Payment
	// May are the ids of the documents that it may be for.
	May     []string
	Problem string
	Mark    PaymentMark
}

// ErrErased says that what was kept of something has aged out.
var ErrErased = errors.New("what was kept of it has aged out of the journal")

// Asked is what is kept of a payment of which nobody knows the document.
type Asked struct {
	fis.Payment
	// May are the ids of the documents that it may be for.
	May []string `json:"may,omitempty"`
	// Guess: nothing but the amount says so.
	Guess bool `json:"guess,omitempty"`
}

// ListedPayment gives the payment in a line of a result file; ErrNotFound when that line is none that was listed.
func (j *Records) ListedPayment(ctx context.Context, r ResultFile, line int) (ListedPayment, error) {
	p := ListedPayment{Result: r, Line: line}
	var docID, data string
	err := ledger.QueryRow(ctx, j.Ledger, `SELECT doc_id, data, problem, mark FROM result_rows WHERE result_id = $1 AND line = $2 AND mark <> ''`, r.ID, line).Scan(&docID, &data, &p.Problem, &p.Mark)
	if errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("listed payment in line %d of result %d: %w", line, r.ID, ledger.ErrNotFound)
	}
	if err != nil {
		return p, fmt.Errorf("journal: read result lines: %w", err)
	}
	if data == "" {
		return p, fmt.Errorf("listed payment in line %d of result %d: %w", line, r.ID, ErrErased)
	}
	var kept Asked
	if err := json.Unmarshal([]byte(data), &kept); err != nil {
		return p, fmt.Errorf("journal: read result lines: %w", err)
	}
	if p.Payment, p.May = kept.Payment, kept.May; docID != "" {
		p.Doc, err = j.Document(ctx, docID)
	}
	return p, err
}
