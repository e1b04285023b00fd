package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/infile"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Figures are what a reconciliation compares: every figure twice, counted from different tables.
type Figures struct {
	Selection Selection
	// Fetched is every document, added up without a look at its state; Tallies are the same documents by state.
	Fetched []Amounts
	Tallies []Tally
	// Confirmations are posting confirmations by their own account, with the amounts of their documents.
	Confirmations []ConfirmationTally
	Payments      []PaymentTally
	Files         []FileFigure
	Results       []ResultFigure
	// Floors are the numbers of import files up to which a gap is known and accepted, by route: they were used before a
	// restore.
	Floors map[string]int64

	// What must be empty. Lost: the history knows the document, the journal has lost it. Strange: the journal has one
	// that the history does not know. Homeless: filed, but in no import file that counts. Misplaced: in an import file
	// that counts, but in a state that does not fit, or the file is another one. Unposted: paid in Concur's eyes, but
	// not posted in ours.
	Lost, Strange, Homeless, Misplaced, Unposted Sample
	// Changed are the rows that are not as their last step left them.
	Changed []ledger.Difference
	// Derived are the sums that are not what a new count gives, and documents that are not found by what they must be
	// found by.
	Derived []ledger.Difference
}

// Amounts counts documents of one currency.
type Amounts struct {
	Currency  string     `json:"currency"`
	Documents int        `json:"documents"`
	Amount    fis.Amount `json:"amount"`
}

// ConfirmationTally counts posting confirmations by verdict, state and currency of the document.
type ConfirmationTally struct {
	Verdict  fis.Verdict  `json:"verdict"`
	State    ConfirmState `json:"state"`
	Currency string       `json:"currency"`
	Count    int          `json:"count"`
	Amount   fis.Amount   `json:"amount"`
}

// FileFigure is an import file beside what its documents and the history say.
type FileFigure struct {
	File
	// Parts and Sums are counted from its documents. Counting: how many of them were not withdrawn.
	Parts    int            `json:"parts"`
	Counting int            `json:"counting"`
	Sums     map[string]Sum `json:"sums"`
	// Said is what was kept of the documents when the file was made.
	Said infile.Figures `json:"in_file_by_documents"`
	// Fixed is what the history, which is chained by hash, kept when the file got its number; nil when it kept nothing.
	Fixed *FixedFile `json:"fixed"`
}

// FixedFile is what the history keeps of an import file.
type FixedFile struct {
	SHA256    string         `json:"sha256"`
	Documents int            `json:"documents"`
	Totals    map[string]Sum `json:"totals"`
}

// ResultFigure is a result file beside the lines that were kept of it.
type ResultFigure struct {
	ResultFile
	Kept map[RowKind]int `json:"kept"`
}

// Sample is a number of things and the first few of them.
type Sample struct {
	Count int      `json:"count"`
	First []string `json:"first,omitempty"`
}

const sampleSize = 5

// Selection narrows figures to what was received (documents, their confirmations and payments), made (import files) or
// collected (result files) since a time, and to one route. What must be empty is looked for everywhere.
type Selection struct {
	Since time.Time
	Until time.Time // before this; zero: to the end
	Route string
}

func (s Selection) args() []any {
	since := ""
	if !s.Since.IsZero() {
		since = ledger.Stamp(s.Since)
	}
	until := "~" // behind all times
	if !s.Until.IsZero() {
		until = ledger.Stamp(s.Until)
	}
	return []any{since, s.Route, until}
}

