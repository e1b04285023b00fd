package mapping_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/lint"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// Codes with characters that nobody sees, or that only look like digits, are found where they stand.
func TestStrangeCodes(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(f *excelize.File)
		want string
	}{
		"full-width digits in a key": {func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "A6", "６４０１００")) },
			`"６４０１００" holds ６, which is no ordinary digit or letter (U+FF16); type it again: "640100"`},
		"Arabic digits in a result": {func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "B6", "٦٤٠١٠٠")) },
			`Accounts!B6: "٦٤٠١٠٠" holds ٦, which is no ordinary digit or letter (U+0666); type it again: "640100"`},
		"a soft hyphen": {func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "B6", "640\u00ad100")) },
			`the character U+00AD, which nobody sees; type it again: "640100"`},
		"a zero-width joiner":     {func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "A6", "640\u200d100")) }, `Accounts!A6: "`},
		"a mark of direction":     {func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "A6", "\u202a640100")) }, `Accounts!A6: "`},
		"an inner no-break blank": {func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "A6", "640\u00a0100")) }, `Accounts!A6: warning: "`},
		"a zero-width blank":      {func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "A6", "640\u200b100")) }, `Accounts!A6: warning: `},
		"a Japanese name":         {func(f *excelize.File) { must(t)(f.SetCellStr("Cost centres", "A2", "営業１部")) }, `Cost centres!A2: warning: "営業１部" holds １`},
		"a constant": {func(f *excelize.File) {
			must(t)(f.SetCellStr("Columns", valueCell(t, f, "Cost centre"), `IF(line.account = "６４０４００"; "4711"; "")`))
		}, `Line Cost centre: "６４０４００" holds ６`},
		"a setting": {func(f *excelize.File) {
			must(t)(f.SetCellStr("Settings", settingCell(t, f, "company"), "１０００"))
		}, `the setting company: "１０００" holds １`},
	} {
		_, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, c.edit))
		got := text(findings)
		if isError := !strings.Contains(c.want, "warning: "); isError != (findings.Err() != nil) || !strings.Contains(got, c.want) {
			t.Errorf("%s: want %s, got\n%s", name, c.want, got)
		}
	}
}

func settingCell(t *testing.T, f *excelize.File, name string) string {
	t.Helper()
	rows, err := f.GetRows("Settings")
	must(t)(err)
	for i, row := range rows {
		if len(row) > 0 && row[0] == name {
			cell, _ := excelize.CoordinatesToCellName(2, i+1)
			return cell
		}
	}
	t.Fatalf("no setting %s", name)
	return ""
}

// The sheets that guard a mapping are not lost in silence: renamed they are an error, deleted a warning, and a version without them waits for a person.
func TestLostGuards(t *testing.T) {
	withTest := func(f *excelize.File) {
		must(t)(f.SetSheetRow("Tests", "A2", &[]any{"taxi", "X", "Line", "all", "Account", "640100"}))
		must(t)(f.SetSheetRow("Results", "A2", &[]any{"", "ok", "status"}))
	}
	for _, sheet := range []string{"Tests", "Results"} {
		plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, func(f *excelize.File) { withTest(f); must(t)(f.SetSheetName(sheet, "My "+strings.ToLower(sheet[:4]))) }))
		if want := "this looks like the sheet " + sheet + " under another name, and nothing of it counts: call it " + sheet + " again"; plan != nil || !strings.Contains(text(findings), want) {
			t.Errorf("renamed: want %s, got\n%s", want, text(findings))
		}
		_, findings = mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, func(f *excelize.File) { must(t)(f.DeleteSheet(sheet)) }))
		if want := "warning: the workbook has no sheet " + sheet; !strings.Contains(text(findings), want) {
			t.Errorf("deleted: want %s, got\n%s", want, text(findings))
		}
	}
	former, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, func(f *excelize.File) {
		must(t)(f.SetSheetRow("Tests", "A2", &[]any{"taxi", "X", "Line", "all", "Account", "640100"}))
	}))
	if former == nil {
		t.Fatal(text(findings))
	}
	now, _ := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, func(f *excelize.File) { must(t)(f.DeleteSheet("Tests")) }))
	d := compareOver(t, former, now, nil)
	if got := text(lint.Doubts(d, former, now)); !strings.Contains(got, "the version in force has 1 test, and this one has none") {
		t.Error(got)
	}
}

// A name that is a column of the file in this spelling, and a field of the document in another, is said to be the field.
func TestColumnNameThatIsAField(t *testing.T) {
	_, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, func(f *excelize.File) {
		must(t)(f.SetCellStr("Columns", valueCell(t, f, "Text"), "document.Currency"))
		must(t)(f.SetCellStr("Columns", valueCell(t, f, "Cost centre"), `IF(Account_Code = "1"; "x")`))
	}))
	if strings.Contains(text(findings), "is a column of this file") {
		t.Error(text(findings))
	}
}

