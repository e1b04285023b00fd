//go:build unix

// Package pgtest runs PostgreSQL servers for tests: on the loopback alone, each with its own folder and password. Only tests use it.
package pgtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// Server is a server that a test may stop, kill and start again.
type Server struct {
	// URL is its database postgres, without the password.
	URL string

	folder, data string
	port         int
	settings     []string
	as           *syscall.SysProcAttr
	said         bytes.Buffer
	running      *exec.Cmd
}

// programOf finds a program of PostgreSQL: in the path, or where Debian puts it. Empty: it is not installed.
func programOf(name string) string {
	if p, err := exec.LookPath(name); err == nil {
		return p
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // the pattern is right
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}

// Installed tells whether PostgreSQL is installed. Where all other programs are asked for, one that is not is a failure.
func Installed(t testing.TB) bool {
	t.Helper()
	if programOf("initdb") != "" && programOf("postgres") != "" {
		return true
	}
	if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1" {
		t.Fatal("PostgreSQL is not installed, and FISBRIDGE_REQUIRE_EXTERNAL asks for it")
	}
	t.Log("PostgreSQL is not installed: nothing was tried on it")
	return false
}

// Start runs a server until the test ends. settings are lines of its configuration, such as max_connections=20. It is nil where PostgreSQL is
// not installed.
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	if !Installed(t) {
		return nil
	}
	s, err := begin(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.end)
	return s
}

func begin(settings []string) (*Server, error) {
	folder, err := os.MkdirTemp("", "fisbridge-postgres")
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder, data: filepath.Join(folder, "data"), settings: settings}
	password := filepath.Join(folder, "password")
	if err := os.WriteFile(password, []byte(Password+"\n"), 0o600); err != nil {
		return nil, err
	}
	if s.as, err = asNobody(folder, password); err != nil {
		return nil, err
	}
	if err := s.command(programOf("initdb"), "-D", s.data, "-U", "fisbridge", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale", "C", "--no-sync").Run(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, s.said.String())
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	s.URL = fmt.Sprintf("postgres://fisbridge@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	return s, s.run()
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir, c.Stdout, c.Stderr, c.SysProcAttr = s.folder, &s.said, &s.said, s.as
	return c
}

func (s *Server) run() error {
	args := []string{"-D", s.data, "-k", "", "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200", "-c", "autovacuum_naptime=5s"}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	s.running = s.command(programOf("postgres"), args...)
	if err := s.running.Start(); err != nil {
		return err
	}
	for range 600 { // it takes connections before it answers
		if db, err := s.connect(); err == nil {
			return db.Close(context.Background())
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("PostgreSQL does not answer: %s", s.said.String())
}

func (s *Server) connect() (*pgx.Conn, error) {
	c, err := pgx.ParseConfig(s.URL)
	if err != nil {
		return nil, err
	}
	c.Password = Password
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return pgx.ConnectConfig(ctx, c)
}

// Stop ends the server: gently (SIGTERM), fast (SIGINT, which ends the sessions) or as by a crash (SIGQUIT).
func (s *Server) Stop(t testing.TB, how syscall.Signal) {
	t.Helper()
	if err := s.running.Process.Signal(how); err != nil {
		t.Fatal(err)
	}
	_ = s.running.Wait()
}

// Again starts a server that was stopped.
func (s *Server) Again(t testing.TB, settings ...string) {
	t.Helper()
	s.settings = append(s.settings, settings...)
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) end() {
	_ = s.running.Process.Signal(syscall.SIGQUIT)
	_ = s.running.Wait()
	_ = os.RemoveAll(s.folder)
}

// Do executes statements as the owner of the server.
func (s *Server) Do(t testing.TB, statements ...string) {
	t.Helper()
	c, err := s.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	for _, statement := range statements {
		if _, err := c.Exec(context.Background(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// Ask gives the first value of the first row.
func Ask[T any](t testing.TB, s *Server, query string, args ...any) (v T) {
	t.Helper()
	c, err := s.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	if err := c.QueryRow(context.Background(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// Place is a journal on the server that takes the place of a file.
func (s *Server) Place(path string) journal.Place {
	return journal.Place{URL: s.URL, Schema: SchemaOf(path), Head: path + ".head", Password: secret.Text(Password)}
}

// SchemaOf is a schema for what would be a file.
func SchemaOf(path string) string {
	sum := sha256.Sum256([]byte(path))
	return "j" + hex.EncodeToString(sum[:10])
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// asNobody: PostgreSQL does not run as root.
func asNobody(owned ...string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	for _, name := range owned {
		if err := os.Chown(name, uid, gid); err != nil {
			return nil, err
		}
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// Variable makes the tests of a package run on PostgreSQL in place of files, where it is "1".
const Variable = "FISBRIDGE_TEST_POSTGRES"

// shared is the server of a test process whose tests all run on PostgreSQL.
var shared = sync.OnceValues(func() (*Server, error) { return begin(nil) })

// At is where a test keeps its journal: the file, or, where Variable asks for it, a schema of a server that all tests of the process share. Main
// ends that.
func At(t testing.TB, path string) journal.Place {
	t.Helper()
	if os.Getenv(Variable) != "1" || !Installed(t) {
		return journal.Place{Path: path}
	}
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	used = true
	return s.Place(path)
}

// Raw is the database of a journal itself that At keeps.
func Raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	kind, address := "sqlite", path
	if at := At(t, path); at.Served() {
		kind, address = "pgx", at.URL+"&password="+Password+"&search_path="+at.Schema
	}
	db, err := sql.Open(kind, address)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

var used bool

// End ends the server that tests of the process have shared.
func End() {
	if !used {
		return
	}
	if s, err := shared(); err == nil {
		s.end()
	}
}