// Figures reads what a reconciliation compares, all of one instant.
func (j *Records) Figures(ctx context.Context, sel Selection) (f Figures, err error) {
	err = ledger.Snapshot(ctx, j.Ledger, func(frozen *ledger.Ledger) error {
		j := &Records{frozen}
		f = Figures{Selection: sel}
		for _, read := range []func() error{
			func() (err error) { f.Fetched, err = j.Fetched(ctx, sel); return err },
			func() (err error) { f.Tallies, err = j.Tallies(ctx, sel.Since, sel.Until); return err },
			func() (err error) { f.Confirmations, err = j.confirmationTallies(ctx, sel); return err },
			func() (err error) { f.Payments, err = j.paymentTallies(ctx, sel); return err },
			func() (err error) { f.Files, err = j.fileFigures(ctx, sel); return err },
			func() (err error) { f.Results, err = j.resultFigures(ctx, sel); return err },
			func() (err error) { f.Floors, err = j.floors(ctx); return err },
			func() error { return j.samples(ctx, &f) },
			func() (err error) { _, f.Changed, err = j.VerifyFacts(ctx); return err },
			func() (err error) { _, f.Derived, err = j.VerifyDerived(ctx); return err },
		} {
			if err := read(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return f, fmt.Errorf("journal: reconciliation: %w", err)
	}
	if sel.Route != "" {
		kept := f.Tallies[:0]
		for _, t := range f.Tallies {
			if t.Route == sel.Route {
				kept = append(kept, t)
			}
		}
		f.Tallies = kept
	}
	return f, nil
}

const selectedDocuments = ` d.received_at >= $1 AND d.received_at < $3 AND (d.route = $2 OR $2 = '')`

func (j *Records) Fetched(ctx context.Context, sel Selection) ([]Amounts, error) {
	sums := map[string]Amounts{}
	err := ledger.Each(ctx, j.Ledger, `SELECT d.currency, d.amount FROM documents d WHERE`+selectedDocuments, sel.args(), func(rows *sql.Rows) error {
		var currency, amount string
		if err := rows.Scan(&currency, &amount); err != nil {
			return err
		}
		a, err := fis.ParseAmount(amount)
		s := sums[currency]
		sums[currency] = Amounts{currency, s.Documents + 1, s.Amount.Add(a)}
		return err
	})
	var out []Amounts
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, sums[currency])
	}
	return out, err
}

// ReceivedAndChanged are the hours in which documents were received before a moment whose state changed since, each
// once.
func (j *Records) ReceivedAndChanged(ctx context.Context, since time.Time) ([]time.Time, error) {
	const hour = len("2006-01-02T15")
	return ledger.List(ctx, j.Ledger, fmt.Sprintf(`SELECT DISTINCT SUBSTR(received_at, 1, %d) FROM documents WHERE received_at < $1 AND state_since >= $1 ORDER BY 1`, hour), []any{ledger.Stamp(since)}, func(rows *sql.Rows) (time.Time, error) {
		var text string
		if err := rows.Scan(&text); err != nil {
			return time.Time{}, err
		}
		return time.Parse("2006-01-02T15", text)
	})
}

func (j *Records) confirmationTallies(ctx context.Context, sel Selection) ([]ConfirmationTally, error) {
	type key struct {
		verdict  fis.Verdict
		state    ConfirmState
		currency string
	}
	sums := map[key]*ConfirmationTally{}
	err := ledger.Each(ctx, j.Ledger, `SELECT c.verdict, c.state, d.currency, d.amount FROM confirmations c JOIN documents d ON d.doc_id = c.doc_id WHERE`+selectedDocuments, sel.args(), func(rows *sql.Rows) error {
		var k key
		var amount string
		if err := rows.Scan(&k.verdict, &k.state, &k.currency, &amount); err != nil {
			return err
		}
		a, err := fis.ParseAmount(amount)
		s := sums[k]
		if s == nil {
			s = &ConfirmationTally{Verdict: k.verdict, State: k.state, Currency: k.currency}
			sums[k] = s
		}
		s.Count, s.Amount = s.Count+1, s.Amount.Add(a)
		return err
	})
	out := make([]ConfirmationTally, 0, len(sums))
	for _, s := range sums {
		out = append(out, *s)
	}
	sort.Slice(out, func(a, b int) bool {
		return fmt.Sprint(out[a].Verdict, out[a].State, out[a].Currency) < fmt.Sprint(out[b].Verdict, out[b].State, out[b].Currency)
	})
	return out, err
}

func (j *Records) paymentTallies(ctx context.Context, sel Selection) ([]PaymentTally, error) {
	type key struct {
		state    ConfirmState
		status   fis.PaymentStatus
		currency string
	}
	sums := map[key]*PaymentTally{}
	err := ledger.Each(ctx, j.Ledger, `SELECT p.state, p.payment FROM payments p JOIN documents d ON d.doc_id = p.doc_id WHERE`+selectedDocuments, sel.args(), func(rows *sql.Rows) error {
		var state ConfirmState
		var text string
		var p fis.Payment
		if err := rows.Scan(&state, &text); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			return err
		}
		k := key{state, p.Status, p.Currency}
		if sums[k] == nil {
			sums[k] = &PaymentTally{State: state, Status: p.Status, Currency: p.Currency}
		}
		sums[k].Payments++
		sums[k].Amount = sums[k].Amount.Add(p.Amount)
		return nil
	})
	out := make([]PaymentTally, 0, len(sums))
	for _, s := range sums {
		out = append(out, *s)
	}
	sort.Slice(out, func(a, b int) bool {
		return fmt.Sprint(out[a].State, out[a].Status, out[a].Currency) < fmt.Sprint(out[b].State, out[b].Status, out[b].Currency)
	})
	return out, err
}

