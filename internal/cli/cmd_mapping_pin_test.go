package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/samples"
	"github.com/fisbridge/fisbridge/templates"
)

// What is pinned stands in the workbook, passes, and fails when the mapping gives something else.
func TestPreviewPins(t *testing.T) {
	w, _ := diffWorld(t)
	path := filepath.Join(w.dir, "mappings", "expenses.xlsx")
	taxi := documentOf(t, "01-cash-taxi.json")
	_, stderr, code := w.exec("200", "mapping", "preview", path, "--from-journal", "30d", "--pin", taxi+",Account")
	if code != 0 || !strings.Contains(stderr, "2 tests of document "+taxi+" added to ") {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	if _, stderr, _ = w.exec("200", "mapping", "preview", path, "--from-journal", "30d", "--pin", taxi+", Account"); !strings.Contains(stderr, "already") {
		t.Errorf("pinned again: %s", stderr)
	}
	if out, _, _ := w.exec("200", "check", "--offline"); !strings.Contains(out, "2 tests of the mapping passed") {
		t.Errorf("%s", out)
	}
	f, err := excelize.OpenFile(path)
	w.must(err)
	defer f.Close()
	taxis, err := f.SearchSheet("Accounts", "640100")
	w.must(err)
	w.must(f.SetCellStr("Accounts", "B"+taxis[0][1:], "640107"))
	w.must(f.Save())
	if out, _, code := w.exec("200", "check", "--offline"); code != desk.ExitInvalid || !strings.Contains(out, "expects =640105 in Account, but it is 640107") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

// A document that lies below the mapping's folder is named by its path, in a YAML mapping too; what cannot be pinned is
// told.
func TestPreviewPinsFiles(t *testing.T) {
	w := newLookWorld(t)
	folder := filepath.Join(w.dir, "mappings")
	w.must(os.MkdirAll(filepath.Join(folder, "tests"), 0o750))
	in, err := samples.Documents().Open("01-cash-taxi.json")
	w.must(err)
	defer in.Close()
	text := make([]byte, 1<<20)
	n, err := in.Read(text)
	w.must(err)
	write(t, filepath.Join(folder, "tests", "taxi.json"), string(text[:n]))
	write(t, filepath.Join(w.dir, "elsewhere.json"), `{"cashAdvanceData":{}}`)
	fresh, err := workbook.NewYAML(templates.FS(), "generic-csv", nil)
	w.must(err)
	write(t, filepath.Join(folder, "acme.yaml"), "# ours\n"+string(fresh))
	path := filepath.Join(folder, "acme.yaml")
	_, stderr, code := w.exec("200", "mapping", "preview", path, "--pin", filepath.Join(folder, "tests", "taxi.json")+",Account")
	got, err := os.ReadFile(path)
	w.must(err)
	if code != 0 || !strings.Contains(string(got), "# ours") || !strings.Contains(string(got), `"tests/taxi.json", Line, "1", Account, "640100"`) {
		t.Errorf("exit code %d, %s\n%s", code, stderr, got)
	}
	for word, want := range map[string]string{
		"NOBODY":                               "there is no document \"NOBODY\" among those chosen",
		filepath.Join(w.dir, "elsewhere.json"): "has no docId, and does not lie below the mapping's folder",
		filepath.Join(folder, "tests", "taxi.json") + ",Acount": "did you mean Account?",
	} {
		if _, stderr, code := w.exec("200", "mapping", "preview", path, "--pin", word); code == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, %s", word, code, stderr)
		}
	}
	if _, stderr, code := w.exec("200", "mapping", "preview", "generic-csv", "--html", filepath.Join(w.dir, "x.html"), "--pin", "x"); code != desk.ExitUsage || !strings.Contains(stderr, "mapping new") {
		t.Errorf("built-in: exit code %d, %s", code, stderr)
	}
}
