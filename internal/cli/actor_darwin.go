package cli

import (
	"os"

	"golang.org/x/sys/unix"
)

// personBehind is the account of the nearest process above that belongs to another account than ours and root: who
// called sudo or su.
func personBehind(uid int) (int, bool) { return behindBy(uid, os.Getppid(), processOwner) }

// processOwner is the real account of a process, and the process above it.
func processOwner(pid int) (uid, parent int, ok bool) {
	p, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return 0, 0, false
	}
	return int(p.Eproc.Pcred.P_ruid), int(p.Eproc.Ppid), true
}
