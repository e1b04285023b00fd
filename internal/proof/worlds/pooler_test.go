//go:build linux

package worlds

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
)

// A journal behind PgBouncer, in pooling of transactions and of sessions: refused with the way out where the pooler drops the schema, and working where the role has it.
func TestPgBouncer(t *testing.T) {
	if !onServer() {
		return
	}
	bouncer := external(t, "pgbouncer", "/usr/sbin/pgbouncer")
	for _, mode := range []string{"transaction", "session"} {
		t.Run(mode, func(t *testing.T) {
			server := pgtest.Start(t)
			w := prepare(t, setup{documents: []string{"01-cash-taxi", "14-tax-deductible", "59-erp-rejects"}})
			schema := pgtest.SchemaOf(w.journalFile())
			direct := w.journalAt().URL
			w.edit("url: "+direct, "url: "+server.URL)
			w.login()
			stop, at := pooler(t, bouncer, mode, server.URL)
			w.edit("url: "+server.URL, "url: "+at)
			if e := w.exec(nil, "", "run"); e.code != 1 || !strings.Contains(e.err, "a pooler between has dropped search_path; give the role one (ALTER ROLE … SET search_path = "+schema+")") {
				t.Errorf("a connection that works in another schema: %s", e)
			}
			stop()
			server.Do(t, `ALTER ROLE fisbridge SET search_path = `+schema)
			stop, again := pooler(t, bouncer, mode, server.URL)
			defer stop()
			w.edit("url: "+at, "url: "+again)
			w.run()
			w.cycle()
			w.command(0, "audit", "verify")
			for _, text := range w.violations() {
				t.Errorf("violated: %s", text)
			}
		})
	}
}

// pooler runs PgBouncer before a server.
func pooler(t *testing.T, program, mode, server string) (stop func(), address string) {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	dir, err := os.MkdirTemp("", "fisbridge-pgbouncer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	settings := fmt.Sprintf("[databases]\npostgres = host=127.0.0.1 port=%s\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\nunix_socket_dir =\nauth_type = plain\nauth_file = %s/users\npool_mode = %s\n"+
		"ignore_startup_parameters = search_path, lock_timeout, idle_in_transaction_session_timeout, default_transaction_read_only\n", u.Port(), port, dir, mode)
	for name, text := range map[string]string{"settings.ini": settings, "users": `"fisbridge" "` + pgtest.Password + `"` + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, filepath.Join(dir, "settings.ini"))
	if os.Getuid() == 0 { // it does not run as root
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	said := &buffer{}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	stop = sync.OnceFunc(func() { _ = cmd.Process.Kill(); <-ended })
	for {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			c.Close()
			u.Host = fmt.Sprintf("127.0.0.1:%d", port)
			return stop, u.String()
		}
		select {
		case <-ended:
			t.Fatalf("the pooler does not run: %s", said)
		default:
		}
	}
}

// line is a way to a server that can be cut: what is sent meanwhile arrives when it is whole again.
type line struct {
	mu   sync.Mutex
	cond *sync.Cond
	cut  bool
}

func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	l.cond.Broadcast()
}

func (l *line) carry(to io.WriteCloser, from io.Reader) {
	defer to.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		l.mu.Lock()
		for l.cut {
			l.cond.Wait()
		}
		l.mu.Unlock()
		if _, failed := to.Write(b[:n]); err != nil || failed != nil {
			return
		}
	}
}

// lineTo is a line to a server, and its address.
func lineTo(t *testing.T, server string) (*line, string) {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	to := u.Host
	in, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	l := &line{}
	l.cond = sync.NewCond(&l.mu)
	t.Cleanup(func() { l.set(false) })
	go func() {
		for {
			one, err := in.Accept()
			if err != nil {
				return
			}
			other, err := net.Dial("tcp", to)
			if err != nil {
				one.Close()
				continue
			}
			go l.carry(other, one)
			go l.carry(one, other)
		}
	}()
	u.Host = in.Addr().String()
	return l, u.String()
}

// A node that is cut off from the database, and not from the world, for longer than its lease: it does nothing more by itself, another one takes over, and when the line is whole
// again it ends. So does one that stood still in the middle of a transaction, which the server ends.
func TestNodeCutOff(t *testing.T) {
	if !onServer() {
		return
	}
	for _, c := range []struct {
		at  string
		cut bool
	}{{"acknowledge.acted", true}, {"upload.written", true}, {"rename.acted", true}, {"commit.intended:8", false}} {
		t.Run(c.at, func(t *testing.T) {
			w := begin(t, setup{documents: []string{"01-cash-taxi", "14-tax-deductible"}})
			other := w.at(w.beside("node2"))
			w.copyFolder(w.dir, other.dir)
			way, address := lineTo(t, w.journalAt().URL)
			w.edit("url: "+w.journalAt().URL, "url: "+address)
			first, firstEnd := w.pause(c.at, "stop")
			if c.cut {
				way.set(true)
				w.must(first.Process.Signal(syscall.SIGCONT))
			}
			other.minuteLater()
			other.run()
			way.set(false)
			w.must(first.Process.Signal(syscall.SIGCONT))
			firstEnd()
			if code := first.ProcessState.ExitCode(); code != 5 && (c.cut || code != 1) {
				t.Errorf("the first node ended with %d", code)
			}
			other.cycle()
			for _, name := range w.names("in") { // what a process left that died in a paused attempt is never taken
				w.must(os.Remove(w.path("in", name)))
			}
			other.check()
		})
	}
}
