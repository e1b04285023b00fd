package cli

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/cli/workbench"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/samples"
)

// previewCell is a cell of the workbook after the preview.
func previewCell(t *testing.T, path, sheet, cell string) string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := f.GetCellValue(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// documentsFolder is a folder with some sample documents.
func documentsFolder(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		text, err := fs.ReadFile(samples.Documents(), name+".json")
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name+".json"), string(text))
	}
	return dir
}

// The workbook of a route is filled in place with the documents of the journal; the one before is kept, and it still
// means the same.
func TestPreviewFillsTheWorkbookInPlace(t *testing.T) {
	w := explainWorld(t, "generic-csv")
	path := filepath.Join(w.dir, "mappings", "expenses.xlsx")
	before, err := os.ReadFile(path)
	w.must(err)
	w.must(os.Chmod(path, 0o664))
	out, stderr, code := w.exec("80", "mapping", "preview", path)
	if code != desk.ExitDone || stderr != "" || !strings.Contains(out, "3 documents, 11 lines, debit EUR") || !strings.Contains(out, "wrote "+path) {
		t.Errorf("exit code %d, %s\n%s", code, stderr, out)
	}
	if got := previewCell(t, path, "Columns", "D8"); got != "640800" {
		t.Errorf("Example = %q", got)
	}
	kept, err := os.ReadFile(path + ".bak")
	if err != nil || !bytes.Equal(kept, before) {
		t.Error("the workbook before was not kept", err)
	}
	info, err := os.Stat(path)
	w.must(err)
	if info.Mode().Perm() != 0o664 && os.PathSeparator == '/' {
		t.Errorf("the rights became %v", info.Mode())
	}
	if out, _, code := w.exec("80", "explain", "expenses/1", "2"); code != desk.ExitDone || !strings.Contains(out, "the one the file was made with") {
		t.Errorf("the mapping means something else now: exit code %d\n%s", code, out)
	}
}

// A held document is told, is red in the workbook, and ends with 3; a copy and a page are written, the mapping is not
// touched.
func TestPreviewIntoACopyAndAPage(t *testing.T) {
	w := explainWorld(t, "generic-csv")
	path := filepath.Join(w.dir, "mappings", "expenses.xlsx")
	before, err := os.ReadFile(path)
	w.must(err)
	copied, page := filepath.Join(w.dir, "copy.xlsx"), filepath.Join(w.dir, "page.html")
	docs := documentsFolder(t, "01-cash-taxi", "58-unmapped-account")
	out, _, code := w.exec("80", "mapping", "preview", path, "--documents", docs, "-o", copied, "--html", page, "--json")
	var told workshop.Told
	if err := json.Unmarshal([]byte(out), &told); err != nil || code != desk.ExitNeedsPerson {
		t.Fatal(err, code, out)
	}
	if told.Documents != 2 || told.Lines != 3 || len(told.Held) != 1 || !strings.Contains(told.Held[0].Reasons[0].String(), `no row for "699999"`) || len(told.Wrote) != 2 {
		t.Errorf("told %+v", told)
	}
	if got := previewCell(t, copied, "Preview", "A3"); !strings.Contains(got, "1 document would be held") {
		t.Errorf("Preview!A3 = %q", got)
	}
	text, err := os.ReadFile(page)
	if err != nil || !bytes.Contains(text, []byte("Preview of expenses")) {
		t.Error("no page", err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, before) {
		t.Error("the mapping was touched", err)
	}
}

// A workbook that is open elsewhere is left alone, and so is one that is not meant to be written.
func TestPreviewRefuses(t *testing.T) {
	w := explainWorld(t, "generic-csv")
	path := filepath.Join(w.dir, "mappings", "expenses.xlsx")
	docs := documentsFolder(t, "01-cash-taxi")
	yaml := filepath.Join(w.dir, "mappings", "pay.yaml")
	write(t, yaml, "template: payroll-obligation-csv\n")
	for _, c := range []struct {
		want string
		code int
		lock string
		args []string
	}{
		{"is open in Excel or LibreOffice: its lock file ~$expenses.xlsx", desk.ExitFailed, "~$expenses.xlsx", []string{path}},
		{"its lock file .~lock.expenses.xlsx#", desk.ExitFailed, ".~lock.expenses.xlsx#", []string{path}},
		{"pay.yaml is no workbook", desk.ExitUsage, "", []string{yaml}},
		{"name ends in .xlsx", desk.ExitUsage, "", []string{path, "-o", "out.pdf"}},
		{"two places: give one", desk.ExitUsage, "", []string{path, "--from-journal", "3d"}},
		{"there is no such file", desk.ExitInvalid, "", []string{filepath.Join(w.dir, "no.xlsx")}},
	} {
		if c.lock != "" {
			write(t, filepath.Join(w.dir, "mappings", c.lock), "")
		}
		_, stderr, code := w.exec("80", append([]string{"mapping", "preview", "--documents", docs}, c.args...)...)
		if code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit code %d, %s", c.args, code, stderr)
		}
		if c.lock != "" {
			w.must(os.Remove(filepath.Join(w.dir, "mappings", c.lock)))
		}
	}
	if _, stderr, code := w.exec("80", "mapping", "preview", path, "--from-journal", "soon"); code != desk.ExitUsage || !strings.Contains(stderr, "is not a time like 30d") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

// A workbook that somebody saved while the preview was being made is left as it is.
func TestPreviewDoesNotOverwriteWhatWasSavedMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "acme.xlsx")
	write(t, path, "saved by Mira")
	if err := workbench.ReplaceWorkbook(path, []byte("as it was read"), []byte("with the preview")); err == nil || !strings.Contains(err.Error(), "was saved by somebody") {
		t.Errorf("got %v", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "saved by Mira" {
		t.Errorf("now %q, %v", text, err)
	}
}

// Without documents and without a journal the samples are shown; a built-in mapping has no workbook to write into.
func TestPreviewOfSamples(t *testing.T) {
	w := newLookWorld(t)
	w.dir = t.TempDir()
	page := filepath.Join(w.dir, "page.html")
	_, stderr, code := w.exec("80", "mapping", "preview", "generic-csv", "--html", page, "--limit", "3")
	if code != desk.ExitDone || !strings.Contains(stderr, "these are the sample documents") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if _, _, code := w.exec("80", "mapping", "preview", "generic-csv"); code != desk.ExitUsage {
		t.Errorf("no place to write: exit code %d", code)
	}
}
