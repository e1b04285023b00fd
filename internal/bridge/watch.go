package bridge

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge/slots"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/schedule"
)

// Watch is the daemon form: full passes by the schedule, and the half that result files need whenever a return folder
// stirs; an event that is heard brings the fetch forward. done is told each summary. It ends, cleanly, with ctx; a pass under way stops at its next boundary.
func (b *Bridge) Watch(ctx context.Context, done func(*Summary)) error {
	wake, stop, err := b.wakes(ctx)
	if err != nil {
		return err
	}
	defer stop()
	heard, shut, err := b.hear(ctx)
	if err != nil {
		return err
	}
	defer shut()
	for {
		err := b.watch(ctx, wake, heard, done)
		switch {
		case ctx.Err() != nil:
			return nil
		case !journal.TroubleOf(err).Passes():
			return err
		}
		b.log.Warn("the journal's database is in trouble; tried again soon", "error", err.Error())
		if b.sleep(ctx, afterTrouble) != nil {
			return nil
		}
	}
}

// afterTrouble is how long a server that holds the journal is left alone before it is asked again.
const afterTrouble = 10 * time.Second

func (b *Bridge) watch(ctx context.Context, wake, heard <-chan struct{}, done func(*Summary)) error {
	var last time.Time
	times := b.slots(done)
	if err := times.Wrong(ctx, &last); err != nil {
		return err
	}
	if err := times.Begun(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	from := b.now() // scheduled times up to here are settled
	if err := times.Missed(ctx); err != nil {
		return err
	}
	for {
		if err := times.Wrong(ctx, &last); err != nil {
			return err
		}
		if from.After(last) {
			from = last // the clock was set back
		}
		due, schedules, err := schedule.Next(b.cfg.Schedule, from)
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
			if err := b.runAndReport(ctx, done, b.Returns); err != nil {
				return err
			}
		case <-b.beside.Now:
			timer.Stop()
			if err := b.runAndReport(ctx, done, b.Run); err != nil {
				return err
			}
		case <-heard:
			timer.Stop()
			if err := b.runAndReport(ctx, done, b.Heard); err != nil {
				return err
			}
		case <-timer.C:
			if due.IsZero() || b.now().Before(due) {
				continue // the clock was set, or the wait was cut into pieces
			}
			if from, err = times.Due(ctx, due, schedules); err != nil {
				return err
			}
		}
	}
}

// Due is one visit of somebody who comes again: a full pass where a scheduled time has come, was begun and did not end, or was missed; else, with returns, the half
// that result files need. next is the next scheduled time; zero: there is none.
func (b *Bridge) Due(ctx context.Context, returns bool, done func(*Summary)) (next time.Time, err error) {
	full := false
	times := b.slots(func(s *Summary) { full = true; done(s) })
	for _, step := range []func(context.Context) error{func(ctx context.Context) error { return times.Wrong(ctx, new(time.Time)) }, times.Begun, times.Missed} {
		if err := step(ctx); err != nil || ctx.Err() != nil {
			return next, err
		}
	}
	if returns && !full {
		if err := b.runAndReport(ctx, done, b.Returns); err != nil {
			return next, err
		}
	}
	next, _, err = schedule.Next(b.cfg.Schedule, b.now())
	return next, err
}

// slots are the scheduled times; done is told the summary of each run.
func (b *Bridge) slots(done func(*Summary)) *slots.Slots {
	return &slots.Slots{Schedule: b.cfg.Schedule, Journal: b.j, Now: b.now, Log: b.log, Since: b.beside.Since,
		Run: func(ctx context.Context) error { return b.runAndReport(ctx, done, b.Run) }}
}

// longestWait bounds a single wait, so that a clock that is set forward is noticed.
const longestWait = time.Minute

func nextWait(now, due time.Time) time.Duration {
	if due.IsZero() {
		return longestWait
	}
	return min(max(due.Sub(now), 0), longestWait)
}

// runAndReport makes a pass and hands its summary to done.
func (b *Bridge) runAndReport(ctx context.Context, done func(*Summary),
	pass func(context.Context) (*Summary, error)) error {
	s, err := b.onePass(ctx, pass)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	done(s)
	return nil
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
