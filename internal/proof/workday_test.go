package proof

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// eibExample is the example of a spreadsheet template that comes with workday-eib: made here, in the form of those that a
// tenant gives out, with rows of guidance, a hidden one, and headings in row 5.
func eibExample(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", "Overview"))
	must(f.SetCellStr("Overview", "A1", "An example of fisbridge, not of Workday: put the spreadsheet template of your tenant in its place (see the README of the template)"))
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	must(err)
	day, err := f.NewStyle(&excelize.Style{CustomNumFmt: ptr("yyyy-mm-dd")})
	must(err)
	for _, s := range []struct {
		name     string
		headings []any
	}{
		{"Import Accounting Journal", []any{"Fields", "Spreadsheet Key*", "Add Only", "Create Journal with Errors", "Submit", "Company*", "Currency*", "Ledger Type*", "Book Code", "Accounting Date*", "Journal Source*",
			"Journal Entry Memo", "External Reference ID", "Control Total Amount"}},
		{"Journal Entry Line Replacement", []any{"Fields", "Spreadsheet Key*", "Row ID*", "Ledger Account*", "Account Set*", "Debit Amount", "Credit Amount", "Currency", "Memo", "External Reference ID", "Cost Center", "Spend Category"}},
	} {
		_, err := f.NewSheet(s.name)
		must(err)
		must(f.SetCellStr(s.name, "A1", s.name))
		for row, text := range []string{"Area", "Restrictions", "Format"} {
			must(f.SetCellStr(s.name, fmt.Sprintf("A%d", row+2), text))
		}
		must(f.SetRowVisible(s.name, 3, false))
		must(f.SetSheetRow(s.name, "A5", &s.headings))
		must(f.SetRowStyle(s.name, 5, 5, bold))
	}
	must(f.SetCellStyle("Import Accounting Journal", "J6", "J6", day))
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}

func ptr(s string) *string { return &s }

// sheetRows are the rows below the headings of a sheet, by heading.
func sheetRows(t *testing.T, f *excelize.File, name string) (out []map[string]string) {
	t.Helper()
	rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[5:] {
		row := map[string]string{}
		for i, cell := range r {
			row[rows[4][i]] = cell
		}
		out = append(out, row)
	}
	return out
}

// eibFaults are what guidelines for EIB workbooks say that one must not be.
func eibFaults(t *testing.T, data []byte) (faults []string, journals, lines int) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if got := f.GetSheetList(); !slices.Equal(got, []string{"Overview", "Import Accounting Journal", "Journal Entry Line Replacement"}) {
		say("sheets %v", got)
	}
	amount := regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
	control, sums := map[string]fis.Amount{}, map[string]fis.Amount{}
	for n, r := range sheetRows(t, f, "Import Accounting Journal") {
		journals++
		key := r["Spreadsheet Key*"]
		if _, twice := control[key]; twice || key == "" || r["Company*"] == "" || r["Ledger Type*"] == "" || r["Accounting Date*"] == "" || r["Journal Source*"] == "" {
			say("journal %d: %v", n+1, r)
		}
		a, err := fis.ParseAmount(r["Control Total Amount"])
		if err != nil {
			say("journal %d: control total %q", n+1, r["Control Total Amount"])
		}
		control[key] = a
	}
	seen := map[string]bool{}
	for n, r := range sheetRows(t, f, "Journal Entry Line Replacement") {
		lines++
		key, debit, credit := r["Spreadsheet Key*"], r["Debit Amount"], r["Credit Amount"]
		if _, known := control[key]; !known || seen[key+"/"+r["Row ID*"]] || r["Ledger Account*"] == "" || r["Account Set*"] == "" || (debit == "") == (credit == "") || !amount.MatchString(debit+credit) {
			say("line %d: %v", n+1, r)
		}
		seen[key+"/"+r["Row ID*"]] = true
		if a, err := fis.ParseAmount(debit); err == nil {
			sums[key], control[key] = sums[key].Add(a), control[key].Sub(a)
		}
		if a, err := fis.ParseAmount(credit); err == nil {
			sums[key] = sums[key].Sub(a)
		}
	}
	for key, left := range sums {
		if !left.IsZero() || !control[key].IsZero() {
			say("journal %s is off by %s, its control total by %s", key, left, control[key])
		}
	}
	return faults, journals, lines
}

// The workbook for Workday is the tenant's own with our rows in it; a line that is changed is found.
func TestWorkdayWorkbookIsFilled(t *testing.T) {
	example := eibExample(t)
	golden(t, "../../templates/workday-eib/eib.xlsx", example)
	plan := readyPlan(t, "workday-eib")
	docs := taken(t, plan.Takes)
	files, refused := render(t, plan, docs, 7)
	if len(files) != 1 || len(refused) > 1 {
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	faults, journals, lines := eibFaults(t, files[0].data)
	if len(faults) > 0 || journals != len(docs)-len(refused) || lines != files[0].totals.Rows {
		t.Errorf("%d journals, %d lines: %v", journals, lines, faults)
	}
	f, err := excelize.OpenReader(bytes.NewReader(files[0].data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if visible, err := f.GetRowVisible("Journal Entry Line Replacement", 3); visible || err != nil {
		t.Errorf("the hidden row is visible (%v)", err)
	}
	if err := f.SetCellDefault("Journal Entry Line Replacement", "F6", "1.23"); err != nil {
		t.Fatal(err)
	}
	var bad bytes.Buffer
	if err := f.Write(&bad); err != nil {
		t.Fatal(err)
	}
	if faults, _, _ := eibFaults(t, bad.Bytes()); len(faults) == 0 {
		t.Error("another amount is taken")
	}
}