func (j *Records) fileFigures(ctx context.Context, sel Selection) ([]FileFigure, error) {
	files, err := j.files(ctx, `created_at >= $1 AND created_at < $3 AND (route = $2 OR $2 = '') ORDER BY route, sequence`, sel.args()...)
	if err != nil {
		return nil, err
	}
	out, at := make([]FileFigure, len(files)), make(map[int64]*FileFigure, len(files))
	for i, f := range files {
		out[i] = FileFigure{File: f, Sums: map[string]Sum{}}
		at[f.ID] = &out[i]
	}
	err = ledger.Each(ctx, j.Ledger, `SELECT `+PartColumns+` FROM file_documents`, nil, func(rows *sql.Rows) error {
		p, err := ScanPart(rows)
		f := at[p.FileID]
		if err != nil || f == nil {
			return err
		}
		f.Parts++
		if !p.Withdrawn {
			f.Counting++
		}
		f.Sums[p.Currency] = f.Sums[p.Currency].Plus(Sum{Debit: p.Debit, Credit: p.Credit})
		f.Said.Add(p.InFile, p.Currency, Sum{Debit: p.Debit, Credit: p.Credit})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, ledger.Each(ctx, j.Ledger, `SELECT file_id, detail FROM history WHERE file_id <> 0 AND event = 'numbered'`, nil, func(rows *sql.Rows) error {
		var id int64
		var detail string
		if err := rows.Scan(&id, &detail); err != nil || at[id] == nil {
			return err
		}
		at[id].Fixed = &FixedFile{}
		return json.Unmarshal([]byte(detail), at[id].Fixed)
	})
}

func (j *Records) resultFigures(ctx context.Context, sel Selection) ([]ResultFigure, error) {
	results, err := ResultsWhere(ctx, j.Ledger, `state = 'applied' AND collected_at >= $1 AND collected_at < $3 AND (route = $2 OR $2 = '') ORDER BY id`, sel.args()...)
	if err != nil {
		return nil, err
	}
	out, at := make([]ResultFigure, len(results)), make(map[int64]*ResultFigure, len(results))
	for i, r := range results {
		out[i] = ResultFigure{ResultFile: r, Kept: map[RowKind]int{}}
		at[r.ID] = &out[i]
	}
	return out, ledger.Each(ctx, j.Ledger, `SELECT result_id, kind, COUNT(*) FROM result_rows GROUP BY result_id, kind`, nil, func(rows *sql.Rows) error {
		var id int64
		var kind RowKind
		var n int
		err := rows.Scan(&id, &kind, &n)
		if r := at[id]; err == nil && r != nil {
			r.Kept[kind] = n
		}
		return err
	})
}

func (j *Records) samples(ctx context.Context, f *Figures) error {
	for _, s := range []struct {
		into  *Sample
		query string
	}{
		{&f.Lost, `SELECT doc_id FROM history WHERE doc_id <> '' EXCEPT SELECT doc_id FROM documents ORDER BY 1`},
		{&f.Strange, `SELECT d.doc_id FROM documents d WHERE NOT EXISTS (SELECT 1 FROM history h WHERE h.doc_id = d.doc_id AND h.doc_id <> '') ORDER BY d.doc_id`},
		{&f.Homeless, `SELECT d.doc_id FROM documents d WHERE d.state = 'filed' AND NOT EXISTS (SELECT 1 FROM file_documents p JOIN files f ON f.id = p.file_id
			WHERE p.doc_id = d.doc_id AND p.withdrawn = 0 AND f.state <> 'withdrawn') ORDER BY d.doc_id`},
		{&f.Misplaced, `SELECT p.doc_id FROM file_documents p LEFT JOIN documents d ON d.doc_id = p.doc_id LEFT JOIN files f ON f.id = p.file_id WHERE p.withdrawn <= 0 AND
			(d.doc_id IS NULL OR f.id IS NULL OR f.state = 'withdrawn' OR d.file_id <> p.file_id OR d.state NOT IN ('filed','posted','rejected','held')) ORDER BY p.doc_id || ''`}, // as the rows lie: beside each other, the documents do too
		{&f.Unposted, `SELECT p.doc_id FROM payments p LEFT JOIN documents d ON d.doc_id = p.doc_id WHERE p.state = 'done' AND p.message NOT LIKE 'by hand:%' AND (d.doc_id IS NULL OR d.state <> 'posted') ORDER BY p.doc_id`},
	} {
		err := ledger.Each(ctx, j.Ledger, s.query, nil, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			if s.into.Count++; len(s.into.First) < sampleSize {
				s.into.First = append(s.into.First, id)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
