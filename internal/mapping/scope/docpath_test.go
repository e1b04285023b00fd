package scope

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// Every field of the vendor's reference, where that is at hand, may be a Value: by its name, by its path with and
// without the marks of lists, by the end of its path, and with FIELD.
func TestEveryReferenceFieldIsAValue(t *testing.T) {
	raw, err := os.ReadFile("../../../../shared/fis/fields.tsv")
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]*Slots{}
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n")[1:] {
		cells := strings.Split(line, "\t")
		if of[cells[0]] == nil {
			of[cells[0]] = NewSlots([]fis.DocType{fis.DocType(cells[0])})
		}
		path := cells[1]
		for { // the last of the numbered fields stands for all
			before, rest, ok := strings.Cut(path, "{1-")
			if !ok {
				break
			}
			path = before + strings.Replace(rest, "}", "", 1)
		}
		plain := strings.ReplaceAll(path, "[]", "")
		words := strings.Split(plain, ".")
		values := []string{words[len(words)-1], plain, path, `FIELD("` + plain + `")`, `FIELD("` + path + `")`, "'" + plain + "'"}
		if len(words) > 2 {
			values = append(values, strings.Join(words[len(words)-2:], "."))
		}
		for _, v := range values {
			if _, err := formula.Compile(v, of[cells[0]]); err != nil {
				t.Errorf("%s: %s: %v", cells[0], v, err)
			}
		}
	}
}

// The same of our own list.
func TestEveryFieldIsAValue(t *testing.T) {
	for _, docType := range fis.DocTypes() {
		s := NewSlots([]fis.DocType{docType})
		for _, f := range fis.Fields(docType) {
			for _, v := range []string{f.Name, f.Path} {
				if _, err := formula.Compile(v, s); err != nil {
					t.Errorf("%s: %v", docType, err)
				}
			}
		}
	}
}

const treeDocument = `{
 "employee": {"employeeId": "0042"},
 "report": {"reportId": "R1", "totalApprovedAmount": 10.50000000, "reportCustom1Code": null, "requestId": ["A", "B"], "newHead": "2026-03-05T00:00:00.000Z"},
 "previousRevisionReportHeader": {"reportId": "R0", "reportCustom1Code": "old"},
 "expenseEntry": [
  {"entryId": "E1", "entryApprovedAmount": 5, "mileage": {"totalDistance": 12.5, "hasDogIncluded": true}, "newAmount": 12345678901234567890123.00000001, "newText": "007",
   "payrollData": [{"wageType": "M1", "payrollPayIndicator": null}, {"wageType": "M2", "payrollPayIndicator": "Y"}], "allocation": [{"allocationId": "A1"}]},
  {"entryId": "E2", "entryApprovedAmount": 5, "mileage": null, "payrollData": [], "allocation": [{"allocationId": "A2"}, {"allocationId": "A3", "newFlag": false}]}
 ],
 "cashAdvanceApplication": {"cashAdvanceClearingWageType": "M9", "payrollPayIndicator": "N"},
 "travelAllowances": [{"itineraryHeader": {"id": 7, "startDate": "2026-03-03"}, "dailyAllowanceDetails": [
  {"date": "2026-03-03", "clientAmountInPaymentCurrency": 28, "dailyAllowanceRateTypeDetailList": [
   {"dailyAllowanceRateType": {"rateCategoryCode": "MEAL", "clientAmountInPaymentCurrency": 22.4, "location": {"countryISOCode": "AT"}}, "clientCalculationDetail": {"rateAmount": 28, "deductions": [{"typeCode": "FULL"}, {"typeCode": "PART"}]}},
   {"dailyAllowanceRateType": {"rateCategoryCode": "LODGING", "clientAmountInPaymentCurrency": 5.6}}]}]}]
}`

// values evaluates a Value at every row of a kind; an error is shown by its beginning.
func values(t *testing.T, repeat, value string) string {
	t.Helper()
	s := NewSlots([]fis.DocType{fis.Payroll, fis.ReportObligation})
	prog, err := formula.Compile(value, s)
	if err != nil {
		return "REFUSED: " + err.Error()
	}
	wanted := s.Wanted()
	doc, err := fis.NewParser(func(name string) bool { return wanted[name] }).Parse(fis.Envelope{ID: "d", DocType: fis.Payroll, Document: []byte(treeDocument)})
	if err != nil {
		t.Fatal(err)
	}
	env := NewEnv(s.All(), false)
	env.Begin(doc, nil)
	var out []string
	_ = env.Walk(repeat, nil, func() error {
		env.Bad = nil
		v, err := prog.Eval(&env)
		switch {
		case err != nil:
			out = append(out, err.Error())
		case len(env.Bad) > 0:
			out = append(out, "BAD "+env.Bad[0].Detail.String()[:20])
		case v.Kind == layout.NumberKind:
			out = append(out, "#"+v.Number.String())
		case v.Kind == layout.DateKind:
			out = append(out, "day "+v.String())
		default:
			out = append(out, v.String())
		}
		return nil
	})
	return strings.Join(out, "|")
}

