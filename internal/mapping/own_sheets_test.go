package mapping_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// A lookup sheet of one's own may be called what Results and Tests are called in another language: it is looked up in, and
// is no list of answers or tests.
func TestOwnSheetsCalledAsInAnotherLanguage(t *testing.T) {
	without := func(f *excelize.File) {
		must(t)(f.DeleteSheet("Results"))
		must(t)(f.DeleteSheet("Tests"))
	}
	_, missing, want := ledgerFile(t, without)
	if strings.Count(want, "\n") < 200 {
		t.Fatalf("too few lines:\n%s", want)
	}
	for _, names := range [][2]string{{"Retours", "Pruebas"}, {"Contrôles", "Respuestas"}} {
		_, found, got := ledgerFile(t, func(f *excelize.File) {
			without(f)
			must(t)(f.SetSheetName("Accounts", names[0]))
			must(t)(f.SetSheetName("Accounts by role", names[1]))
			must(t)(f.SetCellStr("Columns", valueCell(t, f, "Account"), `IF(line.account <> ""; LOOKUP('`+names[0]+`'; 'Concur account' = line.account; Account); LOOKUP('`+
				names[1]+`'; Party = line.party; Role = line.role; Account))`))
		})
		if diff := cmp.Diff(want, got); diff != "" || len(found) != len(missing) {
			t.Errorf("%v: %s\n%s\n%s", names, diff, text(found), text(missing))
		}
	}
	_, found, got := ledgerFile(t, func(f *excelize.File) { // with its headings it is one
		must(t)(f.SetSheetName("Results", "Respuestas"))
		must(t)(f.SetSheetName("Tests", "Contrôles"))
	})
	if got != want || len(found) > 0 {
		t.Errorf("Results and Tests in other languages: %s", text(found))
	}
}
