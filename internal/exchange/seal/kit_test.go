package seal

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// gnupg is a GnuPG with a home of its own, short enough for its sockets.
type gnupg struct {
	t    testing.TB
	home string
}

func newGnuPG(t testing.TB) *gnupg {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1" {
			t.Fatal("gpg is not installed")
		}
		t.Skip("gpg is not installed")
	}
	home, err := os.MkdirTemp("", "g")
	if err != nil {
		t.Fatal(err)
	}
	g := &gnupg{t, home}
	g.write(filepath.Join(home, "gpg-agent.conf"), []byte("s2k-count 65536\n")) // it would take most of a second for each passphrase
	t.Cleanup(func() {
		_ = exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run()
		os.RemoveAll(home)
	})
	return g
}

// try runs gpg without anybody at the keyboard.
func (g *gnupg) try(stdin []byte, args ...string) (out, status string, err error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("gpg", append([]string{"--homedir", g.home, "--batch", "--yes", "--no-tty", "--trust-model", "always", "--pinentry-mode", "loopback", "--passphrase", passphrase, "--status-fd", "2"}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &stdout, &stderr
	err = cmd.Run()
	return stdout.String(), stderr.String(), err
}

func (g *gnupg) run(stdin []byte, args ...string) []byte {
	g.t.Helper()
	out, status, err := g.try(stdin, args...)
	if err != nil {
		g.t.Fatalf("gpg %q: %v\n%s", args, err, status)
	}
	return []byte(out)
}

const passphrase = "planted-pgp-2357"

// key makes a key pair and gives its files: the secret one as GnuPG exports it, locked, and the public one.
func (g *gnupg) key(name, kind, expire string, usage ...string) (private, public string) {
	g.t.Helper()
	g.run(nil, append([]string{"--quick-gen-key", name + " <" + name + "@example.com>", kind, "default", expire}, usage...)...)
	dir := g.t.TempDir()
	private, public = filepath.Join(dir, name+".sec.asc"), filepath.Join(dir, name+".asc")
	g.write(private, g.run(nil, "--armor", "--export-secret-keys", name))
	g.write(public, g.run(nil, "--armor", "--export", name))
	return private, public
}

func (g *gnupg) write(path string, content []byte) {
	g.t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		g.t.Fatal(err)
	}
}

func phrase(text string) secret.Secret {
	return secret.Func(func() (string, error) { return text, nil })
}

// seal seals a text.
func seal(t testing.TB, how Sealing, text string) []byte {
	t.Helper()
	s, err := how.Load(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := s.Seal(&out, "journals_000001.csv", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for rest := text; rest != ""; { // in pieces, as files are written
		n := min(len(rest), 70_000)
		if _, err := w.Write([]byte(rest[:n])); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// open opens a message; out is empty unless it may be used.
func open(t testing.TB, how Opening, sealed []byte) (out string, err error) {
	t.Helper()
	o, err := how.Load()
	if err != nil {
		t.Fatal(err)
	}
	var clear bytes.Buffer
	if err := o.Open(&clear, bytes.NewReader(sealed), int64(len(sealed)), 0, time.Now()); err != nil {
		return "", err
	}
	return clear.String(), nil
}

// says wants an error about a file, or about a key, with a word in it and a way out, and no secret.
func says(t *testing.T, what string, err error, word string) {
	t.Helper()
	var file *FileError
	var key *exchange.KeyError
	way := ""
	switch {
	case errors.As(err, &file):
		way = file.Way
	case errors.As(err, &key):
		way = key.Way
	}
	if err == nil || !strings.Contains(err.Error(), word) || way == "" || strings.Contains(err.Error()+way, passphrase) {
		t.Errorf("%s: want %q, got %v (%s)", what, word, err, way)
	}
}
