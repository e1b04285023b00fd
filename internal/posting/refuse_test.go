package posting

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/google/go-cmp/cmp"
)

func TestRefusals(t *testing.T) {
	cash := rowOf("EMPL", "10", "6")
	const journal = "expenseEntry[0].allocation[0].journal[0]"
	for name, c := range map[string]struct {
		docType fis.DocType
		doc     obj
		want    []Problem // detail is a part of the message
	}{
		"payroll":           {fis.Payroll, report(), []Problem{{UnsupportedDocument, "", "", `"payroll"`}}},
		"obligation":        {fis.RequestObligation, report(), []Problem{{UnsupportedDocument, "", "", "an instruction"}}},
		"unknown type":      {"other", report(), []Problem{{UnsupportedDocument, "", "", `"other"`}}},
		"unknown shape":     {"", obj{"report": obj{}}, []Problem{{UnsupportedDocument, "", "", "no known type"}}},
		"no entries":        {fis.Expense, obj{"report": obj{"employeeCurrencyAlphaCode": "EUR"}, "expenseEntry": nil}, []Problem{{UnsupportedDocument, "", "expenseEntry", "list expenseEntry"}}},
		"wrong shape":       {fis.Invoice, report(), []Problem{{UnsupportedDocument, "", "requestHeader", "object"}, {UnsupportedDocument, "", "lineItem", "list"}}},
		"entries are texts": {fis.Expense, report().with("expenseEntry", []string{"x"}), []Problem{{UnsupportedDocument, "", "expenseEntry[0]", "found a text"}}},
		"entries are text":  {fis.Expense, report().with("expenseEntry", "x"), []Problem{{UnsupportedDocument, "", "expenseEntry", "list expenseEntry"}}},
		"rows are numbers":  {"", report(entryOf("N1", obj{"journal": []int{1}})), []Problem{{UnsupportedDocument, "N1", journal, "found a number"}}},
		"no header":         {fis.CashAdvance, advance().with("cashAdvanceData", nil), []Problem{{UnsupportedDocument, "", "cashAdvanceData", "object"}, {UnsupportedDocument, "", "journalData", "list"}}},

		"no currency, expense":      {"", report().with("report", obj{}), []Problem{{MissingCurrency, "", "report.employeeCurrencyAlphaCode", "no posting currency"}}},
		"no report":                 {"", report().with("report", nil), []Problem{{MissingCurrency, "", "report.employeeCurrencyAlphaCode", ""}}},
		"blank currency, invoice":   {"", invoiceOf("0").with("requestHeader", obj{"currencyAlphaCode": " ", "employeeCurrencyAlphaCode": "EUR"}), []Problem{{MissingCurrency, "", "requestHeader.currencyAlphaCode", ""}}},
		"currency of request only":  {"", advance(advanceRow("1", "DR")).with("cashAdvanceData", obj{"currencyAlphaCode": "USD"}), []Problem{{MissingCurrency, "", "cashAdvanceData.employeeCurrencyAlphaCode", ""}}},
		"entry twice":               {"", report(entryOf("N1", allocOf("A1", rows(cash))), entryOf("N2", allocOf("A2", rows(cash))), entryOf("N1", allocOf("A1", rows(cash)))), []Problem{{RepeatedID, "", "expenseEntry[2].entryId", "that of expenseEntry[0]"}}},
		"share twice":               {"", report(entryOf("N1", allocOf("A1", rows(cash)), allocOf("A1", rows(cash)))), []Problem{{RepeatedID, "N1", "expenseEntry[0].allocation[1].allocationId", "that of allocation[0]"}}},
		"missing gross":             {"", simple(rows(cash.with("amountGross", nil))), []Problem{{MissingAmount, "N1", journal + ".amountGross", "null or missing"}}},
		"blank gross":               {"", simple(rows(cash.with("amountGross", " "))), []Problem{{MissingAmount, "N1", journal + ".amountGross", ""}}},
		"bad gross":                 {"", simple(rows(cash.with("amountGross", "1,5"))), []Problem{{BadAmount, "N1", journal + ".amountGross", `"1,5" is not a number, and can only be corrected in Concur: reject the document`}}},
		"gross is an object":        {"", simple(rows(cash.with("amountGross", obj{}))), []Problem{{BadAmount, "N1", journal + ".amountGross", "object"}}},
		"gross is true":             {"", simple(rows(cash.with("amountGross", true))), []Problem{{BadAmount, "N1", journal + ".amountGross", ""}}},
		"hostile exponent":          {"", simple(rows(cash.with("amountGross", n("1e1000000")))), []Problem{{BadAmount, "N1", journal + ".amountGross", "has too many digits for an amount"}}},
		"bad net":                   {"", simple(rows(cash.with("amountNetOfTax", "x"))), []Problem{{BadAmount, "N1", journal + ".amountNetOfTax", ""}}},
		"bad net of reclaim":        {"", simple(rows(cash.with("amountNetOfReclaim", "x"))), []Problem{{BadAmount, "N1", journal + ".amountNetOfReclaim", ""}}},
		"missing net, shared tax":   {"", simple(rows(cash.with("amountNetOfTax", nil), rowOf("IBCP", "5", "6").nets("4", "5")), taxOf("1", "0", "VAT")), []Problem{{MissingAmount, "N1", journal + ".amountNetOfTax", "share"}}},
		"missing split":             {"", simple(rows(cash.nets("9", "9").with("amountNetOfReclaim", nil), rowOf("IBCP", "5", "7").nets("4", "5")), taxOf("2", "0", "VAT")), []Problem{{MissingAmount, "N1", journal + ".amountNetOfReclaim", "different accounts"}}},
		"missing tax amount":        {"", simple(rows(cash), obj{"amountTax": nil}), []Problem{{MissingAmount, "N1", "expenseEntry[0].allocation[0].tax[0].amountTax", ""}}},
		"bad reclaim":               {"", simple(rows(cash), taxOf("1", "0", "VAT").with("amountReclaim", "none")), []Problem{{BadAmount, "N1", "expenseEntry[0].allocation[0].tax[0].amountReclaim", ""}}},
		"missing application":       {"", report().with("cashAdvanceApplication", []obj{{}}), []Problem{{MissingAmount, "", "cashAdvanceApplication[0].cashAdvanceApplicationAmount", ""}}},
		"missing advance":           {"", advance(obj{"payer": "COMP", "payee": "EMPL"}), []Problem{{MissingAmount, "", "journalData[0].amount", ""}}},
		"missing invoice net":       {"", invoiceOf("0", obj{"amountGross": n("0")}), []Problem{{MissingAmount, "1", "lineItem[0].allocation[0].journal[0].amountNet", ""}}},
		"missing invoice tax":       {"", invoiceOf("0", obj{"amountNet": n("0"), "tax": []obj{{"taxCode": "V"}}}), []Problem{{MissingAmount, "1", "lineItem[0].allocation[0].journal[0].tax[0].amountTax", ""}}},
		"bad invoice total":         {"", invoiceOf("0").with("requestHeader", obj{"currencyAlphaCode": "EUR", "requestTotal": "x"}), []Problem{{BadAmount, "", "requestHeader.requestTotal", ""}}},
		"bad shipping":              {"", invoiceOf("0", obj{"amountNet": n("0"), "amountShipping": "x"}), []Problem{{BadAmount, "1", "lineItem[0].allocation[0].journal[0].amountShipping", ""}}},
		"company on both sides":     {"", simple(rows(cash.with("journalPayee", "COMP"))), []Problem{{NoCompanySide, "N1", journal, `"COMP" and journalPayee is "COMP"`}}},
		"company on no side":        {"", simple(rows(cash.with("journalPayer", "IBCP"))), []Problem{{NoCompanySide, "N1", journal, "COMP"}}},
		"blank payee":               {"", simple(rows(cash.with("journalPayee", " "))), []Problem{{NoCompanySide, "N1", journal, `""`}}},
		"null payer":                {"", simple(rows(cash.with("journalPayer", nil))), []Problem{{NoCompanySide, "N1", journal, ""}}},
		"advance without company":   {"", advance(advanceRow("1", "DR").with("payer", "EMPL")), []Problem{{NoCompanySide, "", "journalData[0]", ""}}},
		"unknown party":             {"", simple(rows(rowOf("VCRD", "10", "6"))), []Problem{{UnknownParty, "N1", journal, `"VCRD"`}}},
		"unknown party, small":      {"", simple(rows(rowOf("empl", "10", "6"))), []Problem{{UnknownParty, "N1", journal, `"empl"`}}},
		"company pays a negative":   {"", simple(rows(cash.with("amountGross", n("-10"), "amountNetOfTax", n("-10"), "amountNetOfReclaim", n("-10")))), []Problem{{DirectionConflict, "N1", journal, "-10.00"}}},
		"company gets a positive":   {"", simple(rows(cash.with("journalPayer", "EMPL", "journalPayee", "COMP"))), []Problem{{DirectionConflict, "N1", journal, "10.00"}}},
		"advance, payer":            {"", advance(advanceRow("5", "").with("payer", "EMPL", "payee", "COMP")), []Problem{{DirectionConflict, "", "journalData[0]", "5.00"}}},
		"advance, side":             {"", advance(advanceRow("5", "CR")), []Problem{{DirectionConflict, "", "journalData[0].debitOrCredit", `"CR"`}}},
		"advance, side of minus":    {"", advance(advanceRow("-5", "DR")), []Problem{{DirectionConflict, "", "journalData[0].debitOrCredit", `"DR"`}}},
		"advance, unknown side":     {"", advance(advanceRow("5", "debit")), []Problem{{DirectionConflict, "", "journalData[0].debitOrCredit", `"debit"`}}},
		"tax does not add up":       {"", simple(rows(cash.nets("9", "10")), taxOf("0.99", "0", "VAT")), []Problem{{TaxMismatch, "N1", "expenseEntry[0].allocation[0].tax", "0.99"}}},
		"tax without a row":         {"", simple(rows(cash), taxOf("1", "0", "VAT")), []Problem{{TaxMismatch, "N1", "expenseEntry[0].allocation[0].tax", "1.00"}}},
		"row without tax":           {"", simple(rows(cash.nets("9", "10"))), []Problem{{TaxMismatch, "N1", "expenseEntry[0].allocation[0].tax", "1.00"}}},
		"reclaim does not add up":   {"", simple(rows(cash.nets("9", "9.5")), taxOf("1", "0.4", "VAT")), []Problem{{TaxMismatch, "N1", "expenseEntry[0].allocation[0].tax", "reclaimable"}}},
		"tax and no rows":           {"", simple(nil, taxOf("1", "0", "VAT")), []Problem{{TaxMismatch, "N1", "expenseEntry[0].allocation[0].tax", ""}}},
		"invoice gross":             {"", invoiceOf("5", obj{"amountNet": n("5"), "amountGross": n("5.01")}), []Problem{{TotalMismatch, "1", "lineItem[0].allocation[0].journal[0].amountGross", "5.01"}}},
		"invoice total":             {"", invoiceOf("5.01", obj{"amountNet": n("5")}), []Problem{{TotalMismatch, "", "requestHeader.requestTotal", "5.01"}}},
		"invoice without any lines": {"", invoiceOf("5"), []Problem{{TotalMismatch, "", "requestHeader.requestTotal", "0.00"}}},
	} {
		t.Run(name, func(t *testing.T) {
			refused := refusal(t, c.docType, c.doc, Options{})
			if refused.DocID != "d1" || !strings.Contains(refused.Error(), "document d1 is not posted") {
				t.Errorf("document: %v", refused)
			}
			got := append([]Problem(nil), refused.Problems...)
			for i := range got {
				if i < len(c.want) && got[i].Detail != "" && strings.Contains(got[i].Detail.String(), c.want[i].Detail.String()) {
					got[i].Detail = c.want[i].Detail
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Everything that is wrong is told at once, with entry and place.
func TestRefusalsAreToldAtOnce(t *testing.T) {
	doc := report(
		entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "10", "6").with("amountGross", nil), rowOf("WHO", "-3", "6").with("journalPayer", "COMP", "journalPayee", "WHO")))),
		entryOf("N2", allocOf("A2", rows(rowOf("EMPL", "10", "6"))), allocOf("A3", rows(rowOf("EMPL", "10", "6").nets("9", "10")))),
	).with("report", obj{}, "cashAdvanceApplication", []obj{{"cashAdvanceApplicationAmount": "x"}})
	refused := refusal(t, "", doc, Options{})
	var got []string
	for _, p := range refused.Problems {
		got = append(got, string(p.Reason)+" "+p.Entry+" "+p.Place)
	}
	want := []string{
		"missing_currency  report.employeeCurrencyAlphaCode",
		"missing_amount N1 expenseEntry[0].allocation[0].journal[0].amountGross",
		"unknown_party N1 expenseEntry[0].allocation[0].journal[1]",
		"direction_conflict N1 expenseEntry[0].allocation[0].journal[1]",
		"tax_mismatch N2 expenseEntry[1].allocation[1].tax",
		"bad_amount  cashAdvanceApplication[0].cashAdvanceApplicationAmount",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !refused.Has(TaxMismatch) || refused.Has(NoCompanySide) {
		t.Error("Has")
	}
}
