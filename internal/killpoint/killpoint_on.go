//go:build killpoint && unix

package killpoint

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// On tells that this is a build for such tests.
const On = true

var left atomic.Int64

var target, record, how = func() (string, string, string) {
	name, count, found := strings.Cut(os.Getenv("FISBRIDGE_KILL_AT"), ":")
	n, err := strconv.ParseInt(count, 10, 64)
	if !found || err != nil {
		n = 1
	}
	left.Store(n)
	return name, os.Getenv("FISBRIDGE_KILL_RECORD"), os.Getenv("FISBRIDGE_KILL_HOW")
}()

var trouble atomic.Value

// Trouble is what the journal must suffer from now on: "busy", "full" or "readonly".
func Trouble() string {
	kind, _ := trouble.Load().(string)
	return kind
}

// Here ends the process with SIGKILL when FISBRIDGE_KILL_AT=name[:n] names this boundary, at its n-th visit. With
// FISBRIDGE_KILL_HOW the process ends softly there instead (term), is stopped (stop), or its journal gets into trouble. With
// FISBRIDGE_KILL_RECORD=file each visited boundary is appended to the file, so that a test can find them all.
func Here(name string) {
	if record != "" {
		if f, err := os.OpenFile(record, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err == nil {
			fmt.Fprintln(f, name)
			f.Close()
		}
	}
	if target != name || left.Add(-1) != 0 {
		return
	}
	switch how {
	case "term":
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(100 * time.Millisecond) // until the signal has become the end of the context
	case "stop":
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		time.Sleep(100 * time.Millisecond) // the signal may be a moment late
	case "busy", "full", "readonly":
		trouble.Store(how)
	default:
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
