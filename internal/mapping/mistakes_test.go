package mapping_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/templates"
)

// edited is the ready workbook of the generic CSV after somebody worked on it.
func edited(t *testing.T, edit func(f *excelize.File)) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(freshBook(t, "generic-csv")))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, s := range []string{"Columns"} {
		if err := f.UnprotectSheet(s); err != nil {
			t.Fatal(err)
		}
	}
	edit(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zipEdited changes a part of the workbook's XML, for what excelize itself would not write.
func zipEdited(t *testing.T, data []byte, part string, change func(string) string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			text = []byte(change(string(text)))
		}
		o, err := w.Create(f.Name)
		if err == nil {
			_, err = o.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func must(t *testing.T) func(error) {
	return func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// valueCell is the cell of a field's Value on the Columns sheet.
func valueCell(t *testing.T, f *excelize.File, field string) string {
	t.Helper()
	rows, err := f.GetRows("Columns")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if len(row) > 1 && row[1] == field {
			cell, _ := excelize.CoordinatesToCellName(3, i+1)
			return cell
		}
	}
	t.Fatalf("no field %s", field)
	return ""
}

// Each mistake that people make with a spreadsheet has its own message at its own cell.
func TestOneMistake(t *testing.T) {
	for _, c := range []struct {
		name, want string
		edit       func(f *excelize.File)
	}{
		{"number in a key column", `error Accounts!A6 "640100": Concur account "640100" is a number cell; make it text (leading zeros and long numbers are lost in number cells)`,
			func(f *excelize.File) { must(t)(f.SetCellValue("Accounts", "A6", 640100)) }},
		{"number in a code column", `error Accounts!B6 "640100": Account "640100" is a number cell; make it text`,
			func(f *excelize.File) { must(t)(f.SetCellValue("Accounts", "B6", 640100)) }},
		{"16 digits", `error Accounts!B6 "1234567890123460": Account "1234567890123460" is a number cell; make it text`,
			func(f *excelize.File) { must(t)(f.SetCellValue("Accounts", "B6", int64(1234567890123456))) }},
		{"merged cells", `error Accounts!A6 "": the cells A6:A7 are merged, so all but the first are blank: unmerge them (Home, Merge & Center)`,
			func(f *excelize.File) { must(t)(f.MergeCell("Accounts", "A6", "A7")) }},
		{"key twice", `error Accounts!A7 "640100": the key "640100" stands twice: here and in A6`,
			func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "A7", "640100")) }},
		{"hidden row", `warning Accounts!A6 "": the row is hidden, but it counts`,
			func(f *excelize.File) { must(t)(f.SetRowVisible("Accounts", 6, false)) }},
		{"non-breaking blank", `warning Accounts!A6 "640100` + "\u00a0" + `": "640100\u00a0" has blanks at an end or non-breaking blanks inside; they are taken as if they were not there`,
			func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "A6", "640100\u00a0")) }},
		{"heading gone", `error Columns!1 "": the heading Value is missing`,
			func(f *excelize.File) { must(t)(f.SetCellStr("Columns", "C1", "My notes")) }},
		{"unknown field", `(did you mean document.report_id?)`,
			func(f *excelize.File) {
				must(t)(f.SetCellStr("Columns", valueCell(t, f, "Document"), "document.raport_id"))
			}},
		{"first word of a path", `there is no field expenseEntri.mileage.routeId; did you mean expenseEntry.mileage.routeId?`,
			func(f *excelize.File) {
				must(t)(f.SetCellStr("Columns", valueCell(t, f, "Text"), "expenseEntri.mileage.routeId"))
			}},
		{"unknown sheet in a formula", "there is no", func(f *excelize.File) {
			must(t)(f.SetCellStr("Columns", valueCell(t, f, "Cost centre"), "LOOKUP(CostCentre; allocationCustom2Code)"))
		}},
		{"required blank", `error Columns!C6 "": Line Document is required and has no value`,
			func(f *excelize.File) { must(t)(f.SetCellValue("Columns", valueCell(t, f, "Document"), nil)) }},
		{"text for an amount", `error Columns!C10 "line.text": Line Debit takes a number, but this gives text`,
			func(f *excelize.File) { must(t)(f.SetCellStr("Columns", valueCell(t, f, "Debit"), "line.text")) }},
		{"number cell as a constant", `error Columns!C7 "1000": Line Company: "1000" is a number cell; make it a text in quotes: "1000"`,
			func(f *excelize.File) { must(t)(f.SetCellValue("Columns", valueCell(t, f, "Company"), 1000)) }},
		{"Excel's own formula", `Excel took the text for a formula of its own: type it without the equals sign`,
			func(f *excelize.File) { must(t)(f.SetCellFormula("Columns", valueCell(t, f, "Company"), "LEFT(A1,2)")) }},
		{"end of file in a row", `error Columns!C2 "file.lines": file.lines is known only at the end of the file: use it in headers and trailers`,
			func(f *excelize.File) { must(t)(f.SetCellStr("Columns", valueCell(t, f, "Batch"), "file.lines")) }},
		{"unknown record", `error Columns!A6 "Lien": the template has no record "Lien"`,
			func(f *excelize.File) { must(t)(f.SetCellStr("Columns", "A6", "Lien")) }},
		{"field twice", `error Columns!B7 "Document": Line Document stands twice: here and in B6`,
			func(f *excelize.File) { must(t)(f.SetCellStr("Columns", "B7", "Document")) }},
		{"field's row gone", `warning Columns "": Line Company has no row; the template's value document.company applies`,
			func(f *excelize.File) { must(t)(f.RemoveRow("Columns", 7)) }},
		{"formula without its value", `error Accounts!B20 "=A6": the formula was saved without its value: open the workbook in Excel and save it`,
			func(f *excelize.File) { must(t)(f.SetCellFormula("Accounts", "B20", "A6")) }},
		{"no such template", `error Settings!B2 "generic-cvs": there is no template "generic-cvs"; the templates are`,
			func(f *excelize.File) { must(t)(f.SetCellStr("Settings", "B2", "generic-cvs")) }},
		{"setting twice", `error Settings!A4 "company": the setting company stands twice: here and in A3`,
			func(f *excelize.File) { must(t)(f.SetCellStr("Settings", "A4", "company")) }},
		{"lookup sheet gone", "there is no", func(f *excelize.File) { must(t)(f.DeleteSheet("Accounts")) }},
		{"no default", `warning Accounts "": the lookup has no default row: a value without a row stops the document (a row with * takes the rest)`,
			func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "A20", "777777")) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, c.edit))
			var got []string
			for _, f := range findings {
				got = append(got, finding(f))
			}
			for _, g := range got {
				if strings.Contains(g, c.want) {
					return
				}
			}
			t.Errorf("want %s\ngot\n%s", c.want, strings.Join(got, "\n"))
		})
	}
}

