package records

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Tally counts documents and adds amounts for one state, confirmation state and currency.
type Tally struct {
	Route     string       `json:"route"`
	State     State        `json:"state"`
	Confirmed ConfirmState `json:"confirmation,omitempty"`
	Currency  string       `json:"currency"`
	Documents int          `json:"documents"`
	Amount    fis.Amount   `json:"amount"`
	Paid      int          `json:"payments_confirmed"`
	PaidSum   fis.Amount   `json:"payments_amount"`
}

// Tallies adds up every document received since the given time (zero: ever), by route, state, confirmation and
// currency.
func (j *Records) Tallies(ctx context.Context, since, until time.Time) ([]Tally, error) {
	times := Selection{Since: since, Until: until}.args()
	rows, err := ledger.QueryRows(ctx, j.Ledger, `SELECT d.route, d.state, COALESCE(c.state, ''), d.currency, d.amount FROM documents d LEFT JOIN confirmations c ON c.doc_id = d.doc_id WHERE d.received_at >= $1 AND d.received_at < $2`, times[0], times[2])
	if err != nil {
		return nil, fmt.Errorf("journal: tally: %w", err)
	}
	defer rows.Close()
	type key struct {
		route, currency string
		state           State
		confirmed       ConfirmState
	}
	sums := map[key]*Tally{}
	for rows.Next() {
		var k key
		var amount string
		if err := rows.Scan(&k.route, &k.state, &k.confirmed, &k.currency, &amount); err != nil {
			return nil, fmt.Errorf("journal: tally: %w", err)
		}
		a, err := fis.ParseAmount(amount)
		if err != nil {
			return nil, fmt.Errorf("journal: tally: %w", err)
		}
		t := sums[k]
		if t == nil {
			t = &Tally{Route: k.route, State: k.state, Confirmed: k.confirmed, Currency: k.currency}
			sums[k] = t
		}
		t.Documents++
		t.Amount = t.Amount.Add(a)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("journal: tally: %w", err)
	}
	out := make([]Tally, 0, len(sums))
	for _, t := range sums {
		out = append(out, *t)
	}
	sort.Slice(out, func(a, b int) bool {
		x, y := out[a], out[b]
		return fmt.Sprint(x.Route, x.Currency, x.State, x.Confirmed) < fmt.Sprint(y.Route, y.Currency, y.State, y.Confirmed)
	})
	return out, nil
}

// PaymentTally counts payments by state, status and currency.
type PaymentTally struct {
	State    ConfirmState      `json:"state"`
	Status   fis.PaymentStatus `json:"status"`
	Currency string            `json:"currency"`
	Payments int               `json:"payments"`
	Amount   fis.Amount        `json:"amount"`
}

// ResultRows walks the lines of a result file, or only its exceptions.
func (j *Records) ResultRows(ctx context.Context, resultID int64, onlyExceptions bool, fn func(ResultRow) error) error {
	query := `SELECT ` + ledger.ResultRowColumns + ` FROM result_rows WHERE result_id = $1`
	if onlyExceptions {
		query += ` AND kind = 'exception'`
	}
	rows, err := ledger.QueryRows(ctx, j.Ledger, query+` ORDER BY line`, resultID)
	if err != nil {
		return fmt.Errorf("journal: read result lines: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		r := ResultRow{ResultID: resultID}
		if err := scanRow(rows, &r); err != nil {
			return fmt.Errorf("journal: read result lines: %w", err)
		}
		if err := fn(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// scanRow reads resultRowColumns.
func scanRow(rows *sql.Rows, r *ResultRow) error {
	return rows.Scan(&r.Line, &r.Kind, &r.DocID, &r.FileID, &r.FileLine, &r.Verdict, &r.Data, &r.Problem, &r.Mark)
}

// Todo says what is left.
type Todo struct {
	Stored, Acknowledged, Held, AwaitingAnswer, FilesUndropped, ResultsUnapplied int
	ConfirmationsDue, ConfirmationsStuck, PaymentsDue, PaymentsWaiting           int
	PaymentsStuck, Alarms                                                        int
	OldestUnanswered                                                             time.Time
}

// Todo counts what is left, and tells since when the oldest acknowledged document waits for the ERP's word.
func (j *Records) Todo(ctx context.Context) (Todo, error) {
	var t Todo
	for _, q := range []struct {
		into  *int
		query string
	}{
		{&t.Stored, `SELECT COUNT(*) FROM documents WHERE state = 'stored'`},
		{&t.Acknowledged, `SELECT COUNT(*) FROM documents WHERE state = 'acknowledged'`},
		{&t.Held, `SELECT COUNT(*) FROM documents WHERE state = 'held'`},
		{&t.AwaitingAnswer, `SELECT COUNT(*) FROM documents WHERE state = 'filed'`},
		{&t.FilesUndropped, `SELECT COUNT(*) FROM files WHERE state IN ('numbered','uploading','renaming')`},
		{&t.ResultsUnapplied, `SELECT COUNT(*) FROM results WHERE state = 'collected'`},
		{&t.ConfirmationsDue, `SELECT COUNT(*) FROM confirmations WHERE state IN ('pending','intended')`},
		{&t.ConfirmationsStuck, `SELECT COUNT(*) FROM confirmations WHERE state = 'stuck'`},
		{&t.PaymentsDue, `SELECT COUNT(*) FROM payments WHERE state IN ('pending','intended')`},
		{&t.PaymentsWaiting, `SELECT COUNT(*) FROM payments WHERE state = 'waiting'`},
		{&t.PaymentsStuck, `SELECT COUNT(*) FROM payments WHERE state = 'stuck'`},
		{&t.Alarms, `SELECT COUNT(*) FROM alarms WHERE resolved_at = ''`},
	} {
		n, err := ledger.Count(ctx, j.Ledger, q.query)
		if err != nil {
			return t, fmt.Errorf("journal: count what is left: %w", err)
		}
		*q.into = n
	}
	var oldest sql.NullString
	if err := ledger.QueryRow(ctx, j.Ledger, `SELECT MIN(acknowledged_at) FROM documents WHERE `+waiting).Scan(&oldest); err != nil {
		return t, fmt.Errorf("journal: count what is left: %w", err)
	}
	t.OldestUnanswered = ledger.Time(oldest.String)
	return t, nil
}

// CountByRoute counts the documents in a state, by route.
func (j *Records) CountByRoute(ctx context.Context, state State) (map[string]int, error) {
	sums, err := j.Sums(ctx, SumDocuments)
	out := map[string]int{}
	for _, s := range sums {
		if s.State == string(state) {
			out[s.Route] += s.Number
		}
	}
	return out, err
}

// Run is one row of runs.
type Run struct {
	ID             int64
	Started, Ended time.Time
	Exit           int
	Summary        string
}

// LastRun gives the newest run, if there was one.
func (j *Records) LastRun(ctx context.Context) (Run, bool, error) {
	var r Run
	var s, e string
	err := ledger.QueryRow(ctx, j.Ledger, `SELECT id, started_at, ended_at, exit_code, summary FROM runs ORDER BY id DESC LIMIT 1`).Scan(&r.ID, &s, &e, &r.Exit, &r.Summary)
	if err == sql.ErrNoRows {
		return r, false, nil
	}
	r.Started, r.Ended = ledger.Time(s), ledger.Time(e)
	return r, err == nil, err
}
