package reading

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/schedule"
)

// Run is one run and what it said at its end.
type Run struct {
	ID      int64     `json:"id"`
	Started time.Time `json:"started_at"`
	Ended   time.Time `json:"ended_at,omitzero"`
	Exit    int       `json:"exit_code"`
	// Summary is nil while the run goes on, and of one that was killed.
	Summary *bridge.Summary `json:"summary,omitempty"`
}

// Outcome is how a run stands, as a word: going, interrupted, done, person, failed.
func (r Run) Outcome(going int64) string {
	switch {
	case r.Ended.IsZero() && r.ID == going:
		return "going"
	case r.Ended.IsZero(), r.Exit == desk.ExitInterrupted:
		return "interrupted"
	case r.Exit == desk.ExitDone:
		return "done"
	case r.Exit == desk.ExitNeedsPerson:
		return "person"
	}
	return "failed"
}

// Took is how long it lasted; of one that goes on, until now.
func (r Run) Took(now time.Time) time.Duration {
	if r.Ended.IsZero() {
		return now.Sub(r.Started)
	}
	return r.Ended.Sub(r.Started)
}

func runOf(r records.Run) (Run, error) {
	out := Run{ID: r.ID, Started: r.Started, Ended: r.Ended, Exit: r.Exit}
	if r.Summary == "" {
		return out, nil
	}
	out.Summary = &bridge.Summary{}
	if err := json.Unmarshal([]byte(r.Summary), out.Summary); err != nil {
		return out, fmt.Errorf("summary of run %d: %w", r.ID, err)
	}
	return out, nil
}

// Runs are the runs that began in a time, the newest first, at most so many (0: all).
func Runs(ctx context.Context, w *desk.Workspace, since, until time.Time, most int) ([]Run, error) {
	rows, err := w.Journal.RunsBegun(ctx, since, until, most)
	if err != nil {
		return nil, err
	}
	out := make([]Run, 0, len(rows))
	for _, r := range rows {
		run, err := runOf(r)
		if err != nil {
			return nil, err
		}
		out = append(out, run)
	}
	return out, nil
}

// OneRun is the run with a number; false: there is none.
func OneRun(ctx context.Context, w *desk.Workspace, id int64) (Run, bool, error) {
	r, ok, err := w.Journal.RunByID(ctx, id)
	if err != nil || !ok {
		return Run{}, false, err
	}
	run, err := runOf(r)
	return run, err == nil, err
}

// Next is when the schedule wants the next run; zero where it wants none.
func Next(w *desk.Workspace, after time.Time) (time.Time, error) {
	due, _, err := schedule.Next(w.Config.Schedule, after)
	return due, err
}

// Planned are the scheduled times in a time.
func Planned(w *desk.Workspace, since, until time.Time) ([]time.Time, error) {
	zone, err := schedule.Zone(w.Config.Schedule)
	if err != nil {
		return nil, err
	}
	var out []time.Time
	for _, expr := range w.Config.Schedule.Runs {
		times, err := schedule.Missed(expr, since.In(zone), until.Add(-time.Second))
		if err != nil {
			return nil, err
		}
		out = append(out, times...)
	}
	return out, nil
}

// History gives rows of the history, the newest first.
func History(ctx context.Context, w *desk.Workspace, h Happened) ([]desk.Event, error) {
	return w.Journal.Events(ctx, h)
}

// Head is the newest row of the history and its hash: what a page was made from.
func Head(ctx context.Context, w *desk.Workspace) (int64, string, error) { return w.Journal.Head(ctx) }
