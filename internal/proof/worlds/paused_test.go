//go:build linux

package worlds

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// A process that was paused while it delivered, and one that took the work over meanwhile (its lock was lost with a
// network drive, or somebody removed the file): whatever the first one does when it wakes, or however it dies then, the
// final name is absent or whole. (PITFALLS 88)
func TestPausedWhileUploading(t *testing.T) {
	skipShort(t)
	for _, c := range []struct{ name, at, how, other string }{
		{"before it creates its file", "upload.intended", "stop", ""},
		{"when it has created its file", "upload.created", "stop", ""},
		{"when it has written its file", "upload.written", "stop", ""},
		{"before it commits that the file is whole", "upload.acted", "stop", ""},
		{"before the rename", "rename.intended", "stop", ""},
		{"after the rename", "rename.acted", "stop", ""},
		{"and dies over its file while the other one is about to rename", "upload.intended,upload.created", "stop,kill", "rename.intended"},
		{"and writes its file while the other one is about to rename", "upload.intended", "stop", "rename.intended"},
		{"and goes on while the other one writes", "upload.created", "stop", "upload.written"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := begin(t, setup{documents: []string{"01-cash-taxi", "14-tax-deductible"}})
			first, firstEnd := w.pause(c.at, c.how)
			w.must(os.Remove(filepath.Join(w.dir, ".fisbridge.lock")))
			if c.other == "" {
				w.run()
			} else {
				second, secondEnd := w.pause(c.other, "stop")
				w.must(first.Process.Signal(syscall.SIGCONT))
				firstEnd()
				w.must(second.Process.Signal(syscall.SIGCONT))
				secondEnd()
			}
			if c.other == "" {
				w.must(first.Process.Signal(syscall.SIGCONT))
				firstEnd()
			}
			w.cycle()
			for _, name := range w.names("in") { // what a process left that died in a paused attempt is never taken
				w.must(os.Remove(w.path("in", name)))
			}
			w.check()
		})
	}
}

// pause starts a run that stops itself at a boundary, and waits until it has. The function waits for its end, whatever
// that is.
func (w *world) pause(at, how string) (*exec.Cmd, func()) {
	w.t.Helper()
	cmd, _, _ := w.start([]string{"FISBRIDGE_KILL_AT=" + at, "FISBRIDGE_KILL_HOW=" + how}, "", "run", "--json")
	w.must(cmd.Start())
	for range 600 {
		stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid), "status"))
		w.must(err)
		if bytes.Contains(stat, []byte("State:\tT")) {
			return cmd, func() { _ = cmd.Wait() }
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.t.Fatal("the process did not stop")
	return nil, nil
}