func TestPaths(t *testing.T) {
	for _, c := range []struct{ repeat, value, want string }{
		{template.RepeatEntry, "mileage.totalDistance", "#12.5|"},
		{template.RepeatEntry, "totalDistance", "#12.5|"},
		{template.RepeatEntry, "expenseEntry[].mileage.hasDogIncluded", "Y|"},
		{template.RepeatEntry, "mileage", "Y|"},
		{template.RepeatEntry, "payrollData", "#2|"},
		{template.RepeatAllocation, "mileage.totalDistance", "#12.5||"},
		{template.RepeatAllocation, "expenseEntry.allocation.allocationId", "A1|A2|A3"},
		{template.RepeatAllocation, `FIELD("allocation[0].allocationId")`, "A1|A2|A2"},
		{template.RepeatAllocation, `FIELD("expenseEntry[1].allocation[1].allocationId")`, "A3|A3|A3"},
		{template.RepeatAllocation, `FIELD("expenseEntry[7].allocation[1].allocationId")`, "||"},
		{template.RepeatAllocation, `FIELD("allocation.newFlag")`, "||N"},
		{template.RepeatDocument, "expenseEntry.entryId", "BAD 2 different values a"},
		{template.RepeatDocument, "expenseEntry.entryApprovedAmount", "#5"},
		{template.RepeatDocument, "travelAllowances", "#1"},
		{template.RepeatDocument, "report.requestId", "A, B"},
		{template.RepeatDocument, `FIELD("report.requestId[1]")`, "B"},
		{template.RepeatDocument, `FIELD("report.totalApprovedAmount")`, "#10.5"},
		{template.RepeatDocument, `FIELD("report.newHead")`, "day 2026-03-05"},
		{template.RepeatDocument, `FIELD("report.neverThere")`, ""},
		{template.RepeatEntry, `FIELD("expenseEntry.newAmount")`, "#12345678901234567890123.00000001|"},
		{template.RepeatEntry, `FIELD("newText")`, "007|"},
		{template.RepeatDocument, `FIELD("employee.employeeId")`, "0042"},
		// A name alone never means another revision, nor an application of an advance beside a wage type.
		{template.RepeatDocument, "reportCustom1Code", ""},
		{template.RepeatDocument, "previousRevisionReportHeader.reportCustom1Code", "old"},
		{template.RepeatPayroll, "payrollPayIndicator", "|Y"},
		{template.RepeatDocument, "cashAdvanceApplication.payrollPayIndicator", "N"},
		{template.RepeatPayroll, "cashAdvanceClearingWageType", "M9|M9"},
		{template.RepeatPayroll, "entryId", "E1|E1"},
		// The tree of travel allowances.
		{template.RepeatTrip, "itineraryHeader.id", "7"},
		{template.RepeatTrip, "travelAllowances.itineraryHeader.startDate", "day 2026-03-03"},
		{template.RepeatAllowanceDay, "clientAmountInPaymentCurrency", "#28"},
		{template.RepeatAllowanceDay, "itineraryHeader.startDate", "day 2026-03-03"},
		{template.RepeatAllowance, "clientAmountInPaymentCurrency", "#22.4|#5.6"},
		{template.RepeatAllowance, "dailyAllowanceDetails.clientAmountInPaymentCurrency", "#28|#28"},
		{template.RepeatAllowance, "rateCategoryCode", "MEAL|LODGING"},
		{template.RepeatAllowance, "location.countryISOCode", "AT|"},
		{template.RepeatAllowance, "clientCalculationDetail.rateAmount", "#28|"},
		{template.RepeatAllowance, `FIELD("clientCalculationDetail.deductions[1].typeCode")`, "PART|"},
		{template.RepeatAllowance, "date", "day 2026-03-03|day 2026-03-03"},
	} {
		if got := values(t, c.repeat, c.value); got != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", c.repeat, c.value, got, c.want)
		}
	}
}

func TestPathMistakes(t *testing.T) {
	for value, want := range map[string]string{
		`FIELD("")`:                         "FIELD takes the path as a text in quotes",
		`FIELD("report..x")`:                "is no name of a field",
		`FIELD("expenseEntry[x].y")`:        "picks no item: the first one is [0]",
		`FIELD("expenseEntry[-1].y")`:       "picks no item",
		`FIELD("expenseEntry[0.y")`:         "has no closing bracket",
		`FIELD("report.reportid")`:          "did you mean report.reportId",
		`FIELD(reportId)`:                   "FIELD takes the path as a text in quotes",
		`expenseEntry[0].entryId`:           "an item of a list is picked with FIELD",
		`report.reportNomber`:               "there is no field report.reportNomber",
		`previousRevisionReportHeader.rep`:  "there is no field",
		`FIELD("report.reportId"; "again")`: "FIELD takes 1 value",
	} {
		if got := values(t, template.RepeatDocument, value); !strings.HasPrefix(got, "REFUSED") || !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}