// A sheet that a formula with a mistake uses is not called unused beside that mistake.
func TestSheetOfABrokenFormulaIsUsed(t *testing.T) {
	_, found := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, func(f *excelize.File) {
		must(t)(f.SetCellStr("Columns", valueCell(t, f, "Cost centre"), "LOOKUP('Cost centres'; allocationCustom2Code; 'Cost centre'"))
	}))
	if found.Err() == nil {
		t.Fatal("the formula has no mistake")
	}
	for _, f := range found {
		if strings.Contains(f.Reason.String(), "no formula uses") {
			t.Errorf("told beside the mistake: %s", finding(f))
		}
	}
}

func finding(f findings.Finding) string {
	at := f.Sheet
	if f.Cell != "" {
		at += "!" + f.Cell
	}
	s := string(f.Severity) + " " + at + ` "` + f.Value + `": ` + f.Reason.String()
	if f.Nearest != "" {
		s += " (did you mean " + f.Nearest + "?)"
	}
	return s
}

// A file that is no workbook is told by what it is.
func TestNotAWorkbook(t *testing.T) {
	book := edited(t, func(*excelize.File) {})
	encrypted := append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")...)
	for _, c := range []struct {
		name, file string
		data       []byte
		want       string
	}{
		{"empty", "a.xlsx", nil, "the file is empty"},
		{"half saved", "a.xlsx", book[:len(book)/2], "ends early or is damaged"},
		{"encrypted", "a.xlsx", encrypted, "protected by a password"},
		{"old xls", "a.xlsx", []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 1, 2}, "old .xls workbook"},
		{"CSV", "a.xlsx", []byte("Record,Field,Value\nLine,Account,x\n"), "text or CSV file named .xlsx"},
		{"web page", "a.xlsx", []byte("<html><table>"), "XML or a web page"},
		{"other zip", "a.xlsx", zipEdited(t, book, "xl/workbook.xml", func(string) string { return "<nothing" }), "is damaged"},
		{"OpenDocument", "a.ods", book, "an OpenDocument workbook"},
		{"OpenDocument renamed", "a.xlsx", zipOf(t, "mimetype", "content.xml"), "an OpenDocument workbook named .xlsx"},
		{"binary workbook", "a.xlsb", book, "a binary workbook"},
		{"binary workbook renamed", "a.xlsx", zipOf(t, "xl/workbook.bin"), "a binary workbook (.xlsb) named .xlsx"},
		{"any other zip", "a.xlsx", zipOf(t, "letter.txt"), "this zip file is not an Excel workbook"},
		{"damaged sheet", "a.xlsx", zipEdited(t, book, "xl/worksheets/sheet2.xml", func(s string) string { return s[:len(s)/2] }), "sheet Columns is damaged"},
		{"lock file", "~$a.xlsx", book, "lock file of an open workbook"},
		{"other name", "a.txt", book, "an .xlsx workbook or a .yaml file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, findings := mapping.LoadBytes(templates.FS(), c.file, c.data)
			if plan != nil || findings.Err() == nil || !strings.Contains(findings.Err().Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, findings)
			}
		})
	}
}

