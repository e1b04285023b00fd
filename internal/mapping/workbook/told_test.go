package workbook

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/templates"
)

// What a shipped template says of itself, of its settings, its lookup sheets and its fields is said in every language.
func TestTemplatesAreToldInEveryLanguage(t *testing.T) {
	t.Parallel()
	where := map[string]string{}
	tell := func(text, at string) {
		if text = wording.Clean(text); text != "" {
			where[text] = at
		}
	}
	fields := 0
	for _, name := range template.Names(templates.FS()) {
		tpl, bad := template.Read(templates.FS(), name)
		if err := bad.Err(); err != nil {
			t.Fatal(err)
		}
		tell(tpl.Title, name)
		tell(tpl.Description, name)
		for _, s := range tpl.Settings {
			tell(s.Note, name+", setting "+s.Name)
		}
		for _, l := range tpl.Lookups {
			tell(l.Note, name+", sheet "+l.Name)
			for _, c := range l.Columns {
				if c.Note != "" {
					tell(sentence(c.Note), name+", column "+c.Name+" of sheet "+l.Name)
				}
			}
		}
		for _, r := range tpl.Records {
			for _, f := range r.Fields {
				if _, own := columnFacts(tpl, r.Name, f.Name); own != "" {
					fields++
					tell(own, name+", field "+f.Name+" of "+r.Name)
				}
			}
		}
	}
	if len(where) < 500 || fields < 300 {
		t.Fatalf("%d texts, %d notes of fields: the test looks in the wrong place", len(where), fields)
	}
	for _, l := range sheets.All()[1:] {
		for text, at := range where {
			if _, whole := l.Format(text); whole {
				continue
			}
			for _, part := range strings.SplitAfter(text, ". ") {
				if _, ok := l.Format(strings.TrimSuffix(part, " ")); !ok {
					t.Errorf("%s: words/sheets/templates/%s.json has no text for %q (%s)", l.Code(), l.Code(), part, at)
				}
			}
		}
	}
}

// rowsOfSheet are the texts of a sheet in the workbook of a template.
func rowsOfSheet(t *testing.T, name, language, english string) [][]string {
	t.Helper()
	data, err := New(templates.FS(), name, nil, language)
	if err != nil {
		t.Fatal(err)
	}
	return sheetRows(t, data, sheets.In(language).Name(sheets.Sheets, english))
}

func sheetRows(t *testing.T, data []byte, sheet string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A field that is called by its number says in its note under which heading it stands in the file.
func TestNumberedColumnsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	want := map[string]string{"007": "Konto", "002": "Soll/Haben-Kennzeichen: S is a debit of Konto, H a credit", "125": "Abw. Skontokonto"}
	for _, row := range rowsOfSheet(t, "datev-extf", "", SheetColumns) {
		if len(row) > 8 && row[0] == "Buchung" && want[row[1]] != "" {
			if row[8] != want[row[1]] {
				t.Errorf("%s: %q, want %q", row[1], row[8], want[row[1]])
			}
			delete(want, row[1])
		}
	}
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}

// The sheet Read me writes functions as the cells of a new workbook have them, and says both ways to go live.
func TestReadMeSaysWhatIsSeen(t *testing.T) {
	t.Parallel()
	functions := map[string]bool{}
	for _, f := range formula.Functions() {
		functions[f.Name] = true
	}
	for _, l := range sheets.All() {
		found, ways, text := 0, 0, ""
		for _, row := range rowsOfSheet(t, "datev-extf", l.Code(), sheetReadMe) {
			text += strings.Join(row, " ") + "\n"
		}
		for _, m := range regexp.MustCompile(`([A-ZÄÖÜ.]{2,})\(`).FindAllStringSubmatch(text, -1) {
			if found++; !functions[m[1]] {
				t.Errorf("%s: the sheet speaks of %s, and the cells do not", l.Code(), m[1])
			}
		}
		page := map[string]string{"en": "the page Mappings", "de": "Seite Zuordnungen", "fr": "page Correspondances", "es": "página Correspondencias"}[l.Code()]
		for _, way := range []string{page, "fisbridge mapping propose"} {
			ways += min(1, strings.Count(text, way))
		}
		if found < 2 || ways != 2 {
			t.Errorf("%s: %d functions and %d ways:\n%s", l.Code(), found, ways, text)
		}
	}
}

// Notes that an earlier program wrote are not the people's own: a workbook of it in German, with a template's note in
// English, has it in German when it is made anew.
func TestNotesOfEarlierProgramsAreUsual(t *testing.T) {
	t.Parallel()
	data, err := New(templates.FS(), "datev-extf", nil, "de")
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set := func(sheet, name string, key, at int, text string) {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(rows, func(r []string) bool { return len(r) > key && r[key] == name })
		cell, err := excelize.CoordinatesToCellName(at+1, i+1)
		if err != nil || f.SetCellStr(sheet, cell, text) != nil {
			t.Fatal(sheet, name, err)
		}
	}
	set("Spalten", "002", 1, 8, "S is a debit of Konto, H a credit")
	set("Einstellungen", "lock", 0, 2, "Festschreibung: 0 leaves the batch open, 1 locks it")
	set("Einstellungen", "chart", 0, 2, "ours is 04")
	var old bytes.Buffer
	if err := f.Write(&old); err != nil {
		t.Fatal(err)
	}
	anew, _, err := Convert(templates.FS(), "a.xlsx", old.Bytes(), "b.xlsx", "")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range sheetRows(t, anew, "Spalten") {
		if len(row) > 8 && row[0] == "Buchung" {
			got[row[1]] = row[8]
		}
	}
	for _, row := range sheetRows(t, anew, "Einstellungen") {
		if len(row) > 2 {
			got[row[0]] = row[2]
		}
	}
	want := map[string]string{"002": "Soll/Haben-Kennzeichen: S ist Soll auf Konto, H ist Haben", "lock": "Festschreibung: 0 lässt den Stapel offen, 1 schreibt ihn fest", "chart": "ours is 04"}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: %q, want %q", name, got[name], text)
		}
	}
}
