package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/samples"
)

// check runs the workbook's tests on the journal's documents, and says that a changed workbook waits for the next run.
func TestCheckRunsTheTests(t *testing.T) {
	w, _ := diffWorld(t)
	path := filepath.Join(w.dir, "mappings", "expenses.xlsx")
	taxi := documentOf(t, "01-cash-taxi.json")
	f, err := excelize.OpenFile(path)
	w.must(err)
	defer f.Close()
	if i, err := f.GetSheetIndex("Tests"); err != nil || i < 0 {
		_, err = f.NewSheet("Tests")
		w.must(err)
	}
	w.must(f.SetSheetRow("Tests", "A1", &[]any{"Test", "Document", "Record", "Line", "Column", "Expected"}))
	w.must(f.SetSheetRow("Tests", "A2", &[]any{"taxi", taxi, "", "expense", "Cost centre", "2200"}))
	w.must(f.SetSheetRow("Tests", "A3", &[]any{"taxi", taxi, "", "expense", "Account", "640100"}))
	w.must(f.SetSheetRow("Tests", "A4", &[]any{"gone", "NOBODY", "", "expense", "Account", "640100"}))
	w.must(f.Save())
	out, _, code := w.exec("200", "check", "--offline")
	for _, want := range []string{
		`expenses.xlsx Tests!F3: the test "taxi" expects 640100 in Account, but it is =640105`,
		`expenses.xlsx Tests!B4: the document NOBODY is not at hand: its tests were not run`,
		"mappings/expenses.xlsx says something else than the version in force since 2026-03-20 02:15:00 UTC; the next run puts it in force",
		"fisbridge mapping diff live ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("check does not say %q:\n%s", want, out)
		}
	}
	if code != desk.ExitInvalid {
		t.Errorf("exit code %d", code)
	}
	w.must(f.RemoveRow("Tests", 3))
	w.must(f.Save())
	if out, _, _ = w.exec("200", "check", "--offline"); !strings.Contains(out, "1 test of the mapping passed") {
		t.Errorf("%s", out)
	}
}

// documentOf is the docId of a sample.
func documentOf(t *testing.T, name string) string {
	t.Helper()
	in, err := samples.Documents().Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	id := ""
	if err := fis.ReadDocuments(in, name, func(env fis.Envelope) error { id = env.ID; return nil }); err != nil || id == "" {
		t.Fatalf("%s: %q, %v", name, id, err)
	}
	return id
}

// A file is explained by the version of the mapping that made it, whatever lies in the folder now.
func TestExplainByTheVersionThatMadeTheFile(t *testing.T) {
	w, _ := diffWorld(t)
	out, stderr, code := w.exec("200", "explain", "expenses/1", "2", "Account")
	if code != 0 || !strings.Contains(out, "640100") || strings.Contains(out, "=640105") {
		t.Errorf("exit code %d, %s%s", code, out, stderr)
	}
}
