package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// reader is what queries need: the pool of connections, or one transaction.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// ErrNoJournal says that there is no journal yet: nothing has run in the working folder.
var ErrNoJournal = errors.New("there is no journal yet")

// OpenRead opens a journal for looking only: nothing is written, nothing is migrated, no lock of ours is needed, and every method that
// would change something fails. A file that is not there is ErrNoJournal.
func OpenRead(ctx context.Context, path string, now func() time.Time) (*Journal, error) {
	return openRead(ctx, path, now, "mode=ro")
}

// OpenCopy opens a journal that no process works on, a backup, without leaving any file beside it.
func OpenCopy(ctx context.Context, path string, now func() time.Time) (*Journal, error) {
	return openRead(ctx, path, now, "mode=ro&immutable=1")
}

func openRead(ctx context.Context, path string, now func() time.Time, mode string) (*Journal, error) {
	if err := isThere(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+uriPath(path)+"?"+mode+"&_pragma=busy_timeout(30000)&_pragma=query_only(1)&_pragma=cache_size(-16000)")
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	j := &Journal{write: db, pool: db, read: db, path: path, now: now}
	if err := j.sameVersion(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", path, err), db.Close())
	}
	return j, nil
}

// isThere is ErrNoJournal when there is no file.
func isThere(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0: // an empty one is just being made
		return fmt.Errorf("open journal %s: %w", path, ErrNoJournal)
	case err != nil:
		return fmt.Errorf("open journal: %w", err)
	}
	return nil
}

// sameVersion refuses a journal whose tables are not the ones that this program knows.
func (j *Journal) sameVersion(ctx context.Context) error {
	var have int64
	if err := j.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&have); err != nil {
		return fmt.Errorf("read the version: %w", err)
	}
	want, err := newestVersion()
	switch {
	case err != nil:
		return err
	case have > want:
		return fmt.Errorf("version %d is newer than this program knows (%d); use the newer program", have, want)
	case have < want:
		return &olderError{have, want}
	}
	return nil
}

// olderError is ErrOlder with the versions.
type olderError struct{ have, want int64 }

func (e *olderError) Error() string {
	return fmt.Sprintf("version %d is older than this program's (%d); `fisbridge check` or the next run brings it up to date", e.have, e.want)
}

// Is tells that it is ErrOlder.
func (e *olderError) Is(target error) bool { return target == ErrOlder }

// newestVersion is the number of the last migration.
func newestVersion() (newest int64, err error) {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("migration %s: %w", e.Name(), err)
		}
		newest = max(newest, n)
	}
	return newest, nil
}

// Snapshot runs fn with a journal whose readings all show the same instant, whatever others commit meanwhile.
func (j *Journal) Snapshot(ctx context.Context, fn func(*Journal) error) error {
	t, err := j.pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("journal: begin to read: %w", err)
	}
	defer t.Rollback() //nolint:errcheck // it has only read
	frozen := *j
	frozen.read = t
	return fn(&frozen)
}

// Standing is how many documents of a route are in a state, and since when the oldest of them.
type Standing struct {
	Route     string    `json:"route"`
	State     State     `json:"state"`
	Documents int       `json:"documents"`
	Oldest    time.Time `json:"oldest_since"`
}

// Standings counts documents by route and state.
func (j *Journal) Standings(ctx context.Context) ([]Standing, error) {
	return list(ctx, j, `SELECT route, state, COUNT(*), MIN(state_since) FROM documents GROUP BY route, state ORDER BY route, state`, nil, func(rows *sql.Rows) (s Standing, err error) {
		var oldest string
		err = rows.Scan(&s.Route, &s.State, &s.Documents, &oldest)
		s.Oldest = Time(oldest)
		return s, err
	})
}

// Unanswered gives the acknowledged documents that wait for a file or for the ERP's word, the longest waiting first, at most limit (0: all).
func (j *Journal) Unanswered(ctx context.Context, limit int) ([]Doc, error) {
	where := `state IN ('acknowledged','filed') ORDER BY acknowledged_at, doc_id`
	if limit > 0 {
		where += fmt.Sprintf(" LIMIT %d", limit)
	}
	return j.docs(ctx, where)
}

// CountOverdue counts the documents that were acknowledged before the given time and have no outcome yet, held ones too.
func (j *Journal) CountOverdue(ctx context.Context, before time.Time) (int, error) {
	return j.count(ctx, `SELECT COUNT(*) FROM documents WHERE state IN ('acknowledged','held','filed') AND acknowledged_at < $1`, stamp(before))
}

// Owed counts confirmations of one kind in one state, with the time since when the first of them is due.
type Owed struct {
	State  ConfirmState `json:"state"`
	Count  int          `json:"count"`
	Oldest time.Time    `json:"oldest_due_at,omitzero"`
}

