package webtest

import (
	"net/http"
	"os"
	"os/exec"
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

// Who administers every company of the console sees one whose folder is made later at once, also where the console was started anew in
// between; who has roles in some of them does not. On the machine somebody is given a role in it by a command.
func TestFolderMadeLaterIsSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	root := filepath.Dir(w.dir)
	file := filepath.Join(w.dir, "fisbridge.yaml")
	settings, err := os.ReadFile(file)
	w.ok(err)
	shared := append(settings, "\nconsole:\n  database: ../lantern/journal/console.db\n"...)
	w.ok(os.WriteFile(file, shared, 0o600))
	make := func(name string) string {
		folder := filepath.Join(root, name)
		for _, part := range []string{"mappings", "templates", "secrets"} {
			if _, err := os.Stat(filepath.Join(w.dir, part)); err == nil {
				w.ok(os.CopyFS(filepath.Join(folder, part), os.DirFS(filepath.Join(w.dir, part))))
			}
		}
		w.ok(os.MkdirAll(folder, 0o700))
		w.ok(os.WriteFile(filepath.Join(folder, "fisbridge.yaml"), shared, 0o600))
		return folder
	}
	stop(w.serve)
	w.start("--companies", root)
	w.person("aiko", signin.Administrator)
	w.person("mira", signin.Accountant)
	aiko, mira := w.signedIn("aiko"), w.signedIn("mira")
	sees := func(c *client, company string) bool {
		status, _ := c.get("/c/" + company + "/settings/people")
		return status == http.StatusOK
	}
	cygnus := make("cygnus")
	w.until("the administrator of all companies sees the new one", func() bool { return sees(aiko, "cygnus") })
	if !strings.Contains(w.errors.String(), "company cygnus: administrators of all other companies are now administrators of it: aiko") {
		t.Error("serve does not say who sees the new company")
	}
	if status, _ := mira.get("/c/cygnus/"); status != http.StatusNotFound {
		t.Errorf("an accountant of another company: %d", status)
	}
	command := func(args ...string) (string, error) {
		out, err := exec.Command(w.bin, append([]string{"-C", cygnus}, args...)...).CombinedOutput()
		return string(out), err
	}
	if out, err := command("person", "grant", "mira", "--role", "accountant", "--reason", "she books for both"); err == nil || !strings.Contains(out, "--existing") {
		t.Errorf("an account of another company gets a role by its name: %v\n%s", err, out)
	}
	if out, err := command("person", "grant", "mira", "--role", "accountant", "--existing", "--reason", "she books for both"); err != nil || !strings.Contains(out, "mira sees cygnus as accountant") {
		t.Fatalf("person grant: %v\n%s", err, out)
	}
	mira = w.signedIn("mira")
	if status, _ := mira.get("/c/cygnus/"); status != http.StatusOK {
		t.Errorf("who was given a role on the machine: %d", status)
	}
	if status, _ := mira.get("/c/lantern/"); status != http.StatusOK {
		t.Errorf("her role in the first company: %d", status)
	}
	stop(w.serve)
	make("draco") // while nobody serves
	w.start("--companies", root)
	aiko = w.signedIn("aiko")
	w.until("a company that was made before a start is seen", func() bool { return sees(aiko, "draco") })
	page := aiko.page("/c/cygnus/evidence/signins")
	for _, want := range []string{"roles changed", "administrator of all others", "she books for both"} {
		if !strings.Contains(page, want) {
			t.Errorf("the history does not tell %q", want)
		}
	}
}
