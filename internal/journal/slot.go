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
	SlotTaken  SlotState = "taken"
	SlotMissed SlotState = "missed"
)

// LastSlot is the newest time of a schedule that is settled, zero when there is none.
func (j *Journal) LastSlot(ctx context.Context, schedule string) (time.Time, error) {
	var at sql.NullString
	if err := j.read.QueryRowContext(ctx, `SELECT MAX(due_at) FROM slots WHERE schedule = $1`, schedule).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("journal: read slots: %w", err)
	}
	return Time(at.String), nil
}

// TakeSlot settles a scheduled time; false means that it was settled before (by another process, or before a kill).
func (j *Journal) TakeSlot(ctx context.Context, schedule string, due time.Time, state SlotState) (taken bool, err error) {
	err = j.in(ctx, "take slot", func(t *tx) error {
		n, err := t.exec(`INSERT INTO slots (schedule, due_at, state) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING`, schedule, stamp(due), state)
		taken = n == 1
		return err
	})
	return taken, err
}

// ForgetSlots forgets scheduled times after the given one. They were settled by a clock that has been set back since; when they come, they
// are due. It returns how many there were.
func (j *Journal) ForgetSlots(ctx context.Context, after time.Time) (n int64, err error) {
	err = j.in(ctx, "forget slots", func(t *tx) error {
		n, err = t.exec(`DELETE FROM slots WHERE due_at > $1`, stamp(after))
		return err
	})
	return n, err
}
