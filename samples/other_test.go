package samples_test

import (
	"fmt"
	"strings"
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
	payee, payer, side := "EMPL", "COMP", "DR"
	if amount(a.amount).IsNegative() {
		payee, payer, side = "COMP", "EMPL", "CR"
	}
	row := object{{"amount", num(a.amount)}, {"payee", payee}, {"accountCode", orNull(a.account)}, {"debitOrCredit", side}, {"payer", payer}, {"paymentCode", "Cash"}}
	data := object{{"locationName", nil}, {"exchangeRate", num("1")}, {"clearingAccountCode", advances}, {"purpose", a.title}, {"cashAdvanceId", advanceID(a.id)}, {"paymentMethod", 0},
		{"issuedDate", a.day + "T03:48:43.600Z"}, {"requestAmount", num(orText(a.request, a.amount))}, {"requestDate", a.day + "T01:59:53.040Z"},
		{"currencyAlphaCode", orText(a.currency, a.who.of.currency)}, {"isTest", a.who.isTest()}, {"countryCode", nil}, {"countrySubCode", nil}, {"requestedDisbursementDate", nil},
		{"travelStartDate", nil}, {"travelEndDate", nil}, {"currencyNumCode", nil}, {"expensePayIndicator", "N"}, {"employeeCurrencyAlphaCode", a.who.of.currency}}
	data.nulls("cardAccountID", "cardTransactionID", "cardTransactionAmount", "cardTransactionCurrency", "cardTransactionPostedAmount", "cardTransactionPostedCurrency")
	data = append(data, object{{"transactionType", 1}, {"name", a.title}}...)
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

// known leaves out what documents of the type do not have.
func (o object) known(t fis.DocType, path string) object {
	is := map[string]fis.FieldInfo{}
	for _, f := range fis.Fields(t) {
		is[strings.ReplaceAll(f.Path, "[]", "")] = f
	}
	return o.only(is, path)
}

func (o object) only(is map[string]fis.FieldInfo, path string) (out object) {
	for _, f := range o {
		at := path + f.name
		if _, ok := is[at]; !ok {
			continue
		}
		switch v := f.value.(type) {
		case object:
			f.value = v.only(is, at+".")
		case []object:
			list := make([]object, len(v))
			for i := range v {
				list[i] = v[i].only(is, at+".")
			}
			f.value = list
		}
		out = append(out, f)
	}
	return out
}

// payroll is a document of wage types: it has no journal rows, and its amounts are not posted as lines. The traveller
// was away for three days, with one breakfast given.
func payroll(id string, who person, title, day string) object {
	r := report{id: id, who: who, title: title, day: day, entries: []entry{cash(perDiem, "84.00", "Three days in Graz")}}
	head := r.header()
	head.set("reportNumber", "K3R7QA")
	head.set("benefitInKindWageType", nil)
	e := r.entry(0, r.entries[0])
	wage := func(wageType, sum, taxable, taxation string) object {
		return object{{"taxableType", taxable}, {"taxationType", taxation}, {"entryApprovedAmount", num(sum)}, {"wageType", wageType}, {"payrollPayIndicator", "Y"}}
	}
	e.set("payrollData", []object{wage("M410", "70.00", "NonTaxable", "None"), wage("M411", "14.00", "Taxable", "Individual")})
	application := object{{"cashAdvanceApplicationAmount", num("0E-8")}, {"cashAdvanceClearingWageType", nil}, {"payrollPayIndicator", "N"}, {"cashAdvanceReturnsAmount", num("0E-8")}}
	doc := object{{"report", head}, {"employee", who.employee()}, {"cashAdvanceApplication", application}, {"expenseEntry", []object{e}}, {"travelAllowances", []object{trip(id, day, e)}}}
	return doc.known(fis.Payroll, "")
}

// trip is what the wage types of a payroll document are proved by: 3 days at 28.00, of which the law leaves 70.00
// untaxed.
func trip(id, day string, paid object) object {
	first, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // the samples are constants
	}
	on := func(n int) string { return first.AddDate(0, 0, n).Format(time.DateOnly) }
	itinerary := object{{"companyId", "1000"}, {"configurationCode", "TA_DE"}, {"description", "Graz"}, {"id", numberOf("trip", id)}, {"tripTypeCode", "FOREIGN"}, {"userId", hexID(32, "traveller", id)},
		{"startDate", on(0)}, {"startTime", "06:00:00"}, {"endDate", on(2)}, {"endTime", "20:00:00"}, {"numberOfDays", 3}, {"domestic", false}}
	place := object{{"countryISOCode", "AT"}, {"subDivisionISOCode", "AT-6"}, {"getuNLocationCode", "ATGRZ"}, {"travelAllowanceRegionCode", nil}}
	var days []object
	for i, untaxed := range []string{"28.00", "22.40", "19.60"} {
		days = append(days, allowanceDay(on(i), untaxed, paid, place))
	}
	derived := object{{"startDate", on(0)}, {"startTime", "06:00:00"}, {"endDate", on(2)}, {"endTime", "20:00:00"}, {"startDateUtc", on(0)}, {"startTimeUtc", "04:00:00"}, {"endDateUtc", on(2)}, {"endTimeUtc", "18:00:00"},
		{"numberOfDays", 3}, {"userProfile", object{{"homeCountry", "DE"}, {"homeCurrency", "EUR"}}}, {"domestic", false}}
	result := object{{"itineraryHeader", itinerary}, {"itineraryDerivedData", derived}, {"configurationCode", "TA_DE"}, {"clientRateBundleCode", "LANTERN"}, {"governmentRateBundleCode", "GOV_DE_2026"}, {"isLegalGovernmentRateBundleCode", true}}
	return object{{"itineraryHeader", itinerary}, {"dailyAllowanceDetails", days}, {"itineraryResultHeader", result}}
}

