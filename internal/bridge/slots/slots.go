// Package slots owns the scheduled times of runs: which of them has come, which were begun by a process that was killed,
// and which were missed, with the policy for those. Each is begun and settled in the journal, so that no two processes
// run for one.
package slots

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/schedule"
)

// Slots are the scheduled times of one schedule.
type Slots struct {
	Schedule config.Schedule
	Journal  *journal.Journal
	Now      func() time.Time
	Log      *slog.Logger
	// Since is from when on the schedule counts where nobody has looked after it yet; zero, or ahead of the clock: from now on.
	Since time.Time
	// Run makes a pass.
	Run func(context.Context) error
}

// Wrong forgets what was settled for times that a wrong clock believed in, at the start and whenever the clock was
// set back: otherwise the real ones would be taken for done. Clocks of several nodes differ by less than the hour that
// is left alone.
func (s *Slots) Wrong(ctx context.Context, last *time.Time) error {
	now := s.Now()
	back := now.Before(*last) || last.IsZero()
	*last = now
	if !back {
		return nil
	}
	n, err := s.Journal.ForgetSlots(ctx, now.Add(time.Hour))
	if n > 0 {
		s.Log.Warn("the clock was set back: scheduled times in the future were settled, and are forgotten", "slots", n)
	}
	return err
}

// Due runs for a scheduled time that has come. When others have come since (a long pass, a machine that slept), all
// of them are missed ones, and the policy decides. It returns the time up to which all is settled.
func (s *Slots) Due(ctx context.Context, due time.Time, schedules []string) (time.Time, error) {
	further, _, err := schedule.Next(s.Schedule, due)
	if err == nil && further.After(s.Now()) {
		err = s.slot(ctx, schedules, due)
	}
	if err != nil {
		return due, err
	}
	settled := s.Now()
	return settled, s.Missed(ctx)
}

// slot begins one scheduled time for all schedules that want it, and runs once; somebody else may have taken it. It has
// ended when the run has: before that, the next process runs it again.
func (s *Slots) slot(ctx context.Context, schedules []string, due time.Time) error {
	taken, err := s.Journal.TakeSlots(ctx, schedules, due, records.SlotBegun)
	if err != nil || !taken {
		return err
	}
	killpoint.Here("slot.begun")
	return s.Run(ctx)
}

// Begun runs once for the scheduled times that an earlier process has begun and did not end: it was killed, or
// stopped in the middle.
func (s *Slots) Begun(ctx context.Context) error {
	begun, err := s.Journal.BegunSlots(ctx)
	if err != nil || len(begun) == 0 {
		return err
	}
	s.Log.Info("the run of a scheduled time was begun and did not end: it is run again", "due", begun[len(begun)-1])
	return s.Run(ctx)
}

// Missed finds the scheduled times since the last settled one and runs them by the policy: the latest, all, or
// none.
func (s *Slots) Missed(ctx context.Context) error {
	zone, err := schedule.Zone(s.Schedule)
	if err != nil {
		return err
	}
	wanted := map[int64][]string{}
	var times []time.Time
	for _, expr := range s.Schedule.Runs {
		missed, err := s.missed(ctx, expr, zone)
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
		if s.Schedule.Missed == config.MissedAll || s.Schedule.Missed == config.MissedLatest && latest {
			err = s.slot(ctx, wanted[at.Unix()], at)
		} else {
			_, err = s.Journal.TakeSlots(ctx, wanted[at.Unix()], at, records.SlotMissed)
		}
		if err != nil || ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// missed gives the times of one schedule since the last one that was begun or is settled.
func (s *Slots) missed(ctx context.Context, expr string, zone *time.Location) ([]time.Time, error) {
	last, err := s.Journal.LastSlot(ctx, expr)
	if err != nil {
		return nil, err
	}
	now := s.Now().In(zone)
	if last.IsZero() { // the first start: nothing was missed, unless it has counted from before it
		if last = now; !s.Since.IsZero() && s.Since.Before(now) {
			last = s.Since
		}
		last = last.Truncate(time.Minute)
		if _, err := s.Journal.TakeSlots(ctx, []string{expr}, last, records.SlotMissed); err != nil {
			return nil, err
		}
	}
	return schedule.Missed(expr, last.In(zone), now)
}