// What people may do with their workbook without harm changes nothing of the plan.
func TestHarmlessEdits(t *testing.T) {
	want, _ := mapping.LoadBytes(templates.FS(), "a.xlsx", edited(t, func(*excelize.File) {}))
	for name, edit := range map[string]func(f *excelize.File){
		"column inserted": func(f *excelize.File) {
			must(t)(f.InsertCols("Columns", "C", 1))
			must(t)(f.SetCellStr("Columns", "C1", "Who asked for it"))
		},
		"column inserted in a lookup": func(f *excelize.File) { must(t)(f.SetCellStr("Cost centres", "D1", "")) },
		"sheet of one's own": func(f *excelize.File) {
			_, err := f.NewSheet("Holiday plan")
			must(t)(err)
			must(t)(f.SetCellInt("Holiday plan", "A1", 5))
		},
		"rows in another order": func(f *excelize.File) {
			a, b := "A2", "A3"
			for _, c := range strings.Split("ABCDEFGHI", "") {
				a, b = c+"2", c+"3"
				va, _ := f.GetCellValue("Columns", a)
				vb, _ := f.GetCellValue("Columns", b)
				must(t)(f.SetCellStr("Columns", a, vb))
				must(t)(f.SetCellStr("Columns", b, va))
			}
		},
		"blank row": func(f *excelize.File) { must(t)(f.InsertRows("Columns", 4, 2)) },
		"bold": func(f *excelize.File) {
			s, _ := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
			must(t)(f.SetCellStyle("Columns", "C3", "C3", s))
		},
		"note":        func(f *excelize.File) { must(t)(f.SetCellStr("Columns", "I3", "ask Ruth")) },
		"equals sign": func(f *excelize.File) { must(t)(f.SetCellStr("Columns", "C2", "file.sequence")) },
	} {
		t.Run(name, func(t *testing.T) {
			got, findings := mapping.LoadBytes(templates.FS(), "a.xlsx", edited(t, edit))
			if len(findings) > 0 {
				t.Fatal(findings)
			}
			if got.Hash() != want.Hash() {
				t.Error("the hash is another one")
			}
		})
	}
}

// A changed value, key or setting is another mapping.
func TestHashSeesChanges(t *testing.T) {
	seen := map[string]string{}
	for name, edit := range map[string]func(f *excelize.File){
		"as it was": func(*excelize.File) {},
		"value":     func(f *excelize.File) { must(t)(f.SetCellStr("Columns", valueCell(t, f, "Company"), `"2000"`)) },
		"lookup":    func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "B6", "640101")) },
		"setting":   func(f *excelize.File) { must(t)(f.SetCellStr("Settings", "B3", "2000")) },
		"result":    func(f *excelize.File) { must(t)(f.SetCellStr("Results", "D4", "fine = posted")) },
	} {
		plan, findings := mapping.LoadBytes(templates.FS(), "a.xlsx", edited(t, edit))
		if err := findings.Err(); err != nil {
			t.Fatal(name, err)
		}
		if other, same := seen[plan.Hash()]; same {
			t.Errorf("%s and %s have one hash", name, other)
		}
		seen[plan.Hash()] = name
	}
}

// All mistakes of a workbook are told at once, sorted by sheet and cell.
func TestManyMistakesAtOnce(t *testing.T) {
	data := edited(t, func(f *excelize.File) {
		must(t)(f.SetCellStr("Columns", valueCell(t, f, "Text"), "entryDescripton"))
		must(t)(f.SetCellStr("Columns", valueCell(t, f, "Document"), "reprotId"))
		must(t)(f.SetCellStr("Columns", "B3", "Lines"))
		must(t)(f.SetCellValue("Accounts", "A9", 640400))
		must(t)(f.SetCellValue("Accounts", "A7", 640200))
		must(t)(f.SetCellStr("Tax codes", "A3", "CAGST"))
		must(t)(f.SetCellStr("Tax codes", "B3", "G5"))
		must(t)(f.SetCellStr("Settings", "A3", "com pany!"))
	})
	plan, findings := mapping.LoadBytes(templates.FS(), "mappings/acme.xlsx", data)
	if plan != nil {
		t.Error("a workbook with mistakes gives no plan")
	}
	var got []string
	for _, f := range findings.Errors() {
		got = append(got, f.Place())
		if f.Reason == "" || f.File != "mappings/acme.xlsx" {
			t.Errorf("%+v", f)
		}
	}
	want := []string{"mappings/acme.xlsx Columns!B3", "mappings/acme.xlsx Columns!C6", "mappings/acme.xlsx Columns!C14", "mappings/acme.xlsx Settings!A3",
		"mappings/acme.xlsx Accounts!A7", "mappings/acme.xlsx Accounts!A9", "mappings/acme.xlsx Tax codes!A3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s\n%v", diff, findings)
	}
}

// zipOf is a zip file with empty parts of these names.
func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range names {
		_, err := w.Create(n)
		must(t)(err)
	}
	must(t)(w.Close())
	return b.Bytes()
}
