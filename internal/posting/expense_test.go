package posting

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExpenseLines(t *testing.T) {
	personal := func(account any) obj {
		e := entryOf("P1", obj{"journal": rows(rowOf("CBCP", "30", "").with("journalAccountCode", account), rowOf("EMPL", "-30", "").with("journalAccountCode", account))})
		return report(e.with("entryIsPersonal", "Y", "clearingAccountCode", "1999"))
	}
	payroll := simple(rows(rowOf("EMPL", "10", "6000"), rowOf("IBCP", "5", "6000"))).with("cashAdvanceApplication", []obj{{"cashAdvanceApplicationAmount": n("-3"), "cashAdvanceId": "C1"}})
	payrollHead := obj{"employeeCurrencyAlphaCode": "EUR", "payrollPayIndicator": "Y", "payrollPaymentClearingAccountCode": " 1760 "}
	for name, c := range map[string]struct {
		doc  obj
		want []string
	}{
		"cash": {simple(rows(rowOf("EMPL", "12.5", " 6000 "))), []string{
			"expense 6000 12.50 N1 A1", "employee_payable EMPL -12.50 N1 A1"}},
		"refund is the reverse": {simple(rows(rowOf("CBCP", "-349", "6000"))), []string{
			"expense 6000 -349.00 N1 A1", "card_vendor_payable CBCP 349.00 N1 A1"}},
		"card vendors": {simple(rows(rowOf("CBCP", "1", "1"), rowOf("IBCP", "2", "1"), rowOf("COPD", "3", "1"))), []string{
			"expense 1 1.00 N1 A1", "expense 1 2.00 N1 A1", "expense 1 3.00 N1 A1",
			"card_vendor_payable CBCP -1.00 N1 A1", "card_vendor_payable IBCP -2.00 N1 A1", "card_vendor_payable COPD -3.00 N1 A1"}},
		// The first example of the rules: offsets share the tax of the allocation.
		"offset with half reclaimable tax": {simple(rows(rowOf("EMPL", "90.00", "6000").nets("75.00", "82.50"), rowOf("IBCP", "30.00", "6000").nets("25.00", "27.50")), taxOf("20.00", "10.00", "VAT")), []string{
			"expense 6000 75.00 N1 A1", "expense 6000 25.00 N1 A1",
			"tax 10.00 N1 A1 VAT VAT1 VATR", "non_deductible_tax 6000 10.00 N1 A1 VAT VAT1 VATR",
			"employee_payable EMPL -90.00 N1 A1", "card_vendor_payable IBCP -30.00 N1 A1"}},
		// The second one: allocations stay apart, though all is equal.
		"three cost centres": {report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "33.33", "6"))), allocOf("A2", rows(rowOf("EMPL", "33.33", "6"))), allocOf("A3", rows(rowOf("EMPL", "33.34", "6"))))), []string{
			"expense 6 33.33 N1 A1", "employee_payable EMPL -33.33 N1 A1", "expense 6 33.33 N1 A2", "employee_payable EMPL -33.33 N1 A2", "expense 6 33.34 N1 A3", "employee_payable EMPL -33.34 N1 A3"}},
		"private charge": {personal(" "), []string{
			"card_clearing 1999 30.00 P1", "card_clearing 1999 -30.00 P1", "card_vendor_payable CBCP -30.00 P1", "employee_payable EMPL 30.00 P1"}},
		"private charge, row names the account": {personal("1888"), []string{
			"card_clearing 1888 30.00 P1", "card_clearing 1888 -30.00 P1", "card_vendor_payable CBCP -30.00 P1", "employee_payable EMPL 30.00 P1"}},
		"two taxes, one of them lost": {simple(rows(rowOf("EMPL", "100", "6").nets("88.5", "96.46")), taxOf("4.42", "0", "GST"), taxOf("7.08", "3.54", "PST")), []string{
			"expense 6 88.50 N1 A1", "non_deductible_tax 6 4.42 N1 A1 GST GST1 GSTR", "tax 3.54 N1 A1 PST PST1 PSTR", "non_deductible_tax 6 3.54 N1 A1 PST PST1 PSTR", "employee_payable EMPL -100.00 N1 A1"}},
		"different accounts, one tax": {simple(rows(rowOf("EMPL", "60", "6").nets("50", "57"), rowOf("IBCP", "60", "7").nets("50", "58")), taxOf("20", "5", "VAT")), []string{
			"expense 6 50.00 N1 A1", "expense 7 50.00 N1 A1", "tax 5.00 N1 A1 VAT VAT1 VATR",
			"non_deductible_tax 6 7.00 N1 A1 VAT VAT1 VATR", "non_deductible_tax 7 8.00 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -60.00 N1 A1", "card_vendor_payable IBCP -60.00 N1 A1"}},
		"different accounts, two taxes": {simple(rows(rowOf("EMPL", "60", "6").nets("50", "57"), rowOf("IBCP", "60", "7").nets("50", "58")), taxOf("12", "5", "VAT"), taxOf("8", "0", "CITY")), []string{
			"expense 6 50.00 N1 A1", "expense 7 50.00 N1 A1", "tax 5.00 N1 A1 VAT VAT1 VATR",
			"non_deductible_tax 6 7.00 N1 A1", "non_deductible_tax 7 8.00 N1 A1", "employee_payable EMPL -60.00 N1 A1", "card_vendor_payable IBCP -60.00 N1 A1"}},
		"different accounts, all reclaimable": {simple(rows(rowOf("EMPL", "60", "6").nets("50", "50").with("amountNetOfReclaim", nil), rowOf("IBCP", "60", "7").nets("50", "50")), taxOf("20", "20", "VAT")), []string{
			"expense 6 50.00 N1 A1", "expense 7 50.00 N1 A1", "tax 20.00 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -60.00 N1 A1", "card_vendor_payable IBCP -60.00 N1 A1"}},
		"missing net, one row": {simple(rows(rowOf("EMPL", "120", "6").with("amountNetOfTax", nil, "amountNetOfReclaim", nil)), taxOf("20", "5", "VAT").with("amountReclaim", nil)), []string{
			"expense 6 100.00 N1 A1", "non_deductible_tax 6 20.00 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -120.00 N1 A1"}},
		"missing net, no tax": {simple(rows(rowOf("EMPL", "1", "6").with("amountNetOfTax", nil), rowOf("IBCP", "2", "6").with("amountNetOfTax", nil))), []string{
			"expense 6 1.00 N1 A1", "expense 6 2.00 N1 A1", "employee_payable EMPL -1.00 N1 A1", "card_vendor_payable IBCP -2.00 N1 A1"}},
		"reclaim is not checked unless every row states it": {simple(rows(rowOf("EMPL", "60", "6").nets("50", "1"), rowOf("IBCP", "60", "6").nets("50", "1").with("amountNetOfReclaim", nil)), taxOf("20", "5", "VAT")), []string{
			"expense 6 50.00 N1 A1", "expense 6 50.00 N1 A1", "tax 5.00 N1 A1 VAT VAT1 VATR", "non_deductible_tax 6 15.00 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -60.00 N1 A1", "card_vendor_payable IBCP -60.00 N1 A1"}},
		"the tax within a row is not used": {simple(rows(rowOf("EMPL", "10", "6").with("amountTax", n("3")))), []string{
			"expense 6 10.00 N1 A1", "employee_payable EMPL -10.00 N1 A1"}},
		"empty rows and taxes are skipped, whatever else they say": {
			simple(rows(obj{"amountGross": n("0E-8"), "amountNetOfTax": nil, "journalPayer": "X"}, obj{"amountGross": n("0"), "amountNetOfTax": n("0.00"), "amountNetOfReclaim": n("7"), "journalPayee": ""}, rowOf("EMPL", "10", "6")),
				obj{"amountTax": n("0.00"), "amountReclaim": nil}), []string{
				"expense 6 10.00 N1 A1", "employee_payable EMPL -10.00 N1 A1"}},
		"a row of gross zero that holds tax is posted": {simple(rows(rowOf("EMPL", "10", "6"), rowOf("EMPL", "0", "6").nets("-2", "-2")), taxOf("2", "2", "VAT")), []string{
			"expense 6 10.00 N1 A1", "expense 6 -2.00 N1 A1", "tax 2.00 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -10.00 N1 A1"}},
		"reclaim of a tax that says zero": {simple(rows(rowOf("EMPL", "10", "6").nets("10", "8")), taxOf("0", "2", "VAT")), []string{
			"expense 6 10.00 N1 A1", "tax 2.00 N1 A1 VAT VAT1 VATR", "non_deductible_tax 6 -2.00 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -10.00 N1 A1"}},
		"payroll account, also of applications": {payroll.with("report", payrollHead), []string{
			"expense 6000 10.00 N1 A1", "expense 6000 5.00 N1 A1", "employee_payable 1760 EMPL -10.00 N1 A1", "card_vendor_payable IBCP -5.00 N1 A1", "cash_advance_clearing -3.00 C1", "employee_payable 1760 EMPL 3.00 C1"}},
		"payroll account without the indicator": {simple(rows(rowOf("EMPL", "10", "6"))).with("report", payrollHead.with("payrollPayIndicator", "N")), []string{
			"expense 6 10.00 N1 A1", "employee_payable EMPL -10.00 N1 A1"}},
		"liability account before payroll": {report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "10", "6"), rowOf("IBCP", "5", "6")))).with("liabilityAccountCode", "2105")).with("report", payrollHead), []string{
			"expense 6 10.00 N1 A1", "expense 6 5.00 N1 A1", "employee_payable 2105 EMPL -10.00 N1 A1", "card_vendor_payable 2105 IBCP -5.00 N1 A1"}},
		"advance used up, returns not posted twice": {report().with("report", obj{"employeeCurrencyAlphaCode": "EUR", "cashAdvanceReturnsAmount": n("5")},
			"cashAdvanceApplication", []obj{{"cashAdvanceApplicationAmount": n("-245"), "cashAdvanceClearingAccountCode": "CADV", "cashAdvanceId": "C1", "cashAdvanceTransactionType": 3}, {"cashAdvanceApplicationAmount": n("0")}}), []string{
			"cash_advance_clearing CADV -245.00 C1", "employee_payable EMPL 245.00 C1"}},
		"one application as an object": {report().with("cashAdvanceApplication", obj{"cashAdvanceApplicationAmount": "-2"}), []string{
			"cash_advance_clearing -2.00", "employee_payable EMPL 2.00"}},
		"two parts of an allowance": {report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "26.88", "6")))), entryOf("N2", allocOf("A2", rows(rowOf("EMPL", "29.12", "6"))))), []string{
			"expense 6 26.88 N1 A1", "employee_payable EMPL -26.88 N1 A1", "expense 6 29.12 N2 A2", "employee_payable EMPL -29.12 N2 A2"}},
		"nothing to post": {report(), nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := derive(t, c.doc, Options{})
			if diff := cmp.Diff(c.want, texts(r)); diff != "" {
				t.Error(diff)
			}
			if len(r.Warnings) > 0 {
				t.Errorf("warnings: %v", r.Warnings)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	r := derive(t, simple(rows(rowOf("VCRD", "10", "6"))), Options{CardCodes: []string{"XYZ", "VCRD"}})
	if diff := cmp.Diff([]string{"expense 6 10.00 N1 A1", "card_vendor_payable VCRD -10.00 N1 A1"}, texts(r)); diff != "" {
		t.Error(diff)
	}
	override := func(tax TaxKey, account string) string {
		if tax == (TaxKey{"VAT", "VAT1", "VATR"}) && account == "6" {
			return "6999"
		}
		return ""
	}
	r = derive(t, simple(rows(rowOf("EMPL", "120", "6").nets("100", "110")), taxOf("10", "0", "VAT"), taxOf("10", "10", "GST").with("amountReclaim", n("10"))), Options{NonDeductibleAccount: override})
	if diff := cmp.Diff([]string{"expense 6 100.00 N1 A1", "non_deductible_tax 6999 10.00 N1 A1 VAT VAT1 VATR", "tax 10.00 N1 A1 GST GST1 GSTR", "employee_payable EMPL -120.00 N1 A1"}, texts(r)); diff != "" {
		t.Error(diff)
	}
	// By row and with several taxes there is no one tax to ask about.
	r = derive(t, simple(rows(rowOf("EMPL", "60", "6").nets("50", "57"), rowOf("EMPL", "60", "7").nets("50", "58")), taxOf("12", "5", "VAT"), taxOf("8", "0", "CITY")), Options{NonDeductibleAccount: func(tax TaxKey, account string) string {
		if tax != (TaxKey{}) {
			t.Errorf("asked about %v", tax)
		}
		return account + "9"
	}})
	if r.Lines[3].AccountCode != "69" || r.Lines[4].AccountCode != "79" {
		t.Errorf("%v", texts(r))
	}
}

func TestWarnings(t *testing.T) {
	doc := report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "10", "6")))).with("entryApprovedAmount", n("11")), entryOf("N2", allocOf("A2", rows(rowOf("EMPL", "5", "6")))).with("entryApprovedAmount", n("5.00000000")))
	doc = doc.with("report", obj{"employeeCurrencyAlphaCode": "EUR", "totalApprovedAmount": n("16")})
	r := derive(t, doc, Options{})
	want := []Problem{
		{ApprovedMismatch, "N1", "expenseEntry[0].entryApprovedAmount", "states 11.00, the journal rows add up to 10.00"},
		{TotalMismatch, "", "report.totalApprovedAmount", "states 16.00, the journal rows add up to 15.00"},
	}
	if diff := cmp.Diff(want, r.Warnings); diff != "" || len(r.Lines) != 4 {
		t.Errorf("%d lines, %s", len(r.Lines), diff)
	}
	// What only informs does not stop a document, even when it is no number.
	doc = simple(rows(rowOf("EMPL", "10", "6"))).with("report", obj{"employeeCurrencyAlphaCode": "EUR", "totalApprovedAmount": "ten"})
	if r := derive(t, doc, Options{}); len(r.Warnings) != 1 || r.Warnings[0].Reason != TotalMismatch {
		t.Errorf("%v", r.Warnings)
	}
}

func TestLinesKnowTheirSource(t *testing.T) {
	doc := parseDoc(t, "", simple(rows(rowOf("EMPL", "120", "6").nets("100", "110")), taxOf("20", "10", "VAT")).with("cashAdvanceApplication", []obj{{"cashAdvanceApplicationAmount": n("-2")}}))
	r, err := Derive(doc, Options{})
	if err != nil {
		t.Fatal(err)
	}
	entry := doc.Root.List("expenseEntry")[0]
	alloc := entry.List("allocation")[0]
	journal, tax := alloc.List("journal")[0], alloc.List("tax")[0]
	for i, l := range r.Lines[:4] {
		taxed := l.Role == Tax || l.Role == NonDeductibleTax
		if l.Entry != entry || l.Allocation != alloc || l.Journal != journal || (l.Tax == tax) != taxed || l.Application != nil {
			t.Errorf("line %d does not know where it is from", i)
		}
	}
	for _, l := range r.Lines[4:] {
		if l.Application != doc.Root.List("cashAdvanceApplication")[0] || l.Entry != nil {
			t.Errorf("%s does not know its application", l.Role)
		}
	}
}
