package records

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Alarm is something that needs a person.
type Alarm struct {
	ID      int64  `json:"id"`
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
	// Why is message and remedy as a code with values.
	Why        why.Reason `json:"why"`
	Opened     time.Time  `json:"opened_at"`
	Resolved   time.Time  `json:"resolved_at,omitzero"`
	Resolution string     `json:"resolution,omitempty"`
}

// AlarmColumns are the columns that ScanAlarm reads.
const AlarmColumns = `id, kind, subject, message, remedy, why, opened_at, resolved_at, resolution`

// ScanAlarm reads AlarmColumns.
func ScanAlarm(s interface{ Scan(...any) error }) (a Alarm, err error) {
	var kept, opened, resolved string
	if err := s.Scan(&a.ID, &a.Kind, &a.Subject, &a.Message, &a.Remedy, &kept, &opened, &resolved, &a.Resolution); err != nil {
		return a, err
	}
	a.Opened, a.Resolved = ledger.Time(opened), ledger.Time(resolved)
	a.Why, err = why.FromStored(kept, a.Message, a.Remedy)
	return a, err
}

// RemovedRoute is the kind of the alarms about what waits for a route that the configuration does not have, AnswersTo the
// beginning of their subject where it is the ERP's answer, and SettledItself how an alarm ends that no person has ended.
const (
	RemovedRoute  = "removed route"
	AnswersTo     = "answers to "
	SettledItself = "it is so no more"
)

// settled is the condition that a person has said of what waits for answers to a former route that none will come: of
// what was there when the alarm was ended. One that comes all the same is heard.
func settled(of string) string {
	return `EXISTS (SELECT 1 FROM alarms g WHERE g.kind = '` + RemovedRoute + `' AND g.subject = '` + AnswersTo + `' || ` + of + `.route AND g.resolved_at > ` + of +
		`.state_since AND g.resolution <> '` + SettledItself + `')`
}

func (j *Records) OpenSubjects(ctx context.Context, kind string) ([]string, error) {
	return ledger.List(ctx, j.Ledger, `SELECT subject FROM alarms WHERE kind = $1 AND resolved_at = ''`, []any{kind}, func(rows *sql.Rows) (s string, err error) {
		err = rows.Scan(&s)
		return s, err
	})
}

// OpenAlarms lists what needs a person, oldest first.
func (j *Records) OpenAlarms(ctx context.Context) ([]Alarm, error) {
	rows, err := ledger.QueryRows(ctx, j.Ledger, `SELECT `+AlarmColumns+` FROM alarms WHERE resolved_at = '' ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("journal: read alarms: %w", err)
	}
	defer rows.Close()
	var out []Alarm
	for rows.Next() {
		a, err := ScanAlarm(rows)
		if err != nil {
			return nil, fmt.Errorf("journal: read alarms: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}
