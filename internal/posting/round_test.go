package posting

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func in(currency string, doc obj) obj {
	return doc.with("report", obj{"employeeCurrencyAlphaCode": currency})
}

func TestRound(t *testing.T) {
	for name, c := range map[string]struct {
		doc  obj
		want []string
	}{
		"what is missing goes to the account side": {simple(rows(rowOf("EMPL", "10.005", "6").nets("8.411", "9.208")), taxOf("1.594", "0.797", "VAT")), []string{
			"expense 6 8.42 N1 A1", "tax 0.80 N1 A1 VAT VAT1 VATR", "non_deductible_tax 6 0.79 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -10.01 N1 A1"}},
		"a refund is its mirror": {simple(rows(rowOf("EMPL", "-10.005", "6").nets("-8.411", "-9.208")), taxOf("-1.594", "-0.797", "VAT")), []string{
			"expense 6 -8.42 N1 A1", "tax -0.80 N1 A1 VAT VAT1 VATR", "non_deductible_tax 6 -0.79 N1 A1 VAT VAT1 VATR", "employee_payable EMPL 10.01 N1 A1"}},
		"the first of equals": {simple(rows(rowOf("EMPL", "1.006", "6").nets("0.904", "0.904"), rowOf("IBCP", "1.006", "6").nets("0.904", "0.904")), taxOf("0.204", "0.204", "VAT")), []string{
			"expense 6 0.92 N1 A1", "expense 6 0.90 N1 A1", "tax 0.20 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -1.01 N1 A1", "card_vendor_payable IBCP -1.01 N1 A1"}},
		"the largest, signs aside": {report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "1.004", "6").nets("0.9", "0.9"), rowOf("EMPL", "-3.006", "6").nets("-2.9", "-2.9"), rowOf("IBCP", "2.008", "6").nets("1.9", "1.9")), taxOf("0.106", "0.106", "VAT")))), []string{
			"expense 6 0.90 N1 A1", "expense 6 -2.91 N1 A1", "expense 6 1.90 N1 A1", "tax 0.11 N1 A1 VAT VAT1 VATR",
			"employee_payable EMPL -1.00 N1 A1", "employee_payable EMPL 3.01 N1 A1", "card_vendor_payable IBCP -2.01 N1 A1"}},
		"by row": {simple(rows(rowOf("EMPL", "10.004", "6").nets("8.001", "9.006"), rowOf("IBCP", "5.004", "7").nets("4.001", "4.506")), taxOf("3.006", "1.496", "VAT")), []string{
			"expense 6 7.98 N1 A1", "expense 7 4.00 N1 A1", "tax 1.50 N1 A1 VAT VAT1 VATR", "non_deductible_tax 6 1.01 N1 A1 VAT VAT1 VATR", "non_deductible_tax 7 0.51 N1 A1 VAT VAT1 VATR",
			"employee_payable EMPL -10.00 N1 A1", "card_vendor_payable IBCP -5.00 N1 A1"}},
		"lines that round to nothing vanish": {simple(rows(rowOf("EMPL", "0.004", "6"))), nil},
		"yen": {in("JPY", simple(rows(rowOf("EMPL", "120.5", "6").nets("100.4", "100.4")), taxOf("20.1", "20.1", "VAT"))), []string{
			"expense 6 101 N1 A1", "tax 20 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -121 N1 A1"}},
		"dinar": {in("KWD", simple(rows(rowOf("EMPL", "1.2345", "6")))), []string{"expense 6 1.235 N1 A1", "employee_payable EMPL -1.235 N1 A1"}},
		"applications": {report().with("cashAdvanceApplication", []obj{{"cashAdvanceApplicationAmount": n("-2.345"), "cashAdvanceId": "C1"}}), []string{
			"cash_advance_clearing -2.35 C1", "employee_payable EMPL 2.35 C1"}},
		"advance": {advance(advanceRow("7.005", "DR")), []string{"cash_advance_clearing CADV 7.01 C1", "employee_payable EMPL -7.01 C1"}},
		"invoice: the net takes the rest": {invoiceOf("10.005", obj{"accountCode": "6", "amountNet": n("7.003"), "amountShipping": n("1.004"), "tax": []obj{{"amountTax": n("0.999"), "taxCode": "A"}, {"amountTax": n("0.999"), "taxCode": "B"}}}), []string{
			"expense 6 7.01 158 1", "expense 6 1.00 158 1", "tax 1.00 158 1 A", "tax 1.00 158 1 B", "ap_vendor V7 -10.01 158 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := derive(t, c.doc, Options{Round: true})
			if diff := cmp.Diff(c.want, texts(r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
