//go:build killpoint && unix

package killpoint

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

var left atomic.Int64

var target, record = func() (string, string) {
	name, count, found := strings.Cut(os.Getenv("FISBRIDGE_KILL_AT"), ":")
	n, err := strconv.ParseInt(count, 10, 64)
	if !found || err != nil {
		n = 1
	}
	left.Store(n)
	return name, os.Getenv("FISBRIDGE_KILL_RECORD")
}()

// Here ends the process with SIGKILL when FISBRIDGE_KILL_AT=name[:n] names this boundary, at its n-th visit. With
// FISBRIDGE_KILL_RECORD=file each visited boundary is appended to the file, so that a test can find them all.
func Here(name string) {
	if record != "" {
		if f, err := os.OpenFile(record, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err == nil {
			fmt.Fprintln(f, name)
			f.Close()
		}
	}
	if target == name && left.Add(-1) == 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
