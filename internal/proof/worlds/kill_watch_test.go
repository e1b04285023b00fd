package worlds

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
)

// watcher is a running `fisbridge watch`.
type watcher struct {
	w         *world
	cmd       *exec.Cmd
	out, errs *buffer
}

// watch starts the daemon a day later than anything before, so that it finds a missed slot and runs at once.
func (w *world) watch(env ...string) *watcher {
	w.t.Helper()
	w.clock += 24 * time.Hour
	cmd, out, errs := w.start(env, "", "watch")
	w.must(cmd.Start())
	return &watcher{w, cmd, out, errs}
}

// stop ends it as a service manager does; it must end cleanly.
func (x *watcher) stop() {
	x.w.t.Helper()
	x.w.until("watching", func() bool { return strings.Contains(x.errs.String(), "watching") })
	x.w.must(x.cmd.Process.Signal(syscall.SIGTERM))
	if e := x.w.wait(x.cmd, x.out, x.errs); e.code != 0 && e.code != 130 {
		x.w.t.Errorf("watch did not end cleanly: %s", e)
	}
}

// until waits for something to become true in the world; it fails the test when that takes half a minute.
func (w *world) until(what string, holds func() bool) {
	w.t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("%s: it never happened", what)
		}
	}
}

// statuses reports whether the service has all documents that are told in one of the states.
func (w *world) statuses(wanted ...fis.Status) bool {
	for _, k := range w.input {
		if d, ok := w.fis.Document(k.id); k.fate == told && (!ok || !slices.Contains(wanted, d.Status)) {
			return false
		}
	}
	return true
}

// lifeUnderWatch leads a world through its phases with daemons only; the one of the phase is killed at the boundary.
func (w *world) lifeUnderWatch(at cut) {
	w.t.Helper()
	w.login()
	first := w.watch() // it only notes what the time is
	w.until("first start", w.slotted)
	first.stop()
	stages := []struct {
		name    string
		prepare func()
		done    func() bool
	}{
		{"drop", func() {}, func() bool {
			return len(w.names("in")) == 3 && !slices.ContainsFunc(w.names("in"), func(n string) bool { return strings.HasPrefix(n, ".") })
		}},
		{"answer", w.answer, func() bool {
			return w.statuses(fis.StatusPostedSuccess, fis.StatusPostedFailure) && len(w.names("out")) == 0
		}},
		{"pay", func() { w.pay(simerp.PayInFull) }, func() bool { return w.allPaid() && len(w.names("out")) == 0 }},
	}
	for _, s := range stages {
		s.prepare()
		if s.name == at.phase {
			x := w.watch("FISBRIDGE_KILL_AT=" + at.name)
			if e := w.wait(x.cmd, x.out, x.errs); !e.killed {
				w.t.Fatalf("the daemon was not killed: %s", e)
			}
			w.kills++
		}
		x := w.watch()
		w.until(s.name, s.done)
		x.stop()
	}
	w.idle()
}

// slotted reports whether a daemon has noted a scheduled time.
func (w *world) slotted() bool {
	j, err := w.journalAt().Open(context.Background(), time.Now, "test")
	if err != nil {
		return false
	}
	defer j.Close()
	at, err := j.LastSlot(context.Background(), nightly)
	return err == nil && !at.IsZero()
}

const nightly = "0 2 * * *"

func (w *world) allPaid() bool {
	for _, d := range w.erp.Books().Documents {
		f, _ := w.fis.Document(d.Reference)
		if f.DocType == fis.Expense && len(f.Payments) != len(d.Payments) {
			return false
		}
	}
	return true
}

// The daemon is killed at boundaries of each phase, and another one goes on.
func TestKillWatch(t *testing.T) {
	skipShort(t)
	all := []cut{{phase: "drop", name: "store.done"}, {phase: "drop", name: "acknowledge.acted"}, {phase: "drop", name: "number.done"}, {phase: "drop", name: "upload.written"},
		{phase: "drop", name: "rename.acted"}, {phase: "answer", name: "claim.acted"}, {phase: "answer", name: "collect.done"}, {phase: "answer", name: "parse.done"},
		{phase: "answer", name: "archive.acted"}, {phase: "answer", name: "confirm.acted"}, {phase: "pay", name: "parse.intended"}, {phase: "pay", name: "pay.acted"}}
	t.Run("kill", func(t *testing.T) {
		for _, c := range all {
			t.Run(c.phase+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				w := prepare(t, setup{extra: fmt.Sprintf("schedule:\n  runs: [%q]\n", nightly)})
				w.lifeUnderWatch(c)
				w.check()
			})
		}
	})
	t.Logf("%d kills", len(all))
}

// A night whose run is killed, or stopped, in the middle is run again as soon as the daemon is back, and not a second
// time after that.
func TestKillScheduledRun(t *testing.T) {
	skipShort(t)
	for _, how := range []string{"kill", "term"} {
		for _, at := range []string{"slot.begun", "store.done", "number.done", "rename.acted"} {
			t.Run(how+"/"+at, func(t *testing.T) {
				t.Parallel()
				hour := (time.Now().UTC().Hour() + 12) % 24 // no real one is near
				w := prepare(t, setup{extra: fmt.Sprintf("schedule:\n  runs: [\"0 %d * * *\"]\n  timezone: UTC\n", hour)})
				w.login()
				daemon := func(env ...string) *watcher {
					t.Helper()
					cmd, out, errs := w.start(env, "", "watch")
					w.must(cmd.Start())
					return &watcher{w, cmd, out, errs}
				}
				x := daemon() // the first start notes what the time is
				w.until("watching", func() bool { return strings.Contains(x.errs.String(), "watching") })
				w.until("first start", func() bool { return len(w.slotStates()) == 1 })
				x.stop()
				w.clock += 24 * time.Hour
				x = daemon("FISBRIDGE_KILL_AT="+at, "FISBRIDGE_KILL_HOW="+how)
				if e := w.wait(x.cmd, x.out, x.errs); e.killed != (how == "kill") {
					t.Fatalf("the daemon did not end in the middle of its run: %s", e)
				}
				if got := w.slotStates(); !slices.Equal(got, []string{"missed", "begun"}) {
					t.Errorf("the scheduled times are %q", got)
				}
				x = daemon()
				w.until("the run again", func() bool { return slices.Equal(w.slotStates(), []string{"missed", "taken"}) })
				x.stop()
				if got := w.names("in"); len(got) != 3 {
					t.Errorf("dropped: %q", got)
				}
				runs := w.runs()
				x = daemon()
				time.Sleep(300 * time.Millisecond)
				x.stop()
				if got := w.runs(); got != runs || !slices.Equal(w.slotStates(), []string{"missed", "taken"}) {
					t.Errorf("after its end it was run again: %d runs, then %d; %q", runs, got, w.slotStates())
				}
				w.answer()
				w.idle()
				w.check()
			})
		}
	}
}

// slotStates are the states of the scheduled times, in their order.
func (w *world) slotStates() []string {
	return w.column(`SELECT state FROM slots ORDER BY due_at`)
}

// runs is how many full runs were begun.
func (w *world) runs() int { return len(w.column(`SELECT CAST(id AS TEXT) FROM runs`)) }
