package proof

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Xero's help: the headings of the template downloaded from an organisation, one narration and date a journal, debits
// positive, 300 lines a file.
func TestXeroManualJournal(t *testing.T) {
	judgedBy(t, "xero-manual-journal", judgement{held: []string{"42-"}, rules: xeroJournal, script: []string{"judge-xero"},
		csv: "skip 1\nfields description,date,comment,acct,tax,amount,_,_,_,_\ndate-format %d/%m/%Y\ncurrency BASE\naccount1 a:%acct\naccount2 file\n",
		bad: []damage{
			{"a cent", ",23.40,", ",23.41,", "does not balance"},
			{"an American date", "02/11/2026", "11/13/2026", "is no date"},
			{"no tax rate", "Tax Exempt", "", "*TaxRate is empty"},
			{"a heading", "*Narration", "*Narrative", "headings"},
			{"thousands", ",23.40,", ",\"1,023.40\",", "no such number"},
		}})
}

func xeroJournal(file *importFile) []string {
	var f found
	sums := balance{}
	rows := f.table(file.data, strings.Split("*Narration,*Date,Description,*AccountCode,*TaxRate,*Amount,TrackingName1,TrackingOption1,TrackingName2,TrackingOption2", ","))
	if len(rows) > 300 {
		f.say(0, "%d lines, 300 a file", len(rows))
	}
	for i, r := range rows {
		f.needs(i+2, r, "*Narration", "*AccountCode", "*TaxRate")
		f.widths(i+2, r, map[string]int{"*AccountCode": 10})
		f.day(i+2, "*Date", r["*Date"], "02/01/2006")
		if (r["TrackingName1"] == "") != (r["TrackingOption1"] == "") {
			f.say(i+2, "tracking name and option go together")
		}
		sums.add(r["*Narration"]+" of "+r["*Date"], f.number(i+2, "*Amount", r["*Amount"], true, 2))
	}
	f.zero(sums)
	return f
}

// Xero's help: rows with one number are one bill, whatever the contact; all lines negative make a credit note; the total
// is computed.
func TestXeroBills(t *testing.T) {
	judgedBy(t, "xero-bills", judgement{rules: xeroBills, script: []string{"judge-xero"}, bad: []damage{
		{"another contact", "Optik Brandauer OHG,,,,,,,,,,V70025-2026/0931,", "Grey Heron Freight Ltd,,,,,,,,,,V70025-2026/0931,", "two contacts"},
		{"no due date", ",18/09/2026,", ",,", "*DueDate is empty"},
		{"due before it was written", ",18/09/2026,", ",18/09/2025,", "due before"},
		{"both signs in a credit note", ",1,-57.00,", ",1,57.00,", "credit note has negative lines alone"},
	}})
}

func xeroBills(file *importFile) []string {
	var f found
	rows := f.table(file.data, strings.Split("*ContactName,EmailAddress,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,POPostalCode,POCountry,*InvoiceNumber,*InvoiceDate,*DueDate,Total,InventoryItemCode,Description,*Quantity,*UnitAmount,*AccountCode,*TaxType,TrackingName1,TrackingOption1,TrackingName2,TrackingOption2,Currency", ","))
	head, sum, positive := map[string]string{}, balance{}, map[string]bool{}
	for i, r := range rows {
		f.needs(i+2, r, "*ContactName", "*InvoiceNumber", "*InvoiceDate", "*DueDate", "*Quantity", "*AccountCode", "*TaxType")
		number := r["*InvoiceNumber"]
		contact, _, _ := strings.Cut(head[number], "|")
		if said := r["*ContactName"] + "|" + r["*InvoiceDate"] + r["*DueDate"] + r["Currency"]; head[number] == "" {
			head[number] = said
		} else if contact != r["*ContactName"] {
			f.say(i+2, "%s has two contacts", number)
		} else if head[number] != said {
			f.say(i+2, "%s has two heads", number)
		}
		if r["Total"] != "" || r["*Quantity"] != "1" {
			f.say(i+2, "total or quantity")
		}
		if r["*DueDate"] != "" {
			f.day(i+2, "*DueDate", r["*DueDate"], "02/01/2006")
			if reversed(r["*DueDate"]) < reversed(r["*InvoiceDate"]) {
				f.say(i+2, "due before it was written")
			}
		}
		a := f.number(i+2, "*UnitAmount", r["*UnitAmount"], true, 4)
		sum.add(number, a)
		positive[number] = positive[number] || a.IsPositive()
	}
	for number, total := range sum {
		if total.IsNegative() && positive[number] {
			f.say(0, "%s: a credit note has negative lines alone", number)
		}
	}
	return f
}

