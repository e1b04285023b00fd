package posting_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// Wage types that do not add up to their entry, and entries that do not add up to the report, are remarked; private
// entries and entries without wage types are not.
func TestPayrollWarnings(t *testing.T) {
	const entry = `{"entryId":"%s","entryIsPersonal":"%s","entryApprovedAmount":%s,"payrollData":[%s]}`
	wage := func(a string) string { return `{"wageType":"M410","entryApprovedAmount":` + a + `}` }
	for name, c := range map[string]struct {
		total   string
		entries []string
		want    string
	}{
		"right": {"84.00", []string{fmt.Sprintf(entry, "A", "N", "84", wage("70")+","+wage("14"))}, ""},
		"wage types": {"84.00", []string{fmt.Sprintf(entry, "A", "N", "84", wage("70"))},
			"approved_mismatch: entry A: expenseEntry[0].entryApprovedAmount: states 84.00, the wage types add up to 70.00"},
		"total":   {"90.00", []string{fmt.Sprintf(entry, "A", "N", "84", wage("84"))}, "total_mismatch: report.totalApprovedAmount: states 90.00"},
		"private": {"84.00", []string{fmt.Sprintf(entry, "A", "N", "84", wage("84")), fmt.Sprintf(entry, "B", "Y", "5", "")}, ""},
	} {
		body := fmt.Sprintf(`{"report":{"employeeCurrencyAlphaCode":"EUR","totalApprovedAmount":%s},"expenseEntry":[%s]}`,
			c.total, strings.Join(c.entries, ","))
		doc, err := fis.NewParser(nil).Parse(fis.Envelope{DocType: fis.Payroll, Document: []byte(body)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range posting.PayrollWarnings(doc) {
			got = append(got, p.String())
		}
		if text := strings.Join(got, "; "); (c.want == "") != (text == "") || !strings.Contains(text, c.want) {
			t.Errorf("%s: got %q, want %q", name, text, c.want)
		}
	}
}

// The documents beside the checkout are consistent.
func TestPayrollWarningsOfDocuments(t *testing.T) {
	paths, err := filepath.Glob("../../../shared/fis/documents-payroll/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		err = fis.ReadDocuments(text, path, func(env fis.Envelope) error {
			doc, err := fis.NewParser(nil).Parse(env)
			if err != nil {
				return err
			}
			if w := posting.PayrollWarnings(doc); len(w) > 0 {
				t.Errorf("%s: %v", path, w)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		text.Close()
	}
}
