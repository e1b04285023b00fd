package scope

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

const halfFilled = `{
 "report": {"reportId": "R1"},
 "requestHeader": {"requestId": "Q1", "amountTax": 19, "amountNetInvoice": 100},
 "expenseEntry": [{"entryId": "E1", "entryApprovedAmount": 74.40,
   "payrollData": [{"wageType": "M1", "entryApprovedAmount": null}, {"wageType": "M2", "entryApprovedAmount": 24}, {"wageType": "M3"}]}],
 "lineItem": [{"allocation": [{"journal": {"amountNet": 100, "tax": [{"taxCode": "V9", "amountTax": null}, {"taxCode": "V7", "amountTax": 7}]}}]}],
 "travelAllowances": [{"dailyAllowanceDetails": [{"date": "2026-03-03", "clientAmountInPaymentCurrency": 28, "paymentCurrency": "EUR", "dailyAllowanceRateTypeDetailList": [
   {"dailyAllowanceRateType": {"rateCategoryCode": "MEAL", "clientAmountInPaymentCurrency": null}},
   {"dailyAllowanceRateType": {"rateCategoryCode": "LODGING", "clientAmountInPaymentCurrency": 5.6}}, {"clientCalculationDetail": {"rateAmount": 28}}]}]}]
}`

// An amount that is null in its own row is no amount; that of the part around the row is another one.
func TestAmountThatItsRowLeavesBlank(t *testing.T) {
	for _, c := range []struct {
		doc                 fis.DocType
		repeat, value, want string
	}{
		{fis.Payroll, template.RepeatPayroll, "entryApprovedAmount", "|24|"},
		{fis.Payroll, template.RepeatPayroll, `FIELD("entryApprovedAmount")`, "|24|"},
		{fis.Payroll, template.RepeatPayroll, "payrollData.entryApprovedAmount", "|24|"},
		{fis.Payroll, template.RepeatPayroll, "expenseEntry.entryApprovedAmount", "74.4|74.4|74.4"},
		{fis.Payroll, template.RepeatEntry, "entryApprovedAmount", "74.4|"},
		{fis.Payroll, template.RepeatAllowanceDay, "clientAmountInPaymentCurrency", "28"},
		{fis.Payroll, template.RepeatAllowance, "clientAmountInPaymentCurrency", "|5.6|"},
		{fis.Payroll, template.RepeatAllowance, "dailyAllowanceDetails.clientAmountInPaymentCurrency", "28|28|28"},
		{fis.Payroll, template.RepeatAllowance, "paymentCurrency", "EUR|EUR|EUR"},
		{fis.Invoice, template.RepeatTax, "amountTax", "|7"},
		{fis.Invoice, template.RepeatDocument, "amountTax", "19"},
		{fis.Invoice, template.RepeatJournal, "amountNetInvoice", "100"},
	} {
		s := NewSlots([]fis.DocType{c.doc})
		prog, err := formula.Compile(c.value, s)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := fis.NewParser(nil).Parse(fis.Envelope{ID: "d", DocType: c.doc, Document: []byte(halfFilled)})
		if err != nil {
			t.Fatal(err)
		}
		env := NewEnv(s.All(), false)
		env.Begin(doc, nil)
		var got []string
		_ = env.Walk(c.repeat, nil, func() error {
			v, err := prog.Eval(&env)
			if err != nil || len(env.Bad) > 0 {
				t.Error(err, env.Bad)
			}
			got = append(got, v.String())
			return nil
		})
		if text := strings.Join(got, "|"); text != c.want {
			t.Errorf("%s, %s: got %q, want %q", c.repeat, c.value, text, c.want)
		}
	}
}