// reversed is dd/MM/yyyy so that it can be compared.
func reversed(date string) string {
	parts := strings.Split(date, "/")
	if len(parts) != 3 {
		return ""
	}
	return parts[2] + parts[1] + parts[0]
}

// Oracle's help on NetSuite: rows of an External ID stand together and have one head, one of debit and credit is filled,
// with ten digits and two decimals.
func TestNetSuiteJournal(t *testing.T) {
	judgedBy(t, "netsuite-journal", judgement{held: []string{"42-"}, rules: netSuiteJournal, script: []string{"judge-netsuite"},
		csv: "skip 1\nfields description,date,sub,cur,memo,acct,amount-in,amount-out,text,dept,name\ndate-format %-m/%-d/%Y\ncurrency %cur\naccount1 a:%acct\naccount2 file\n",
		bad: []damage{
			{"a cent", ",23.40,,", ",23.41,,", "does not balance"},
			{"both sides", ",23.40,,", ",23.40,23.40,", "one must be filled"},
			{"two heads", "11/2/2026,Lantern Werke GmbH,EUR,8B52", "11/3/2026,Lantern Werke GmbH,EUR,8B52", "two heads"},
			{"a German date", "11/2/2026", "02.11.2026", "is no date"},
			{"no id", "a639004eb41f67c745e94fc338255c98", "", "External ID is empty"},
		}})
}

func netSuiteJournal(file *importFile) []string {
	var f found
	line := "Journal Entry - Line: "
	rows := f.table(file.data, []string{"External ID", "Date", "Subsidiary", "Currency", "Memo", line + "Account", line + "Debit", line + "Credit", line + "Memo", line + "Department", line + "Name"})
	sums, heads, last := balance{}, map[string]string{}, ""
	if len(rows) > 25_000 {
		f.say(0, "%d rows, 25,000 a file", len(rows))
	}
	for i, r := range rows {
		f.needs(i+2, r, "External ID", "Subsidiary", "Currency", line+"Account")
		f.widths(i+2, r, map[string]int{line + "Debit": 13, line + "Credit": 13})
		f.day(i+2, "Date", r["Date"], "1/2/2006")
		id, head := r["External ID"], r["Date"]+r["Subsidiary"]+r["Currency"]+r["Memo"]
		if known, seen := heads[id]; seen && known != head {
			f.say(i+2, "%s has two heads", id)
		} else if seen && id != last {
			f.say(i+2, "rows of %s are not together", id)
		}
		heads[id], last = head, id
		sums.add(id+" "+r["Currency"], f.side(i+2, r[line+"Debit"], r[line+"Credit"], 2))
	}
	f.zero(sums)
	return f
}

// Intacct's import page and client library: the head on the first row of an entry alone, LINE_NO from 1, positive
// amounts.
func TestIntacctJournal(t *testing.T) {
	judgedBy(t, "intacct-gl", judgement{held: []string{"42-"}, rules: intacctJournal, script: []string{"judge-intacct"},
		csv: "skip 1\nfields skip_,journal,day,description,ref,line,acct,loc,dept,doc,memo,amount-in,amount-out\ndate 2000-01-01\ndate-format %Y-%m-%d\ncurrency BASE\naccount1 a:%acct\naccount2 file\n",
		bad: []damage{
			{"a cent", ",23.40,\r", ",23.41,\r", "does not balance"},
			{"a negative amount", ",23.40,\r", ",-23.40,\r", "no such number"},
			{"a second head", "\r\n,,,,,2,", "\r\n,GJ,11/02/2026,,,2,", "LINE_NO"},
			{"a line left out", "\r\n,,,,,2,", "\r\n,,,,,3,", "LINE_NO"},
		}})
}

func intacctJournal(file *importFile) []string {
	var f found
	sums, entry, count := balance{}, "", 0
	for i, r := range f.table(file.data, strings.Split("DONOTIMPORT,JOURNAL,DATE,DESCRIPTION,REFERENCE_NO,LINE_NO,ACCT_NO,LOCATION_ID,DEPT_ID,DOCUMENT,MEMO,DEBIT,CREDIT", ",")) {
		if r["JOURNAL"] != "" {
			entry, count = "entry of line "+strconv.Itoa(i+2), 0
			f.needs(i+2, r, "DATE", "DESCRIPTION")
			f.day(i+2, "DATE", r["DATE"], "01/02/2006")
		} else if r["DATE"]+r["DESCRIPTION"]+r["REFERENCE_NO"] != "" {
			f.say(i+2, "a head on a following row")
		}
		count++
		if r["LINE_NO"] != strconv.Itoa(count) {
			f.say(i+2, "LINE_NO %s, expected %d", r["LINE_NO"], count)
		}
		f.needs(i+2, r, "ACCT_NO")
		f.widths(i+2, r, map[string]int{"JOURNAL": 4, "DESCRIPTION": 30, "MEMO": 500, "DOCUMENT": 30, "REFERENCE_NO": 20})
		sums.add(entry, f.side(i+2, r["DEBIT"], r["CREDIT"], 2))
	}
	f.zero(sums)
	return f
}

