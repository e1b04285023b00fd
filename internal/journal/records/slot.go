package records

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
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
func (j *Records) LastSlot(ctx context.Context, schedule string) (time.Time, error) {
	var at sql.NullString
	if err := ledger.QueryRow(ctx, j.Ledger, `SELECT MAX(due_at) FROM slots WHERE schedule = $1`, schedule).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("journal: read slots: %w", err)
	}
	return ledger.Time(at.String), nil
}

// BegunSlots are the scheduled times whose run was begun and has not ended, whatever the schedule is now.
func (j *Records) BegunSlots(ctx context.Context) ([]time.Time, error) {
	out, err := ledger.List(ctx, j.Ledger, `SELECT DISTINCT due_at FROM slots WHERE state = $1 ORDER BY due_at`, []any{SlotBegun}, func(rows *sql.Rows) (time.Time, error) {
		var at string
		err := rows.Scan(&at)
		return ledger.Time(at), err
	})
	if err != nil {
		return nil, fmt.Errorf("journal: read slots: %w", err)
	}
	return out, nil
}
