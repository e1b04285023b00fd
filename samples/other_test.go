package samples_test

import (
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// advance is a cash advance document in the making.
type advance struct {
	id       string
	who      person
	title    string
	day      string
	amount   string // in the posting currency; negative: given back
	request  string // amount of the request, in currency
	currency string // of the request
	account  string // of the journal row; empty: only the document's clearing account is given
}

// advanceID is the id under which reports use the advance up.
func advanceID(id string) string { return hexID(32, "advance", id) }

func (a advance) document() object {
	payee, payer, side, kind := "EMPL", "COMP", "DR", 1
	if amount(a.amount).IsNegative() {
		payee, payer, side, kind = "COMP", "EMPL", "CR", 3
	}
	row := object{{"amount", num(a.amount)}, {"payee", payee}, {"accountCode", orNull(a.account)}, {"debitOrCredit", side}, {"payer", payer}, {"paymentCode", "Cash"}}
	data := object{{"locationName", nil}, {"exchangeRate", num("1")}, {"clearingAccountCode", advances}, {"purpose", a.title}, {"cashAdvanceId", advanceID(a.id)}, {"paymentMethod", 0},
		{"issuedDate", a.day + "T03:48:43.600Z"}, {"requestAmount", num(orText(a.request, a.amount))}, {"requestDate", a.day + "T01:59:53.040Z"},
		{"currencyAlphaCode", orText(a.currency, a.who.of.currency)}, {"isTest", a.who.isTest()}, {"countryCode", nil}, {"countrySubCode", nil}, {"requestedDisbursementDate", nil},
		{"travelStartDate", nil}, {"travelEndDate", nil}, {"currencyNumCode", nil}, {"expensePayIndicator", "N"}, {"employeeCurrencyAlphaCode", a.who.of.currency}}
	data.nulls("cardAccountID", "cardTransactionID", "cardTransactionAmount", "cardTransactionCurrency", "cardTransactionPostedAmount", "cardTransactionPostedCurrency")
	data = append(data, object{{"transactionType", kind}, {"name", a.title}}...)
	return object{{"employeeData", a.who.employee()}, {"cashAdvanceData", data}, {"journalData", []object{row}}}
}

// invoice is an invoice document in the making.
type invoice struct {
	id, title, number string
	who               person
	from              vendor
	day               string
	lines             []line
	asList            bool // the journal comes as a list of one
}

type line struct {
	text    string
	account string
	parts   []share
}

// share is one allocation of an invoice line.
type share struct {
	percent, costCentre, net, shipping string
	taxes                              []taxed
}

func (v invoice) sum() fis.Amount {
	total := fis.Zero
	for _, l := range v.lines {
		for _, s := range l.parts {
			total = total.Add(s.gross())
		}
	}
	return total
}

func (s share) gross() fis.Amount {
	total := amount(s.net).Add(amount(orText(s.shipping, "0")))
	for _, t := range s.taxes {
		total = total.Add(amount(t.amount))
	}
	return total
}

func (v invoice) document() object {
	lines := make([]object, len(v.lines))
	for i, l := range v.lines {
		lines[i] = v.lineItem(i, l)
	}
	supplier := object{{"vendorName", v.from.name}, {"vendorCode", v.from.code}, {"vendorShipFromAddressCode", nil}, {"vendorRemitToAddressCode", "1"}, {"vendorContactFirstName", nil}, {"vendorContactLastName", nil}}
	return object{{"requestHeader", v.header()}, {"ownerEmployee", v.who.employee()}, {"vendor", supplier}, {"lineItem", lines}}
}

// usDate is the form of dates in invoices: MM/DD/YYYY.
func usDate(day string, later int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // the samples are constants
	}
	return t.AddDate(0, 0, later).Format("01/02/2006")
}

func (v invoice) header() object {
	net, shipping := fis.Zero, fis.Zero
	for _, l := range v.lines {
		for _, s := range l.parts {
			net, shipping = net.Add(amount(s.net)), shipping.Add(amount(orText(s.shipping, "0")))
		}
	}
	o := object{{"ledgerCode", v.who.of.ledger}, {"clearingAccountCode", nil}, {"invoiceDate", usDate(v.day, 0)}, {"reqKey", numberOf("request", v.id)}, {"postingDate", nil}, {"poNumber", nil},
		{"isTest", v.who.isTest()}, {"deliverySlipNumber", nil}, {"discountPercentage", nil}, {"paymentDueDate", usDate(v.day, 30)}, {"requestId", hexID(20, "request", v.id)},
		{"currencyAlphaCode", v.who.of.currency}, {"ledgerName", v.who.of.ledger}, {"vendorInvoiceNumber", v.number}, {"multiplePurchaseOrder", "N"}, {"invoicePayIndicator", "N"}, {"payMethodType", "CLIENT"},
		{"submitDate", v.day + "T03:37:42.923Z"}, {"requestTotal", num(v.sum().StringFixed(8))}, {"revisionNumber", "1"}, {"processCompleteDate", nil}, {"invoiceReceivedDate", nil}, {"versionId", "4"}}
	o.custom("requestOrgUnit", 6)
	v.who.orgUnits(&o, "request")
	o.custom("requestCustom", 24)
	long := report{long: true}
	return append(o, object{{"amountNetInvoice", long.spell(net)}, {"amountShippingTotal", long.spell(shipping)}, {"requestTitle", v.title}, {"discountTermsDays", nil}, {"netPaymentTermDays", "30"},
		{"requestCreationDate", v.day + "T03:37:00.143Z"}, {"requestDescription", nil}}...)
}

