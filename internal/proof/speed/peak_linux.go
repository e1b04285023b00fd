package main

import (
	"os"
	"syscall"
)

// peakOf is the most memory that a process had, in KiB.
func peakOf(p *os.ProcessState) int64 {
	if u, ok := p.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss
	}
	return 0
}
