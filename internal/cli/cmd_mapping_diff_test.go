package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/samples"
	"github.com/fisbridge/fisbridge/templates"
)

// diffWorld is a working folder with three documents, a version in force, and a workbook in which taxis have another
// account and one cost centre another number.
func diffWorld(t *testing.T) (w *lookWorld, live string) {
	t.Helper()
	w = explainWorld(t, "generic-csv")
	path := filepath.Join(w.dir, "mappings", "expenses.xlsx")
	book, err := os.ReadFile(path)
	w.must(err)
	plan, findings := mapping.LoadBytes(templates.FS(), path, book)
	w.must(findings.Err())
	w.must(w.j.PutMappingLive(w.ctx, records.MappingContent{MappingVersion: records.MappingVersion{Route: "expenses", Name: "expenses.xlsx", Template: plan.TemplateName(), Hash: plan.Hash(), FileHash: plan.FileHash()},
		Body: book, TemplateBody: plan.TemplateSource()}))
	write(t, filepath.Join(w.dir, "old.xlsx"), string(book))
	f, err := excelize.OpenFile(path)
	w.must(err)
	defer f.Close()
	taxi, err := f.SearchSheet("Accounts", "640100")
	w.must(err)
	w.must(f.SetCellStr("Accounts", "B"+taxi[0][1:], "=640105"))
	w.must(f.SetSheetRow("Cost centres", "A4", &[]any{"1100", "2200", "<b>moved</b>"}))
	w.must(f.Save())
	return w, plan.Hash()
}