// Own columns that have the name of a field are warned of whatever the spelling is: case, blanks, underscores. One that holds just that field is the
// same thing, and a column may have the name of its own Value.
func TestColumnNameThatIsAFieldInAnySpelling(t *testing.T) {
	for typed, want := range map[string]string{
		"ReportID":        "Line text: ReportID is a column of this file, but it is taken for the field reportId: write reportId if that is meant, [@",
		"report_id":       "Line text: report_id is a column of this file, but it is taken for the field",
		"reportId":        "Line text: reportId is a field of the document and a column of this file (Report ID); it is taken for the field; the column is [@Report ID]",
		"UPPER(reportid)": "Line text: reportid is a column of this file, but it is taken for the field",
		"entrydate":       "", // the column holds it
		"text":            "",
	} {
		template := smallTemplate(`
file: { kind: delimited, line_end: lf, decimals: "2" }
file_name: "{sequence:0000}.csv"
records:
  - name: Line
    repeat: posting
    fields:
      - { name: Report ID, type: code, width: 40, value: document.id }
      - { name: entry_date, type: text, width: 40, value: entryDate }
      - { name: amount, type: amount, value: line.amount }
      - { name: text, type: text, width: 40, overflow: cut, value: line.text }
totals: { amount: Line.amount }
`)
		body, err := workbook.NewYAML(template, "small", nil)
		must(t)(err)
		_, findings := mapping.LoadBytes(template, "small.yaml", []byte(strings.Replace(string(body), "line.text", typed, 1)))
		if got := text(findings); want != "" && !strings.Contains(got, want) || want == "" && strings.Contains(got, "column of this file") {
			t.Errorf("%s: want %q, got\n%s", typed, want, got)
		}
	}
}

// A field that no document fills is probably another one than meant.
func TestFieldsThatAreAlwaysBlank(t *testing.T) {
	check := func(formula string) string {
		r, err := lint.Check(t.Context(), templates.FS(), "acme.xlsx", edited(t, func(f *excelize.File) { must(t)(f.SetCellStr("Columns", valueCell(t, f, "Text"), formula)) }),
			lint.Options{Documents: each(sampleDocuments(t)), Created: made()})
		must(t)(err)
		return text(r.Findings)
	}
	if got, want := check("IFBLANK(reportCustom3Code; line.text)"), "Line Text: reportCustom3Code is blank in all of 58 documents: is another field meant?"; !strings.Contains(got, want) {
		t.Errorf("want %s, got\n%s", want, got)
	}
	if got := check("IFBLANK(entryDescription; line.text)"); strings.Contains(got, "is another field meant?") {
		t.Error(got)
	}
}

// A Value by which the ERP would take two reports for one document is no doubt but an error: nobody can accept it.
func TestTwoReportsUnderOneName(t *testing.T) {
	plan := func(value string) *mapping.Plan {
		p, found := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, func(f *excelize.File) {
			if value != "" {
				must(t)(f.SetCellStr("Columns", valueCell(t, f, "Reference"), value))
			}
		}))
		if p == nil {
			t.Fatal(text(found))
		}
		return p
	}
	docs := someExpenses(5)
	for i := range docs {
		docs[i].Document = []byte(strings.NewReplacer(`"6000"`, `"640100"`, `"1000"`, `"1100"`, `"1001"`, `"1100"`).Replace(string(docs[i].Document)))
	}
	former := plan("")
	for value, want := range map[string]bool{`"X"`: true, "employeeId": true, `CONCATENATE("N-"; document.id)`: false} {
		now := plan(value)
		d := compareOver(t, former, now, docs)
		never := slices.ContainsFunc(lint.Doubts(d, former, now), func(f findings.Finding) bool {
			return f.Never && strings.Contains(f.Reason.String(), "would take two reports for one document") && f.Sheet == "Columns"
		})
		if never != want {
			t.Errorf("%s: %s", value, text(lint.Doubts(d, former, now)))
		}
	}
}

// A cell whose value is that of today, or of chance, is remarked: what counts is the day on which the workbook was saved.
func TestCellsOfToday(t *testing.T) {
	for formula, want := range map[string]bool{"EOMONTH(TODAY(),-1)+1": true, "DATE(2026,11,1)": false} {
		_, found := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, func(f *excelize.File) {
			must(t)(f.SetCellStr("Settings", settingCell(t, f, "Posting date"), "document"))
			cell := settingCell(t, f, "Earliest posting date")
			must(t)(f.SetCellStr("Settings", cell, "2026-11-01"))
			must(t)(f.SetCellFormula("Settings", cell, formula))
		}))
		const told = "warning: the cell is a formula with TODAY: what counts is its value when the workbook was saved ("
		if got := text(found); strings.Contains(got, told) != want {
			t.Errorf("%s: %s", formula, got)
		}
	}
}
