package worlds

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// Our own disk is full: no file of ours can grow beyond a limit, in each phase, with ever more room. Nothing is lost
// and nothing twice when there is room again.
func TestOwnDiskFull(t *testing.T) {
	skipShort(t)
	for _, p := range phases()[1:] {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := begin(t, setup{})
			failed := 0
			for _, q := range phases()[1:] {
				q.prepare(w)
				if q.name == p.name {
					for _, kib := range []int{4, 16, 48, 96, 160, 240, 320, 400} {
						e := w.limited(kib, "run")
						if e.code == 1 {
							failed++
						}
						if e.code == 1 && !strings.Contains(e.out+e.err, w.dir) {
							t.Errorf("with %d KiB: the message must name the file or folder: %s", kib, e)
						}
					}
				}
				w.answers()
			}
			if failed == 0 {
				t.Error("no run failed: the limit was never felt")
			}
			w.check()
		})
	}
}

// limited runs a command that can write no file larger than so many KiB.
func (w *world) limited(kib int, args ...string) ended {
	w.t.Helper()
	cmd, out, errs := w.start(nil, "", args...)
	shell := exec.Command("/bin/sh", append([]string{"-c", fmt.Sprintf("ulimit -f %d; exec \"$@\"", kib*2), "sh"}, cmd.Args...)...)
	shell.Env, shell.Dir, shell.Stdout, shell.Stderr = cmd.Env, cmd.Dir, out, errs
	w.must(shell.Start())
	return w.wait(shell, out, errs)
}

// The working folder may not be written: the program says so, does nothing outside, and goes on when it may again.
func TestReadOnlyWorkingFolder(t *testing.T) {
	w := begin(t, setup{})
	w.idle()
	w.answer()
	calls := len(w.fis.Record())
	e := w.asReader("run")
	if e.code != 1 && e.code != 4 || !strings.Contains(e.err, w.dir) {
		t.Errorf("want an error that names the folder, got %s", e)
	}
	if n := len(w.fis.Record()) - calls; n > 0 {
		t.Errorf("%d calls were made although nothing could be written down", n)
	}
	w.idle()
	w.pay(simerp.PayInFull)
	w.idle()
	w.check()
}

// asReader runs a command for an account that may read the working folder and not write it.
func (w *world) asReader(args ...string) ended {
	w.t.Helper()
	modes := map[string]os.FileMode{}
	w.must(filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		modes[path] = info.Mode().Perm()
		return err
	}))
	for path, mode := range modes {
		w.must(os.Chmod(path, mode>>6&0o5*0o111))
	}
	cmd, out, errs := w.start(nil, "", args...)
	if os.Geteuid() == 0 { // root may write everything
		for _, dir := range []string{filepath.Dir(w.bin), filepath.Dir(filepath.Dir(w.dir)), filepath.Dir(filepath.Dir(filepath.Dir(w.dir)))} {
			if dir != os.TempDir() {
				w.must(os.Chmod(dir, 0o755))
			}
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	w.must(cmd.Start())
	e := w.wait(cmd, out, errs)
	for path, mode := range modes {
		w.must(os.Chmod(path, mode))
	}
	return e
}

// Two processes on one working folder: a second run says so with exit code 5 and does nothing. What a person does works
// all the same.
func TestTwoProcesses(t *testing.T) {
	w := begin(t, setup{})
	w.must(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultSlow, Call: "list", Delay: 300_000_000}))
	cmd, out, errs := w.start(nil, "", "run", "--json")
	w.must(cmd.Start())
	w.until("the first process works", func() bool { return len(w.fis.Record()) > 1 })
	for _, args := range [][]string{{"run"}, {"watch"}} {
		if e := w.command(5, args...); !strings.Contains(e.err, "another fisbridge works in") {
			t.Errorf("%v: %s", args, e)
		}
	}
	w.says(w.command(0, "retry", "held", "--reason", "x"), "held documents go into the next import file")
	if e := w.wait(cmd, out, errs); e.code != 3 {
		t.Errorf("the first process was disturbed: %s", e)
	}
	w.must(w.fis.SetFaults(0))
	w.cycle()
	w.check()
}
