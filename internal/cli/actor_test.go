//go:build unix

package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestIdentityIsWorded(t *testing.T) {
	for want, i := range map[string]identity{
		"ann":           {account: "ann"},
		"ann as root":   {account: "root", real: "ann"},
		"root":          {account: "root", real: "root"},
		"uid 1001":      {account: account("", "1001")},
		"uid 7":         {account: account(" \u200b\n", "7")},
		"evil by admin": {account: account("evil\x1b\n by admin", "8")},
	} {
		if got := i.String(); got != want {
			t.Errorf("%+v is %q, want %q", i, got, want)
		}
	}
}

func TestPersonBehindSudo(t *testing.T) {
	type process struct{ uid, parent int }
	processes := map[int]process{ // fisbridge under sudo under a shell of 1000 under sshd
		100: {0, 90}, 90: {1000, 80}, 80: {0, 1},
		200: {1000, 80},              // a shell of the same account
		300: {0, 1},                  // cron
		400: {500, 400},              // a loop, which no kernel has
		600: {1001, 90}, 700: {0, 1}, // su from 1000 to 1001
	}
	owner := func(pid int) (int, int, bool) { p, ok := processes[pid]; return p.uid, p.parent, ok }
	for _, c := range []struct {
		name        string
		uid, parent int
		person      int
		somebody    bool
	}{
		{"sudo", 0, 100, 1000, true},
		{"the same account", 1000, 200, 0, false},
		{"cron", 998, 300, 0, false},
		{"a loop", 500, 400, 0, false},
		{"su", 1001, 600, 1000, true},
		{"gone", 5, 4711, 0, false},
	} {
		if person, ok := behindBy(c.uid, c.parent, owner); person != c.person || ok != c.somebody {
			t.Errorf("%s: %d, %v", c.name, person, ok)
		}
	}
}

func TestLookupPasswd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "passwd")
	if err := os.WriteFile(path, []byte("root:x:0:0:root:/root:/bin/sh\nann:x:1001:1001::/home/ann:/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := lookupPasswd(path, 1001); got != "ann" {
		t.Errorf("got %q", got)
	}
	if got := lookupPasswd(path, 100); got != "" {
		t.Errorf("got %q", got)
	}
}

// TestActorIsNoVariable runs itself as an account that has no name, with variables that claim one.
func TestActorIsNoVariable(t *testing.T) {
	if os.Getenv("FISBRIDGE_TEST_WHO") != "" {
		t.Log("I am " + actor("hold"))
		return
	}
	if os.Getuid() != 0 {
		t.Skip("only root may run a program as another account")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("/tmp", "who")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	body, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "who.test")
	if err := os.WriteFile(copied, body, 0o755); err != nil { //nolint:gosec // another account runs it
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(copied, "-test.run=TestActorIsNoVariable", "-test.v")
	cmd.Dir = dir
	cmd.Env = []string{"FISBRIDGE_TEST_WHO=1", "USER=cfo", "LOGNAME=cfo", "SUDO_USER=cfo", "USERNAME=cfo"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 48151, Gid: 48151}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "I am fisbridge hold by uid 48151") {
		t.Errorf("want the number of the account:\n%s", out)
	}
}
