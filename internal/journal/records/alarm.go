package records

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Alarm is something that needs a person.
type Alarm struct {
	ID         int64     `json:"id"`
	Kind       string    `json:"kind"`
	Subject    string    `json:"subject"`
	Message    string    `json:"message"`
	Remedy     string    `json:"remedy"`
	Opened     time.Time `json:"opened_at"`
	Resolved   time.Time `json:"resolved_at,omitzero"`
	Resolution string    `json:"resolution,omitempty"`
}

func (j *Records) OpenSubjects(ctx context.Context, kind string) ([]string, error) {
	return ledger.List(ctx, j.Ledger, `SELECT subject FROM alarms WHERE kind = $1 AND resolved_at = ''`, []any{kind}, func(rows *sql.Rows) (s string, err error) {
		err = rows.Scan(&s)
		return s, err
	})
}

// OpenAlarms lists what needs a person, oldest first.
func (j *Records) OpenAlarms(ctx context.Context) ([]Alarm, error) {
	rows, err := ledger.QueryRows(ctx, j.Ledger, `SELECT id, kind, subject, message, remedy, opened_at FROM alarms WHERE resolved_at = '' ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("journal: read alarms: %w", err)
	}
	defer rows.Close()
	var out []Alarm
	for rows.Next() {
		var a Alarm
		var at string
		if err := rows.Scan(&a.ID, &a.Kind, &a.Subject, &a.Message, &a.Remedy, &at); err != nil {
			return nil, fmt.Errorf("journal: read alarms: %w", err)
		}
		a.Opened = ledger.Time(at)
		out = append(out, a)
	}
	return out, rows.Err()
}
