package mapping_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/templates"
)

const heads = `"employee":{"employeeId":"E1","employeeFirstName":"A","employeeLastName":"B"},"report":{"reportId":"R1","reportName":"R","reportNumber":"ABC123","reportKey":7,
	"reportSubmitDate":"2026-11-20","reportEndDate":"2026-11-20","employeeCurrencyAlphaCode":"EUR","totalApprovedAmount":0,"reportOrgUnit1Code":"1000"}`

// A report without posting lines, such as one with a private charge on a company card alone, makes no row by any template:
// some wrote a voucher without lines, which the ERP refuses, with the good ones behind it.
func TestNoDocumentWithoutLines(t *testing.T) {
	dirs, err := os.ReadDir("../../mappings")
	must(t)(err)
	tried := 0
	for _, dir := range dirs {
		name, ok := strings.CutSuffix(dir.Name(), ".xlsx")
		if !ok {
			continue
		}
		plan, found := mapping.Load(templates.FS(), "../../mappings/"+dir.Name())
		if plan == nil {
			t.Fatal(found)
		}
		if !slices.Contains(plan.DocTypes(), fis.Expense) {
			continue
		}
		tried++
		for what, body := range map[string]string{
			"no rows":    `{` + heads + `,"expenseEntry":[{"entryId":"E","entryIsPersonal":"Y","allocation":[]}]}`,
			"no entries": `{` + heads + `,"expenseEntry":[]}`,
		} {
			p, err := plan.NewWorker().Prepare(fis.Envelope{ID: "0123456789abcdef0123456789abcdef", DocType: fis.Expense, Document: []byte(body)})
			var held *refusal.DocumentError
			if err != nil && !errors.As(err, &held) || err == nil && p.Rows > 0 {
				t.Errorf("%s, %s: %v, %v", name, what, p, err)
			}
		}
	}
	if tried < 25 {
		t.Error("only", tried)
	}
}

// A date of the document that cannot be read holds it: the day of the submission was written instead.
func TestUnreadableDocumentDate(t *testing.T) {
	plan, found := smallWith(t, strings.Replace(datedLines, "posting_date: month end", "posting_date: document", 1), "")
	must(t)(found.Err())
	for date, want := range map[string]string{
		`"13/11/2026"`: `reportUserDefinedDate: "13/11/2026" is not a day of the calendar`, `"5.11.2026"`: `"5.11.2026" is not a date`,
		`"31/11/2026"`: "is not a day of the calendar", `"11/05/2026"`: "", `"2026-11-05"`: "", `null`: "", `" "`: "",
	} {
		env := onDays("1", []string{"10.00"}, []string{"2026-11-05"})
		env.Document = []byte(strings.Replace(string(env.Document), `"reportEndDate"`, `"reportUserDefinedDate":`+date+`,"reportEndDate"`, 1))
		_, err := plan.NewWorker().Prepare(env)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", date, err, want)
		}
	}
}
