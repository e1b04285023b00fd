package journal

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// SlotState is what became of a scheduled time.
type SlotState string

const (
	// SlotBegun: its run was begun, and has not ended; when no process is at it, it is run again.
	SlotBegun SlotState = "begun"
	// SlotTaken: its run ended, or a later one that was whole. It is never run again.
	SlotTaken SlotState = "taken"
	// SlotMissed: its time passed, and it is not run.
	SlotMissed SlotState = "missed"
)

// LastSlot is the newest time of a schedule that was begun or is settled, zero when there is none.
func (j *Journal) LastSlot(ctx context.Context, schedule string) (time.Time, error) {
	var at sql.NullString
	if err := j.read.QueryRowContext(ctx, `SELECT MAX(due_at) FROM slots WHERE schedule = $1`, schedule).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("journal: read slots: %w", err)
	}
	return Time(at.String), nil
}

// TakeSlots begins or settles a scheduled time, for all schedules that want it at once; false means that all of them were taken before (by
// another process, or before a kill).
func (j *Journal) TakeSlots(ctx context.Context, schedules []string, due time.Time, state SlotState) (taken bool, err error) {
	name := "scheduled run " + string(state)
	if state == SlotTaken {
		name = slotEnded
	}
	err = j.in(ctx, "take slot", func(t *tx) error {
		taken = false
		for _, schedule := range schedules {
			n, err := t.exec(`INSERT INTO slots (schedule, due_at, state) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING`, schedule, stamp(due), state)
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			taken = true
			if err := t.event(name, about{others: []subject{{ofSchedule, schedule}}}, detail{"due": stamp(due)}); err != nil {
				return err
			}
		}
		return nil
	})
	return taken, err
}

// slotEnded is the name of the history rows about scheduled times that were run to the end.
const slotEnded = "scheduled run ended"

// BegunSlots are the scheduled times whose run was begun and has not ended, whatever the schedule is now.
func (j *Journal) BegunSlots(ctx context.Context) ([]time.Time, error) {
	out, err := list(ctx, j, `SELECT DISTINCT due_at FROM slots WHERE state = $1 ORDER BY due_at`, []any{SlotBegun}, func(rows *sql.Rows) (time.Time, error) {
		var at string
		err := rows.Scan(&at)
		return Time(at), err
	})
	if err != nil {
		return nil, fmt.Errorf("journal: read slots: %w", err)
	}
	return out, nil
}

// endSlots ends the scheduled times that were begun: a run over everything is all that they want.
func (t *tx) endSlots() error {
	var due []string
	var of []subject
	err := t.each(`SELECT schedule, due_at FROM slots WHERE state = $1 ORDER BY due_at, schedule`, func(rows *sql.Rows) error {
		s := subject{kind: ofSchedule}
		var at string
		err := rows.Scan(&s.key, &at)
		due, of = append(due, at), append(of, s)
		return err
	}, SlotBegun)
	if err != nil {
		return err
	}
	for i, s := range of {
		if err := t.one(`UPDATE slots SET state = $1 WHERE schedule = $2 AND due_at = $3`, SlotTaken, s.key, due[i]); err != nil {
			return err
		}
		if err := t.event(slotEnded, about{others: []subject{s}}, detail{"due": due[i]}); err != nil {
			return err
		}
	}
	return nil
}

// ForgetSlots forgets scheduled times after the given one. They were settled by a clock that has been set back since; when they come, they
// are due. It returns how many there were.
func (j *Journal) ForgetSlots(ctx context.Context, after time.Time) (n int64, err error) {
	err = j.in(ctx, "forget slots", func(t *tx) error {
		gone, err := t.changed(`DELETE FROM slots WHERE due_at > $1`, stamp(after))
		if n = int64(len(gone)); err != nil || n == 0 {
			return err
		}
		return t.event("scheduled times forgotten", about{others: keysOf(gone, ofSchedule, "schedule")}, detail{"after": stamp(after), "times": n})
	})
	return n, err
}