// Bills: the columns of the import template "Accounts Payable bills", of which six must be filled; the head on the first
// row of a bill alone, amounts that are positive.
func TestIntacctBills(t *testing.T) {
	judgedBy(t, "intacct-ap", judgement{held: []string{"51-"}, rules: intacctBills, bad: []damage{
		{"a negative amount", ",1200.00,", ",-1200.00,", "no such number"},
		{"no vendor", "V70025", "", "VENDOR_ID is empty"},
		{"no date of the bill", ",11/02/2026,08/19/2026,", ",11/02/2026,,", "CREATED_DATE is empty"},
		{"without the column", "CREATED_DATE,", "CREATED,", "CREATED_DATE is empty"},
		{"a heading of ours", "PO_NO", "PO_NUMBER", "PO_NUMBER is no column"},
		{"a bill twice", "2026/0977", "2026/0931", "stands twice"},
		{"a line left out", "\r\n,,,,,,2,", "\r\n,,,,,,3,", "LINE_NO"},
	}})
	// What Intacct would refuse with the whole file is held.
	for what, env := range map[string]fis.Envelope{
		"vendor of the bill": sample(t, "48-invoice-tax", `"vendorCode": "V70025"`, `"vendorCode": null`),
		"date of the bill":   sample(t, "48-invoice-tax", `"invoiceDate": "08/19/2026"`, `"invoiceDate": null`, `"submitDate": "2026-08-19T03:37:42.923Z"`, `"submitDate": null`, `"requestCreationDate": "2026-08-19T03:37:00.143Z"`, `"requestCreationDate": null`),
	} {
		if _, refused := render(t, readyPlan(t, "intacct-ap"), []fis.Envelope{env}, 42); !strings.Contains(fmt.Sprint(refused[env.Name()]), what) {
			t.Errorf("%v, want it held for the %s", refused, what)
		}
	}
}

// billColumns are those of the import template of bills.
const billColumns = "DONOTIMPORT,BATCH_TITLE,BILL_NO,PO_NO,VENDOR_ID,PAYTO,RETURNTO,POSTING_DATE,CREATED_DATE,DUE_DATE,TOTAL_DUE,TOTAL_PAID,PAID_DATE,TERM_NAME,DESCRIPTION,BASECURR,CURRENCY,EXCH_RATE_DATE,EXCH_RATE_TYPE_ID,EXCHANGE_RATE,LINE_NO,MEMO,ACCT_NO,ACCT_LABEL,LOCATION_ID,DEPT_ID,AMOUNT,ALLOCATION_ID,APBILLITEM_APACCOUNT,ACTION,SUPDOCID"

func intacctBills(file *importFile) []string {
	var f found
	count, bills := 0, map[string]bool{}
	head, _, _ := strings.Cut(string(file.data), "\r\n")
	for _, name := range strings.Split(head, ",") {
		if !slices.Contains(strings.Split(billColumns, ","), name) {
			f.say(1, "%s is no column of the import template", name)
		}
	}
	for i, r := range f.table(file.data, nil) {
		if count++; r["BILL_NO"] != "" {
			count = 1
			f.needs(i+2, r, "VENDOR_ID", "CREATED_DATE", "DUE_DATE")
			f.day(i+2, "POSTING_DATE", r["POSTING_DATE"], "01/02/2006")
			f.day(i+2, "CREATED_DATE", r["CREATED_DATE"], "01/02/2006")
			f.day(i+2, "DUE_DATE", r["DUE_DATE"], "01/02/2006")
			key := r["VENDOR_ID"] + "/" + r["BILL_NO"]
			if bills[key] {
				f.say(i+2, "bill %s stands twice", key)
			}
			bills[key] = true
		} else if r["VENDOR_ID"]+r["POSTING_DATE"]+r["CREATED_DATE"]+r["DUE_DATE"]+r["PO_NO"] != "" {
			f.say(i+2, "a head on a following row")
		}
		if r["LINE_NO"] != strconv.Itoa(count) {
			f.say(i+2, "LINE_NO %s, expected %d", r["LINE_NO"], count)
		}
		f.needs(i+2, r, "LINE_NO", "ACCT_NO", "MEMO")
		f.widths(i+2, r, map[string]int{"BILL_NO": 45, "VENDOR_ID": 20, "ACCT_NO": 24, "LOCATION_ID": 20, "DEPT_ID": 20, "MEMO": 500})
		f.number(i+2, "AMOUNT", r["AMOUNT"], false, 2)
	}
	return f
}
