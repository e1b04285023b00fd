package mapping_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// parts are the XML parts of a workbook.
func parts(t *testing.T, data []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t)(err)
	out := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		must(t)(err)
		text, err := io.ReadAll(in)
		must(t)(err)
		if out[f.Name] != "" {
			t.Errorf("the part %s is there twice", f.Name)
		}
		out[f.Name] = string(text)
	}
	return out
}

// A new workbook has nothing that makes Excel offer a repair: all parts are well formed, table names and defined names are valid and unique, headings of
// tables are the cells', lists are short enough, and prompts too.
func TestWorkbookIsSound(t *testing.T) {
	cell := regexp.MustCompile(`^[A-Z]{1,3}[0-9]+$`)
	tabColour := regexp.MustCompile(`<tabColor rgb="FF[0-9A-F]{6}">`)
	for _, name := range template.Names(templates.FS()) {
		data := freshBook(t, name)
		names := map[string]string{}
		take := func(kind, n string) {
			if before, twice := names[strings.ToLower(n)]; twice {
				t.Errorf("%s: the %s %s is also a %s", name, kind, n, before)
			}
			names[strings.ToLower(n)] = kind
			if n == "" || len(n) > 255 || cell.MatchString(strings.ToUpper(n)) || strings.ContainsAny(n, " -'!") {
				t.Errorf("%s: %q is no name", name, n)
			}
		}
		all := parts(t, data)
		for part, text := range all {
			dec := xml.NewDecoder(strings.NewReader(text))
			for {
				if _, err := dec.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Errorf("%s: %s: %v", name, part, err)
					break
				}
			}
			if strings.HasPrefix(part, "xl/worksheets/sheet") {
				checkValidations(t, name+" "+part, text)
				if !tabColour.MatchString(text) {
					t.Errorf("%s: %s: the tab has no colour, or one that is no colour with its opacity", name, part)
				}
			}
			if strings.HasPrefix(part, "xl/tables/") {
				take("table", attribute(text, "displayName"))
			}
		}
		f, err := excelize.OpenReader(bytes.NewReader(data))
		must(t)(err)
		for _, d := range f.GetDefinedName() {
			if !strings.HasPrefix(d.Name, "_xlnm.") {
				take("name", d.Name)
			}
		}
		for _, sheet := range f.GetSheetList() {
			if utf8.RuneCountInString(sheet) > 31 {
				t.Errorf("%s: the name of sheet %s is too long", name, sheet)
			}
			tables, err := f.GetTables(sheet)
			must(t)(err)
			for _, table := range tables {
				checkTable(t, f, sheet, table)
			}
		}
		must(t)(f.Close())
	}
}

// The same template gives the same bytes.
func TestWorkbookIsTheSameAgain(t *testing.T) {
	for _, name := range oneOfEachKind(t) {
		again, err := workbook.New(templates.FS(), name, nil, "")
		must(t)(err)
		if !bytes.Equal(freshBook(t, name), again) {
			t.Errorf("%s: the same template gives other bytes", name)
		}
	}
}

func attribute(text, name string) string {
	_, after, _ := strings.Cut(text, " "+name+`="`)
	value, _, _ := strings.Cut(after, `"`)
	return value
}

// checkValidations looks at the lengths that Excel allows, and that no two lists compete for a cell.
func checkValidations(t *testing.T, where, text string) {
	t.Helper()
	var sheet struct {
		Validations []struct {
			Sqref  string `xml:"sqref,attr"`
			Prompt string `xml:"prompt,attr"`
			Title  string `xml:"promptTitle,attr"`
			List   string `xml:"formula1"`
		} `xml:"dataValidations>dataValidation"`
	}
	must(t)(xml.Unmarshal([]byte(text), &sheet))
	seen := map[string]bool{}
	for _, v := range sheet.Validations {
		if utf8.RuneCountInString(v.Prompt) > 255 || utf8.RuneCountInString(v.Title) > 32 || len(v.List) > 255 {
			t.Errorf("%s: %s: %q %q %q is longer than Excel allows", where, v.Sqref, v.Title, v.Prompt, v.List)
		}
		if seen[v.Sqref] {
			t.Errorf("%s: two validations for %s", where, v.Sqref)
		}
		seen[v.Sqref] = true
	}
}

