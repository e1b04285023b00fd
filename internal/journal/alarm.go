package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
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

// alarm opens an alarm; one that is open already for the same kind and subject takes the newer message.
func (t *tx) alarm(kind, subject, message, remedy string) error {
	n, err := t.exec(`UPDATE alarms SET message = $1, remedy = $2 WHERE kind = $3 AND subject = $4 AND resolved_at = ''`, message, remedy, kind, subject)
	if err != nil || n > 0 {
		return err
	}
	id, err := t.next("alarms")
	if err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO alarms (id, kind, subject, message, remedy, opened_at) VALUES ($1,$2,$3,$4,$5,$6)`, id, kind, subject, message, remedy, t.at); err != nil {
		return err
	}
	return t.event("alarm", about{}, detail{"alarm": id, "kind": kind, "subject": subject, "message": message})
}

// Alarm opens an alarm by itself.
func (j *Journal) Alarm(ctx context.Context, kind, subject, message, remedy string) error {
	return j.in(ctx, "open alarm", func(t *tx) error { return t.alarm(kind, subject, message, remedy) })
}

// OpenAlarms lists what needs a person, oldest first.
func (j *Journal) OpenAlarms(ctx context.Context) ([]Alarm, error) {
	rows, err := j.read.QueryContext(ctx, `SELECT id, kind, subject, message, remedy, opened_at FROM alarms WHERE resolved_at = '' ORDER BY id`)
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
		a.Opened = Time(at)
		out = append(out, a)
	}
	return out, rows.Err()
}

// ResolveAlarm closes an alarm with what a person did about it.
func (j *Journal) ResolveAlarm(ctx context.Context, id int64, resolution string) error {
	return j.in(ctx, "resolve alarm", func(t *tx) error {
		if err := t.one(`UPDATE alarms SET resolved_at = $1, resolution = $2 WHERE id = $3 AND resolved_at = ''`, t.at, resolution, id); err != nil {
			if errors.Is(err, ErrStale) {
				return fmt.Errorf("alarm %d: %w", id, ErrNotFound)
			}
			return err
		}
		return t.event("alarm resolved", about{}, detail{"alarm": id, "resolution": resolution})
	})
}

// clearAlarm closes an alarm that has settled itself.
func (t *tx) clearAlarm(kind, subject, resolution string) error {
	n, err := t.exec(`UPDATE alarms SET resolved_at = $1, resolution = $2 WHERE kind = $3 AND subject = $4 AND resolved_at = ''`, t.at, resolution, kind, subject)
	if err != nil || n == 0 {
		return err
	}
	return t.event("alarm resolved", about{}, detail{"kind": kind, "subject": subject, "resolution": resolution})
}

// ResolveAbout closes every open alarm about a subject.
func (j *Journal) ResolveAbout(ctx context.Context, subject, resolution string) error {
	return j.in(ctx, "resolve alarms about "+subject, func(t *tx) error {
		n, err := t.exec(`UPDATE alarms SET resolved_at = $1, resolution = $2 WHERE subject = $3 AND resolved_at = ''`, t.at, resolution, subject)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("open alarm about %s: %w", subject, ErrNotFound)
		}
		return t.event("alarm resolved", about{}, detail{"subject": subject, "resolution": resolution})
	})
}
