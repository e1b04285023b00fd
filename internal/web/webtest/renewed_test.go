package webtest

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/templates"
)

// After an upgrade whose template asks for a sheet that the workbook does not have, the version in force goes on, and the page
// of the mapping has the workbook with that sheet: people without a shell fill it and upload it.
func TestWorkbookForANewerTemplate(t *testing.T) {
	w := newWorld(t)
	w.person("mira", signin.Accountant)
	mira := w.signedIn("mira")
	if page := mira.page("/c/lantern/mappings/expenses"); strings.Contains(page, "renewed") {
		t.Error("offered before anything has changed")
	}
	text, err := fs.ReadFile(templates.FS(), "generic-csv/template.yaml")
	w.ok(err)
	newer := strings.NewReplacer("lookups:\n", "lookups:\n  - name: Firms\n    columns:\n      - { name: Concur company, type: code, key: true }\n      - { name: Firm, type: code, was: source }\n    rows:\n      - [\"*\", \"\"]\n",
		"value: document.company }", "value: document.company }\n      - { name: firm, type: code, hidden: true, value: LOOKUP(Firms; document.company; Firm) }").Replace(string(text))
	w.ok(os.MkdirAll(filepath.Join(w.dir, "templates", "generic-csv"), 0o700))
	w.ok(os.WriteFile(filepath.Join(w.dir, "templates", "generic-csv", "template.yaml"), []byte(newer), 0o600))
	stop(w.serve)
	w.simulate()
	w.command("run")
	w.start()
	page := mira.page("/c/lantern/mappings/expenses")
	link := regexp.MustCompile(`/c/lantern/mappings/expenses/versions/[0-9a-f]+/workbook\?renewed=1`).FindString(page)
	if link == "" || !strings.Contains(page, "Take it for the new template") {
		t.Fatalf("not offered:\n%s", page)
	}
	// What check finds names the button of the mapping's page, in each language, and no command.
	for language, button := range map[string]string{"en": "Take it for the new template", "de": "Für die neue Vorlage holen", "fr": "Prendre pour le nouveau modèle", "es": "Tomar para la nueva plantilla"} {
		mira.language = language
		told := 0
		for _, at := range []string{"/", "/todo", "/mappings", "/mappings/expenses", "/settings"} {
			page := mira.page("/c/lantern" + at)
			if strings.Contains(page, "mapping convert") {
				t.Errorf("%s: %q tells a command", language, at)
			}
			if strings.Contains(seenText(t, page), "Firms") {
				told++
				if !strings.Contains(page, ">"+button+"</a>") {
					t.Errorf("%s: %q does not name the button:\n%s", language, at, seenText(t, page))
				}
			}
		}
		if told == 0 {
			t.Errorf("%s: no page tells that the sheet is missing", language)
		}
	}
	mira.language = "en"
	status, body := mira.get(link)
	if status != http.StatusOK {
		t.Fatal(status, body)
	}
	book, err := excelize.OpenReader(strings.NewReader(body))
	w.ok(err)
	rows, err := book.GetRows("Firms")
	w.ok(err)
	if len(rows) != 2 || rows[1][0] != "*" || rows[1][1] != "CONCUR" {
		t.Errorf("Firms: %q", rows)
	}
	// What the newer template brings is told apart from what somebody has changed.
	at := strings.Split(mira.send("/c/lantern/mappings/expenses/propose", "new.xlsx", []byte(body), url.Values{"reason": {"ticket 4711"}, "seen": {"999999"}}), "?")[0]
	w.until("the change is tried", func() bool { return !strings.Contains(mira.page(at), `http-equiv="refresh"`) })
	for language, brought := range map[string]string{"en": "as the newer template proposes", "de": "wie die neuere Vorlage sie vorschlägt", "fr": "le modèle plus récent l", "es": "la plantilla más reciente"} {
		mira.language = language
		page := mira.page(at)
		own, rest, found := strings.Cut(page, "<details><summary>")
		if !found || !strings.Contains(rest, brought) || !strings.Contains(rest, "Line firm") || strings.Contains(own, "Line firm") || !strings.Contains(own, "<code>Firms") {
			t.Errorf("%s: the change does not tell what the template brings:\n%s", language, seenText(t, page))
		}
	}
}
