package house

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Leaks runs the tests of a package and gives the exit code. When they pass, every goroutine that they began must have
// ended soon after: each has an owner that waits for it. It is for TestMain; after ends what tests have shared.
func Leaks(m *testing.M, after ...func()) int {
	before := goroutines()
	code := m.Run()
	for _, end := range after {
		end()
	}
	if code != 0 {
		return code
	}
	var left []string
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if left = begunSince(before); len(left) == 0 {
			return 0
		}
		if time.Now().After(end) {
			break
		}
	}
	fmt.Fprintf(os.Stderr, "FAIL: %d goroutines have no owner that waited for them:\n\n%s\n", len(left), strings.Join(left, "\n\n"))
	return 1
}

// ownedElsewhere begin goroutines that live as long as the process, or as a connection that a library keeps for the
// next call.
var ownedElsewhere = []string{"net/http.(*persistConn)", "net/http.(*http2ClientConn)", "os/signal.", "runtime/pprof.", "testing.(*M)"}

func begunSince(before map[string]string) (left []string) {
next:
	for id, stack := range goroutines() {
		if before[id] != "" {
			continue
		}
		for _, name := range ownedElsewhere {
			if strings.Contains(stack, name) {
				continue next
			}
		}
		left = append(left, stack)
	}
	return left
}

// goroutines are the stacks of all, by number, but for the one that asks.
func goroutines() map[string]string {
	text := make([]byte, 1<<20)
	for {
		n := runtime.Stack(text, true)
		if n < len(text) {
			text = text[:n]
			break
		}
		text = make([]byte, 2*len(text))
	}
	out := map[string]string{}
	for _, stack := range strings.Split(string(text), "\n\n")[1:] {
		id, _, _ := strings.Cut(strings.TrimPrefix(stack, "goroutine "), " ")
		out[id] = stack
	}
	return out
}
