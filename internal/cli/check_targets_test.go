package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/config"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// Two targets that lead to one place by different logins are both tried; a secret that every account may read is told.
func TestCheckTriesEachLogin(t *testing.T) {
	root := t.TempDir()
	for _, f := range []string{"in", "out"} {
		if err := os.Mkdir(filepath.Join(root, f), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s, err := simsftp.Start(simsftp.Config{Root: root, Password: "right"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := newLookWorld(t)
	write(t, filepath.Join(w.dir, "right"), "right\n")
	write(t, filepath.Join(w.dir, "wrong"), "wrong\n")
	w.must(os.Chmod(filepath.Join(w.dir, "right"), 0o644))
	w.must(os.Chmod(filepath.Join(w.dir, "wrong"), 0o600))
	targets, routes := "targets:\n", "routes:\n"
	for i, name := range []string{"right", "wrong"} {
		targets += fmt.Sprintf("  %s: {kind: sftp, host: %s, port: %d, user: %s, password: 'file:%s', host_keys: ['%s'], path: /}\n", name, s.Host(), s.Port(), s.User(), name, s.Fingerprints()[0])
		routes += fmt.Sprintf("  - {name: %s, doc_types: [%s], mapping: mappings/expenses.xlsx, drop: {target: %s, folder: in}, returns: {folder: out}}\n", name, []string{"expense", "invoice"}[i], name)
	}
	head, _, _ := strings.Cut(lookConfig, "targets:\n")
	write(t, filepath.Join(w.dir, config.FileName), head+targets+routes)
	out, _, _ := w.exec("200", "check")
	for _, want := range []string{"ok       drop of route right: ", "ok       returns of route right: ", "problem  drop of route wrong: ", "login refused"} {
		if !strings.Contains(out, want) {
			t.Errorf("check does not say %q:\n%s", want, out)
		}
	}
	warned := strings.Contains(out, "warning  targets.right.password: ") && strings.Contains(out, "can be read by every account")
	if runtime.GOOS != "windows" && (!warned || strings.Contains(out, "warning  targets.wrong")) {
		t.Errorf("secrets:\n%s", out)
	}
}
