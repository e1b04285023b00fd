package bridge

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/adhocore/gronx"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal"
)

// Watch is the daemon form: full passes by the schedule, and the half that result files need whenever a return folder stirs. done is told
// each summary. It ends, cleanly, with ctx; a pass under way stops at its next boundary.
func (b *Bridge) Watch(ctx context.Context, done func(*Summary)) error {
	wake, stop, err := b.wakes(ctx)
	if err != nil {
		return err
	}
	defer stop()
	var last time.Time
	if err := b.wrongSlots(ctx, &last); err != nil {
		return err
	}
	if err := b.missedSlots(ctx, done); err != nil {
		return err
	}
	for {
		if err := b.wrongSlots(ctx, &last); err != nil {
			return err
		}
		due, schedule, err := b.nextSlot()
		if err != nil {
			return err
		}
		timer := time.NewTimer(nextWait(b.now(), due))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-wake:
			timer.Stop()
			if err := b.told(ctx, done, b.Returns); err != nil {
				return err
			}
		case <-timer.C:
			if due.IsZero() || b.now().Before(due) {
				continue // the clock was set, or the wait was cut into pieces
			}
			if err := b.slot(ctx, schedule, due, done); err != nil {
				return err
			}
		}
	}
}

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

// longestWait bounds a single wait, so that a clock that is set forward is noticed.
const longestWait = time.Minute

func nextWait(now, due time.Time) time.Duration {
	if due.IsZero() {
		return longestWait
	}
	return min(max(due.Sub(now), 0), longestWait)
}

func (b *Bridge) told(ctx context.Context, done func(*Summary), pass func(context.Context) (*Summary, error)) error {
	s, err := pass(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	done(s)
	return nil
}

// slot takes one scheduled time and runs; somebody else may have taken it.
func (b *Bridge) slot(ctx context.Context, schedule string, due time.Time, done func(*Summary)) error {
	taken, err := b.j.TakeSlot(ctx, schedule, due, journal.SlotTaken)
	if err != nil || !taken {
		return err
	}
	return b.told(ctx, done, b.Run)
}

// nextSlot is the next scheduled time of all schedules, in the configured zone; zero when there is no schedule.
func (b *Bridge) nextSlot() (due time.Time, schedule string, err error) {
	zone, err := time.LoadLocation(b.cfg.Schedule.Timezone)
	if err != nil {
		return due, "", fmt.Errorf("schedule.timezone: %w", err)
	}
	for _, expr := range b.cfg.Schedule.Runs {
		at, err := gronx.NextTickAfter(expr, b.now().In(zone), false)
		if err != nil {
			return due, "", fmt.Errorf("schedule %q: %w", expr, err)
		}
		if due.IsZero() || at.Before(due) {
			due, schedule = at, expr
		}
	}
	return due, schedule, nil
}

// mostMissed bounds how many missed times are looked at after a long time down.
const mostMissed = 1000

// missedSlots finds the scheduled times since the last settled one and runs them by the policy: the latest, all, or none.
func (b *Bridge) missedSlots(ctx context.Context, done func(*Summary)) error {
	zone, err := time.LoadLocation(b.cfg.Schedule.Timezone)
	if err != nil {
		return fmt.Errorf("schedule.timezone: %w", err)
	}
	for _, expr := range b.cfg.Schedule.Runs {
		last, err := b.j.LastSlot(ctx, expr)
		if err != nil {
			return err
		}
		if last.IsZero() { // the first start: nothing was missed; from now on it counts
			if _, err := b.j.TakeSlot(ctx, expr, b.now().In(zone).Truncate(time.Minute), journal.SlotMissed); err != nil {
				return err
			}
			continue
		}
		missed, err := ticks(expr, last.In(zone), b.now().In(zone))
		if err != nil {
			return err
		}
		for i, at := range missed {
			run := b.cfg.Schedule.Missed == config.MissedAll || b.cfg.Schedule.Missed == config.MissedLatest && i == len(missed)-1
			if run {
				err = b.slot(ctx, expr, at, done)
			} else {
				_, err = b.j.TakeSlot(ctx, expr, at, journal.SlotMissed)
			}
			if err != nil || ctx.Err() != nil {
				return err
			}
		}
	}
	return nil
}

func ticks(expr string, after, until time.Time) ([]time.Time, error) {
	var out []time.Time
	for at := after; len(out) < mostMissed; {
		next, err := gronx.NextTickAfter(expr, at, false)
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

// wakes joins the wake-ups of all return folders into one channel. stop ends them and waits.
func (b *Bridge) wakes(ctx context.Context) (<-chan struct{}, func(), error) {
	boxes, err := b.inboxes()
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	wake := make(chan struct{}, 1)
	var all sync.WaitGroup
	var opened []exchange.Returns
	stop := func() {
		cancel()
		all.Wait()
		for _, r := range opened {
			if err := r.Close(); err != nil {
				b.log.Warn("close return folder", "error", err.Error())
			}
		}
	}
	for _, in := range boxes {
		r, err := exchange.OpenReturns(in.target, exchange.Options{Log: b.log})
		if err != nil {
			stop()
			return nil, nil, errors.Join(fmt.Errorf("watch return folder %s", in.key), err)
		}
		opened = append(opened, r)
		all.Go(func() {
			for range r.Watch(ctx) {
				select {
				case wake <- struct{}{}:
				default: // one is waiting already
				}
			}
		})
	}
	return wake, stop, nil
}
