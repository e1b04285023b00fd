package bridge

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/adhocore/gronx"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// wrongSlots forgets what was settled for times that a wrong clock believed in, at the start and whenever the clock was set back: otherwise
// the real ones would be taken for done. Clocks of several nodes differ by less than the hour that is left alone.
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

// nextSlot is the next scheduled time after the given one, with the schedules that want it, in the configured zone; zero when there is no schedule.
func (b *Bridge) nextSlot(after time.Time) (due time.Time, schedules []string, err error) {
	zone, err := time.LoadLocation(b.cfg.Schedule.Timezone)
	if err != nil {
		return due, nil, fmt.Errorf("schedule.timezone: %w", err)
	}
	for _, expr := range b.cfg.Schedule.Runs {
		at, err := nextTick(expr, after.In(zone))
		switch {
		case err != nil:
			return due, nil, fmt.Errorf("schedule %q: %w", expr, err)
		case due.IsZero() || at.Before(due):
			due, schedules = at, []string{expr}
		case at.Equal(due):
			schedules = append(schedules, expr)
		}
	}
	return due, schedules, nil
}

// dueSlot runs for a scheduled time that has come. When others have come since (a long pass, a machine that slept), all of them are missed
// ones, and the policy decides. It returns the time up to which all is settled.
func (b *Bridge) dueSlot(ctx context.Context, due time.Time, schedules []string, done func(*Summary)) (time.Time, error) {
	further, _, err := b.nextSlot(due)
	if err == nil && further.After(b.now()) {
		err = b.slot(ctx, schedules, due, done)
	}
	if err != nil {
		return due, err
	}
	settled := b.now()
	return settled, b.missedSlots(ctx, done)
}

// slot begins one scheduled time for all schedules that want it, and runs once; somebody else may have taken it. It has ended when the run
// has: before that, the next process runs it again.
func (b *Bridge) slot(ctx context.Context, schedules []string, due time.Time, done func(*Summary)) error {
	taken, err := b.j.TakeSlots(ctx, schedules, due, journal.SlotBegun)
	if err != nil || !taken {
		return err
	}
	killpoint.Here("slot.begun")
	return b.told(ctx, done, b.Run)
}

// begunSlots runs once for the scheduled times that an earlier process has begun and did not end: it was killed, or stopped in the middle.
func (b *Bridge) begunSlots(ctx context.Context, done func(*Summary)) error {
	begun, err := b.j.BegunSlots(ctx)
	if err != nil || len(begun) == 0 {
		return err
	}
	b.log.Info("the run of a scheduled time was begun and did not end: it is run again", "due", begun[len(begun)-1])
	return b.told(ctx, done, b.Run)
}

// mostMissed bounds how many missed times are looked at after a long time down.
const mostMissed = 1000

// missedSlots finds the scheduled times since the last settled one and runs them by the policy: the latest, all, or none.
func (b *Bridge) missedSlots(ctx context.Context, done func(*Summary)) error {
	zone, err := time.LoadLocation(b.cfg.Schedule.Timezone)
	if err != nil {
		return fmt.Errorf("schedule.timezone: %w", err)
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
			_, err = b.j.TakeSlots(ctx, wanted[at.Unix()], at, journal.SlotMissed)
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
		_, err := b.j.TakeSlots(ctx, []string{expr}, now.Truncate(time.Minute), journal.SlotMissed)
		return nil, err
	}
	return ticks(expr, last.In(zone), now)
}

func ticks(expr string, after, until time.Time) ([]time.Time, error) {
	var out []time.Time
	for at := after; len(out) < mostMissed; {
		next, err := nextTick(expr, at)
		if err != nil {
			return nil, fmt.Errorf("schedule %q: %w", expr, err)
		}
		if next.After(until) {
			break
		}
		out = append(out, next)
		at = next
	}
	return out, nil
}

// nextTick is the next time at which the clock on the wall of the zone shows what the expression wants. When clocks go forward, a time that they jump over
// comes as much later as they jumped; when they go back, a time that comes twice counts once.
func nextTick(expr string, after time.Time) (time.Time, error) {
	face := asUTC(after)
	for {
		next, err := gronx.NextTickAfter(expr, face, false)
		if err != nil {
			return time.Time{}, err
		}
		if at := atFace(next, after.Location()); at.After(after) {
			return at, nil
		}
		face = next
	}
}

// asUTC is what a clock in the time's zone shows, as if it hung in Greenwich, where no hour is missing or doubled.
func asUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// atFace is the first moment at which clocks in a zone show the face; when they jump over it, the moment at which they would have shown it without the jump.
func atFace(face time.Time, zone *time.Location) time.Time {
	at := time.Date(face.Year(), face.Month(), face.Day(), face.Hour(), face.Minute(), face.Second(), face.Nanosecond(), zone)
	_, before := at.Add(-3 * time.Hour).Zone() // zones do not change twice within hours
	early := face.Add(-time.Duration(before) * time.Second).In(zone)
	if jumped, twice := !asUTC(at).Equal(face), asUTC(early).Equal(face); jumped || twice {
		return early
	}
	return at
}
