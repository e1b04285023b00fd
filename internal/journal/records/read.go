package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Standing is how many documents of a route are in a state, and since when the oldest of them.
type Standing struct {
	Route     string    `json:"route"`
	State     State     `json:"state"`
	Documents int       `json:"documents"`
	Oldest    time.Time `json:"oldest_since"`
}

// Standings tells how many documents are in each state, by route.
func (j *Records) Standings(ctx context.Context) ([]Standing, error) {
	return ledger.List(ctx, j.Ledger, `SELECT s.route, s.state, CAST(SUM(s.number) AS BIGINT), COALESCE((SELECT MIN(d.state_since) FROM documents d WHERE d.state = s.state AND d.route = s.route), '')
		FROM sums s WHERE s.kind = 'documents' GROUP BY s.route, s.state HAVING SUM(s.number) <> 0 ORDER BY s.route, s.state`, nil, func(rows *sql.Rows) (s Standing, err error) {
		var oldest string
		err = rows.Scan(&s.Route, &s.State, &s.Documents, &oldest)
		s.Oldest = ledger.Time(oldest)
		return s, err
	})
}

// waiting and held are the conditions of the indexes of documents without an outcome, by when they were acknowledged, and
// of held ones, by when they were, word for word. With the state alone SQLite would read each of them by the index of
// states, and sort them for the first ones.
const (
	waiting = `(state || '') IN ('acknowledged','held','filed')`
	held    = `(state || '') = 'held'`
)

// Unanswered gives the acknowledged documents that wait for a file or for the ERP's word, the longest waiting first, at
// most limit (0: all).
func (j *Records) Unanswered(ctx context.Context, limit int) ([]Doc, error) {
	where := waiting + ` AND state <> 'held' ORDER BY acknowledged_at, doc_id`
	if limit > 0 {
		where += fmt.Sprintf(" LIMIT %d", limit)
	}
	return j.docs(ctx, where)
}

// CountOverdue counts the documents that were acknowledged before the given time and have no outcome yet, held ones
// too.
func (j *Records) CountOverdue(ctx context.Context, before time.Time) (int, error) {
	return ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM documents WHERE `+waiting+` AND acknowledged_at < $1`, ledger.Stamp(before))
}

// Owed counts confirmations of one kind in one state, with the time since when the first of them is due.
type Owed struct {
	State  ConfirmState `json:"state"`
	Count  int          `json:"count"`
	Oldest time.Time    `json:"oldest_due_at,omitzero"`
}

// OwedPostings and OwedPayments count the confirmations of either kind by state.
func (j *Records) OwedPostings(ctx context.Context) ([]Owed, error) {
	return j.owed(ctx, "confirmations")
}

// OwedPayments counts payment confirmations by state.
func (j *Records) OwedPayments(ctx context.Context) ([]Owed, error) { return j.owed(ctx, "payments") }

func (j *Records) owed(ctx context.Context, table string) ([]Owed, error) {
	var first []string // by an index each
	for _, t := range fis.DocTypes() {
		first = append(first, `SELECT MIN(t.due_at) AS due FROM `+table+` t WHERE t.state = s.state AND t.doc_type = '`+string(t)+`'`)
	}
	return ledger.List(ctx, j.Ledger, `SELECT s.state, s.number, COALESCE((SELECT MIN(due) FROM (`+strings.Join(first, ` UNION ALL `)+`) AS firsts), '')
		FROM sums s WHERE s.kind = '`+table+`' AND s.number <> 0 ORDER BY s.state`, nil, func(rows *sql.Rows) (o Owed, err error) {
		var oldest string
		err = rows.Scan(&o.State, &o.Count, &oldest)
		o.Oldest = ledger.Time(oldest)
		return o, err
	})
}

// StuckConfirmations gives the posting confirmations that are never repeated by themselves.
func (j *Records) StuckConfirmations(ctx context.Context) ([]Confirmation, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+confirmationColumns+` FROM confirmations WHERE state = 'stuck' ORDER BY doc_id`, nil, func(rows *sql.Rows) (Confirmation, error) { return scanConfirmation(rows) })
}

// StuckPayments gives the payment confirmations that are never repeated by themselves.
func (j *Records) StuckPayments(ctx context.Context) ([]PaymentRecord, error) {
	return j.payments(ctx, `state = 'stuck' ORDER BY id`)
}

// ResultsUnmoved gives the result files that still lie in their return folder, as far as the journal knows, oldest
// first.
func (j *Records) ResultsUnmoved(ctx context.Context) ([]ResultFile, error) {
	return ResultsWhere(ctx, j.Ledger, `moved_to = '' ORDER BY id`)
}

// Said is one line of a result file about a document.
type Said struct {
	ResultID int64       `json:"result_id"`
	Result   string      `json:"result"`
	Line     int         `json:"line"`
	Kind     RowKind     `json:"kind"`
	FileID   int64       `json:"file_id,omitempty"`
	FileLine int         `json:"file_line,omitempty"`
	Verdict  fis.Verdict `json:"verdict,omitempty"`
	Problem  string      `json:"problem,omitempty"`
}

// SaidAbout gives the lines of result files about a document, in their order.
func (j *Records) SaidAbout(ctx context.Context, docID string) ([]Said, error) {
	return ledger.List(ctx, j.Ledger, `SELECT r.result_id, f.name, r.line, r.kind, r.file_id, r.file_line, r.verdict, r.problem FROM result_rows r JOIN results f ON f.id = r.result_id
		WHERE r.doc_id = $1 AND r.doc_id <> '' ORDER BY r.result_id, r.line`, []any{docID}, func(rows *sql.Rows) (s Said, err error) {
		err = rows.Scan(&s.ResultID, &s.Result, &s.Line, &s.Kind, &s.FileID, &s.FileLine, &s.Verdict, &s.Problem)
		return s, err
	})
}

// AlarmsAbout gives the alarms about any of the subjects, resolved ones too, oldest first.
func (j *Records) AlarmsAbout(ctx context.Context, subjects ...string) ([]Alarm, error) {
	where, args := ledger.Among("subject", subjects, 1)
	return ledger.List(ctx, j.Ledger, `SELECT `+AlarmColumns+` FROM alarms WHERE `+where+` ORDER BY id`, args, func(rows *sql.Rows) (Alarm, error) { return ScanAlarm(rows) })
}

// PayloadSize tells how many bytes a document's payload has; false when it has aged out, or was never stored.
func (j *Records) PayloadSize(ctx context.Context, docID string) (size int64, ok bool, err error) {
	err = ledger.QueryRow(ctx, j.Ledger, `SELECT size FROM payloads WHERE doc_id = $1`, docID).Scan(&size)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return size, err == nil, err
}

// HasBytes tells whether the bytes of an import file or result file are still there; they age out with what they are
// about.
func (j *Records) HasBytes(ctx context.Context, fileID, resultID int64) (bool, error) {
	n, err := ledger.Count(ctx, j.Ledger, `SELECT (SELECT COUNT(*) FROM file_chunks WHERE file_id = $1 AND n = 0) + (SELECT COUNT(*) FROM result_chunks WHERE result_id = $2 AND n = 0)`, fileID, resultID)
	return n > 0, err
}
