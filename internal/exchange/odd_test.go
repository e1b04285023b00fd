package exchange

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// Links, folders and impossible names in a return folder are told, neither followed nor read, by a folder of this machine and by a server.
func TestOddEntries(t *testing.T) {
	_, remote, served := startSim(t)
	local := Target{Kind: KindFolder, Folder: t.TempDir()}
	for name, c := range map[string]struct {
		target Target
		dir    string
	}{"folder": {local, local.Folder}, "server": {remote, served}} {
		t.Run(name, func(t *testing.T) {
			secret := filepath.Join(t.TempDir(), "secret")
			must(t, os.WriteFile(secret, []byte("s"), 0o600))
			must(t, os.WriteFile(filepath.Join(c.dir, "good.csv"), []byte("g"), 0o600))
			must(t, os.WriteFile(filepath.Join(c.dir, strings.Repeat("n", 251)), nil, 0o600))
			must(t, os.WriteFile(filepath.Join(c.dir, `back\slash.csv`), nil, 0o600))
			must(t, os.Symlink("good.csv", filepath.Join(c.dir, "link.csv")))
			must(t, os.Symlink("nowhere", filepath.Join(c.dir, "dangling.csv")))
			for _, sub := range []string{"sub", "archive", "failed", ".hidden"} {
				must(t, os.Mkdir(filepath.Join(c.dir, sub), 0o750))
			}
			target := c.target
			target.Match = nil
			r := openReturns(t, target)
			list, err := r.List(context.Background())
			if err != nil || len(list) != 1 || list[0].Name != "good.csv" {
				t.Errorf("listed %+v, %v", list, err)
			}
			said := map[string]string{}
			for _, o := range r.Odd() {
				said[o.Name] = o.Reason
			}
			for name, want := range map[string]string{"link.csv": "is a link", "dangling.csv": "is a link", "sub": "is a folder", `back\slash.csv`: "character", strings.Repeat("n", 251): "251 bytes"} {
				if !strings.Contains(said[name], want) {
					t.Errorf("%.20s: %q, want %q", name, said[name], want)
				}
			}
			if len(said) != 5 {
				t.Errorf("%d oddities: %v", len(said), said)
			}
			var b bytes.Buffer
			if _, err := r.Fetch(context.Background(), "link.csv", 0, &b); err == nil || b.Len() > 0 {
				t.Errorf("a link was followed: %v", err)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A file that is too large is not read where its size is told, and no further than the limit where it grows or nobody tells.
func TestTooLargeIsNotRead(t *testing.T) {
	s, remote, served := startSim(t)
	must(t, os.WriteFile(filepath.Join(served, "big"), nil, 0o600))
	must(t, os.Truncate(filepath.Join(served, "big"), 3<<30))
	r := openReturns(t, remote)
	var large *TooLargeError
	var b bytes.Buffer
	if _, err := r.Fetch(context.Background(), "big", 1<<20, &b); !errors.As(err, &large) || large.Size != 3<<30 || b.Len() > 0 {
		t.Errorf("%v, %d bytes", err, b.Len())
	}
	for _, req := range s.Requests() {
		if req.Op == simsftp.OpRead {
			t.Fatal("it was read")
		}
	}
	s.Switch(simsftp.Fault{Op: simsftp.OpStat, Do: simsftp.DoRefuse}, simsftp.Fault{Op: simsftp.OpFstat, Do: simsftp.DoRefuse}, simsftp.Fault{Op: simsftp.OpOpendir, Do: simsftp.DoRefuse})
	if _, err := r.Fetch(context.Background(), "big", 1<<20, &b); !errors.As(err, &large) || b.Len() > 1<<20 {
		t.Errorf("nobody tells the size: %v, %d bytes", err, b.Len())
	}
}

// A list that does not end, and a server that sends a byte now and then, end in an error of their own, and nothing keeps running.
func TestEndlessAndSlow(t *testing.T) {
	for name, c := range map[string]struct {
		fault simsftp.Fault
		says  string
	}{
		"endless list": {simsftp.Fault{Op: simsftp.OpReaddir, Do: simsftp.DoEndless}, "its list does not end"},
		"slow list":    {simsftp.Fault{Op: simsftp.OpReaddir, Do: simsftp.DoTrickle, Delay: 20 * time.Millisecond}, "too slow"},
		"slow read":    {simsftp.Fault{Op: simsftp.OpRead, Do: simsftp.DoTrickle, Delay: 20 * time.Millisecond}, "too slow"},
	} {
		t.Run(name, func(t *testing.T) {
			s, target, served := startSim(t)
			target.IdleTimeout, target.Keepalive = 300*time.Millisecond, 50*time.Millisecond
			if c.fault.Do == simsftp.DoEndless {
				target.IdleTimeout = 10 * time.Second // it answers at once: a busy machine must not make it look silent
			}
			must(t, os.WriteFile(filepath.Join(served, "a.csv"), bytes.Repeat([]byte("x"), 100_000), 0o600))
			r := openReturns(t, target)
			s.Switch(c.fault)
			began := time.Now()
			_, err := r.List(context.Background())
			if c.fault.Op == simsftp.OpRead {
				_, err = r.Fetch(context.Background(), "a.csv", 0, &bytes.Buffer{})
			}
			if !errors.Is(err, ErrConnection) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
			r.Close()
			s.Close()
			noGoroutines(t)
		})
	}
}

// Close waits for the goroutine behind Watch, also when nobody has ended its context.
func TestCloseEndsWatch(t *testing.T) {
	r := openReturns(t, Target{Kind: KindFolder, Folder: t.TempDir()})
	woken := r.Watch(context.Background())
	<-woken
	must(t, r.Close())
	if _, open := <-woken; open {
		t.Error("it goes on after Close")
	}
	noGoroutines(t)
}
