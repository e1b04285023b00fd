package webtest

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// several starts one console for the demo's company, an empty one and one whose folder cannot be opened, and proves
// that nothing of the first is reached by who has a role in the second alone: by its own addresses, by those of the
// second with the ids of the first, or by an address that names no company.
func (w *world) several(pages map[string]string, secrets ...string) {
	w.Helper()
	root := filepath.Dir(w.dir)
	for _, part := range []string{"mappings", "templates", "secrets"} { // all but what has happened
		if _, err := os.Stat(filepath.Join(w.dir, part)); err == nil {
			w.ok(os.CopyFS(filepath.Join(root, "other", part), os.DirFS(filepath.Join(w.dir, part))))
		}
	}
	settings, err := os.ReadFile(filepath.Join(w.dir, "fisbridge.yaml"))
	w.ok(err)
	w.ok(os.WriteFile(filepath.Join(root, "other", "fisbridge.yaml"), settings, 0o600))
	w.ok(os.Mkdir(filepath.Join(root, "shut"), 0o700))
	w.ok(os.WriteFile(filepath.Join(root, "shut", "fisbridge.yaml"), []byte("nonsense: 1\n"), 0o600))
	soon, cancel := context.WithTimeout(w.Context(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(soon, w.bin, "serve", "--companies", root, "--listen", "127.0.0.1:0").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "console.database") {
		w.Fatalf("companies that do not agree about their console are taken: %v\n%s", err, out)
	}
	for _, name := range []string{"lantern", "other"} {
		f, err := os.OpenFile(filepath.Join(root, name, "fisbridge.yaml"), os.O_APPEND|os.O_WRONLY, 0)
		w.ok(err)
		_, err = f.WriteString("\nconsole:\n  database: ../lantern/journal/console.db\n")
		w.ok(err)
		w.ok(f.Close())
	}
	stop(w.serve)
	w.start("--companies", root)
	w.company = "other"
	w.person("otto", signin.Accountant, signin.Administrator)
	w.person("olga", signin.Auditor)
	w.company = "lantern"
	w.person("aiko", signin.Administrator)
	mira, otto, olga := w.signedIn("mira"), w.signedIn("otto"), w.signedIn("olga")
	w.until("both companies are open", func() bool {
		one, _ := mira.get("/c/lantern/")
		two, _ := otto.get("/c/other/")
		return one == http.StatusOK && two == http.StatusOK
	})
	secrets = append(secrets, "mira", "jonas", "aiko", "lantern")
	check := func(who *client, path string, want int) {
		status, body := who.get(path)
		if want != 0 && status != want {
			w.Errorf("%s is answered by %d", path, status)
		}
		for _, s := range secrets {
			if strings.Contains(path, s) {
				continue // the page says where it is
			}
			if strings.Contains(strings.ToLower(body), strings.ToLower(s)) {
				w.Errorf("%s tells who has no role there of %q", path, s)
			}
		}
	}
	for path := range pages {
		if strings.Contains(path, "/lantern") {
			check(otto, path, http.StatusNotFound)
		}
		check(otto, strings.Replace(path, "/lantern", "/other", 1), 0)
	}
	for _, path := range []string{"/", "/me", "/c/other/", "/c/other/settings/people", "/c/other/evidence", "/c/nowhere/", "/c/shut/"} {
		check(otto, path, 0)
	}
	check(olga, "/c/other/evidence/signins", http.StatusOK)
	if status, body := mira.get("/"); status != http.StatusSeeOther {
		w.Errorf("who has one company is not sent there: %d %s", status, body)
	}

	// Who has a role in several has a list of them, and who manages the people of both gives roles in both.
	for _, company := range []string{"other", "shut"} {
		p, err := w.book.Called(w.Context(), "aiko")
		w.ok(err)
		w.ok(w.book.SetRoles(w.Context(), signin.Person{Name: "the test"}, p.ID, company, []signin.Role{signin.Administrator}, "looks after all of them"))
	}
	aiko := w.signedIn("aiko")
	list := aiko.page("/")
	for _, want := range []string{`href="/c/lantern/"`, `href="/c/other/"`, `href="/c/shut/"`, "nonsense", "of 3 companies need a person", "ties out"} {
		if !strings.Contains(list, want) {
			w.Errorf("the list of companies does not say %q", want)
		}
	}
	if status, body := aiko.get("/c/shut/"); status != http.StatusServiceUnavailable || !strings.Contains(body, "nonsense") {
		w.Errorf("a company whose folder cannot be opened is answered by %d", status)
	}
	if people := aiko.page("/c/other/settings/people"); !strings.Contains(people, "Mira") || !strings.Contains(people, "Otto") {
		w.Error("who manages the people of both companies does not see those of the other one")
	}
	if people := otto.page("/c/other/settings/people"); strings.Contains(people, "Mira") {
		w.Error("who manages the people of one company sees those of the other one")
	}
	if strings.Contains(aiko.page("/c/other/evidence/signins"), "jonas") {
		w.Error("the history of one company's people tells of the other one's")
	}
}