func checkTable(t *testing.T, f *excelize.File, sheet string, table excelize.Table) {
	t.Helper()
	from, to, _ := strings.Cut(table.Range, ":")
	c1, r1, err := excelize.CellNameToCoordinates(from)
	must(t)(err)
	c2, r2, err := excelize.CellNameToCoordinates(to)
	must(t)(err)
	if r2 <= r1 {
		t.Errorf("%s: the table %s has no row", sheet, table.Name)
	}
	seen := map[string]bool{}
	for c := c1; c <= c2; c++ {
		at, _ := excelize.CoordinatesToCellName(c, r1)
		head, err := f.GetCellValue(sheet, at)
		must(t)(err)
		if head == "" || seen[strings.ToLower(head)] {
			t.Errorf("%s: the heading %q of %s is blank or stands twice", sheet, head, at)
		}
		seen[strings.ToLower(head)] = true
	}
}

// What the template demands is locked, without a password; what is the accountants' is open, and formatted as text.
func TestWorkbookProtection(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(edited(t, func(*excelize.File) {})))
	must(t)(err)
	defer f.Close()
	for at, open := range map[string]bool{
		"Columns!A2": false, "Columns!B2": false, "Columns!C2": true, "Columns!D2": false, "Columns!F2": false, "Columns!I2": true,
		"Columns!J2": true, "Columns!AF9": true, // people's own columns
		"Settings!A3": false, "Settings!B3": true, "Settings!A20": true, "Fields!A2": false, "Functions!A2": false, "Accounts!A2": true, "Accounts!B2": true,
	} {
		sheet, cell, _ := strings.Cut(at, "!")
		id, err := f.GetCellStyle(sheet, cell)
		must(t)(err)
		style, err := f.GetStyle(id)
		must(t)(err)
		if locked := style.Protection == nil || style.Protection.Locked; locked == open {
			t.Errorf("%s: locked is %v", at, locked)
		}
		if open && cell != "I2" && style.NumFmt != 49 {
			t.Errorf("%s is not formatted as text but %d", at, style.NumFmt)
		}
	}
	protected := 0
	for part, text := range parts(t, freshBook(t, "generic-csv")) {
		if i := strings.Index(text, "<sheetProtection"); i >= 0 && strings.HasPrefix(part, "xl/worksheets/") {
			protected++
			if strings.Contains(text[i:i+300], "password") || strings.Contains(text[i:i+300], "hashValue") {
				t.Errorf("%s has a password", part)
			}
			if !strings.Contains(text[i:i+300], `objects="false"`) {
				t.Errorf("%s: Excel lets nobody put a note there", part)
			}
		}
		if strings.HasPrefix(part, "xl/worksheets/sheet") && strings.Contains(text, "customHeight") && strings.Contains(text, "<row") && regexp.MustCompile(`<row [^>]*customHeight`).MatchString(text) {
			t.Errorf("%s has rows that do not grow with their texts", part)
		}
	}
	if protected != 5 {
		t.Errorf("%d sheets are protected", protected)
	}
}

// The drop-down list of a header offers what has a value there, that of a line everything.
func TestWorkbookLists(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(freshBook(t, "legacy-fixed")))
	must(t)(err)
	defer f.Close()
	refers := map[string]string{}
	for _, d := range f.GetDefinedName() {
		refers[d.Name] = d.RefersTo
	}
	list := func(name string) []string {
		var out []string
		_, area, _ := strings.Cut(strings.ReplaceAll(refers[name], "$", ""), "!")
		from, to, _ := strings.Cut(area, ":")
		_, r1, err := excelize.CellNameToCoordinates(from)
		must(t)(err)
		_, r2, err := excelize.CellNameToCoordinates(to)
		must(t)(err)
		for r := r1; r <= r2; r++ {
			v, err := f.GetCellValue("Fields", fmt.Sprintf("A%d", r))
			must(t)(err)
			out = append(out, v)
		}
		return out
	}
	for _, n := range list("Names_for_the_file") {
		if !strings.HasPrefix(n, "file.") && !strings.HasPrefix(n, "settings.") {
			t.Errorf("a header has no %s", n)
		}
	}
	lines := " " + strings.Join(list("Names_for_lines"), " ") + " "
	for _, want := range []string{"line.account", "document.report_id", "file.sequence", "settings.company", "entryDescription", "allocationCustom2Code"} {
		if !strings.Contains(lines, " "+want+" ") {
			t.Errorf("the list has no %s", want)
		}
	}
	validations, err := f.GetDataValidations("Columns")
	must(t)(err)
	lists := map[string]int{}
	for _, v := range validations {
		lists[v.Formula1]++
	}
	if lists["Names_for_the_file"] != 11 || lists["Names_for_lines"] != 11 {
		t.Errorf("lists of the Columns sheet: %v", lists)
	}
}