func (v invoice) lineItem(i int, l line) object {
	shares := make([]object, len(l.parts))
	total := fis.Zero
	for j, s := range l.parts {
		shares[j] = v.share(i, j, l, s)
		total = total.Add(amount(s.net))
	}
	o := object{{"allocation", shares}, {"receiptNumbers", []string{}}, {"expenseTypeName", accounts()[l.account]}, {"poLineNumber", nil}, {"externalLineItemId", nil}, {"expenseTypeCode", l.account[:4] + "   "},
		{"lineItemPurchaseOrderNumber", nil}, {"lineItemCode", nil}, {"lineItemDeliverySlipNumber", nil}, {"lineItemUnitPrice", num(total.StringFixed(8))}, {"lineItemSequenceOrder", i + 1}, {"lineItemQuantity", num("1.00000000")}}
	o.custom("lineItemCustom", 20)
	return append(o, field{"lineItemDescription", l.text})
}

func (v invoice) share(i, j int, l line, s share) object {
	taxes := any(nil)
	if len(s.taxes) > 0 {
		list := make([]object, len(s.taxes))
		for k, t := range s.taxes {
			list[k] = object{{"taxCode", t.code}, {"amountTax", num(t.amount)}}
		}
		taxes = list
	}
	row := object{{"accountCode", l.account}, {"amountShipping", num(orText(s.shipping, "0"))}, {"amountNet", num(s.net)}, {"amountGross", num(s.gross().String())}, {"tax", taxes}}
	journal := any(row)
	if v.asList {
		journal = []object{row}
	}
	o := object{{"journal", journal}, {"allocationAccountCode", l.account}}
	o.custom("allocationCustom", 20)
	costCentre := orText(s.costCentre, v.who.costCentre)
	o.set("allocationCustom1Code", v.who.of.code)
	o.set("allocationCustom1Value", v.who.of.name)
	o.set("allocationCustom2Code", costCentre)
	o.set("allocationCustom2Value", costCentres()[costCentre])
	o.set("allocationPercentage", num(amount(orText(s.percent, "100")).StringFixed(8)))
	o.set("allocationKey", 100+10*i+j)
	return o
}

// payroll is a document of wage types: it has no journal rows, and its amounts are not posted as lines.
func payroll(id string, who person, title, day string) object {
	r := report{id: id, who: who, title: title, day: day, entries: []entry{cash(perDiem, "84.00", "Three days in Graz")}}
	doc := object{{"employee", who.employee()}, {"report", r.header()}}
	e := r.entry(0, r.entries[0])
	e.set("allocation", []object{})
	e.set("payrollData", []object{
		{{"wageTypeCode", "M410"}, {"wageTypeName", "Per diem, tax free"}, {"amount", num("70.00")}, {"currencyAlphaCode", who.of.currency}, {"quantity", num("3")}, {"date", day + "T00:00:00.000Z"}},
		{{"wageTypeCode", "M411"}, {"wageTypeName", "Per diem, taxable"}, {"amount", num("14.00")}, {"currencyAlphaCode", who.of.currency}, {"quantity", num("3")}, {"date", day + "T00:00:00.000Z"}},
	})
	return append(doc, object{{"expenseEntry", []object{e}}, {"travelAllowances", []object{{{"itineraryName", "Graz"}, {"startDate", day + "T06:00:00.000Z"}, {"endDate", day + "T20:00:00.000Z"}}}}}...)
}

// obligation is a reservation of funds for a travel request.
func obligation(id string, who person, title, day, total string) object {
	head := object{{"requestId", hexID(20, "request", id)}, {"requestKey", 412}, {"requestName", title}, {"requestTitle", title}, {"requestStartDate", day + "T00:00:00.000Z"}, {"requestEndDate", day + "T00:00:00.000Z"},
		{"requestTotal", num(total)}, {"currencyAlphaCode", who.of.currency}, {"employeeCurrencyAlphaCode", who.of.currency}, {"isTest", who.isTest()}, {"ledgerCode", who.of.ledger}, {"submitDate", day + "T03:37:42.923Z"}}
	head.custom("requestOrgUnit", 6)
	who.orgUnits(&head, "request")
	head.custom("requestCustom", 20)
	share := object{{"allocationId", hexID(32, id, "allocation")}, {"allocationPercentage", num("100")}, {"allocationAccountCode", airfare.account}, {"allocationAmount", num(total)}}
	share.custom("allocationCustom", 20)
	share.set("allocationCustom1Code", who.of.code)
	share.set("allocationCustom2Code", who.costCentre)
	line := object{{"entryId", hexID(32, id, "entry")}, {"expenseTypeCode", airfare.code}, {"expenseTypeName", airfare.name}, {"entryDescription", title}, {"entryAmount", num(total)}, {"entryCurrAlphaCode", who.of.currency},
		{"allocation", []object{share}}}
	return object{{"instruction", object{{"instruction", "obligate"}}}, {"requestHeader", head}, {"employee", who.employee()}, {"requestEntry", []object{line}}}
}

// envelope is what FIS lists.
func envelope(docID string, t fis.DocType, document any) object {
	address := fmt.Sprintf("https://us.api.concursolutions.com/financialintegration/fi/v4/companies/transactiontypes/%s/transactions?docId=%s", t, docID)
	return object{{"id", docID}, {"docType", string(t)}, {"companyId", "900417"}, {"entityId", "p0417lantern"}, {"companyUuid", "5f2d8c1e-6a3b-4c7d-9e0f-1a2b3c4d5e6f"}, {"erpSystemId", nil},
		{"document", document}, {"docStatus", string(fis.StatusReady)}, {"links", []object{{{"rel", "self"}, {"href", address}}}}}
}
