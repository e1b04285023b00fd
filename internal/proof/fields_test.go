package proof

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// What a template takes from the fields of a document is all the money in it: a line of a request that nothing shares
// out commits what is approved of it, and payroll takes an advance back and taxes what was given in kind.
func TestFieldsHaveAllTheMoney(t *testing.T) {
	request := `{"instruction":{"instruction":"obligate"},"employee":{"employeeId":"E1","employeeReimbursementCurrency":"EUR"},"requestHeader":{"requestId":"Q","requestKey":"4TQN","requestName":"Fair","totalApprovedAmount":560},
"requestEntry":[{"entryAccountCode":"640200","entryApprovedAmount":300,"allocation":[{"allocationAmount":200},{"allocationAmount":100}]},{"entryAccountCode":"640400","entryApprovedAmount":260}]}`
	payroll := `{"employee":{"employeeId":"E1"},"report":{"reportId":"R","reportName":"Trip","employeeCurrencyAlphaCode":"EUR","totalApprovedAmount":100,"benefitInKindWageType":"M700"},
"expenseEntry":[{"entryApprovedAmount":100,"payrollData":[{"wageType":"M500","entryApprovedAmount":100,"payrollPayIndicator":"Y"}]}],
"cashAdvanceApplication":{"cashAdvanceApplicationAmount":-30,"cashAdvanceClearingWageType":"M900","payrollPayIndicator":"Y"},
"travelAllowances":[{"dailyAllowanceDetails":[{"date":"2026-10-05","benefitInKindAmountInPaymentCurrency":4.5},{"date":"2026-10-06","benefitInKindAmountInPaymentCurrency":0}]}]}`
	docs := []fis.Envelope{{ID: "d1", DocType: fis.RequestObligation, Document: []byte(request)}, {ID: "d2", DocType: fis.Payroll, Document: []byte(payroll)}}
	files, refused := render(t, readyPlan(t, "payroll-obligation-csv"), docs, 1)
	if len(files) != 1 || len(refused) > 0 {
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	var got []string
	for _, line := range strings.Split(strings.TrimSpace(string(files[0].data)), "\r\n")[1:] {
		cells := strings.Split(line, ";")
		got = append(got, strings.Join([]string{cells[0], cells[4], cells[5], cells[10]}, " "))
	}
	want := "OBLIGATION 640200 200.00 OBLIGATE, OBLIGATION 640200 100.00 OBLIGATE, OBLIGATION 640400 260.00 OBLIGATE, WAGE M500 100.00 PAY, BENEFIT M700 4.50 RECORD, ADVANCE M900 -30.00 PAY"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("rows\n%s\nwant\n%s", s, want)
	}
}
