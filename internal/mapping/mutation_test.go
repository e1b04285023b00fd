package mapping_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// mutation is one kind of damage to a workbook, and the finding that tells of it.
type mutation struct {
	name, want string
	// changes: what comes out is another file, which the warning announces. Without it a mapping that can still be used makes the same file as before.
	changes bool
	edit    func(w *damaged)
}

// damaged is a workbook in the hands of somebody careless.
type damaged struct {
	t *testing.T
	f *excelize.File
}

func (w *damaged) try(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *damaged) text(sheet, cell, text string)   { w.try(w.f.SetCellStr(sheet, cell, text)) }
func (w *damaged) value(sheet, cell string, v any) { w.try(w.f.SetCellValue(sheet, cell, v)) }

// formula puts in a formula of Excel that was never calculated.
func (w *damaged) formula(sheet, cell, source string) {
	w.value(sheet, cell, nil)
	w.try(w.f.SetCellFormula(sheet, cell, source))
}

func (w *damaged) rename(sheet, name string)       { w.try(w.f.SetSheetName(sheet, name)) }
func (w *damaged) hide(sheet string)               { w.try(w.f.SetSheetVisible(sheet, false)) }
func (w *damaged) hideRow(sheet string, row int)   { w.try(w.f.SetRowVisible(sheet, row, false)) }
func (w *damaged) hideColumn(sheet, column string) { w.try(w.f.SetColVisible(sheet, column, false)) }
func (w *damaged) merge(sheet, from, to string)    { w.try(w.f.MergeCell(sheet, from, to)) }
func (w *damaged) format(sheet, from, to string, number int) {
	style, err := w.f.NewStyle(&excelize.Style{NumFmt: number})
	w.try(err)
	w.try(w.f.SetCellStyle(sheet, from, to, style))
}

// mutations are made to the workbook of the generic CSV journal. On its sheet Columns, row 2 is Batch, 6 Document, 7 Company, 8 Account, 9 Cost centre,
// 10 Debit, 13 Tax code, 14 Text.
func mutations() []mutation {
	return slices.Concat(columnMutations(), settingMutations(), lookupMutations(), resultMutations())
}

