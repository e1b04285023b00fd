package runs

import (
	"context"
	"database/sql"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// TakeSlots begins or settles a scheduled time, for all schedules that want it at once; false means that all of them
// were taken before (by another process, or before a kill).
func (j *Runs) TakeSlots(ctx context.Context, schedules []string, due time.Time, state records.SlotState) (taken bool, err error) {
	name := "scheduled run " + string(state)
	if state == records.SlotTaken {
		name = slotEnded
	}
	err = j.in(ctx, "take slot", func(t *ledger.Tx) error {
		taken = false
		for _, schedule := range schedules {
			n, err := t.Exec(`INSERT INTO slots (schedule, due_at, state) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING`, schedule, ledger.Stamp(due), state)
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			taken = true
			if err := t.Event(name, ledger.About{Others: []ledger.Subject{{Kind: ledger.OfSchedule, Key: schedule}}}, ledger.Detail{"due": ledger.Stamp(due)}); err != nil {
				return err
			}
		}
		return nil
	})
	return taken, err
}

// slotEnded is the name of the history rows about scheduled times that were run to the end.
const slotEnded = "scheduled run ended"

// endSlots ends the scheduled times that were begun: a run over everything is all that they want.
func endSlots(t *ledger.Tx) error {
	var due []string
	var of []ledger.Subject
	err := t.Each(`SELECT schedule, due_at FROM slots WHERE state = $1 ORDER BY due_at, schedule`, func(rows *sql.Rows) error {
		s := ledger.Subject{Kind: ledger.OfSchedule}
		var at string
		err := rows.Scan(&s.Key, &at)
		due, of = append(due, at), append(of, s)
		return err
	}, records.SlotBegun)
	if err != nil {
		return err
	}
	for i, s := range of {
		if err := t.One(`UPDATE slots SET state = $1 WHERE schedule = $2 AND due_at = $3 AND state = $4`, records.SlotTaken, s.Key, due[i], records.SlotBegun); err != nil {
			return err
		}
		if err := t.Event(slotEnded, ledger.About{Others: []ledger.Subject{s}}, ledger.Detail{"due": due[i]}); err != nil {
			return err
		}
	}
	return nil
}

// ForgetSlots forgets scheduled times after the given one. They were settled by a clock that has been set back since;
// when they come, they are due. It returns how many there were.
func (j *Runs) ForgetSlots(ctx context.Context, after time.Time) (n int64, err error) {
	err = j.in(ctx, "forget slots", func(t *ledger.Tx) error {
		gone, err := t.Changed(`DELETE FROM slots WHERE due_at > $1`, ledger.Stamp(after))
		if n = int64(len(gone)); err != nil || n == 0 {
			return err
		}
		return t.Event("scheduled times forgotten", ledger.About{Others: ledger.KeysOf(gone, ledger.OfSchedule, "schedule")}, ledger.Detail{"after": ledger.Stamp(after), "times": n})
	})
	return n, err
}
