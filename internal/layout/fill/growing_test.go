package fill_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

// tableBook is a workbook whose rows stand in a table, with all that Excel lets grow with it.
func tableBook(t *testing.T) []byte {
	t.Helper()
	data := book(t, func(f *excelize.File) {
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(f.SetCellStr("Lines", "F3", "Double"))
		must(f.SetCellFormula("Lines", "F4", "Booked[[#This Row],[Amount*]]*2"))
		must(f.SetCellStr("Lines", "G3", "Sum"))
		must(f.SetCellFormula("Lines", "G4", "SUM(B$4:B4)"))
		must(f.AddTable("Lines", &excelize.Table{Range: "B3:G4", Name: "Booked"}))
		must(f.SetCellFormula("Lines", "D1", "SUM(B4:B4)"))
		must(f.SetCellFormula("Overview", "B1", "SUM(Lines!$B$4:$B$4)"))
		must(f.SetCellFormula("Overview", "B2", "SUM(Booked[Amount*])"))
		must(f.SetCellFormula("Overview", "B3", "SUM(Amounts)+Lines!B4"))
		_, err := f.NewSheet("More")
		must(err)
		must(f.SetCellFormula("More", "A1", "Overview!B3*10"))
		must(f.SetCellStr("More", "A2", "x"))
		_, err = f.NewSheet("Rates")
		must(err)
		must(f.SetCellFormula("Rates", "A1", "1+1"))
		v := excelize.NewDataValidation(true)
		v.Sqref = "D4"
		must(v.SetDropList([]string{"Taxi", "Train"}))
		must(f.AddDataValidation("Lines", v))
		above := excelize.NewDataValidation(true)
		above.Sqref = "A1:A2"
		must(above.SetDropList([]string{"Area"}))
		must(f.AddDataValidation("Lines", above))
		red, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: "FF0000"}})
		must(err)
		must(f.SetConditionalFormat("Lines", "B4:B4", []excelize.ConditionalFormatOptions{{Type: "formula", Criteria: "COUNTIF($B$4:$B$4,B4)>1", Format: &red}}))
		must(f.SetDefinedName(&excelize.DefinedName{Name: "Amounts", RefersTo: "Lines!$B$4:$B$4"}))
		must(f.SetDefinedName(&excelize.DefinedName{Name: "FirstAmount", RefersTo: "Lines!$B$4"}))
		must(f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: "Lines!$A$1:$G$4", Scope: "Lines"}))
		must(f.SetSheetDimension("Lines", "A1:G4"))
	})
	return changed(t, data, map[string]func(string) string{
		// What excelize does not write: the formulas of columns, the row for a first entry, and values that Excel kept.
		"xl/tables/table1.xml": func(s string) string {
			s = strings.Replace(s, `name="Double"></tableColumn>`, `name="Double"><calculatedColumnFormula>Booked[[#This Row],[Amount*]]*2</calculatedColumnFormula></tableColumn>`, 1)
			s = strings.Replace(s, `name="Sum"></tableColumn>`, `name="Sum"><calculatedColumnFormula>SUM(B$4:B4)</calculatedColumnFormula></tableColumn>`, 1)
			return strings.Replace(s, `<table `, `<table insertRow="1" `, 1)
		},
		"xl/worksheets/sheet1.xml": stale, "xl/worksheets/sheet2.xml": stale, "xl/worksheets/sheet3.xml": stale, "xl/worksheets/sheet4.xml": stale,
	})
}

// stale gives each formula a value that it does not have.
func stale(s string) string { return strings.ReplaceAll(s, "</f>", "</f><v>4711</v>") }

