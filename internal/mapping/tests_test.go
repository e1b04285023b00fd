package mapping_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/trial"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// testedYAML is the mapping of diffTemplate with tests, one a line; they begin at line testsFrom.
func testedYAML(t *testing.T, rows ...string) (fs.FS, []byte, int) {
	t.Helper()
	template := smallTemplate(diffTemplate)
	text, err := workbook.NewYAML(template, "small", nil)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, "\ntests:\n  columns: [Test, Document, Record, Line, Column, Expected]\n  rows:\n"...)
	from := bytes.Count(text, []byte("\n")) + 1
	for _, r := range rows {
		text = append(text, "    - "+r+"\n"...)
	}
	return template, text, from
}

func finder(docs ...fis.Envelope) trial.FindDocument {
	return func(_ context.Context, id string) (fis.Envelope, bool, error) {
		for _, d := range docs {
			if d.ID == id {
				return d, true, nil
			}
		}
		return fis.Envelope{}, false, nil
	}
}

// Each way to ask, and each way to be wrong, with the finding it gives; the empty one is a test that passes.
func TestTestsSheet(t *testing.T) {
	asked := []struct{ row, want string }{
		{`[ok, D1, Line, 1, account, "6100"]`, ""},
		{`[ok, D1, "", 1, account, "6100"]`, ""},
		{`[any line, D1, Line, "", account, "2000"]`, ""},
		{`[all lines, D1, Line, all, document, R-D1]`, ""},
		{`[by role, D1, Line, expense, account, "6100"]`, ""},
		{`[by entry, D1, Line, D1-1, cost centre, "101"]`, ""},
		{`[amount as text, D1, Line, 3, amount, "2.5"]`, ""},
		{`[amount as number, D1, Line, 3, amount, 2.50]`, ""},
		{`[negative, D1, Line, employee_payable, amount, "-12.50"]`, ""},
		{`[blank, D1, Line, employee_payable, cost centre, ""]`, ""},
		{`[count, D1, Line, "", (lines), "3"]`, ""},
		{`[other account, D1, Line, 1, account, "6105"]`, `the test "other account" expects 6105 in account, but it is 6100`},
		{`[any line, D1, Line, "", account, "6105"]`, `the test "any line" expects 6105 in account, but no line has it; they have 6100, 2000`},
		{`[all, D1, Line, all, account, "6100"]`, `the test "all" expects 6100 in account of all 3 lines, but 1 of them have 2000`},
		{`[number cell, D1, Line, 1, account, 6100]`, `account "6100" is a number cell; make it text`},
		{`[no such column, D1, Line, 1, acount, "6100"]`, `the record Line has no column "acount" (did you mean account?)`},
		{`[no such record, D1, Lines, 1, account, "6100"]`, `there is no record "Lines" with lines of a document; the records are Line (did you mean Line?)`},
		{`[no such line, D1, Line, 4, account, "6100"]`, `no line of the document is "4": the document makes 3 lines of Line; give a number from 1, all, a role or an entry id`},
		{`[count, D1, "", "", (lines), "4"]`, "the document makes 3 lines, not 4"},
		{`[not held, D1, "", "", (held), ""]`, "the document would not be held"},
		{`[held, D2, Line, 1, account, "6100"]`, `the document would be held: Line cost centre: Centres has no row for "9"`},
		{`[held, D2, "", "", (held), no row for]`, ""},
		{`[held, D2, "", "", (held), unbalanced]`, "the document would be held, but for another reason: Line cost centre"},
		{`[gone, D9, Line, 1, account, "6100"]`, "warning: the document D9 is not at hand: its tests were not run"},
		{`[nothing, "", Line, 1, account, "6100"]`, "name the document: its docId, its report id, or a file beside the workbook"},
		{`[outside, ../D1.json, Line, 1, account, "6100"]`, "../D1.json is not below the workbook's folder"},
		{`[no file, tests/none.json, Line, 1, account, "6100"]`, "cannot read the document: open"},
	}
	var rows []string
	failed, notRun := 0, 0
	for _, a := range asked {
		rows = append(rows, a.row)
		switch {
		case strings.HasPrefix(a.want, "warning"):
			notRun++
		case a.want != "":
			failed++
		}
	}
	template, text, from := testedYAML(t, rows...)
	plan, findings := mapping.LoadBytes(template, "small.yaml", text)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	strange := expense("D2", "1.00")
	strange.Document = bytes.ReplaceAll(strange.Document, []byte(`"allocationCustom2Code":"1000"`), []byte(`"allocationCustom2Code":"9"`))
	report, err := trial.Run(t.Context(), plan, finder(expense("D1", "10.00", "2.50"), strange))
	if err != nil {
		t.Fatal(err)
	}
	if report.Failed != failed || report.NotRun != notRun || report.Passed != len(asked)-failed-notRun {
		t.Errorf("%d passed, %d failed, %d not run", report.Passed, report.Failed, report.NotRun)
	}
	byLine := map[string]string{}
	for _, f := range report.Findings {
		byLine[f.Cell] = strings.TrimPrefix(f.String(), "small.yaml Tests "+f.Cell+": ")
	}
	for i, a := range asked {
		got := byLine[fmt.Sprintf("line %d", from+i)]
		if a.want == "" && got != "" || a.want != "" && !strings.HasPrefix(got, a.want) {
			t.Errorf("%s\ngot  %s\nwant %s", a.row, got, a.want)
		}
	}
}

