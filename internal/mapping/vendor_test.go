package mapping_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/lint"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
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

// A template that writes the rows of an obligation itself holds what must not be committed as it stands, and leaves private
// entries out.
func TestRowsOfObligationsThatAreNotCommitted(t *testing.T) {
	plan, findings := mapping.Load(templates.FS(), "../../mappings/payroll-obligation-csv.xlsx")
	if plan == nil {
		t.Fatal(findings)
	}
	request := func(instruction, total, shares string) string {
		return `{"instruction":{"instruction":"` + instruction + `"},"employee":{"employeeId":"E1","employeeOrgUnit1Code":"1000","employeeReimbursementCurrency":"EUR"},
			"requestHeader":{"requestId":"Q1","requestName":"Q","totalApprovedAmount":` + total + `},"requestEntry":[{"entryId":"E7","entryAccountCode":"474100","entryApprovedAmount":1,"allocation":[` + shares + `]}]}`
	}
	report := func(private string) string {
		entry := `{"entryId":"%","entryIsPersonal":"P","entryApprovedAmount":4,"allocation":[{"journal":[{"journalPayer":"COMP","journalPayee":"EMPL","journalAccountCode":"6000","amountGross":4,"amountNetOfReclaim":4}]}]}`
		return `{"instruction":{"instruction":"obligate"},"employee":{"employeeId":"E1","employeeOrgUnit1Code":"1000"},"report":{"reportId":"R1","reportName":"R","employeeCurrencyAlphaCode":"EUR","totalApprovedAmount":4},
			"expenseEntry":[` + strings.NewReplacer("%", "E1", `"P"`, `"N"`).Replace(entry) + "," + strings.NewReplacer("%", "E2", `"P"`, private).Replace(entry) + `]}`
	}
	const half, none = `{"allocationId":"A","allocationAmount":0.40}`, `{"allocationId":"B","allocationAmount":null}`
	const whole = half + `,{"allocationId":"B","allocationAmount":0.60}`
	for name, c := range map[string]struct {
		docType    fis.DocType
		body, want string
		rows       int
	}{
		"right":               {fis.RequestObligation, request("obligate", "1", whole), "", 2},
		"a share is null":     {fis.RequestObligation, request("obligate", "1", half+","+none), "the amount is null or missing (entry E7, requestEntry[0].allocation[1].allocationAmount)", 0},
		"in a question":       {fis.RequestObligation, request("fundsCheck", "1", half+","+none), "the amount is null or missing", 0},
		"a right question":    {fis.RequestObligation, request("fundsCheck", "1", whole), "", 2},
		"a release":           {fis.RequestObligation, request("release", "1", whole), "", 2},
		"shares fall short":   {fis.RequestObligation, request("obligate", "1", half), "states 1.00, the allocations add up to 0.40", 0},
		"total":               {fis.RequestObligation, request("obligate", "2", whole), "the approved total, less that of the earlier revision, is 2.00", 0},
		"unknown instruction": {fis.RequestObligation, request("cancel", "1", whole), `"cancel" is neither obligate, release nor fundsCheck`, 0},
		"private":             {fis.ReportObligation, report(`"Y"`), "", 1},
		"not private":         {fis.ReportObligation, report(`"N"`), "", 2},
	} {
		p, err := plan.NewWorker().Prepare(fis.Envelope{ID: "d1", DocType: c.docType, Document: []byte(c.body)})
		switch {
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %s", name, err, c.want)
		case c.want == "" && (err != nil || p.Rows != c.rows):
			t.Errorf("%s: %v, %v, want %d rows", name, p, err, c.rows)
		}
	}
}

// DATEV reads the year of a Belegdatum in the header: a day outside the month of the file is held, and remarked in check.
func TestBelegdatumOutsideThePeriod(t *testing.T) {
	body, err := workbook.NewYAML(templates.FS(), "datev-extf", nil)
	must(t)(err)
	for _, value := range []string{"file.date", "document.date"} {
		source := strings.Replace(string(body), `"010": file.date`, `"010": `+value, 1)
		r, err := lint.Check(t.Context(), templates.FS(), "datev.yaml", []byte(source), lint.Options{Created: made()})
		must(t)(err)
		if told := strings.Contains(text(r.Findings), "Buchung 010 is written without its year"); told != (value != "file.date") {
			t.Errorf("%s: told %t: %s", value, told, text(r.Findings))
		}
		for date, held := range map[string]bool{"2025-11-20": true, made().Format("2006-01-02"): false, made().AddDate(0, -1, 0).Format("2006-01-02"): true} {
			env := fis.Envelope{ID: "0123456789abcdef0123456789abcdef", DocType: fis.Expense, Document: []byte(strings.Replace(`{`+strings.ReplaceAll(heads, "2026-11-20", date)+
				`,"expenseEntry":[{"entryId":"E","allocation":[{"journal":[{"journalPayer":"COMP","journalPayee":"EMPL","journalAccountCode":"640100","amountGross":10}]}]}]}`, `"totalApprovedAmount":0`, `"totalApprovedAmount":10`, 1))}
			p, err := r.Plan.NewWorker().Prepare(env)
			must(t)(err)
			f, err := r.Plan.NewFile(mapping.FileContext{Route: "x", Sequence: 1, Created: made(), Group: p.Group})
			must(t)(err)
			_, err = f.Add(p)
			if is := err != nil && strings.Contains(err.Error(), "Buchung period: has no value (Belegdatum has no year") && strings.Count(err.Error(), "Buchung period") == 1; is != (held && value != "file.date") {
				t.Errorf("%s, %s: %v", value, date, err)
			}
			f.Abort()
		}
	}
}
