package mapping_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/templates"
)

// ledgerFile is what the sample documents become by an edited workbook.
func ledgerFile(t *testing.T, edit func(f *excelize.File)) (*mapping.Plan, findings.List, string) {
	t.Helper()
	plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, edit))
	if plan == nil {
		return nil, findings, ""
	}
	got := renderGroups(t, plan, sampleDocuments(t))
	return plan, findings, string(bytes.Join([][]byte{got.files[""]}, nil))
}

// rewrite puts other rows in the place of a sheet's: all cells are texts.
func rewrite(t *testing.T, f *excelize.File, sheet string, change func(row []string, head bool) []string) {
	t.Helper()
	rows, err := f.GetRows(sheet)
	must(t)(err)
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	for i, row := range rows {
		for len(row) < width {
			row = append(row, "")
		}
		for j, text := range change(row, i == 0) {
			cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if text == "" {
				must(t)(f.SetCellValue(sheet, cell, nil))
				continue
			}
			must(t)(f.SetCellStr(sheet, cell, text))
		}
	}
}

// moveColumn takes a column out of a sheet and puts it back so that it has the other number, from 0.
func moveColumn(t *testing.T, f *excelize.File, sheet string, from, to int) {
	t.Helper()
	rewrite(t, f, sheet, func(row []string, _ bool) []string {
		moved := row[from]
		row = slices.Delete(slices.Clone(row), from, from+1)
		return slices.Insert(row, min(to, len(row)), moved)
	})
}

// insertColumn puts a column with a heading and the same text in every row before the one with the number.
func insertColumn(t *testing.T, f *excelize.File, sheet string, at int, heading, value string) {
	t.Helper()
	rewrite(t, f, sheet, func(row []string, head bool) []string {
		text := value
		if head {
			text = heading
		}
		return slices.Insert(slices.Clone(row), min(at, len(row)), text)
	})
}

// Columns of a lookup sheet may be moved, and new ones put between them: what a LOOKUP gives stays, by headings as by position.
func TestMovedColumnsChangeNothing(t *testing.T) {
	byPosition := func(f *excelize.File) { // as in workbooks from before keys had headings, and without a column
		must(t)(f.SetCellStr("Columns", valueCell(t, f, "Account"), `IF(line.account <> ""; LOOKUP(Accounts; line.account); LOOKUP('Accounts by role'; line.role; line.party))`))
	}
	byHeading := func(f *excelize.File) {
		must(t)(f.SetCellStr("Columns", valueCell(t, f, "Account"), `IF(line.account <> ""; LOOKUP(Accounts; 'Concur account' = line.account; Account); LOOKUP('Accounts by role'; Party = line.party; Role = line.role; Account))`))
	}
	ready := func(*excelize.File) {}
	_, _, want := ledgerFile(t, ready)
	if strings.Count(want, "\n") < 200 {
		t.Fatalf("too few lines:\n%s", want)
	}
	edits := map[string]func(f *excelize.File){ // of sheets that do not know of each other, several at once
		"the key behind the result, keys of two columns changed places": func(f *excelize.File) {
			moveColumn(t, f, "Accounts", 0, 2)
			moveColumn(t, f, "Accounts by role", 1, 0)
			moveColumn(t, f, "Tax codes", 1, 0)
		},
		"a column behind the key, and between two keys": func(f *excelize.File) {
			insertColumn(t, f, "Accounts", 1, "Old account", "0815")
			insertColumn(t, f, "Accounts by role", 1, "Checked by", "Anna")
		},
		"a column in front, and the keys at the end": func(f *excelize.File) {
			insertColumn(t, f, "Accounts", 0, "Old account", "0815")
			moveColumn(t, f, "Accounts by role", 0, 3)
			moveColumn(t, f, "Accounts by role", 0, 3)
		},
	}
	for form, formula := range map[string]func(f *excelize.File){"ready": ready, "by position": byPosition, "by heading": byHeading} {
		for name, edit := range edits {
			_, findings, got := ledgerFile(t, func(f *excelize.File) { formula(f); edit(f) })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s: %s\n%s", form, name, diff, text(findings))
			}
		}
	}
}