func columnMutations() []mutation {
	day := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	return []mutation{
		{name: "field misspelt", want: `error Columns!C14 "entryDescripton"`, edit: func(w *damaged) { w.text("Columns", "C14", "entryDescripton") }},
		{name: "function misspelt", want: `error Columns!C14 "LEFFT(line.text; 3)"`, edit: func(w *damaged) { w.text("Columns", "C14", "LEFFT(line.text; 3)") }},
		{name: "bracket left open", want: `error Columns!C14`, edit: func(w *damaged) { w.text("Columns", "C14", "LEFT(line.text; 3") }},
		{name: "quote left open", want: `error Columns!C7`, edit: func(w *damaged) { w.text("Columns", "C7", `"1000`) }},
		{name: "too many values", want: `error Columns!C14`, edit: func(w *damaged) { w.text("Columns", "C14", "UPPER(line.text; 3)") }},
		{name: "text where a number belongs", want: `error Columns!C14`, edit: func(w *damaged) { w.text("Columns", "C14", `LEFT(line.text; "x")`) }},
		{name: "text for an amount", want: `error Columns!C10 "line.text": Line Debit takes a number`, edit: func(w *damaged) { w.text("Columns", "C10", "line.text") }},
		{name: "amount for a date", want: `error Columns!C4 "line.debit": Line Posting date takes a date`, edit: func(w *damaged) { w.text("Columns", "C4", "line.debit") }},
		{name: "code typed as a number", want: `error Columns!C7 "1000": Line Company: "1000" is a number cell`, edit: func(w *damaged) { w.value("Columns", "C7", 1000) }},
		{name: "date cell for an amount", want: `error Columns!C10 "2026-03-31": Line Debit takes a number`, edit: func(w *damaged) {
			w.value("Columns", "C10", day)
			w.format("Columns", "C10", "C10", 14)
		}},
		{name: "TRUE for an amount", want: `error Columns!C10`, edit: func(w *damaged) { w.value("Columns", "C10", true) }},
		{name: "required Value cleared", want: `error Columns!C6 "": Line Document is required and has no value`, edit: func(w *damaged) { w.value("Columns", "C6", nil) }},
		{name: "Excel's own formula", want: `error Columns!C7 "=LEFT(A1,2)": Excel took the text for a formula`, edit: func(w *damaged) { w.formula("Columns", "C7", "LEFT(A1,2)") }},
		{name: "record misspelt", want: `error Columns!A6 "Lien": the template has no record "Lien"`, edit: func(w *damaged) { w.text("Columns", "A6", "Lien") }},
		{name: "field's name changed", want: `error Columns!B6 "Dokument"`, edit: func(w *damaged) { w.text("Columns", "B6", "Dokument") }},
		{name: "row copied", want: `error Columns!B7 "Document": Line Document stands twice: here and in B6`, edit: func(w *damaged) { w.text("Columns", "B7", "Document") }},
		{name: "record cleared", want: `error Columns!A6`, edit: func(w *damaged) { w.value("Columns", "A6", nil) }},
		{name: "field cleared", want: `error Columns!B6`, edit: func(w *damaged) { w.value("Columns", "B6", nil) }},
		{name: "record and field cleared", want: `error Columns!C6 "document.report_id": a value without record and field`, edit: func(w *damaged) {
			w.value("Columns", "A6", nil)
			w.value("Columns", "B6", nil)
		}},
		{name: "row deleted", want: `warning Columns "": Line Text has no row; the template's value line.text applies`, edit: func(w *damaged) { w.try(w.f.RemoveRow("Columns", 14)) }},
		{name: "heading Value renamed", want: `error Columns!1 "": the heading Value is missing`, edit: func(w *damaged) { w.text("Columns", "C1", "Formula") }},
		{name: "heading Record renamed", want: `error Columns!1 "": the heading Record is missing`, edit: func(w *damaged) { w.text("Columns", "A1", "Recrod") }},
		{name: "heading row deleted", want: `error Columns`, edit: func(w *damaged) { w.try(w.f.RemoveRow("Columns", 1)) }},
		{name: "heading twice", want: `error Columns!D1 "Value": the heading Value stands twice`, edit: func(w *damaged) { w.text("Columns", "D1", "Value") }},
		{name: "Values merged", want: `error Columns!C6 "": the cells C6:C7 are merged`, edit: func(w *damaged) { w.merge("Columns", "C6", "C7") }},
		{name: "row hidden", want: `warning Columns!B6 "Document": the row is hidden, but it counts`, edit: func(w *damaged) { w.hideRow("Columns", 6) }},
		{name: "column hidden", want: `warning Columns!C1 "Value": the column Value is hidden, but it counts`, edit: func(w *damaged) { w.hideColumn("Columns", "C") }},
		{name: "sheet hidden", want: `warning Columns "": the sheet is hidden, but it counts`, edit: func(w *damaged) { w.hide("Columns") }},
		{name: "sheet renamed", want: `error Columns "": the workbook has no sheet Columns`, edit: func(w *damaged) { w.rename("Columns", "Kolommen") }},
		{name: "known at the end only", want: `error Columns!C2 "file.lines": file.lines is known only at the end of the file`, edit: func(w *damaged) { w.text("Columns", "C2", "file.lines") }},
		{name: "non-breaking blank", want: "warning Columns!C14 \"line.text\u00a0\"", edit: func(w *damaged) { w.text("Columns", "C14", "line.text\u00a0") }},
		{name: "width written over", want: `warning Columns!F14 "30": Line Text: the template says 60 for width`, edit: func(w *damaged) { w.text("Columns", "F14", "30") }},
		{name: "required written over", want: `warning Columns!G7 "yes": Line Company: the template says nothing for required`, edit: func(w *damaged) { w.text("Columns", "G7", "yes") }},
		{name: "required field made a constant", want: `warning Columns!C8 ""640100"": Line Account is required and gets "640100" in every row`, changes: true, edit: func(w *damaged) { w.text("Columns", "C8", `"640100"`) }},
		{name: "column of a lookup misspelt", want: `error Columns!C8`, edit: func(w *damaged) { w.text("Columns", "C8", "LOOKUP(Accounts; line.account; Acount)") }},
		{name: "a key too few", want: `error Columns!C13`, edit: func(w *damaged) { w.text("Columns", "C13", "LOOKUP('Tax codes'; line.tax_code)") }},
		{name: "unknown lookup sheet", want: `error Columns!C9`, edit: func(w *damaged) { w.text("Columns", "C9", "LOOKUP(CostCentres2; allocationCustom2Code)") }},
		{name: "unknown setting", want: `error Columns!C7 "settings.compny"`, edit: func(w *damaged) { w.text("Columns", "C7", "settings.compny") }},
	}
}