// The terminal says it in the first line, then what, where, and how much.
func TestMappingDiffTable(t *testing.T) {
	w, _ := diffWorld(t)
	out, stderr, code := w.exec("100", "mapping", "diff", "live", filepath.Join(w.dir, "mappings", "expenses.xlsx"), "--from-journal", "30d")
	if code != 0 || stderr != "" {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	for _, line := range strings.Split(out, "\n") {
		if n := len([]rune(line)); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	golden(t, "mapping-diff.txt", strings.ReplaceAll(out, w.dir+string(filepath.Separator), ""))
}

// Every form tells the same; texts of documents stay texts in each.
func TestMappingDiffForms(t *testing.T) {
	w, hash := diffWorld(t)
	newer := filepath.Join(w.dir, "mappings", "expenses.xlsx")
	documents := filepath.Join(w.dir, "documents")
	w.must(os.Mkdir(documents, 0o750))
	for _, name := range []string{"01-cash-taxi.json", "13-travel-allowance.json", "17-tax-half-deductible.json"} {
		text, err := samples.Documents().Open(name)
		w.must(err)
		var b bytes.Buffer
		_, err = b.ReadFrom(text)
		w.must(err)
		write(t, filepath.Join(documents, name), b.String())
	}
	var first compare.Diff
	for name, args := range map[string][]string{
		"live":    {"live", newer, "--from-journal", "2026-03-01"},
		"hash":    {hash[:8], newer, "--from-journal", "48h"},
		"file":    {filepath.Join(w.dir, "old.xlsx"), newer, "--documents", documents},
		"route":   {"live", filepath.Join(w.dir, "mappings", "expenses.xlsx"), "--from-journal", "1d", "--route", "expenses"},
		"builtin": {"generic-csv", newer, "--documents", documents},
	} {
		out, stderr, code := w.exec("100", append([]string{"mapping", "diff", "--json"}, args...)...)
		var d compare.Diff
		if err := json.Unmarshal([]byte(out), &d); err != nil || code != 0 {
			t.Fatalf("%s: exit code %d, %v, %s", name, code, err, stderr)
		}
		if first.Sentence == "" {
			first = d
		}
		if d.Documents != 3 || len(d.Cells) != 2 || d.Sentence != first.Sentence || !strings.Contains(d.Sentence, "Account 640100 → =640105") || !strings.Contains(d.Sentence, "from Cost centre 1100 to 2200") {
			t.Errorf("%s: %d documents, %d cells, %s", name, d.Documents, len(d.Cells), d.Sentence)
		}
	}

	args := []string{"mapping", "diff", "live", newer, "--from-journal", "30d", "--format"}
	out, _, _ := w.exec("100", append(args, "csv")...)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) < 3 || rows[0][9] != "column" {
		t.Fatalf("csv: %v\n%s", err, out)
	}
	changed := 0
	for _, l := range first.Lines {
		changed += len(l.Fields)
	}
	if len(rows) != changed+1 || !strings.Contains(out, ",'=640105") || strings.Contains(out, ",=640105") {
		t.Errorf("csv: %d rows, want %d\n%s", len(rows), changed+1, out)
	}

	page, _, _ := w.exec("100", append(args, "html")...)
	if !strings.Contains(page, "<h1 class=\"different\">"+first.Sentence) || strings.Contains(page, "<b>moved") || !strings.Contains(page, "&lt;b&gt;moved&lt;/b&gt;") || strings.Contains(page, "http") && !strings.Contains(page, "http-equiv") {
		t.Errorf("html:\n%s", page[:min(2000, len(page))])
	}

	file := filepath.Join(w.dir, "changes.xlsx")
	if _, stderr, code := w.exec("100", append(args, "xlsx", "-o", file)...); code != 0 || !strings.Contains(stderr, first.Sentence) {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	book, err := excelize.OpenFile(file)
	w.must(err)
	defer book.Close()
	if diff := cmp.Diff([]string{"Overview", "Mapping", "Columns", "Sums by Account", "Sums by Cost centre", "Lines"}, book.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	sentence, err := book.GetCellValue("Overview", "A1")
	lines, err2 := book.GetRows("Lines")
	formula, err3 := book.GetCellFormula("Mapping", "D2")
	if err != nil || err2 != nil || err3 != nil || sentence != first.Sentence || len(lines) != changed+1 || formula != "" {
		t.Errorf("xlsx: %q, %d lines, formula %q", sentence, len(lines), formula)
	}
}

// What cannot be compared is told with the way out, and the exit code says whose turn it is.
func TestMappingDiffEnds(t *testing.T) {
	w, _ := diffWorld(t)
	newer, old := filepath.Join(w.dir, "mappings", "expenses.xlsx"), filepath.Join(w.dir, "old.xlsx")
	write(t, filepath.Join(w.dir, "half.xlsx"), "PK\x03\x04half")
	write(t, filepath.Join(w.dir, "broken.jsonl"), "{\"report\":\n")
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"different":         {[]string{"live", newer, "--from-journal", "30d", "--exit-code"}, desk.ExitNeedsPerson, "1 of 3 documents changes: "},
		"same":              {[]string{"live", old, "--from-journal", "30d", "--exit-code", "--route", "expenses"}, desk.ExitDone, "no document of 3 changes: the import file would be the same"},
		"no documents":      {[]string{old, newer}, desk.ExitDone, "2 cells differ; no document was at hand"},
		"other route":       {[]string{"live", newer, "--route", "ledger"}, desk.ExitFailed, "no version of the mapping of route ledger is in force yet"},
		"no such route":     {[]string{"live", newer, "--route", "x"}, desk.ExitUsage, `there is no route "x"`},
		"whose live":        {[]string{"live", old}, desk.ExitUsage, "say with --route whose live version is meant"},
		"no such version":   {[]string{"0123456789", newer}, desk.ExitFailed, "mapping version 0123456789: not found in the journal"},
		"mistakes":          {[]string{old, filepath.Join(w.dir, "half.xlsx")}, desk.ExitInvalid, "half.xlsx"},
		"no such file":      {[]string{old, "none.xlsx"}, desk.ExitInvalid, "none.xlsx"},
		"one argument":      {[]string{old}, desk.ExitUsage, "wants 2 arguments, and 1 is given"},
		"when":              {[]string{"live", newer, "--from-journal", "x"}, desk.ExitUsage, `"x" is not a time like 30d`},
		"format":            {[]string{old, newer, "--format", "pdf"}, desk.ExitUsage, "not one of table, csv, xlsx, html"},
		"xlsx to a screen":  {[]string{old, newer, "--format", "xlsx"}, desk.ExitUsage, "wants a file"},
		"two places":        {[]string{old, newer, "--documents", "x", "--from-journal", "30d"}, desk.ExitUsage, "give one"},
		"broken document":   {[]string{old, newer, "--documents", filepath.Join(w.dir, "broken.jsonl")}, desk.ExitNeedsPerson, "broken.jsonl"},
		"nowhere":           {[]string{old, newer, "-o", filepath.Join(w.dir, "none", "x.txt")}, desk.ExitFailed, "none"},
		"forms that differ": {[]string{old, newer, "--json", "--format", "csv"}, desk.ExitUsage, "give one"},
	} {
		out, stderr, code := w.exec("200", append([]string{"mapping", "diff"}, c.args...)...)
		if code != c.code || !strings.Contains(out+stderr, c.want) {
			t.Errorf("%s: exit code %d, want %d\n%s%s", name, code, c.code, out, stderr)
		}
	}
}