// A workbook's tests are found by their headings, and a failed one is told at the cell with the expected value.
func TestTestsInWorkbook(t *testing.T) {
	ok := must(t)
	data := edited(t, func(f *excelize.File) {
		ok(f.DeleteSheet("Tests"))
		_, err := f.NewSheet("tests")
		ok(err)
		ok(f.SetSheetRow("tests", "A1", &[]any{"what must hold"}))
		ok(f.SetSheetRow("tests", "A3", &[]any{"Expected", "Owner", "Column", "Document"}))
		ok(f.SetSheetRow("tests", "A4", &[]any{"640100", "Ada", "Account", "D1"}))
		ok(f.SetSheetRow("tests", "A6", &[]any{"650100", "Ada", "Account", "D1"}))
		ok(f.SetSheetRow("tests", "A7", &[]any{650100, "Ada", "Account", "D1"}))
		ok(f.SetSheetRow("tests", "A8", &[]any{nil, "Ada"}))
	})
	plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", data)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	taxi := expense("D1", "10.00")
	taxi.Document = bytes.ReplaceAll(taxi.Document, []byte(`"6000"`), []byte(`"640100"`))
	report, err := trial.Run(t.Context(), plan, finder(taxi))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range report.Findings {
		got = append(got, f.String())
	}
	want := []string{
		`acme.xlsx tests!A6: the test of document D1 expects 650100 in Account, but no line has it; they have 640100, 240100`,
		`acme.xlsx tests!A7: Account "650100" is a number cell; make it text`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if report.Passed != 1 {
		t.Errorf("%d passed", report.Passed)
	}
}

// The tests of a mapping do not change what it does: its hash stays.
func TestTestsDoNotCountInTheHash(t *testing.T) {
	template, text, _ := testedYAML(t, `[a, D1, Line, 1, account, "6100"]`)
	with, _ := mapping.LoadBytes(template, "small.yaml", text)
	without := changedPlan(t)
	if with.Hash() != without.Hash() {
		t.Error("a test changes the hash")
	}
	if got := compare.CellChanges(without, with); len(got) != 1 || got[0].Kind != compare.CellAdded {
		t.Errorf("changes: %v", got)
	}
}

// What is pinned must pass, in either form, and a second pin adds nothing.
func TestPinTests(t *testing.T) {
	doc := expense("D1", "10.00", "2.50")
	held := expense("D2", "1.00")
	held.Document = bytes.ReplaceAll(held.Document, []byte(`"allocationCustom2Code":"1000"`), []byte(`"allocationCustom2Code":"9"`))
	template := smallTemplate(diffTemplate)
	yaml, err := workbook.NewYAML(template, "small", nil)
	if err != nil {
		t.Fatal(err)
	}
	yaml = append([]byte("# kept\n"), yaml...)
	_, tested, _ := testedYAML(t, `[mine, D1, Line, 1, account, "6100"] # mine`, `[mine, D1, Line, 2, account, "2000"]`)
	tested = append(tested, "# the end\n"...)
	xlsx, err := workbook.ToXLSX(template, "small.yaml", yaml)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file string
		data []byte
		keep string
		pins int
	}{
		"yaml":       {"small.yaml", yaml, "# kept", 12},
		"yaml tests": {"small.yaml", tested, "# the end", 10},
		"xlsx":       {"small.xlsx", xlsx, "", 12},
	} {
		t.Run(name, func(t *testing.T) {
			plan := loaded(t, template, c.file, c.data)
			data, added, err := trial.PinTests(plan, doc, trial.Pin{})
			if err != nil {
				t.Fatal(err)
			}
			if len(added) != c.pins || !strings.Contains(string(data), c.keep) {
				t.Errorf("%d tests added: %+v", len(added), added)
			}
			plan = loaded(t, template, c.file, data)
			if data, added, err = trial.PinTests(plan, held, trial.Pin{Name: "held"}); err != nil || len(added) != 1 {
				t.Fatal(added, err)
			}
			plan = loaded(t, template, c.file, data)
			report, err := trial.Run(t.Context(), plan, finder(doc, held))
			if err != nil || report.Failed+report.NotRun > 0 || report.Passed != 13 {
				t.Errorf("%+v %v", report, err)
			}
			if _, added, err := trial.PinTests(plan, doc, trial.Pin{}); err != nil || len(added) > 0 {
				t.Errorf("pinned again: %v %v", added, err)
			}
			if back, _, err := workbook.Convert(template, c.file, data, c.file+".yaml", ""); err != nil || !strings.Contains(string(back), "employee") && !strings.Contains(string(back), "Trip D1 as it is") {
				t.Errorf("as YAML: %v\n%s", err, back)
			}
			// The tests must be able to fail.
			other := loaded(t, template, c.file, data)
			report, err = trial.Run(t.Context(), other, finder(expense("D1", "10.00", "2.51"), held))
			if err != nil || report.Failed == 0 {
				t.Errorf("another document passes: %+v %v", report, err)
			}
		})
	}
}