func settingMutations() []mutation {
	return []mutation{
		{name: "template misspelt", want: `error Settings!B2 "generic-cvs": there is no template "generic-cvs"`, edit: func(w *damaged) { w.text("Settings", "B2", "generic-cvs") }},
		{name: "template cleared", want: `error Settings!B2 "": the mapping names no template`, edit: func(w *damaged) { w.value("Settings", "B2", nil) }},
		{name: "setting twice", want: `error Settings!A4 "company": the setting company stands twice: here and in A3`, edit: func(w *damaged) { w.text("Settings", "A4", "company") }},
		{name: "impossible name", want: `error Settings!A3 "com pany!"`, edit: func(w *damaged) { w.text("Settings", "A3", "com pany!") }},
		{name: "setting typed as a number", want: `error Settings!B3 "1000": company "1000" is a number cell; make it text`, edit: func(w *damaged) { w.value("Settings", "B3", 1000) }},
		{name: "name cleared", want: `error Settings!B4 "CONCUR": a value without a setting's name`, edit: func(w *damaged) { w.value("Settings", "A4", nil) }},
		{name: "setting in error", want: `error Settings!B4`, edit: func(w *damaged) { w.formula("Settings", "B4", "A99") }},
		{name: "neither on nor off", want: `error Settings!B10 "maybe": Rounding is on or off`, edit: func(w *damaged) { w.text("Settings", "B10", "maybe") }},
		{name: "no whole number", want: `error Settings!B8 "many": Documents per file is a whole number`, edit: func(w *damaged) { w.text("Settings", "B8", "many") }},
		{name: "unknown grouping", want: `error Settings!B5 "currancy"`, edit: func(w *damaged) { w.text("Settings", "B5", "currancy") }},
		{name: "setting hidden", want: `warning Settings!A4 "source": the row is hidden, but it counts`, edit: func(w *damaged) { w.hideRow("Settings", 4) }},
		{name: "setting nobody uses", want: `warning Settings!A9 "area": no formula uses the setting area`, edit: func(w *damaged) {
			w.text("Settings", "A9", "area")
			w.text("Settings", "B9", "1000")
		}},
		{name: "sheet Settings deleted", want: `error Settings "": the workbook has no sheet Settings`, edit: func(w *damaged) { w.try(w.f.DeleteSheet("Settings")) }},
	}
}

func lookupMutations() []mutation {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return []mutation{
		{name: "key typed as a number", want: `error Accounts!A6 "640100": Concur account "640100" is a number cell`, edit: func(w *damaged) { w.value("Accounts", "A6", 640100) }},
		{name: "16 digits", want: `error Accounts!B6 "1234567890123460": Account "1234567890123460" is a number cell`, edit: func(w *damaged) { w.value("Accounts", "B6", int64(1234567890123456)) }},
		{name: "1E5 became a number", want: `error Accounts!A6 "100000": Concur account "100000" is a number cell`, edit: func(w *damaged) { w.value("Accounts", "A6", 1e5) }},
		{name: "MAR1 became a date", want: `error Accounts!A6 "2026-03-01": Concur account "2026-03-01" is a date cell`, edit: func(w *damaged) {
			w.value("Accounts", "A6", day)
			w.format("Accounts", "A6", "A6", 16)
		}},
		{name: "TRUE for a key", want: `error Accounts!A6`, edit: func(w *damaged) { w.value("Accounts", "A6", true) }},
		{name: "key twice", want: `error Accounts!A7 "640100": the key "640100" stands twice: here and in A6`, edit: func(w *damaged) { w.text("Accounts", "A7", "640100") }},
		{name: "keys that differ in case", want: `warning Accounts by role!A12 "TAX / *": "TAX / *" and "tax / *" in A2 differ in upper and lower case only`, edit: func(w *damaged) {
			w.try(w.f.SetSheetRow("Accounts by role", "A12", &[]any{"TAX", "*", "154001", "other"}))
		}},
		{name: "heading twice", want: `error Accounts!C1 "Account": the heading Account stands twice`, edit: func(w *damaged) { w.text("Accounts", "C1", "Account") }},
		{name: "(key) taken off", want: `error Columns!C13`, edit: func(w *damaged) { w.text("Tax codes", "A1", "Authority") }},
		{name: "result column renamed", want: `error Columns!C9`, edit: func(w *damaged) { w.text("Cost centres", "B1", "Department") }},
		{name: "keys merged", want: `error Accounts!A6 "": the cells A6:A7 are merged`, edit: func(w *damaged) { w.merge("Accounts", "A6", "A7") }},
		{name: "row hidden by a filter", want: `warning Accounts!A6 "": the row is hidden, but it counts`, edit: func(w *damaged) { w.hideRow("Accounts", 6) }},
		{name: "column hidden", want: `warning Accounts!B1 "Account": the column Account is hidden, but it counts`, edit: func(w *damaged) { w.hideColumn("Accounts", "B") }},
		{name: "lookup sheet hidden", want: `warning Accounts "": the sheet is hidden, but it counts`, edit: func(w *damaged) { w.hide("Accounts") }},
		{name: "blank behind a key", want: `warning Accounts!A6 "640100 "`, edit: func(w *damaged) { w.text("Accounts", "A6", "640100 ") }},
		{name: "default row deleted", want: `warning Accounts "": the lookup has no default row`, edit: func(w *damaged) { w.try(w.f.RemoveRow("Accounts", 20)) }},
		{name: "formula never calculated", want: `error Accounts!B6 "=A6": the formula was saved without its value`, edit: func(w *damaged) { w.formula("Accounts", "B6", "A6") }},
		{name: "column formatted for numbers", want: `warning Accounts!A2 "150100": the cell is formatted for numbers or dates`, edit: func(w *damaged) { w.format("Accounts", "A2", "A20", 1) }},
		{name: "column not formatted as text", want: `warning Accounts!B1 "Account": the column Account is not formatted as text`, edit: func(w *damaged) {
			w.format("Accounts", "B2", "B20", 0)
			w.try(w.f.SetColStyle("Accounts", "B", 0))
		}},
		{name: "row without anything in it", want: `warning Accounts!A6 "640100": the row for "640100" has nothing in it`, changes: true, edit: func(w *damaged) {
			w.value("Accounts", "B6", nil)
			w.value("Accounts", "C6", nil)
		}},
		{name: "lookup sheet renamed", want: `error Columns!C8`, edit: func(w *damaged) { w.rename("Accounts", "Konten") }},
		{name: "lookup sheet emptied", want: `error Accounts "": the lookup sheet is empty`, edit: func(w *damaged) {
			for row := range 20 {
				w.try(w.f.SetSheetRow("Accounts", fmt.Sprintf("A%d", row+1), &[]any{nil, nil, nil}))
			}
		}},
		{name: "lookup sheet nobody uses", want: `warning Vendors "": no formula uses this lookup sheet`, edit: func(w *damaged) {
			_, err := w.f.NewSheet("Vendors")
			w.try(err)
			w.try(w.f.SetSheetRow("Vendors", "A1", &[]any{"Vendor (key)", "Account"}))
		}},
	}
}