// OwedPostings and OwedPayments count the confirmations of either kind by state.
func (j *Journal) OwedPostings(ctx context.Context) ([]Owed, error) {
	return j.owed(ctx, "confirmations")
}

// OwedPayments counts payment confirmations by state.
func (j *Journal) OwedPayments(ctx context.Context) ([]Owed, error) { return j.owed(ctx, "payments") }

func (j *Journal) owed(ctx context.Context, table string) ([]Owed, error) {
	return list(ctx, j, `SELECT state, COUNT(*), MIN(due_at) FROM `+table+` GROUP BY state ORDER BY state`, nil, func(rows *sql.Rows) (o Owed, err error) {
		var oldest string
		err = rows.Scan(&o.State, &o.Count, &oldest)
		o.Oldest = Time(oldest)
		return o, err
	})
}

// StuckConfirmations gives the posting confirmations that are never repeated by themselves.
func (j *Journal) StuckConfirmations(ctx context.Context) ([]Confirmation, error) {
	return list(ctx, j, `SELECT `+confirmationColumns+` FROM confirmations WHERE state = 'stuck' ORDER BY doc_id`, nil, func(rows *sql.Rows) (Confirmation, error) { return scanConfirmation(rows) })
}

// StuckPayments gives the payment confirmations that are never repeated by themselves.
func (j *Journal) StuckPayments(ctx context.Context) ([]PaymentRecord, error) {
	return j.payments(ctx, `state = 'stuck' ORDER BY id`)
}

// ResultsUnmoved gives the result files that still lie in their return folder, as far as the journal knows, oldest first.
func (j *Journal) ResultsUnmoved(ctx context.Context) ([]ResultFile, error) {
	return j.results(ctx, `moved_to = '' ORDER BY id`)
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
func (j *Journal) SaidAbout(ctx context.Context, docID string) ([]Said, error) {
	return list(ctx, j, `SELECT r.result_id, f.name, r.line, r.kind, r.file_id, r.file_line, r.verdict, r.problem FROM result_rows r JOIN results f ON f.id = r.result_id
		WHERE r.doc_id = $1 AND r.doc_id <> '' ORDER BY r.result_id, r.line`, []any{docID}, func(rows *sql.Rows) (s Said, err error) {
		err = rows.Scan(&s.ResultID, &s.Result, &s.Line, &s.Kind, &s.FileID, &s.FileLine, &s.Verdict, &s.Problem)
		return s, err
	})
}

// AlarmsAbout gives the alarms about any of the subjects, resolved ones too, oldest first.
func (j *Journal) AlarmsAbout(ctx context.Context, subjects ...string) ([]Alarm, error) {
	where, args := in("subject", subjects, 1)
	return list(ctx, j, `SELECT id, kind, subject, message, remedy, opened_at, resolved_at, resolution FROM alarms WHERE `+where+` ORDER BY id`, args, func(rows *sql.Rows) (a Alarm, err error) {
		var opened, resolved string
		err = rows.Scan(&a.ID, &a.Kind, &a.Subject, &a.Message, &a.Remedy, &opened, &resolved, &a.Resolution)
		a.Opened, a.Resolved = Time(opened), Time(resolved)
		return a, err
	})
}

// PayloadSize tells how many bytes a document's payload has; false when it has aged out, or was never stored.
func (j *Journal) PayloadSize(ctx context.Context, docID string) (size int64, ok bool, err error) {
	err = j.read.QueryRowContext(ctx, `SELECT size FROM payloads WHERE doc_id = $1`, docID).Scan(&size)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return size, err == nil, err
}

// HasBytes tells whether the bytes of an import file or result file are still there; they age out with what they are about.
func (j *Journal) HasBytes(ctx context.Context, fileID, resultID int64) (bool, error) {
	n, err := j.count(ctx, `SELECT (SELECT COUNT(*) FROM file_chunks WHERE file_id = $1 AND n = 0) + (SELECT COUNT(*) FROM result_chunks WHERE result_id = $2 AND n = 0)`, fileID, resultID)
	return n > 0, err
}

// SeqOf finds the history row with a hash: 0 when there is none.
func (j *Journal) SeqOf(ctx context.Context, hash string) (seq int64, err error) {
	err = j.read.QueryRowContext(ctx, `SELECT seq FROM history WHERE hash = $1 ORDER BY seq LIMIT 1`, hash).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, err
}

// Intact asks the database itself whether its pages are whole.
func (j *Journal) Intact(ctx context.Context) error {
	var answer string
	if err := j.read.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&answer); err != nil {
		return fmt.Errorf("journal: check the database: %w", err)
	}
	if answer != "ok" {
		return fmt.Errorf("journal: the database is damaged: %s", answer)
	}
	return nil
}

// list reads all rows of a query.
func list[T any](ctx context.Context, j *Journal, query string, args []any, scan func(*sql.Rows) (T, error)) ([]T, error) {
	rows, err := j.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("journal: read: %w", err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("journal: read: %w", err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
