package worlds

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// otherPerson is the number of the account of somebody else.
const otherPerson = 48151

// somebodyElse gives the same command as another account of the system. That is a number of a user namespace, in which
// the files of the test belong to that account: it needs no right to be somebody else.
func (w *world) somebodyElse(code int, args ...string) ended {
	w.t.Helper()
	cmd := exec.Command(w.bin, append([]string{"-C", w.dir}, args...)...)
	cmd.Env = w.environment()
	cmd.Dir = filepath.Dir(w.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: otherPerson, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: otherPerson, HostID: os.Getgid(), Size: 1}}}
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.ENOSPC) {
		missing(w.t, "an account of its own for somebody else: user namespaces are not allowed here")
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	e := ended{out: out.String(), err: errs.String(), code: cmd.ProcessState.ExitCode()}
	if e.code != code {
		w.t.Fatalf("%s: exit code %d, want %d\n%s%s", strings.Join(args, " "), e.code, code, e.out, e.err)
	}
	return e
}
