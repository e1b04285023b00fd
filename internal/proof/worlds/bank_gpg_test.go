package worlds

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// gnuPG is what the partners seal and open with: GnuPG itself, with a home of its own for all tests of this process.
type gnuPG struct {
	home string
	// keys are the files that fisbridge gets: its own secret key, locked by a passphrase, and the partners' public
	// ones.
	keys map[string][]byte
}

const pgpPassphrase = "planted-pgp-passphrase"

// gnuPGHome is short, for the agent's socket lies in it.
func gnuPGHome() string { return filepath.Join(binDir(), "g") }

var makeGnuPG = sync.OnceValues(func() (*gnuPG, error) {
	g := &gnuPG{home: gnuPGHome(), keys: map[string][]byte{}}
	if err := os.MkdirAll(g.home, 0o700); err != nil {
		return nil, err
	}
	// The agent would take most of a second for each passphrase.
	if err := os.WriteFile(filepath.Join(g.home, "gpg-agent.conf"), []byte("s2k-count 65536\n"), 0o600); err != nil {
		return nil, err
	}
	for _, name := range []string{"bridge", "partner"} {
		if _, _, err := g.run(nil, "--quick-gen-key", name+" <"+name+"@example.com>", "future-default", "default", "never"); err != nil {
			return nil, err
		}
		public, _, err := g.run(nil, "--armor", "--export", name)
		if err != nil {
			return nil, err
		}
		g.keys[name+".asc"] = public
	}
	secret, _, err := g.run(nil, "--armor", "--export-secret-keys", "bridge")
	g.keys["bridge.sec.asc"] = secret
	return g, err
})

func startGnuPG(t *testing.T) *gnuPG {
	t.Helper()
	external(t, "gpg")
	g, err := makeGnuPG()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// gnuPGEnds ends the agent, where one was started.
func gnuPGEnds() {
	if _, err := os.Stat(gnuPGHome()); err == nil {
		_ = exec.Command("gpgconf", "--homedir", gnuPGHome(), "--kill", "all").Run()
	}
}

func (g *gnuPG) run(stdin []byte, args ...string) (out []byte, status string, err error) {
	cmd := exec.Command("gpg", append([]string{"--homedir", g.home, "--batch", "--yes", "--no-tty", "--trust-model", "always", "--pinentry-mode", "loopback",
		"--passphrase", pgpPassphrase, "--status-fd", "2"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &stdout, &stderr
	if err = cmd.Run(); err != nil {
		err = fmt.Errorf("gpg %q: %w\n%s", args, err, stderr.String())
	}
	return stdout.Bytes(), stderr.String(), err
}

// seal is what a partner sends: sealed for the bridge, and signed.
func (g *gnuPG) seal(clear []byte) ([]byte, error) {
	out, _, err := g.run(clear, "--sign", "--local-user", "partner", "--encrypt", "--recipient", "bridge")
	return out, err
}

// open is what a partner does with what comes: it must be sealed for him and signed by the bridge.
func (g *gnuPG) open(sealed []byte) ([]byte, error) {
	out, status, err := g.run(sealed, "--decrypt")
	if err == nil && (!strings.Contains(status, "GOODSIG") || !strings.Contains(status, "bridge@example.com") || !strings.Contains(status, "DECRYPTION_OKAY")) {
		err = fmt.Errorf("not signed by the bridge: %s", status)
	}
	return out, err
}
