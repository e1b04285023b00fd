package posting

import (
	"encoding/json"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/google/go-cmp/cmp"
)

func TestCashAdvanceLines(t *testing.T) {
	for name, c := range map[string]struct {
		doc  obj
		want []string
	}{
		"issued":                 {advance(advanceRow("300", "DR")), []string{"cash_advance_clearing CADV 300.00 C1", "employee_payable EMPL -300.00 C1"}},
		"given back":             {advance(advanceRow("-20", "CR")), []string{"cash_advance_clearing CADV -20.00 C1", "employee_payable EMPL 20.00 C1"}},
		"account of the advance": {advance(advanceRow("5", "").with("accountCode", " ")), []string{"cash_advance_clearing 1290 5.00 C1", "employee_payable EMPL -5.00 C1"}},
		"on a card":              {advance(advanceRow("5", "DR").with("payee", "IBCP")), []string{"cash_advance_clearing CADV 5.00 C1", "card_vendor_payable IBCP -5.00 C1"}},
		"zero":                   {advance(advanceRow("0", "DR")), nil},
		"no rows":                {advance().with("journalData", []obj{}), nil},
		"one row as an object":   {advance().with("journalData", advanceRow("5", "DR")), []string{"cash_advance_clearing CADV 5.00 C1", "employee_payable EMPL -5.00 C1"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := derive(t, c.doc, Options{})
			if diff := cmp.Diff(c.want, texts(r)); diff != "" || r.Currency != "GBP" || r.DocType != fis.CashAdvance {
				t.Errorf("%s %s %s", r.Currency, r.DocType, diff)
			}
		})
	}
}

func TestInvoiceLines(t *testing.T) {
	row := obj{"accountCode": "MATER", "amountNet": n("100.00"), "amountShipping": n("7"), "amountGross": n("126.00"), "tax": []obj{{"amountTax": n("19"), "taxCode": "V1"}, {"amountTax": n("0")}}}
	lines := []string{"expense MATER 100.00 158 1", "expense MATER 7.00 158 1", "tax 19.00 158 1 V1", "ap_vendor V7 -126.00 158 1"}
	for name, c := range map[string]struct {
		doc  obj
		want []string
	}{
		"gross with shipping":    {invoiceOf("126", row), lines},
		"gross without shipping": {invoiceOf("126", row.with("amountGross", n("119"))), lines},
		"gross not stated":       {invoiceOf("126", row.with("amountGross", nil)).with("extra", 1), lines},
		"journal as an object":   {invoiceOf("126").with("lineItem", obj{"lineItemSequenceOrder": "1", "allocation": obj{"allocationKey": n("158"), "journal": row.with("tax", obj{"amountTax": n("19"), "taxCode": "V1"})}}), lines},
		"account of the allocation": {invoiceOf("5", obj{"amountNet": n("5"), "amountShipping": nil, "tax": nil, "accountCode": ""}), []string{
			"expense ALT 5.00 158 1", "ap_vendor V7 -5.00 158 1"}},
		"credit note": {invoiceOf("-12", obj{"accountCode": "6", "amountNet": n("-10"), "tax": []obj{{"amountTax": n("-2"), "taxCode": "V1"}}}), []string{
			"expense 6 -10.00 158 1", "tax -2.00 158 1 V1", "ap_vendor V7 12.00 158 1"}},
		"two rows": {invoiceOf("3", obj{"accountCode": "6", "amountNet": n("1")}, obj{"accountCode": "7", "amountNet": n("2")}), []string{
			"expense 6 1.00 158 1", "ap_vendor V7 -1.00 158 1", "expense 7 2.00 158 1", "ap_vendor V7 -2.00 158 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := derive(t, c.doc, Options{})
			if diff := cmp.Diff(c.want, texts(r)); diff != "" || r.Currency != "EUR" || r.DocType != fis.Invoice {
				t.Errorf("%s %s %s", r.Currency, r.DocType, diff)
			}
		})
	}
}

func TestResultJSON(t *testing.T) {
	r := derive(t, simple(rows(rowOf("EMPL", "12345678901234567890123.00000001", "6").nets("12345678901234567890121.00000001", "12345678901234567890121.00000001")), taxOf("2", "2", "VAT")), Options{})
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"docId":"d1","docType":"expense","currency":"EUR","lines":[` +
		`{"role":"expense","account_code":"6","party":null,"debit":"12345678901234567890121.00000001","credit":"0.00","entry_id":"N1","allocation_id":"A1"},` +
		`{"role":"tax","account_code":null,"party":null,"debit":"2.00","credit":"0.00","entry_id":"N1","allocation_id":"A1","tax_authority":"VAT","tax_code":"VAT1","tax_reclaim_code":"VATR"},` +
		`{"role":"employee_payable","account_code":null,"party":"EMPL","debit":"0.00","credit":"12345678901234567890123.00000001","entry_id":"N1","allocation_id":"A1"}]}`
	if diff := cmp.Diff(want, string(raw)); diff != "" {
		t.Error(diff)
	}
	if raw, _ := json.Marshal(derive(t, report(), Options{})); string(raw) != `{"docId":"d1","docType":"expense","currency":"EUR","lines":[]}` {
		t.Errorf("no lines: %s", raw)
	}
}

func TestCheck(t *testing.T) {
	one, two := fis.Zero.Add(amount("1")), amount("2")
	for name, lines := range map[string][]Line{
		"unequal":     {{Debit: two}, {Credit: one}},
		"both sides":  {{Debit: one, Credit: one}},
		"no side":     {{Debit: one}, {Credit: one}, {}},
		"negative":    {{Debit: one.Neg()}, {Credit: one.Neg()}},
		"single line": {{Debit: one}},
	} {
		if err := (&Result{Lines: lines}).Check(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := (&Result{Lines: []Line{{Debit: two}, {Credit: one}, {Credit: one}}}).Check(); err != nil {
		t.Error(err)
	}
}

func amount(text string) fis.Amount {
	a, err := fis.ParseAmount(text)
	if err != nil {
		panic(err)
	}
	return a
}
