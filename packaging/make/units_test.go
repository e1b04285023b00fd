package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program finds a program that a test drives; in CI it must be there.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1" {
		t.Fatalf("%s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
	return ""
}

// systemd understands every line of the units.
func TestUnits(t *testing.T) {
	analyze := program(t, "systemd-analyze")
	dir := t.TempDir()
	units, err := filepath.Glob("../systemd/*")
	if err != nil || len(units) != 4 {
		t.Fatal(units, err)
	}
	args := []string{"verify", "--man=no"}
	for _, unit := range units {
		text, err := os.ReadFile(unit)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.Base(unit))
		// The program is not installed here.
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), "/usr/bin/fisbridge ", "/bin/echo ", 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.Command(analyze, args...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

// fisbridge-company refuses what would lead it elsewhere.
func TestCompanyRefuses(t *testing.T) {
	sh := program(t, "sh")
	for _, name := range []string{"../etc", "-C", ".hidden", "a b", "a/b", "a;id"} {
		cmd := exec.Command(sh, "../scripts/fisbridge-company", name, "status")
		cmd.Env = append(os.Environ(), "FISBRIDGE_FOLDERS="+t.TempDir())
		if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "is not the name of a company") {
			t.Errorf("%q: %v\n%s", name, err, out)
		}
	}
}
