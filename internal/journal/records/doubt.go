package records

import (
	"context"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// DoubtKind is the kind of alarms which say that the world knows more than the journal: it was put back from a copy and
// looks as if it was not, or somebody works with a copy of it. While one is open no import file is numbered or dropped,
// for its number or its documents may be used already.
const DoubtKind = "older journal"

// Doubts are the open alarms of that kind.
func (j *Records) Doubts(ctx context.Context) ([]Alarm, error) {
	open, err := j.OpenAlarms(ctx)
	var out []Alarm
	for _, a := range open {
		if a.Kind == DoubtKind {
			out = append(out, a)
		}
	}
	return out, err
}

// KnownUntil is the time up to which a sign in a return folder is explained: the newest result file was collected then,
// or a person has settled the last doubt about this subject.
func (j *Records) KnownUntil(ctx context.Context, subject string) (time.Time, error) {
	var collected, resolved string
	err := ledger.QueryRow(ctx, j.Ledger, `SELECT (SELECT COALESCE(MAX(collected_at), '') FROM results), (SELECT COALESCE(MAX(resolved_at), '') FROM alarms WHERE kind = $1 AND subject = $2)`,
		DoubtKind, subject).Scan(&collected, &resolved)
	if err != nil {
		return time.Time{}, fmt.Errorf("journal: read result files: %w", err)
	}
	return ledger.Time(max(collected, resolved)), nil
}

// floors are the accepted gaps, by route.
func (j *Records) floors(ctx context.Context) (map[string]int64, error) {
	rows, err := ledger.QueryRows(ctx, j.Ledger, `SELECT SUBSTR(name, 7), CAST(value AS BIGINT) FROM meta WHERE name LIKE 'floor:%'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var route string
		var n int64
		if err := rows.Scan(&route, &n); err != nil {
			return nil, err
		}
		out[route] = n
	}
	return out, rows.Err()
}

// NextSequence is the query for a route's next number: one more than the newest file's, or than what was used before a
// restore.
const NextSequence = `SELECT COALESCE(MAX(n), 0) + 1 FROM (SELECT MAX(sequence) AS n FROM files WHERE route = $1 UNION ALL SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'floor:' || $1) AS used`
