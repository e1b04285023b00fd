package bridge_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/slots"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// running is a clock that goes, and can be set.
type running struct {
	mu   sync.Mutex
	base time.Time
	from time.Time
}

func (c *running) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.from.IsZero() {
		c.from = time.Now() // it goes from the first look on
	}
	return c.base.Add(time.Since(c.from))
}

func (c *running) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.from = t, time.Time{}
}

// watched runs a world's bridge as a daemon until enough passes were told, with a clock that begins at the given time.
type watched struct {
	*world
	clock  *running
	passes []*bridge.Summary
}

// watch runs until the n-th pass; each is told to next, which may set the clock.
func watch(w *world, at time.Time, n int, next func(v *watched, pass int)) *watched {
	w.Helper()
	v := &watched{world: w, clock: &running{}}
	v.clock.set(at)
	b, err := bridge.New(bridge.Options{Config: w.cfg, Journal: w.j, Service: w.service, Invoices: w.invoices, Templates: w.loaded,
		Now: v.clock.now, Sleep: w.clock.sleep})
	w.ok(err)
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	stuck := time.AfterFunc(time.Minute, cancel) // a pass that never comes fails the test instead of hanging it
	defer stuck.Stop()
	w.ok(b.Watch(ctx, func(s *bridge.Summary) {
		if s.Run == 0 {
			return // the return folder stirred and held nothing
		}
		v.passes = append(v.passes, s)
		if len(v.passes) == n {
			cancel()
			return
		}
		next(v, len(v.passes))
	}))
	if len(v.passes) != n {
		w.Fatalf("%d passes, want %d", len(v.passes), n)
	}
	return v
}

// slots gives what became of the scheduled times, as "01 02:00 taken".
func (w *world) slots() string {
	w.Helper()
	db := pgtest.Raw(w.TB, filepath.Join(w.dir, "journal.db"))
	defer db.Close()
	rows, err := db.Query(`SELECT due_at, state FROM slots ORDER BY due_at, schedule`)
	w.ok(err)
	defer rows.Close()
	var out []string
	for rows.Next() {
		var due, state string
		w.ok(rows.Scan(&due, &state))
		out = append(out, ledger.Time(due).Format("02 15:04 ")+state)
	}
	w.ok(rows.Err())
	return strings.Join(out, ", ")
}

// soon is how long before a scheduled time the clock begins: long enough for the daemon to start.
const soon = time.Second

const nightly = "schedule: { runs: [\"0 2 * * *\"], missed: latest }\n"

func night(day int, before time.Duration) time.Time {
	return time.Date(2026, 4, day, 2, 0, 0, 0, time.UTC).Add(-before)
}

// Each night's time comes once, and what came due while the machine slept is run by the policy.
func TestWatchSchedule(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		policy string
		passes int
		want   string
	}{
		{"latest", 3, "01 01:59 missed, 01 02:00 taken, 02 02:00 missed, 03 02:00 taken, 04 02:00 taken"},
		{"all", 4, "01 01:59 missed, 01 02:00 taken, 02 02:00 taken, 03 02:00 taken, 04 02:00 taken"},
		{"none", 2, "01 01:59 missed, 01 02:00 taken, 02 02:00 missed, 03 02:00 missed, 04 02:00 taken"},
	} {
		t.Run(c.policy, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{extra: strings.Replace(nightly, "latest", c.policy, 1)})
			v := watch(w, night(1, soon), c.passes, func(v *watched, pass int) {
				switch pass {
				case 1:
					v.clock.set(night(4, 22*time.Hour)) // slept over two nights
				default:
					v.clock.set(night(4, soon))
				}
				if c.policy == "none" {
					v.clock.set(night(4, soon))
				}
			})
			if got := w.slots(); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			if v.passes[0].Run == 0 {
				t.Error("the pass is not kept as a run")
			}
		})
	}
}

// Times missed while no process ran are found at the start; the very first start missed nothing.
func TestWatchMissedWhileDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{extra: nightly})
	taken, err := w.j.TakeSlots(w.ctx, []string{"0 2 * * *"}, night(1, 0), records.SlotTaken)
	if err != nil || !taken {
		t.Fatal(taken, err)
	}
	watch(w, night(4, -time.Hour), 1, nil)
	if got, want := w.slots(), "01 02:00 taken, 02 02:00 missed, 03 02:00 missed, 04 02:00 taken"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// Who is looked after for the first time behind a scheduled time, though the schedule has counted from before it, has missed it: a company of a fleet that was
