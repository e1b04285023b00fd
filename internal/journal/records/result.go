package records

import (
	"context"
	"database/sql"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/why"
)

// ResultState is where a result file stands.
type ResultState string

const (
	// Collected: its bytes are in the journal. Applied: every line has become an outcome, a payment, or a listed
	// exception.
	Collected ResultState = "collected"
	Applied   ResultState = "applied"
	// Repeated: the same content was collected before; it changes nothing.
	Repeated ResultState = "repeated"
	// Unreadable: the file as a whole could not be read; a person must look.
	Unreadable ResultState = "unreadable"
)

// ResultFile is one row of results.
type ResultFile struct {
	ID        int64       `json:"id"`
	Route     string      `json:"route"`
	Name      string      `json:"name"`
	SHA256    string      `json:"sha256"`
	Size      int64       `json:"size"`
	State     ResultState `json:"state"`
	Reason    string      `json:"reason,omitempty"`
	Why       why.Reason  `json:"why,omitzero"`
	Collected time.Time   `json:"collected_at"`
	Format    string      `json:"format,omitempty"`
	Counts    Counts      `json:"rows"`
	MovedTo   string      `json:"moved_to,omitempty"`
}

// Counts says what became of the lines of a result file.
type Counts struct {
	Total    int `json:"total"`
	Outcomes int `json:"outcomes"`
	Payments int `json:"payments"`
	Ignored  int `json:"ignored"`
	Listed   int `json:"listed"`
	// Posted and Rejected are the documents that got their final outcome by this file, also those that no line names.
	Posted   int `json:"-"`
	Rejected int `json:"-"`
}

const ResultColumns = `id, route, name, sha256, size, state, reason, collected_at, format, rows_total, rows_outcome, rows_payment, rows_ignored, rows_listed, moved_to, why`

// ScanResult reads ResultColumns.
func ScanResult(s interface{ Scan(...any) error }) (ResultFile, error) {
	var r ResultFile
	var at, kept string
	err := s.Scan(&r.ID, &r.Route, &r.Name, &r.SHA256, &r.Size, &r.State, &r.Reason, &at, &r.Format, &r.Counts.Total, &r.Counts.Outcomes, &r.Counts.Payments, &r.Counts.Ignored, &r.Counts.Listed, &r.MovedTo, &kept)
	if err != nil {
		return r, err
	}
	r.Collected = ledger.Time(at)
	r.Why, err = why.FromStored(kept, r.Reason, "")
	return r, err
}

// ResultsIn gives the result files in the given states, oldest first.
func (j *Records) ResultsIn(ctx context.Context, states ...ResultState) ([]ResultFile, error) {
	where, args := ledger.Among("state", states, 1)
	return ResultsWhere(ctx, j.Ledger, where+" ORDER BY id", args...)
}

// FindResults gives the result files that a person may mean: by name or id.
func (j *Records) FindResults(ctx context.Context, word string) ([]ResultFile, error) {
	return ResultsWhere(ctx, j.Ledger, `name = $1 OR CAST(id AS TEXT) = $1`, word)
}

// ResultsWhere gives the result files that a condition chooses, in its order.
func ResultsWhere(ctx context.Context, j *ledger.Ledger, where string, args ...any) ([]ResultFile, error) {
	return ledger.List(ctx, j, `SELECT `+ResultColumns+` FROM results WHERE `+where, args, func(rows *sql.Rows) (ResultFile, error) { return ScanResult(rows) })
}

// Look is what was last seen of a file in a return folder.
type Look struct {
	Name                string
	Size                int64
	Modified            time.Time
	FirstSeen, LastSeen time.Time
}
