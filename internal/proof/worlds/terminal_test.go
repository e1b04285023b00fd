//go:build linux

package worlds

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pty is a terminal: what is typed at one end, and the program at the other.
type pty struct{ typist, program *os.File }

func newPTY(t *testing.T) pty {
	t.Helper()
	typist, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { typist.Close() })
	raw, err := typist.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	var ierr error
	err = raw.Control(func(fd uintptr) {
		if ierr = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); ierr == nil {
			n, ierr = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	})
	if err != nil || ierr != nil {
		t.Fatal(err, ierr)
	}
	program, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return pty{typist, program}
}

// echoes tells whether the terminal shows what is typed.
func (p pty) echoes(t *testing.T) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(p.program.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// atTerminal starts the program with a terminal as its standard input.
func (w *world) atTerminal(p pty, args ...string) (*exec.Cmd, *buffer) {
	w.t.Helper()
	cmd, _, errs := w.start(nil, "", args...)
	cmd.Stdin = p.program
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	w.must(cmd.Start())
	return cmd, errs
}

func (w *world) exit(cmd *exec.Cmd) int {
	w.t.Helper()
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case <-done:
		return cmd.ProcessState.ExitCode()
	case <-time.After(20 * time.Second):
		_ = cmd.Process.Kill()
		<-done
		w.t.Fatal("it did not end")
		return -1
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("it never came to this: %s", what)
}

// The first Ctrl-C at the question for the token ends the program with 130, and the terminal shows again what is typed.
func TestInterruptAtQuestion(t *testing.T) {
	w := prepare(t, setup{})
	for _, by := range []string{"ctrl-c", "terminate", "hang up"} {
		t.Run(by, func(t *testing.T) {
			p := newPTY(t)
			cmd, errs := w.atTerminal(p, "auth", "login")
			eventually(t, "the question, and what is typed is not shown", func() bool {
				return strings.Contains(errs.String(), "company request token: ") && !p.echoes(t)
			})
			switch by {
			case "ctrl-c":
				_, err := p.typist.Write([]byte{3})
				w.must(err)
			case "terminate":
				w.must(cmd.Process.Signal(syscall.SIGTERM))
			case "hang up":
				w.must(cmd.Process.Signal(syscall.SIGHUP))
			}
			if code := w.exit(cmd); code != 130 {
				t.Errorf("exit code %d: %s", code, errs)
			}
			if !p.echoes(t) {
				t.Error("the terminal was left without echo")
			}
		})
	}
	p := newPTY(t)
	cmd, errs := w.atTerminal(p, "auth", "login")
	eventually(t, "the question", func() bool {
		return strings.Contains(errs.String(), "company request token: ") && !p.echoes(t)
	})
	_, err := p.typist.WriteString(requestToken + "\n")
	w.must(err)
	if code := w.exit(cmd); code != 0 {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// The first Ctrl-C ends a command that waits for documents on standard input, at a terminal and behind a pipe that
// stays open. Nothing is written of half an input.
func TestInterruptWhileReadingInput(t *testing.T) {
	w := prepare(t, setup{})
	out := filepath.Join(w.dir, "out.jsonl")
	for _, args := range [][]string{{"render", "--format", "json", "-o", out}, {"render", "--mapping", "generic-csv", "-o", out}} {
		t.Run(strings.Join(args[:2], " "), func(t *testing.T) {
			p := newPTY(t)
			cmd, errs := w.atTerminal(p, args...)
			time.Sleep(time.Second) // until it waits
			_, err := p.typist.Write([]byte{3})
			w.must(err)
			if code := w.exit(cmd); code != 130 {
				t.Errorf("exit code %d: %s", code, errs)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("something was written")
			}
		})
	}
}

// The terminal of `watch` is closed: it ends as by SIGTERM. Started with nohup it stays.
func TestHangUp(t *testing.T) {
	w := begin(t, setup{})
	for _, ignored := range []bool{false, true} {
		cmd, _, errs := w.start(nil, "", "watch")
		if ignored {
			cmd.Args = append([]string{"sh", "-c", `trap "" HUP; exec "$@"`, "sh"}, cmd.Args...)
			sh, err := exec.LookPath("sh")
			w.must(err)
			cmd.Path = sh
		}
		w.must(cmd.Start())
		eventually(t, "watching", func() bool { return strings.Contains(errs.String(), "watching") })
		w.must(cmd.Process.Signal(syscall.SIGHUP))
		if ignored {
			time.Sleep(500 * time.Millisecond)
			w.must(cmd.Process.Signal(syscall.Signal(0))) // it is still there
			w.must(cmd.Process.Signal(syscall.SIGTERM))
		}
		if code := w.exit(cmd); code != 0 || !bytes.Contains([]byte(errs.String()), []byte("stopped")) {
			t.Errorf("exit code %d: %s", code, errs)
		}
	}
}
