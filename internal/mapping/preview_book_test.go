package mapping_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/mappings"
	"github.com/fisbridge/fisbridge/templates"
)

// peopleMade is a ready workbook after people have worked on it.
func peopleMade(t *testing.T, name string, edit func(*excelize.File)) []byte {
	t.Helper()
	data, err := fs.ReadFile(mappings.FS(), name+".xlsx")
	noErr(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(data))
	noErr(t, err)
	defer f.Close()
	if edit != nil {
		edit(f)
	}
	var out bytes.Buffer
	noErr(t, f.Write(&out))
	return out.Bytes()
}

func noErr(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// filled writes the preview of some documents into a workbook and opens it again.
func filled(t *testing.T, data []byte, docs []fis.Envelope) *excelize.File {
	t.Helper()
	plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", data)
	noErr(t, findings.Err())
	out, err := previewWith(t, plan, docs[:min(len(docs), 5)]).FillWorkbook(templates.FS(), data)
	noErr(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(out))
	noErr(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

func chosen(t *testing.T, names ...string) []fis.Envelope {
	t.Helper()
	var out []fis.Envelope
	for _, d := range sampleDocuments(t) {
		if slices.ContainsFunc(names, func(n string) bool { return strings.Contains(d.Place, n) }) {
			out = append(out, d)
		}
	}
	return out
}

func cellText(t *testing.T, f *excelize.File, sheet, cell string) string {
	t.Helper()
	s, err := f.GetCellValue(sheet, cell)
	noErr(t, err)
	return s
}

// The workbook has the first value of each field as Example, and the lines of the file beside the posting lines, with totals and findings.
func TestFillWorkbook(t *testing.T) {
	f := filled(t, peopleMade(t, "generic-csv", nil), chosen(t, "07-cash-awkward-text", "17-tax-half-deductible", "58-unmapped-account"))
	for cell, want := range map[string]string{"D2": "1", "D3": "1", "D6": "C566986B31E31AF5801A", "D8": "650100", "D13": "V9", "D14": "=1+1", "D15": "E20019"} {
		if got := cellText(t, f, "Columns", cell); got != want {
			t.Errorf("Columns!%s = %q, want %q", cell, got, want)
		}
	}
	rows, err := f.GetRows("Preview")
	noErr(t, err)
	var got []string
	for _, r := range rows {
		got = append(got, strings.Join(r, " | "))
	}
	golden(t, "testdata/preview/generic-csv.txt", []byte(strings.Join(got, "\n")+"\n"))
	for _, sheet := range f.GetSheetList() {
		all, err := f.GetRows(sheet)
		noErr(t, err)
		for i, r := range all {
			for j := range r {
				at, err := excelize.CoordinatesToCellName(j+1, i+1)
				noErr(t, err)
				if formula, err := f.GetCellFormula(sheet, at); err != nil || formula != "" {
					t.Errorf("%s!%s is a formula: %s %v", sheet, at, formula, err)
				}
			}
		}
	}
}

// The workbook of a template of each kind can be filled, again and again; the second time nothing of the first is left.
func TestFillWorkbookAgain(t *testing.T) {
	for _, name := range oneOfEachKind(t) {
		t.Run(name, func(t *testing.T) {
			data := peopleMade(t, name, nil)
			plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", data)
			noErr(t, findings.Err())
			var docs []fis.Envelope
			for _, d := range sampleDocuments(t) {
				if slices.Contains(plan.DocTypes(), d.DocType) {
					docs = append(docs, d)
				}
			}
			few := filled(t, data, docs[:1])
			once, err := previewWith(t, plan, docs[:min(len(docs), 5)]).FillWorkbook(templates.FS(), data)
			noErr(t, err)
			again := filled(t, once, docs[:1])
			want, err := few.GetRows("Preview")
			noErr(t, err)
			got, err := again.GetRows("Preview")
			noErr(t, err)
			if diff := cmp.Diff(want, trimmed(got)); diff != "" {
				t.Error(diff)
			}
			if n := len(names(again.GetDefinedName(), "_xlnm._FilterDatabase", "Preview")); n != 1 {
				t.Errorf("%d filters on the Preview sheet", n)
			}
		})
	}
}

// trimmed leaves out the blank rows at the end, which once held something.
func trimmed(rows [][]string) [][]string {
	for len(rows) > 0 && strings.Join(rows[len(rows)-1], "") == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

func names(all []excelize.DefinedName, name, scope string) []excelize.DefinedName {
	var out []excelize.DefinedName
	for _, n := range all {
		if n.Name == name && n.Scope == scope {
			out = append(out, n)
		}
	}
	return out
}

// What people made of the workbook stays: their sheets, formulas, formats, notes, widths, an inserted column, hidden sheets.
func TestFillWorkbookKeepsWhatPeopleMade(t *testing.T) {
	var bold int
	data := peopleMade(t, "generic-csv", func(f *excelize.File) {
		_, err := f.NewSheet("Our notes")
		noErr(t, err)
		noErr(t, f.SetCellValue("Our notes", "A1", 40))
		noErr(t, f.SetCellFormula("Our notes", "A2", "A1+2"))
		noErr(t, f.SetCellValue("Our notes", "B1", "ask Mira"))
		noErr(t, f.SetColWidth("Our notes", "B", "B", 51))
		noErr(t, f.AddComment("Accounts", excelize.Comment{Cell: "B6", Author: "Mira", Text: "closed in May"}))
		bold, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "00AA00"}})
		noErr(t, err)
		noErr(t, f.SetCellStyle("Columns", "D8", "D8", bold))
		noErr(t, f.SetColWidth("Columns", "A", "A", 33))
		noErr(t, f.InsertCols("Columns", "A", 1))
		noErr(t, f.SetCellValue("Columns", "A1", "Who"))
		noErr(t, f.SetSheetVisible("Fields", false))
	})
	f := filled(t, data, chosen(t, "01-cash-taxi"))
	if got := cellText(t, f, "Columns", "E8"); got != "640100" {
		t.Errorf("Example = %q", got)
	}
	style, err := f.GetCellStyle("Columns", "E8")
	noErr(t, err)
	st, err := f.GetStyle(style)
	noErr(t, err)
	if st.Font == nil || !st.Font.Bold || st.Font.Color != "00AA00" {
		t.Errorf("the format of an Example cell was changed: %+v", st.Font)
	}
	formula, err := f.GetCellFormula("Our notes", "A2")
	noErr(t, err)
	width, err := f.GetColWidth("Our notes", "B")
	noErr(t, err)
	comments, err := f.GetComments("Accounts")
	noErr(t, err)
	visible, err := f.GetSheetVisible("Fields")
	noErr(t, err)
	wide, err := f.GetColWidth("Columns", "B")
	noErr(t, err)
	if formula != "A1+2" || width != 51 || len(comments) != 1 || comments[0].Text != "closed in May" || visible || wide != 33 || cellText(t, f, "Columns", "A1") != "Who" || cellText(t, f, "Our notes", "B1") != "ask Mira" {
		t.Errorf("formula %q, width %v, %d comments, Fields visible %v, Columns!B wide %v", formula, width, len(comments), visible, wide)
	}
}

// A filter that somebody left on the Preview sheet hides nothing of the next preview, and the tab keeps its colour.
func TestFillWorkbookAfterAFilter(t *testing.T) {
	docs := chosen(t, "01-cash-taxi", "17-tax-half-deductible")
	green := "FF00AA00"
	data := peopleMade(t, "generic-csv", func(f *excelize.File) {
		noErr(t, f.SetSheetProps("Preview", &excelize.SheetPropsOptions{TabColorRGB: &green}))
		for row := 4; row < 20; row++ {
			noErr(t, f.SetCellStr("Preview", ref("A", row), "of the last time"))
			noErr(t, f.SetRowVisible("Preview", row, false))
		}
	})
	f := filled(t, data, docs)
	rows, err := f.GetRows("Preview")
	noErr(t, err)
	if len(rows) < 10 {
		t.Errorf("%d rows", len(rows))
	}
	for row := 1; row <= len(rows); row++ {
		if visible, err := f.GetRowVisible("Preview", row); err != nil || !visible {
			t.Errorf("row %d is hidden: %v", row, err)
		}
	}
	props, err := f.GetSheetProps("Preview")
	noErr(t, err)
	if props.TabColorRGB == nil || *props.TabColorRGB != green {
		t.Errorf("the tab is %v", props.TabColorRGB)
	}
}

func ref(column string, row int) string { return fmt.Sprint(column, row) }

// A workbook without the column Example or the sheet Preview: the sheet comes back, the column does not.
func TestFillWorkbookWithoutItsPlaces(t *testing.T) {
	data := peopleMade(t, "generic-csv", func(f *excelize.File) {
		noErr(t, f.DeleteSheet("Preview"))
		noErr(t, f.RemoveCol("Columns", "D"))
	})
	f := filled(t, data, chosen(t, "01-cash-taxi"))
	if got := cellText(t, f, "Preview", "A1"); got != "Preview of acme" {
		t.Errorf("Preview!A1 = %q", got)
	}
	if got := cellText(t, f, "Columns", "D1"); got == "Example" || got == "" {
		t.Errorf("Columns!D1 = %q", got)
	}
}

// A YAML mapping has no sheets of its own: it becomes a new workbook with the preview in it.
func TestWorkbookOfAYAMLMapping(t *testing.T) {
	text := []byte("template: payroll-obligation-csv\ncolumns:\n  Wage:\n    Employee: document.employee_id\n    Text: UPPER(document.title)\n")
	plan, findings := mapping.LoadBytes(templates.FS(), "acme.yaml", text)
	noErr(t, findings.Err())
	v := previewWith(t, plan, chosen(t, "54-payroll"))
	out, err := v.Workbook(templates.FS(), text)
	noErr(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(out))
	noErr(t, err)
	defer f.Close()
	rows, err := f.GetRows("Columns")
	noErr(t, err)
	seen := 0
	for _, r := range rows {
		if len(r) > 3 && r[0] == "Wage" && (r[1] == "Employee" || r[1] == "Text") {
			seen++
			if r[3] == "" || r[3] != strings.ToUpper(r[3]) {
				t.Errorf("Example of %s = %q", r[1], r[3])
			}
		}
	}
	if seen != 2 || cellText(t, f, "Preview", "A1") != "Preview of acme" {
		t.Errorf("%d examples seen", seen)
	}
}
