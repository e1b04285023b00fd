//go:build unix && !linux

package node

import (
	"os"
	"os/exec"
	"syscall"
)

// own makes a process that a terminal does not interrupt together with this one.
func own(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func endGently(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
