package node

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// inherited are the variables that the process of a pass gets: those that say how this machine is reached and reaches others. It gets no secret of the node.
var inherited = []string{"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TMP", "TEMP", "TZ", "LANG", "SystemRoot", "SSL_CERT_FILE", "SSL_CERT_DIR",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"}

func (n *Node) environment() []string {
	env := []string{"GOMEMLIMIT=" + strconv.Itoa(n.Fleet.Node.MemoryMiB) + "MiB"}
	for _, name := range inherited {
		if value, given := os.LookupEnv(name); given {
			env = append(env, name+"="+value)
		}
	}
	for _, pair := range os.Environ() {
		if killpoint.On && strings.HasPrefix(pair, "FISBRIDGE_") {
			env = append(env, pair)
		}
	}
	return env
}

// lockFolder takes a company's folder for a moment: a process of an earlier node may still work in it.
func lockFolder(dir string) (unlock func(), err error) {
	if err := ownfile.MakeFolder(filepath.Dir(dir)); err != nil {
		return nil, err
	}
	if _, err := os.Stat(dir); err != nil {
		return func() {}, nil // nobody works in what is not there
	}
	l := flock.New(filepath.Join(dir, desk.LockName))
	got, err := l.TryLock()
	if err == nil && !got {
		err = errors.New("a process of before still works in " + dir)
	}
	if err != nil {
		return nil, err
	}
	return func() { _ = l.Unlock() }, nil
}

const (
	// gentle is how long a pass has to end at its next boundary when the node is told to end, or its time is over.
	gentle = 30 * time.Second
	// mostSaid bounds what a pass may say.
	mostSaid = 1 << 20
)

// pass makes the pass in a process of its own. It dies with the node.
func (n *Node) pass(ctx context.Context, c *companies.Claim, dir string, whole bool) (r Result, err error) {
	runtime.LockOSThread() // the process dies with the thread that has begun it
	defer runtime.UnlockOSThread()
	limited, cancel := context.WithTimeout(ctx, n.Fleet.Node.LongestPass)
	defer cancel()
	args := append(n.Program[1:len(n.Program):len(n.Program)], c.Company, strconv.FormatInt(c.Version, 10), strconv.FormatInt(c.Number, 10))
	if !c.Since.IsZero() {
		args = append(args, "--since", c.Since.UTC().Format(time.RFC3339))
	}
	if whole {
		args = append(args, "--whole")
	}
	cmd := exec.CommandContext(limited, n.Program[0], args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = dir, n.environment(), gentle
	cmd.Cancel = func() error { return endGently(cmd.Process) }
	own(cmd)
	out := &hearing{now: time.Now}
	cmd.Stdout = out
	said, end := n.lines(c.Company)
	cmd.Stderr = said
	going, over := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { n.follow(going, c, out) })
	err = cmd.Run()
	over()
	beside.Wait()
	last := end()
	r.Exit = exitFailed
	if cmd.ProcessState != nil && cmd.ProcessState.ExitCode() >= 0 {
		r.Exit = cmd.ProcessState.ExitCode()
	}
	told := json.Unmarshal(out.said(), &r) == nil && r.told()
	switch {
	case ctx.Err() != nil:
		r.Exit, r.Error = exitInterrupted, ""
		return r, nil
	case errors.Is(limited.Err(), context.DeadlineExceeded):
		r.Exit = exitFailed
		return r, fmt.Errorf("the pass took longer than node.longest_pass (%s) and was ended; the next one goes on from there", n.Fleet.Node.LongestPass)
	case told || r.Exit == exitTaken:
		return r, nil
	case err != nil && (strings.Contains(last, "out of memory") || strings.Contains(last, "cannot allocate memory")): // as Go's runtime says it
		return r, fmt.Errorf("the pass needed more memory than node.memory_mib (%d MiB, and half of that again) gives it and was ended; give it more in fleet.yaml", n.Fleet.Node.MemoryMiB)
	case err != nil && last != "":
		return r, fmt.Errorf("the pass ended with %w: %s", err, last)
	case err != nil:
		return r, fmt.Errorf("the pass ended with %w", err)
	}
	return r, errors.New("the pass did not say how it ended")
}

// bounded keeps the beginning of what is written.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if left := mostSaid - b.Len(); left > 0 {
		b.Buffer.Write(p[:min(left, len(p))])
	}
	return len(p), nil
}

// lines passes on what a pass says, each line behind the name of its company; end waits and gives the last error line.
func (n *Node) lines(company string) (io.Writer, func() string) {
	r, w := io.Pipe()
	done := make(chan string, 1)
	go func() {
		last := ""
		s := bufio.NewScanner(r)
		s.Buffer(make([]byte, 4096), 64<<10)
		for s.Scan() {
			if text, is := strings.CutPrefix(s.Text(), "fisbridge: error: "); is || strings.HasPrefix(s.Text(), "fatal error: ") || strings.HasPrefix(s.Text(), "panic: ") {
				last = text
			}
			n.err.Lock()
			fmt.Fprintf(n.Err, "%s: %s\n", company, s.Text())
			n.err.Unlock()
		}
		_, _ = io.Copy(io.Discard, r) // what is no line
		done <- last
	}()
	return w, func() string { _ = w.Close(); return <-done }
}
