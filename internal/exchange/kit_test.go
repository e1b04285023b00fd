package exchange

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/fisbridge/fisbridge/internal/secret"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// text is content to upload.
func text(content string) (int64, func() (io.ReadCloser, error)) {
	return int64(len(content)), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }
}

// upload is Upload of a text.
func upload(d Drop, temp, content string) error {
	size, open := text(content)
	return d.Upload(context.Background(), temp, size, open)
}

// deliver is the whole protocol without a journal.
func deliver(d Drop, final, content string) error {
	temp := d.TempName(final, "1a")
	if err := upload(d, temp, content); err != nil {
		return err
	}
	return d.Publish(context.Background(), temp, final)
}

func openDrop(t *testing.T, target Target) Drop {
	t.Helper()
	d, err := OpenDrop(target, Options{Log: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func openReturns(t *testing.T, target Target) Returns {
	t.Helper()
	r, err := OpenReturns(target, Options{Log: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func testLog(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

const simPassword = "planted-secret-3141"

// startSim is the awkward server on a folder, and a target for its sub-folder in.
func startSim(t *testing.T, change ...func(*simsftp.Config)) (*simsftp.Server, Target, string) {
	t.Helper()
	cfg := simsftp.Config{Root: t.TempDir(), Password: simPassword}
	for _, f := range change {
		f(&cfg)
	}
	s, err := simsftp.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	in := filepath.Join(cfg.Root, "in")
	if err := os.MkdirAll(in, 0o755); err != nil {
		t.Fatal(err)
	}
	return s, simTarget(s), in
}

func simTarget(s *simsftp.Server) Target {
	return Target{
		Kind: KindSFTP, Host: s.Host(), Port: s.Port(), User: s.User(), Folder: "/in",
		Password:     secret.Func(func() (string, error) { return simPassword, nil }),
		Fingerprints: s.Fingerprints(),
	}
}

// names lists a folder of this machine.
func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func content(t *testing.T, elem ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func put(t *testing.T, folder, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// noGoroutines fails when code of ours or of the SSH libraries still runs.
func noGoroutines(t *testing.T) {
	t.Helper()
	var left string
	for range 200 {
		left = ""
		buf := make([]byte, 1<<20)
		for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			ours := strings.Contains(g, "crypto/ssh.") || strings.Contains(g, "pkg/sftp.") || strings.Contains(g, "internal/exchange.(")
			if ours && !strings.Contains(g, "testing.tRunner(") {
				left += g + "\n\n"
			}
		}
		if left == "" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("goroutines left:\n%s", left)
}

// newKey is a key pair; kind is ed25519 or rsa.
func newKey(t testing.TB, kind string) ssh.Signer {
	t.Helper()
	signer, _ := keyPair(t, kind, "")
	return signer
}

// keyPair is a signer and its file content, encrypted when there is a passphrase.
func keyPair(t testing.TB, kind, passphrase string) (ssh.Signer, []byte) {
	t.Helper()
	var key any
	var err error
	if kind == "rsa" {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	} else {
		_, key, err = ed25519.GenerateKey(rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	var block *pem.Block
	if passphrase == "" {
		block, err = ssh.MarshalPrivateKey(key, "")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	return signer, pem.EncodeToMemory(block)
}

// keyFile writes a key file and returns its path.
func keyFile(t testing.TB, content []byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(p, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

var t0 = time.Date(2026, 1, 31, 7, 0, 0, 0, time.UTC)