func allowanceDay(day, untaxed string, paid, place object) object {
	entryID := any(nil)
	for _, f := range paid {
		if f.name == "entryId" {
			entryID = f.value
		}
	}
	calculation := func(sum string) object {
		return object{{"startDate", day}, {"startTime", "00:00:00"}, {"endDate", day}, {"endTime", "23:59:59"}, {"rateCurrency", "EUR"}, {"rateAmount", num("28.00")},
			{"adjustmentFactors", []object{{{"adjustmentFactor", num("1")}}}}, {"adjustedAmountInRateCurrency", num("28.00")}, {"deductions", []object{}}, {"amountInRateCurrency", num(sum)}, {"locationKey", nil}, {"location", place}}
	}
	kind := object{{"benefitInKindAmountInPaymentCurrency", num("0")}, {"benefitInKindAmountInRateCurrency", num("0")}, {"clientAmountInPaymentCurrency", num("28.00")}, {"clientAmountInRateCurrency", num("28.00")},
		{"conversionRate", num("1")}, {"dateOfConversionRate", nil}, {"day", day}, {"expenseTypeCode", perDiem.code}, {"governmentAmountInPaymentCurrency", num(untaxed)}, {"governmentAmountInRateCurrency", num(untaxed)},
		{"governmentConversionRate", num("1")}, {"governmentRateCurrency", "EUR"}, {"location", place}, {"paymentCurrency", "EUR"}, {"rateCategoryCode", "MEAL"}, {"rateCurrency", "EUR"}, {"rateTypeCode", "MEALS"},
		{"expenseEntryID", entryID}, {"deductions", nil}}
	detail := object{{"dailyAllowanceRateType", kind}, {"governmentCalculationDetail", calculation(untaxed)}, {"clientCalculationDetail", calculation("28.00")}}
	return object{{"date", day}, {"paymentCurrency", "EUR"}, {"clientAmountInPaymentCurrency", num("28.00")}, {"governmentAmountInPaymentCurrency", num(untaxed)}, {"benefitInKindAmountInPaymentCurrency", num("0")},
		{"locationCountry", "AT"}, {"dailyAllowanceRateTypeDetailList", []object{detail}}}
}

// obligation is a reservation of funds for a travel request.
func obligation(id string, who person, title, day, total string) object {
	traveller := who.employee()
	traveller.set("employeeLedgerCode", who.of.ledger)
	traveller.set("employeeReimbursementCurrency", who.of.currency)
	traveller.set("employeeCountryCode", who.of.country)
	traveller.set("isTest", false)
	start := day + "T00:00:00.000Z"
	head := object{{"requestName", title}, {"requestId", hexID(32, "request", id)}, {"requestKey", "3HXK"}, {"fgiRefId", nil}, {"revisionNumber", 1}, {"versionId", 4}, {"totalApprovedAmount", num(total)}, {"isTest", who.isTest()},
		{"requestApprovalStatusCode", "SUBMITTED"}, {"requestCreationDate", day + "T03:30:12.000Z"}, {"requestSubmitDate", day + "T03:37:42.000Z"}, {"requestStartDate", start}, {"requestEndDate", start},
		{"requestPolicyId", hexID(32, "policy", "request")}, {"requestTypeCode", nil}, {"commitmentReference", nil}}
	head.custom("requestCustom", 20)
	share := object{{"allocationAmount", num(total)}, {"allocationAccountResolverKey", nil}, {"allocationPercentage", num("100")}, {"allocationId", hexID(32, id, "allocation")}, {"allocationCommitmentReference", nil}}
	share.custom("allocationCustom", 20)
	share.set("allocationCustom1Code", who.of.code)
	share.set("allocationCustom2Code", who.costCentre)
	line := object{{"entryId", hexID(32, id, "entry")}, {"expenseTypeCode", airfare.code}, {"expenseTypeName", airfare.name}, {"entryAccountCode", airfare.account}, {"allocation", []object{share}},
		{"entryApprovedAmount", num(total)}, {"entryTransactionDate", start}, {"entryCommitmentReference", nil}}
	doc := object{{"instruction", object{{"instruction", "obligate"}}}, {"employee", traveller}, {"requestHeader", head}, {"requestEntry", []object{line}}}
	return doc.known(fis.RequestObligation, "")
}

// envelope is what FIS lists.
func envelope(docID string, t fis.DocType, document any) object {
	address := fmt.Sprintf("https://us.api.concursolutions.com/financialintegration/fi/v4/companies/transactiontypes/%s/transactions?docId=%s", t, docID)
	return object{{"id", docID}, {"docType", string(t)}, {"companyId", "900417"}, {"entityId", "p0417lantern"}, {"companyUuid", "5f2d8c1e-6a3b-4c7d-9e0f-1a2b3c4d5e6f"}, {"erpSystemId", nil},
		{"document", document}, {"docStatus", string(fis.StatusReady)}, {"links", []object{{{"rel", "self"}, {"href", address}}}}}
}