func resultMutations() []mutation {
	return []mutation{
		{name: "role misspelt", want: `error Results!B4 "outcom": there is no role "outcom"`, edit: func(w *damaged) { w.text("Results", "B4", "outcom") }},
		{name: "word without a meaning", want: `error Results!D4 "ok": "ok" is not of the form word = meaning`, edit: func(w *damaged) { w.text("Results", "D4", "ok") }},
		{name: "meaning that there is not", want: `error Results!D4`, edit: func(w *damaged) { w.text("Results", "D4", "ok = booked") }},
		{name: "heading gone", want: `error Results!A1`, edit: func(w *damaged) { w.text("Results", "C1", "Field") }},
		{name: "words in error", want: `error Results!D4`, edit: func(w *damaged) { w.formula("Results", "D4", "A99") }},
		{name: "unknown format", want: `error Results!B4`, edit: func(w *damaged) { w.text("Results", "A4", "anwser") }},
		{name: "sheet hidden", want: `warning Results "": the sheet is hidden, but it counts`, edit: func(w *damaged) { w.hide("Results") }},
	}
}

// Every kind of damage gives a finding with the right cell; none is a panic, and none changes what comes out without a word.
func TestMutations(t *testing.T) {
	all := mutations()
	if len(all) < 60 {
		t.Fatalf("%d kinds of damage", len(all))
	}
	fresh, err := workbook.New(templates.FS(), "generic-csv", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	docs := sampleDocuments(t)
	plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", fresh)
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	before := renderGroups(t, plan, docs)
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			f, err := excelize.OpenReader(bytes.NewReader(fresh))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			w := &damaged{t, f}
			m.edit(w)
			var b bytes.Buffer
			w.try(f.Write(&b))
			plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", b.Bytes())
			told := false
			var got []string
			for _, f := range findings {
				got = append(got, finding(f))
				told = told || strings.HasPrefix(finding(f), m.want)
			}
			if !told {
				t.Errorf("want %s\ngot\n%s", m.want, strings.Join(got, "\n"))
			}
			if (plan == nil) != (findings.Err() != nil) {
				t.Error("a plan exactly when no finding is an error")
			}
			if plan == nil {
				return
			}
			after := renderGroups(t, plan, docs)
			same := maps.EqualFunc(before.files, after.files, bytes.Equal)
			if same == m.changes {
				t.Errorf("what comes out is the same: %v", same)
			}
		})
	}
}
