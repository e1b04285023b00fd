//go:build unix

package journaltest

import (
	"bytes"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// programOf finds a program of PostgreSQL: in the path, or where Debian puts it. Empty: it is not installed.
func programOf(name string) string {
	if p, err := exec.LookPath(name); err == nil {
		return p
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}

// postgres runs a server of its own for a test: on the loopback alone, with its own folder and password; it ends with
// the test. It gives its address, empty where PostgreSQL is not installed, which is a failure where all other programs
// are asked for.
func postgres(t *testing.T) (url string) {
	t.Helper()
	initdb, server := programOf("initdb"), programOf("postgres")
	if initdb == "" || server == "" {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1" {
			t.Fatal("PostgreSQL is not installed, and FISBRIDGE_REQUIRE_EXTERNAL asks for it")
		}
		t.Log("PostgreSQL is not installed: nothing was tried on it")
		return ""
	}
	folder, err := os.MkdirTemp("", "fisbridge-postgres")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	password := filepath.Join(folder, "password")
	if err := os.WriteFile(password, []byte("loopback\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	as := asNobody(t, folder, password)
	data := filepath.Join(folder, "data")
	command := func(name string, args ...string) (*exec.Cmd, *bytes.Buffer) {
		said := &bytes.Buffer{}
		c := exec.Command(name, args...)
		c.Dir, c.Stdout, c.Stderr, c.SysProcAttr = folder, said, said, as
		return c, said
	}
	if c, said := command(initdb, "-D", data, "-U", "fisbridge", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale", "C", "--no-sync"); c.Run() != nil {
		t.Fatalf("initdb: %s", said)
	}
	port := freePort(t)
	c, said := command(server, "-D", data, "-k", "", "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=400")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGQUIT)
		_ = c.Wait()
	})
	url = fmt.Sprintf("postgres://fisbridge:loopback@127.0.0.1:%d/postgres?sslmode=disable", port)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 600 { // it takes connections before it answers
		if db.Ping() == nil {
			return url
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("PostgreSQL does not answer: %s", said)
	return ""
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// asNobody: PostgreSQL does not run as root.
func asNobody(t *testing.T, owned ...string) *syscall.SysProcAttr {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	for _, name := range owned {
		if err := os.Chown(name, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}
