package mapping_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// bookIn is the workbook of a template in a language.
func bookIn(t *testing.T, name, language string) []byte {
	t.Helper()
	return once(t, "workbook of "+name+" in "+language, func() []byte {
		data, err := workbook.New(templates.FS(), name, nil, language)
		must(t)(err)
		return data
	})
}

// taken are the samples that a plan takes.
func taken(t *testing.T, plan *mapping.Plan) (out []fis.Envelope) {
	for _, d := range sampleDocuments(t) {
		if slices.Contains(plan.DocTypes(), d.DocType) {
			out = append(out, d)
		}
	}
	return out
}

func sameFiles(t *testing.T, what string, want, got rendered) {
	t.Helper()
	if len(want.files) == 0 || len(want.files) != len(got.files) || len(want.refused) != len(got.refused) {
		t.Fatalf("%s: %d files and %d refused documents, and in English %d and %d", what, len(got.files), len(got.refused), len(want.files), len(want.refused))
	}
	for group, file := range want.files {
		if !bytes.Equal(file, got.files[group]) {
			t.Errorf("%s: the file of group %q is another one", what, group)
		}
	}
}

// The same mapping in four languages is one mapping, makes the same files byte by byte, and nothing between them counts as
// a change.
func TestAMappingInFourLanguages(t *testing.T) {
	for _, name := range oneOfEachKind(t) {
		english := readyPlan(t, name)
		want := renderGroups(t, english, taken(t, english))
		for _, language := range []string{"de", "fr", "es"} {
			plan, found := mapping.LoadBytes(templates.FS(), name+".xlsx", bookIn(t, name, language))
			if len(found) > 0 {
				t.Fatalf("%s in %s: %v", name, language, found)
			}
			if plan.Hash() != english.Hash() || plan.GuardedHash() != english.GuardedHash() {
				t.Errorf("%s in %s is another mapping", name, language)
			}
			sameFiles(t, name+" in "+language, want, renderGroups(t, plan, taken(t, plan)))
			if changes := compare.CellChanges(english, plan); len(changes) > 0 {
				t.Errorf("%s in %s: %v", name, language, changes)
			}
		}
	}
	for _, name := range template.Names(templates.FS()) { // the others, in turn in one of the languages
		language := []string{"de", "fr", "es"}[len(name)%3]
		plan, found := mapping.LoadBytes(templates.FS(), name+".xlsx", bookIn(t, name, language))
		if len(found) > 0 || plan.Hash() != readyPlan(t, name).Hash() {
			t.Errorf("%s in %s: %v", name, language, found)
		}
	}
}

// LibreOffice saves a workbook in German, and it makes the same file.
func TestAGermanMappingOfLibreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
			t.Fatal("LibreOffice is not installed")
		}
		t.Skip("LibreOffice is not installed: the workbook was read as it was made")
	}
	dir := t.TempDir()
	must(t)(os.WriteFile(filepath.Join(dir, "in.xlsx"), bookIn(t, "generic-csv", "de"), 0o600))
	cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.ToSlash(dir)+"/profile", "--headless",
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "out"), filepath.Join(dir, "in.xlsx"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	saved, err := os.ReadFile(filepath.Join(dir, "out", "in.xlsx"))
	must(t)(err)
	plan, found := mapping.LoadBytes(templates.FS(), "in.xlsx", saved)
	if len(found) > 0 {
		t.Fatal(found)
	}
	english := readyPlan(t, "generic-csv")
	sameFiles(t, "saved by LibreOffice", renderGroups(t, english, taken(t, english)), renderGroups(t, plan, taken(t, plan)))
}

// What is wrong is told by the names that the workbook has: sheets, headings, options and their words.
func TestFindingsNameTheWorkbook(t *testing.T) {
	for _, row := range []struct {
		want string
		edit func(f *excelize.File) error
	}{
		{`Einstellungen!B10: Rundung is ein or aus`, func(f *excelize.File) error { return setOption(f, "Einstellungen", "Rundung", "vielleicht") }},
		{`Spalten!1: the heading Wert is missing`, func(f *excelize.File) error { return f.SetCellStr("Spalten", "C1", "Inhalt") }},
		{`Spalten: the workbook has no sheet Spalten`, func(f *excelize.File) error { return f.SetSheetName("Spalten", "Kolommen") }},
		{`Prüfungen: warning: the workbook has no sheet Prüfungen`, func(f *excelize.File) error { return f.DeleteSheet("Prüfungen") }},
		{`Spalten!C4: Line Posting date is required`, func(f *excelize.File) error { return f.SetCellStr("Spalten", "C4", "") }},
		{`there is no role "Belegnumer" (did you mean Belegnummer?)`, func(f *excelize.File) error {
			return f.SetSheetRow("Rückmeldungen", "A40", &[]string{"", "Belegnumer", "x"})
		}},
	} {
		f, err := excelize.OpenReader(bytes.NewReader(bookIn(t, "generic-csv", "de")))
		must(t)(err)
		must(t)(row.edit(f))
		var out bytes.Buffer
		must(t)(f.Write(&out))
		must(t)(f.Close())
		_, found := mapping.LoadBytes(templates.FS(), "a.xlsx", out.Bytes())
		var lines []string
		for _, x := range found {
			lines = append(lines, string(x.Severity)+" "+x.String())
		}
		if text := strings.Join(lines, "\n"); !strings.Contains(text, row.want) {
			t.Errorf("want %s, got\n%s", row.want, text)
		}
	}
}

func setOption(f *excelize.File, sheet, option, value string) error {
	rows, err := f.GetRows(sheet)
	if err != nil {
		return err
	}
	for i, r := range rows {
		if len(r) > 0 && r[0] == option {
			at, err := excelize.CoordinatesToCellName(2, i+1)
			if err != nil {
				return err
			}
			return f.SetCellStr(sheet, at, value)
		}
	}
	return os.ErrNotExist
}