func loaded(t *testing.T, template fs.FS, file string, data []byte) *mapping.Plan {
	t.Helper()
	plan, findings := mapping.LoadBytes(template, file, data)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// One column can be pinned, of a document that lies beside the workbook; a column that is not there is told with the nearest one.
func TestPinColumnOfAFile(t *testing.T) {
	dir := t.TempDir()
	ok := must(t)
	ok(os.Mkdir(filepath.Join(dir, "tests"), 0o750))
	doc := expense("", "10.00")
	ok(os.WriteFile(filepath.Join(dir, "tests", "hotel.json"), doc.Document, 0o600))
	template, text, _ := testedYAML(t)
	plan := loaded(t, template, filepath.Join(dir, "small.yaml"), []byte(strings.TrimSuffix(string(text), "  rows:\n")))
	data, added, err := trial.PinTests(plan, doc, trial.Pin{Name: "hotel", Document: "tests/hotel.json", Column: "Account"})
	ok(err)
	want := []trial.Pinned{{Name: "hotel", Document: "tests/hotel.json", Record: "Line", Line: "1", Column: "account", Expected: "6100"},
		{Name: "hotel", Document: "tests/hotel.json", Record: "Line", Line: "2", Column: "account", Expected: "2000"}}
	if diff := cmp.Diff(want, added); diff != "" {
		t.Error(diff)
	}
	report, err := trial.Run(t.Context(), loaded(t, template, filepath.Join(dir, "small.yaml"), data), nil)
	if err != nil || report.Passed != 2 || report.Failed > 0 {
		t.Errorf("%+v %v", report, err)
	}
	if _, _, err := trial.PinTests(plan, doc, trial.Pin{Column: "acount"}); err == nil || !strings.Contains(err.Error(), "did you mean account?") {
		t.Errorf("no such column: %v", err)
	}
}
