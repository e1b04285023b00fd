package mapping_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/templates"
)

// The vendor's own obligations, and payroll documents after its schema, go through the template for them, where they are at hand: each makes a row for
// each of its allocations, journal rows or wage types, and nothing is held.
func TestVendorDocumentsMakeRows(t *testing.T) {
	plan, findings := mapping.Load(templates.FS(), "../../mappings/payroll-obligation-csv.xlsx")
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	w := plan.NewWorker()
	for _, folder := range []string{"documents-obligation", "documents-payroll"} {
		files, err := filepath.Glob("../../../shared/fis/" + folder + "/*.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			must(t)(fis.ReadDocuments(f, filepath.Base(path), func(env fis.Envelope) error {
				if env.ID == "" {
					env.ID = "0123456789abcdef0123456789abcdef"
				}
				p, err := w.Prepare(env)
				if err != nil {
					t.Errorf("%s: %v", env.Place, err)
					return nil
				}
				text := string(env.Document)
				want := strings.Count(text, `"journalAccountCode"`) + strings.Count(text, `"wageType"`)
				if env.DocType == fis.Payroll { // the advance that is taken back, and what was given in kind on a day; its rates say it once more, first of their fields
					want += len(regexp.MustCompile(`("cashAdvanceApplicationAmount"|,\s*"benefitInKindAmountInPaymentCurrency")\s*:\s*-?[0-9.]*[1-9]`).FindAllString(text, -1))
				}
				if env.DocType == fis.RequestObligation {
					want = strings.Count(text, `"allocationAmount"`)
				}
				if i := strings.Index(text, `"previousRevision`); i >= 0 && strings.LastIndex(text, `"journalAccountCode"`) > i {
					want = 1 // those of the earlier revision are no rows
				}
				if p.Rows != want || p.Currency == "" || p.ReportID == "" {
					t.Errorf("%s: %d rows, want %d; currency %q, report %q", env.Place, p.Rows, want, p.Currency, p.ReportID)
				}
				return nil
			}))
		}
	}
}

// A wage type that does not say whether payroll is to pay it, or only to tax it, is held: the wrong one of the two is money lost.
func TestWageTypeWithoutIndicatorIsHeld(t *testing.T) {
	plan, findings := mapping.Load(templates.FS(), "../../mappings/payroll-obligation-csv.xlsx")
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	for indicator, held := range map[string]bool{`"Y"`: false, `"N"`: false, `null`: true, `"X"`: true} {
		_, err := plan.NewWorker().Prepare(fis.Envelope{ID: "d1", DocType: fis.Payroll, Document: []byte(`{"employee":{"employeeId":"E1"},"report":{"reportId":"R","reportName":"R","employeeCurrencyAlphaCode":"EUR"},
			"cashAdvanceApplication":{"payrollPayIndicator":"Y"},"expenseEntry":[{"payrollData":[{"wageType":"M1","entryApprovedAmount":5,"payrollPayIndicator":` + indicator + `}]}]}`)})
		if (err != nil) != held || held && !strings.Contains(err.Error(), "Action") {
			t.Errorf("%s: %v", indicator, err)
		}
	}
}

// A wage type without an amount holds the document: it was paid with the amount of the whole entry, or left out.
func TestWageTypeWithoutAmountIsHeld(t *testing.T) {
	for _, name := range []string{"payroll-obligation-csv", "payroll-wage-types"} {
		plan, findings := mapping.Load(templates.FS(), "../../mappings/"+name+".xlsx")
		if plan == nil {
			t.Fatal(findings)
		}
		for amount, held := range map[string]bool{`"entryApprovedAmount":50.40`: false, `"entryApprovedAmount":null`: true, `"entryCurrAlphaCode":"EUR"`: true} {
			_, err := plan.NewWorker().Prepare(fis.Envelope{ID: "d1", DocType: fis.Payroll, Document: []byte(`{"employee":{"employeeId":"E1","employeeOrgUnit1Code":"1000"},
				"report":{"reportId":"R","reportNumber":"ABC123","reportName":"R","employeeCurrencyAlphaCode":"EUR","reportEndDate":"2026-03-05","reportPaymentProcessingDate":"2026-03-09"},
				"expenseEntry":[{"entryId":"E7","entryDate":"2026-03-05","entryApprovedAmount":74.40,"payrollData":[
				{"wageType":"M410","payrollPayIndicator":"Y","taxableType":"TAX","taxationType":"STANDARD",` + amount + `},
				{"wageType":"M411","payrollPayIndicator":"Y","taxableType":"TAX","taxationType":"STANDARD","entryApprovedAmount":24.00}]}]}`)})
			if is := err != nil && strings.Contains(err.Error(), "the amount is null or missing (entry E7, expenseEntry[0].payrollData[0].entryApprovedAmount)"); is != held {
				t.Errorf("%s, %s: %v", name, amount, err)
			}
		}
	}
}
