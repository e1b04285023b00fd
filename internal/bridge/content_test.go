package bridge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// expense is the JSON of a report with one entry for each account, 10.00 each.
func expense(report, accounts string) string {
	var entries []string
	for i, account := range strings.Fields(accounts) {
		entries = append(entries, fmt.Sprintf(`{"entryId":"%s-%d","entryDescription":"Entry %d","expenseTypeCode":"TAXIX","reportEntryPatKey":"CASH","entryIsPersonal":"N","entryApprovedAmount":10.00,
			"entryDate":"2026-03-01T00:00:00.000Z","allocation":[{"allocationId":"%s-%d-1","allocationPercentage":100,"allocationCustom2Code":"1100",
			"journal":[{"journalAccountCode":"%s","journalPayer":"COMP","journalPayee":"EMPL","amountGross":10.00,"amountNetOfTax":10.00,"amountNetOfReclaim":10.00}]}]}`,
			report, i, i+1, report, i, account))
	}
	return fmt.Sprintf(`{"employee":{"employeeId":"E1","employeeOrgUnit1Code":"1000"},"report":{"reportId":"%s","reportKey":"%s","reportName":"%s","isTest":"N","ledgerCode":"EU",
		"totalApprovedAmount":%d.00,"employeeCurrencyAlphaCode":"EUR","reportSubmitDate":"2026-03-01T00:00:00.000Z"},"expenseEntry":[%s]}`,
		report, "K"+report, report, 10*len(entries), strings.Join(entries, ","))
}

// invoice is the JSON of an invoice of 50.00 on one account.
func invoice(request, account string) string {
	return fmt.Sprintf(`{"requestHeader":{"requestId":"%s","reqKey":"K%s","ledgerCode":"US","invoiceDate":"03/01/2026","isTest":"N","currencyAlphaCode":"USD","vendorInvoiceNumber":"V-1",
		"requestTotal":50.0,"amountNetInvoice":50.0,"amountShippingTotal":0.0,"requestTitle":"Paper"},"ownerEmployee":{"employeeId":"E2","employeeOrgUnit1Code":"2000"},
		"vendor":{"vendorName":"Paper Mill","vendorCode":"V70010"},"lineItem":[{"lineItemDescription":"Cartons","lineItemSequenceOrder":1,"expenseTypeCode":"6501   ",
		"allocation":[{"allocationAccountCode":"%s","allocationCustom2Code":"2100","allocationPercentage":100.0,"journal":{"accountCode":"%s","amountShipping":0,"amountNet":50.0,"amountGross":50}}]}]}`,
		request, request, account, account)
}

const answerHead = "doc_id,kind,status,company,document_number,fiscal_year,date,amount,currency,payment_reference,payment_method,message_code,message\r\n"

// Lines of a result file of generic-csv.
func posted(ref, number string) string {
	return ref + ",post,ok,1000," + number + ",2026,2026-03-31,,,,,,\r\n"
}

func rejected(ref, text string) string { return ref + ",post,error,,,,,,,,,F5," + text + "\r\n" }

func duplicate(ref string) string { return ref + ",post,duplicate,,,,,,,,,M1,entered before\r\n" }

func paid(ref, status, payment string) string { return pays(ref, status, payment, "10.00", "EUR") }

func pays(ref, status, payment, amount, currency string) string {
	return ref + ",pay," + status + ",1000,,2026,2026-04-02," + amount + "," + currency + "," + payment + ",transfer,," + map[bool]string{true: "taken back"}[status == "reversed" || status == "void"] + "\r\n"
}

// A report whose rows are not what was approved is posted, for Concur says that such reports are; the run tells it. One
// with an entry that stands twice is held: it would be booked twice.
func TestWhatDoesNotAddUpIsTold(t *testing.T) {
	w := newWorld(t, options{})
	body := expense("RSUM", "640100")
	w.add(fis.Expense, "SUM", strings.Replace(body, `"totalApprovedAmount":`, `"totalApprovedAmount":9`, 1))
	entry := body[strings.Index(body, `"expenseEntry":[`)+len(`"expenseEntry":[`) : strings.LastIndex(body, "]}")]
	w.add(fis.Expense, "TWICE", strings.Replace(expense("RTWICE", "640100"), `"expenseEntry":[`, `"expenseEntry":[`+strings.ReplaceAll(entry, "RSUM", "RTWICE")+",", 1))
	s := w.run(bridge.ExitNeedsPerson)
	w.states("SUM filed, TWICE held")
	w.reason("TWICE", "would be booked twice")
	if !slices.ContainsFunc(s.Notes, func(n string) bool {
		return strings.Contains(n, "document SUM: ") && strings.Contains(n, "the journal rows add up to")
	}) {
		t.Errorf("%q", s.Notes)
	}
}