// A heading that a formula names and nobody finds is a mistake with its cell; so is one that stands twice.
func TestLookupHeadingMistakes(t *testing.T) {
	tests := []struct {
		name, want string
		edit       func(f *excelize.File)
	}{
		{"renamed", `Line Account: Accounts by role has no key column Party`, func(f *excelize.File) { must(t)(f.SetCellStr("Accounts by role", "B1", "Who (key)")) }},
		{"twice", `Accounts by role!E1: the heading Party (key) stands twice: here and in B1`, func(f *excelize.File) { insertColumn(t, f, "Accounts by role", 4, "Party (key)", "x") }},
		{"no key any more", `make its heading Party (key)`, func(f *excelize.File) { must(t)(f.SetCellStr("Accounts by role", "B1", "Party")) }},
		{"hidden", `Accounts by role!B1: warning: the column Party (key) is hidden, but it counts`, func(f *excelize.File) { must(t)(f.SetColVisible("Accounts by role", "B", false)) }},
	}
	for _, tt := range tests {
		_, findings, _ := ledgerFile(t, tt.edit)
		if !strings.Contains(text(findings), tt.want) {
			t.Errorf("%s: want %s, got\n%s", tt.name, tt.want, text(findings))
		}
	}
}

// ownSheet is a workbook with a lookup sheet that the template does not know, asked by position.
func ownSheet(t *testing.T, headings ...any) (*mapping.Plan, findings.List) {
	t.Helper()
	plan, findings, _ := ledgerFile(t, func(f *excelize.File) {
		_, err := f.NewSheet("Mine")
		must(t)(err)
		must(t)(f.SetSheetRow("Mine", "A1", &headings))
		must(t)(f.SetSheetRow("Mine", "A2", &[]any{"*", "*", "x"}))
		must(t)(f.SetCellStr("Columns", valueCell(t, f, "Tax code"), "LOOKUP(Mine; line.role; line.party; Account)"))
	})
	return plan, findings
}

// The order of keys in a sheet of one's own is not known to anybody else: that is said with the better spelling, and a version whose columns moved does
// not take the place of the one in force.
func TestLooseLookup(t *testing.T) {
	former, findings := ownSheet(t, "Role (key)", "Party (key)", "Account")
	if want := "LOOKUP(Mine; line.role; line.party; Account) asks Role, Party → Account of Mine by the order of the columns, which changes when somebody moves or inserts one; write LOOKUP(Mine; Role = line.role; Party = line.party; Account)"; !strings.Contains(text(findings), want) {
		t.Errorf("want %s, got\n%s", want, text(findings))
	}
	moved, _ := ownSheet(t, "Party (key)", "Role (key)", "Account")
	if got := text(moved.MovedColumns(former)); !strings.Contains(got, "columns of Mine were moved: LOOKUP(Mine; line.role; line.party; Account) asked Role, Party → Account in the version in force, and asks Party, Role → Account now") {
		t.Error(got)
	}
	if got := former.MovedColumns(former); len(got) > 0 {
		t.Error(got)
	}
}

// Where two rows with * compete, the key that the formula names first decides, wherever its column stands.
func TestStarRowsByNamedOrder(t *testing.T) {
	account := func(formula string, columns ...any) string {
		_, findings, file := ledgerFile(t, func(f *excelize.File) {
			_, err := f.NewSheet("Mine")
			must(t)(err)
			for i, row := range [][3]string{{"Role (key)", "Party (key)", "Account"}, {"employee_payable", "*", "byrole"}, {"*", "EMPL", "byparty"}, {"*", "*", "rest"}} {
				for j := range row {
					cell, _ := excelize.CoordinatesToCellName(columns[j].(int), i+1)
					must(t)(f.SetCellStr("Mine", cell, row[j]))
				}
			}
			must(t)(f.SetCellStr("Columns", valueCell(t, f, "Tax code"), formula))
		})
		switch {
		case strings.Contains(file, ",byrole,"):
			return "byrole"
		case strings.Contains(file, ",byparty,"):
			return "byparty"
		}
		return text(findings)
	}
	for _, columns := range [][]any{{1, 2, 3}, {2, 1, 3}, {3, 2, 1}} {
		if got := account("LOOKUP(Mine; Role = line.role; Party = line.party; Account)", columns...); got != "byrole" {
			t.Errorf("%v: %s", columns, got)
		}
		if got := account("LOOKUP(Mine; Party = line.party; Role = line.role; Account)", columns...); got != "byparty" {
			t.Errorf("%v: %s", columns, got)
		}
	}
}
