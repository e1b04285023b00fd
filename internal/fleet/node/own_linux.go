package node

import (
	"os"
	"os/exec"
	"syscall"
)

// own makes a process that dies with this one.
func own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func endGently(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