// published before its hour, while all nodes were busy or away. With a schedule that counts from now on nothing was missed.
func TestFirstVisitBehindItsTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		since time.Time
		want  string
	}{
		{"published before", night(2, 10*time.Minute), "02 01:50 missed, 02 02:00 taken"},
		{"published behind", night(2, -time.Minute), "02 02:01 missed"},
		{"nobody knows", time.Time{}, "02 02:05 missed"},
		{"a clock that goes ahead", night(2, -time.Hour), "02 02:05 missed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{extra: nightly})
			w.clock.add(night(2, -5*time.Minute).Sub(w.clock.now()))
			runs := 0
			s := &slots.Slots{Schedule: w.cfg.Schedule, Journal: w.j, Now: w.clock.now, Log: slog.New(slog.DiscardHandler), Since: c.since, Run: func(context.Context) error {
				runs++
				w.run(bridge.ExitDone)
				return nil
			}}
			for range 2 {
				w.ok(s.Missed(w.ctx))
			}
			if got := w.slots(); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			if want := strings.Count(c.want, "taken"); runs != want {
				t.Errorf("%d runs, want %d", runs, want)
			}
		})
	}
}

// A scheduled run that was begun and did not end is run again at the start, once, whatever the policy for missed ones
// is, in which zone the schedule is now, and whether the schedule still has it. After its end it never is.
func TestWatchBegunRunIsRunAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ schedule, want string }{
		"latest": {nightly, "01 02:00 taken, 02 02:00 taken"},
		"none":   {strings.Replace(nightly, "latest", "none", 1), "01 02:00 taken, 02 02:00 taken"},
		"another zone": {"schedule: { runs: [\"0 2 * * *\"], timezone: Asia/Tokyo }\n",
			"01 02:00 taken, 01 17:00 taken"},
		"another schedule": {"schedule: { runs: [\"30 2 * * *\"] }\n",
			"01 02:00 taken, 01 02:29 missed, 01 02:30 taken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{extra: c.schedule})
			begun, err := w.j.TakeSlots(w.ctx, []string{"0 2 * * *"}, night(1, 0), records.SlotBegun)
			if err != nil || !begun {
				t.Fatal(begun, err)
			}
			watch(w, night(1, -5*time.Minute), 2, func(v *watched, _ int) {
				if got := w.slots(); !strings.HasPrefix(got, "01 02:00 taken") {
					t.Errorf("after the first pass: %s", got)
				}
				next := strings.Split(c.want, ", ")
				at, err := time.Parse("02 15:04", strings.TrimSuffix(next[len(next)-1], " taken"))
				w.ok(err)
				v.clock.set(time.Date(2026, 4, at.Day(), at.Hour(), at.Minute(), 0, 0, time.UTC).Add(-soon))
			})
			if got := w.slots(); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

// A pass for a result file that is under way when the night's time comes does not swallow it.
func TestWatchBusyAtTheTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{extra: nightly})
	w.good("D1")
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"))
	v := watch(w, night(2, time.Hour), 2, func(v *watched, _ int) { v.clock.set(night(2, -time.Minute)) })
	if v.passes[0].Posted != 1 {
		t.Errorf("the first pass was for the result file: %+v", v.passes[0])
	}
	if got := w.slots(); !strings.Contains(got, "02 02:00 taken") {
		t.Errorf("%s", got)
	}
}

// Two schedules that meet want one run.
func TestWatchSchedulesMeet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{extra: `schedule: { runs: ["0 2 * * *", "0 */2 * * *"], missed: latest }` + "\n"})
	watch(w, night(1, soon), 2, func(v *watched, _ int) { v.clock.set(night(1, soon-2*time.Hour)) })
	if got := w.slots(); strings.Count(got, "01 02:00 taken") != 2 || strings.Count(got, "01 04:00 taken") != 1 {
		t.Errorf("%s", got)
	}
}