func changed(t *testing.T, data []byte, how map[string]func(string) string) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	for _, f := range from.File {
		text := partText(t, f)
		if change := how[f.Name]; change != nil {
			before := text
			if text = change(text); text == before {
				t.Fatalf("%s is as it was: %s", f.Name, text)
			}
		}
		w, err := to.Create(f.Name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func partText(t *testing.T, f *zip.File) string {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func part(t *testing.T, data []byte, name string) string {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range from.File {
		if f.Name == name {
			return partText(t, f)
		}
	}
	t.Fatalf("no part %s", name)
	return ""
}

func fiveRows(t *testing.T) (rows [][]layout.Value) {
	for i, amount := range []string{"1234.50", "-2.00", "0.10", "7", "1000.01"} {
		rows = append(rows, []layout.Value{layout.Text("K" + string(rune('1'+i))), layouttest.Num(t, amount), layouttest.OnDay(2026, 4, i+1), layout.Text("Taxi")})
	}
	return rows
}

// A table, and what Excel makes longer with it, reaches to the last row that was filled; all else stays.
func TestTablesGrowWithTheirRows(t *testing.T) {
	p, problems := compiled(t, tableBook(t), lines)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	rows := fiveRows(t)
	data := layouttest.Written(t, p, rows...)
	if again := layouttest.Written(t, p, rows...); !bytes.Equal(data, again) {
		t.Error("the same rows make other bytes")
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tables, err := f.GetTables("Lines")
	if err != nil || len(tables) != 1 || tables[0].Range != "B3:G8" {
		t.Errorf("tables %v, %v", tables, err)
	}
	table := part(t, data, "xl/tables/table1.xml")
	if !strings.Contains(table, `<autoFilter ref="B3:G8"`) || strings.Contains(table, "insertRow") || !strings.Contains(table, "<calculatedColumnFormula>SUM(B$4:B4)<") {
		t.Error(table)
	}
	valid, err := f.GetDataValidations("Lines")
	var where []string
	for _, v := range valid {
		where = append(where, v.Sqref)
	}
	if slices.Sort(where); err != nil || !slices.Equal(where, []string{"A1:A2", "D4:D8"}) {
		t.Errorf("validations of %v, %v", where, err)
	}
	formats, err := f.GetConditionalFormats("Lines")
	if err != nil || len(formats["B4:B8"]) != 1 || formats["B4:B8"][0].Criteria != "COUNTIF($B$4:$B$8,B4)>1" {
		t.Errorf("formats %v, %v", formats, err)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Name] = n.RefersTo
	}
	if diff := cmp.Diff(map[string]string{"Amounts": "Lines!$B$4:$B$8", "FirstAmount": "Lines!$B$4", "_xlnm.Print_Area": "Lines!$A$1:$G$8"}, names); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct{ sheet, cell, want string }{
		{"Lines", "F4", "Booked[[#This Row],[Amount*]]*2"}, {"Lines", "F8", "Booked[[#This Row],[Amount*]]*2"}, {"Lines", "G4", "SUM(B$4:B4)"}, {"Lines", "G8", "SUM(B$4:B8)"},
		{"Lines", "D1", "SUM(B4:B8)"}, {"Overview", "B1", "SUM(Lines!$B$4:$B$8)"}, {"Overview", "B3", "SUM(Amounts)+Lines!B4"}, {"Rates", "A1", "1+1"},
	} {
		if got, err := f.GetCellFormula(c.sheet, c.cell); got != c.want || err != nil {
			t.Errorf("%s!%s has the formula %q, want %q (%v)", c.sheet, c.cell, got, c.want, err)
		}
	}
	if d, err := f.GetSheetDimension("Lines"); d != "A1:G8" || err != nil {
		t.Errorf("the sheet is said to reach over %s (%v)", d, err)
	}
	if props, err := f.GetCalcProps(); err != nil || props.FullCalcOnLoad == nil || !*props.FullCalcOnLoad {
		t.Errorf("nothing is computed when it is opened: %v", err)
	}
	// Values that were computed of other rows are not left behind; those of a sheet that knows nothing of the rows are.
	for name, left := range map[string]bool{"xl/worksheets/sheet1.xml": false, "xl/worksheets/sheet2.xml": false, "xl/worksheets/sheet3.xml": false, "xl/worksheets/sheet4.xml": true} {
		if got := strings.Contains(part(t, data, name), "4711"); got != left {
			t.Errorf("%s keeps its values: %v", name, got)
		}
	}
	read, bad := layouttest.ReadAll(t, p, data)
	if len(bad) > 0 || len(read) != len(rows) {
		t.Errorf("read %d rows, %v", len(read), bad)
	}
}

// Without a row nothing grows; and a table that is longer than its rows keeps its length.
func TestTablesDoNotShrink(t *testing.T) {
	long := changed(t, tableBook(t), map[string]func(string) string{"xl/tables/table1.xml": func(s string) string { return strings.ReplaceAll(s, "B3:G4", "B3:G40") }})
	for name, c := range map[string]struct {
		data []byte
		rows int
		want string
	}{"none": {tableBook(t), 0, "B3:G4"}, "one": {tableBook(t), 1, "B3:G4"}, "long": {long, 5, "B3:G40"}} {
		p, problems := compiled(t, c.data, lines)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		data := layouttest.Written(t, p, fiveRows(t)[:c.rows]...)
		if table := part(t, data, "xl/tables/table1.xml"); !strings.Contains(table, ` ref="`+c.want+`"`) || strings.Contains(table, "insertRow") != (c.rows == 0) {
			t.Errorf("%s: %s", name, table)
		}
		if got := part(t, data, "xl/worksheets/sheet2.xml"); c.rows != 5 && !strings.Contains(got, `sqref="D4"`) {
			t.Errorf("%s: %s", name, got)
		}
		if read, bad := layouttest.ReadAll(t, p, data); len(bad) > 0 || len(read) != c.rows {
			t.Errorf("%s: read %d rows, %v", name, len(read), bad)
		}
	}
}

// A row of totals would be run over: it is refused with the way out.
func TestTableWithTotalsIsRefused(t *testing.T) {
	totals := changed(t, tableBook(t), map[string]func(string) string{"xl/tables/table1.xml": func(s string) string {
		return strings.Replace(strings.ReplaceAll(s, "B3:G4", "B3:G5"), "<table ", `<table totalsRowCount="1" `, 1)
	}})
	_, problems := compiled(t, totals, lines)
	if len(problems) != 1 || !strings.Contains(problems[0].Reason, "the table Booked of own.xlsx!Lines ends in a row of totals (row 5)") {
		t.Error(problems)
	}
}

// LibreOffice opens what was filled, computes it, and finds table, names and rules as long as the rows.
func TestLibreOfficeReadsTheTable(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
			t.Fatal("LibreOffice is not installed")
		}
		t.Skip("LibreOffice is not installed: excelize alone has read the workbook")
	}
	p, problems := compiled(t, tableBook(t), lines)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.xlsx"), layouttest.Written(t, p, fiveRows(t)...), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.ToSlash(dir)+"/profile", "--headless",
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "out"), filepath.Join(dir, "in.xlsx"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := excelize.OpenFile(filepath.Join(dir, "out", "in.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := map[string]string{}
	for _, c := range []string{"Overview!B1", "Overview!B2", "Overview!B3", "More!A1", "More!A2", "Lines!D1", "Lines!F4", "Lines!F8", "Lines!G8", "Lines!C8", "Overview!A1"} {
		sheet, cell, _ := strings.Cut(c, "!")
		if got[c], err = f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(map[string]string{"Overview!B1": "2239.61", "Overview!B2": "2239.61", "Overview!B3": "3474.11", "More!A1": "34741.1", "More!A2": "x", "Lines!D1": "2239.61", "Lines!F4": "2469", "Lines!F8": "2000.02",
		"Lines!G8": "2239.61", "Lines!C8": "K5", "Overview!A1": "do not change"}, got); diff != "" {
		t.Error(diff)
	}
	tables, err := f.GetTables("Lines")
	if err != nil || len(tables) != 1 || tables[0].Range != "B3:G8" {
		t.Errorf("tables %v, %v", tables, err)
	}
	formats, err := f.GetConditionalFormats("Lines")
	if err != nil || len(formats["B4:B8"]) != 1 {
		t.Errorf("formats %v, %v", formats, err)
	}
	valid, err := f.GetDataValidations("Lines")
	if err != nil || !slices.ContainsFunc(valid, func(v *excelize.DataValidation) bool { return v.Sqref == "D4:D8" }) {
		t.Errorf("validations %v, %v", valid, err)
	}
	if !slices.ContainsFunc(f.GetDefinedName(), func(n excelize.DefinedName) bool {
		return n.Name == "Amounts" && strings.ReplaceAll(n.RefersTo, "$", "") == "Lines!B4:B8"
	}) {
		t.Errorf("names %v", f.GetDefinedName())
	}
}
