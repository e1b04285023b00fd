package bridge

import (
	"context"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/schedule"
)

// wrongSlots forgets what was settled for times that a wrong clock believed in, at the start and whenever the clock was
// set back: otherwise the real ones would be taken for done. Clocks of several nodes differ by less than the hour that
// is left alone.
func (b *Bridge) wrongSlots(ctx context.Context, last *time.Time) error {
	now := b.now()
	back := now.Before(*last) || last.IsZero()
	*last = now
	if !back {
		return nil
	}
	n, err := b.j.ForgetSlots(ctx, now.Add(time.Hour))
	if n > 0 {
		b.log.Warn("the clock was set back: scheduled times in the future were settled, and are forgotten", "slots", n)
	}
	return err
}

// dueSlot runs for a scheduled time that has come. When others have come since (a long pass, a machine that slept), all
// of them are missed ones, and the policy decides. It returns the time up to which all is settled.
func (b *Bridge) dueSlot(ctx context.Context, due time.Time, schedules []string,
	done func(*Summary)) (time.Time, error) {
	further, _, err := schedule.Next(b.cfg.Schedule, due)
	if err == nil && further.After(b.now()) {
		err = b.slot(ctx, schedules, due, done)
	}
	if err != nil {
		return due, err
	}
	settled := b.now()
	return settled, b.missedSlots(ctx, done)
}

// slot begins one scheduled time for all schedules that want it, and runs once; somebody else may have taken it. It has
// ended when the run has: before that, the next process runs it again.
func (b *Bridge) slot(ctx context.Context, schedules []string, due time.Time, done func(*Summary)) error {
	taken, err := b.j.TakeSlots(ctx, schedules, due, records.SlotBegun)
	if err != nil || !taken {
		return err
	}
	killpoint.Here("slot.begun")
	return b.runAndReport(ctx, done, b.Run)
}

// begunSlots runs once for the scheduled times that an earlier process has begun and did not end: it was killed, or
// stopped in the middle.
func (b *Bridge) begunSlots(ctx context.Context, done func(*Summary)) error {
	begun, err := b.j.BegunSlots(ctx)
	if err != nil || len(begun) == 0 {
		return err
	}
	b.log.Info("the run of a scheduled time was begun and did not end: it is run again", "due", begun[len(begun)-1])
	return b.runAndReport(ctx, done, b.Run)
}

// missedSlots finds the scheduled times since the last settled one and runs them by the policy: the latest, all, or
// none.
func (b *Bridge) missedSlots(ctx context.Context, done func(*Summary)) error {
	zone, err := schedule.Zone(b.cfg.Schedule)
	if err != nil {
		return err
	}
	wanted := map[int64][]string{}
	var times []time.Time
	for _, expr := range b.cfg.Schedule.Runs {
		missed, err := b.missed(ctx, expr, zone)
		if err != nil {
			return err
		}
		for _, at := range missed {
			if wanted[at.Unix()] == nil {
				times = append(times, at)
			}
			wanted[at.Unix()] = append(wanted[at.Unix()], expr)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	for i, at := range times {
		latest := i == len(times)-1
		if b.cfg.Schedule.Missed == config.MissedAll || b.cfg.Schedule.Missed == config.MissedLatest && latest {
			err = b.slot(ctx, wanted[at.Unix()], at, done)
		} else {
			_, err = b.j.TakeSlots(ctx, wanted[at.Unix()], at, records.SlotMissed)
		}
		if err != nil || ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// missed gives the times of one schedule since the last one that was begun or is settled.
func (b *Bridge) missed(ctx context.Context, expr string, zone *time.Location) ([]time.Time, error) {
	last, err := b.j.LastSlot(ctx, expr)
	if err != nil {
		return nil, err
	}
	now := b.now().In(zone)
	if last.IsZero() { // the first start: nothing was missed; from now on it counts
		_, err := b.j.TakeSlots(ctx, []string{expr}, now.Truncate(time.Minute), records.SlotMissed)
		return nil, err
	}
	return schedule.Missed(expr, last.In(zone), now)
}
