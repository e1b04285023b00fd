package notifytest

import (
	"bytes"
	"database/sql"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the journal is looked into
)

// output keeps what a process writes.
type output struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.String()
}

// start starts a process that stays, until the test ends it.
func (w *world) start(cmd *exec.Cmd) (*output, func()) {
	w.Helper()
	out := &output{}
	cmd.Stdout, cmd.Stderr = out, out
	w.ok(cmd.Start())
	var once sync.Once
	stop := func() {
		once.Do(func() {
			_ = cmd.Process.Signal(syscall.SIGTERM)
			_ = cmd.Wait()
		})
	}
	w.Cleanup(stop)
	return out, stop
}

// until waits for something that comes by itself.
func (w *world) until(what string, out *output, is func() bool) {
	w.Helper()
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if is() {
			return
		}
	}
	w.Fatalf("it did not come that %s:\n%s", what, out)
}

// timesKept is whether the journal knows from when on the scheduled times count.
func (w *world) timesKept() bool {
	files, _ := filepath.Glob(filepath.Join(w.dir, "*", "*.db"))
	if len(files) != 1 {
		w.Fatalf("want one journal in %s, have %v", w.dir, files)
	}
	db, err := sql.Open("sqlite", "file:"+files[0]+"?mode=ro")
	w.ok(err)
	defer db.Close()
	var n int
	return db.QueryRow(`SELECT COUNT(*) FROM slots`).Scan(&n) == nil && n > 0
}

// A run calls the heartbeat when it begins and when it ends, under one id, and is not harmed by one that refuses. watch
// does the same for each run over everything, and tells operators of scheduled times that were missed while it was down.
func TestHeartbeatAndNights(t *testing.T) {
	w := newWorld(t)
	w.configure(strings.Replace(people, "about: [held, rejected, alarm, failed]", "about: [night, failed]", 1) +
		"schedule: { runs: [\"0 2 * * *\"], timezone: Europe/Berlin, missed: latest }\n")
	sim, _ := w.start(exec.Command(w.bin, "sim", w.dir))
	w.until("the simulators stand", sim, func() bool { return strings.Contains(sim.String(), "http") })
	code, out := w.command("run")
	if code != 3 && code != 0 {
		t.Fatalf("run: exit %d\n%s", code, out)
	}
	beats := w.beats()
	if len(beats) != 2 || !strings.HasSuffix(beats[0].path, "/start") || !strings.HasSuffix(beats[1].path, "/0") || beats[0].rid == "" || beats[0].rid != beats[1].rid || !strings.Contains(string(beats[1].body), "exit 3") {
		t.Fatalf("heartbeat: %+v", beats)
	}
	w.calls.mu.Lock()
	w.calls.code = 500
	w.calls.mu.Unlock()
	if again, out := w.command("run"); again != code {
		t.Errorf("with a heartbeat that refuses, the run ends with %d\n%s", again, out)
	}
	w.calls.mu.Lock()
	w.calls.code = 0
	w.calls.mu.Unlock()
	w.beats()

	watch, stop := w.start(w.cmd("watch"))
	w.until("watch keeps its times", watch, w.timesKept)
	stop()
	w.mails.taken()
	w.ahead += 72 * time.Hour
	watch, stop = w.start(w.cmd("watch"))
	var got []letter
	w.until("operators are told of the nights that did not come", watch, func() bool {
		got = append(got, w.mails.taken()...)
		for _, l := range got {
			if l.to == "op@lantern.example" && strings.Contains(l.subject, "2 scheduled runs did not come") {
				w.sound(l)
				return true
			}
		}
		return false
	})
	var all []call
	w.until("the run that was made up calls the heartbeat", watch, func() bool {
		all = append(all, w.beats()...)
		return len(all) >= 2 && strings.HasSuffix(all[1].path, "/0")
	})
	stop()
	for _, l := range append(got, w.mails.taken()...) {
		if l.to == "op@lantern.example" && !strings.Contains(l.subject, "scheduled runs did not come") {
			t.Errorf("operators are told %q", l.subject)
		}
	}
}

// beats are the calls of the heartbeat.
func (w *world) beats() (out []call) {
	for _, c := range w.calls.taken() {
		if strings.HasPrefix(c.path, "/beat/") {
			out = append(out, c)
		}
	}
	return out
}
