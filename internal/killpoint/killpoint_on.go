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

// mark is one boundary at which something happens, at its n-th visit.
type mark struct {
	name, how string
	left      atomic.Int64
}

var marks, record = func() (out []*mark, record string) {
	hows := strings.Split(os.Getenv("FISBRIDGE_KILL_HOW"), ",")
	for i, text := range strings.Split(os.Getenv("FISBRIDGE_KILL_AT"), ",") {
		name, count, found := strings.Cut(text, ":")
		n, err := strconv.ParseInt(count, 10, 64)
		if !found || err != nil {
			n = 1
		}
		m := &mark{name: name, how: hows[min(i, len(hows)-1)]}
		m.left.Store(n)
		out = append(out, m)
	}
	return out, os.Getenv("FISBRIDGE_KILL_RECORD")
}()

var trouble atomic.Value

// Trouble is what the journal must suffer from now on: "busy", "full" or "readonly".
func Trouble() string {
	kind, _ := trouble.Load().(string)
	return kind
}

// Here ends the process with SIGKILL when FISBRIDGE_KILL_AT=name[:n] names this boundary, at its n-th visit. With
// FISBRIDGE_KILL_HOW the process ends softly there instead (term), is stopped (stop), or its journal gets into trouble.
// Both may be lists with commas. With FISBRIDGE_KILL_RECORD=file each visited boundary is appended to the file, so that
// a test can find them all.
func Here(name string) {
	if record != "" {
		if f, err := os.OpenFile(record, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err == nil {
			fmt.Fprintln(f, name)
			f.Close()
		}
	}
	for _, m := range marks {
		if m.name == name && m.left.Add(-1) == 0 {
			m.act()
		}
	}
}

func (m *mark) act() {
	switch m.how {
	case "term":
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(100 * time.Millisecond) // until the signal has become the end of the context
	case "stop":
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		time.Sleep(100 * time.Millisecond) // the signal may be a moment late
	case "busy", "full", "readonly":
		trouble.Store(m.how)
	default:
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
