package webtest

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// A company whose folder is made while the console runs is shown without a restart, once its configuration can be read and
// says the same about the console; until then it is told, and the others go on.
func TestFolderMadeLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	root := filepath.Dir(w.dir)
	file := filepath.Join(w.dir, "fisbridge.yaml")
	settings, err := os.ReadFile(file)
	w.ok(err)
	shared := append(settings, "\nconsole:\n  database: ../lantern/journal/console.db\n"...)
	w.ok(os.WriteFile(file, shared, 0o600))
	stop(w.serve)
	w.start("--companies", root)
	w.person("mira", signin.Administrator)
	w.company = "later"
	w.person("lena", signin.Administrator)
	mira, lena := w.signedIn("mira"), w.signedIn("lena")
	if status, _ := lena.get("/c/later/"); status != http.StatusNotFound {
		t.Fatalf("before there is a folder: %d", status)
	}
	later := filepath.Join(root, "later")
	for _, part := range []string{"mappings", "templates", "secrets"} {
		if _, err := os.Stat(filepath.Join(w.dir, part)); err == nil {
			w.ok(os.CopyFS(filepath.Join(later, part), os.DirFS(filepath.Join(w.dir, part))))
		}
	}
	w.ok(os.MkdirAll(later, 0o700))
	w.ok(os.WriteFile(filepath.Join(later, "fisbridge.yaml"), settings, 0o600))
	w.until("another database of the console is told", func() bool { return strings.Contains(w.errors.String(), "console.database") })
	if status, _ := lena.get("/c/later/"); status != http.StatusNotFound {
		t.Errorf("a company that does not agree about the console is shown: %d", status)
	}
	w.ok(os.WriteFile(filepath.Join(later, "fisbridge.yaml"), shared, 0o600))
	w.until("the company is shown", func() bool {
		status, _ := lena.get("/c/later/")
		return status == http.StatusOK
	})
	if status, _ := mira.get("/c/lantern/"); status != http.StatusOK {
		t.Errorf("the first company: %d", status)
	}
	if status, _ := mira.get("/c/later/"); status != http.StatusNotFound {
		t.Errorf("who has no role in the new company: %d", status)
	}
}
