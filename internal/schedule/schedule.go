// Package schedule knows when a run is due: cron expressions as the clock on the wall of the schedule's time zone shows
// them (promise 14). It guarantees that no time is left out and none comes twice when clocks are changed.
package schedule

import (
	"fmt"
	"time"

	"github.com/adhocore/gronx"

	"github.com/fisbridge/fisbridge/internal/config"
)

// Zone is the time zone of a schedule.
func Zone(s config.Schedule) (*time.Location, error) {
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return nil, fmt.Errorf("schedule.timezone: %w", err)
	}
	return zone, nil
}

// Next is the next scheduled time after the given one, with the schedules that want it, in the configured zone; zero
// when there is no schedule.
func Next(s config.Schedule, after time.Time) (due time.Time, schedules []string, err error) {
	zone, err := Zone(s)
	if err != nil {
		return due, nil, err
	}
	for _, expr := range s.Runs {
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

// mostMissed bounds how many missed times are looked at after a long time down.
const mostMissed = 1000

// Missed are the times of one schedule after a time and until another, the first mostMissed of them.
func Missed(expr string, after, until time.Time) ([]time.Time, error) {
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

// nextTick is the next time at which the clock on the wall of the zone shows what the expression wants. When clocks go
// forward, a time that they jump over comes as much later as they jumped; when they go back, a time that comes twice
// counts once.
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

// atFace is the first moment at which clocks in a zone show the face; when they jump over it, the moment at which they
// would have shown it without the jump.
func atFace(face time.Time, zone *time.Location) time.Time {
	at := time.Date(face.Year(), face.Month(), face.Day(), face.Hour(), face.Minute(), face.Second(), face.Nanosecond(), zone)
	_, before := at.Add(-3 * time.Hour).Zone() // zones do not change twice within hours
	early := face.Add(-time.Duration(before) * time.Second).In(zone)
	if jumped, twice := !asUTC(at).Equal(face), asUTC(early).Equal(face); jumped || twice {
		return early
	}
	return at
}
