package samples_test

import "github.com/fisbridge/fisbridge/internal/fis"

// document is the JSON object of the report.
func (r report) document() object {
	entries := make([]object, len(r.entries))
	for i, e := range r.entries {
		entries[i] = r.entry(i, e)
	}
	uses := make([]object, len(r.advances))
	for i, a := range r.advances {
		uses[i] = object{{"cashAdvanceClearingAccountCode", advances}, {"cashAdvanceId", a.advance}, {"cashAdvanceApplicationAmount", r.spell(amount(a.amount))}, {"cashAdvanceTransactionType", a.kind}}
	}
	return object{{"employee", r.who.employee()}, {"report", r.header()}, {"expenseEntry", entries}, {"cashAdvanceApplication", uses}}
}

func (r report) header() object {
	payroll, account := any(nil), any(nil)
	if r.payroll != "" {
		payroll, account = "Y", r.payroll
	}
	returned := fis.Zero
	if r.returned != "" {
		returned = amount(r.returned)
	}
	revision := r.revision
	if revision == "" {
		revision = "1"
	}
	o := object{{"requestId", []string{}}, {"versionId", "4"}, {"revisionNumber", revision}, {"homeCountryCode", r.who.of.country},
		{"reportSubmitDate", r.day + "T07:10:13.627Z"}, {"reportUserDefinedDate", r.day + "T00:00:00.000Z"},
		{"reportPaymentProcessingDate", r.day + "T15:10:15.167Z"}, {"reportCreationDate", r.day + "T07:06:55.427Z"}}
	o.custom("reportCustom", 20)
	o.custom("reportOrgUnit", 6)
	r.who.orgUnits(&o, "report")
	return append(o, object{{"reportId", r.id20()}, {"totalApprovedAmount", r.spell(r.sum())}, {"isTest", r.who.isTest()}, {"ledgerCode", r.who.of.ledger},
		{"reportKey", numberOf("report", r.id)}, {"reportName", r.title}, {"reportStartDate", nil}, {"reportEndDate", nil},
		{"payrollPayIndicator", payroll}, {"payrollPaymentClearingAccountCode", account}, {"cashAdvanceReturnsAmount", r.spell(returned)},
		{"employeeCurrencyAlphaCode", r.who.of.currency}}...)
}

func (r report) entry(i int, e entry) object {
	flag := map[bool]string{true: "Y", false: "N"}
	var o object
	o.custom("entryCustom", 40)
	o.custom("entryOrgUnit", 6)
	r.who.orgUnits(&o, "entry")
	s := e.spent
	if s == nil {
		s = &spent{r.who.of.currency, e.gross().String(), "1", "M", r.who.of.country}
	}
	o = append(o, object{{"offsetPayType", flag[e.offset]}, {"entryCountryCode", s.country}, {"entryUuid", nil}, {"entrySupplierTaxID", nil},
		{"reportEntryTransactionAmount", num(s.amount)}, {"entryLocationCityName", orNull(e.city)}, {"entryCountrySubCode", nil}, {"entryIsBillable", "N"}}...)
	o = append(o, r.card(e)...)
	o = append(o, object{{"clearingAccountCode", orNull(clearing(e))}, {"cardProgramTypeCode", nil}, {"entryId", hexID(32, r.id, "entry", i)}, {"entryDescription", orNull(e.text)},
		{"entryVendorCode", nil}, {"entryLocationName", orNull(e.city)}, {"entryReceiptId", hexID(32, r.id, "receipt", i)}, {"entryElectronicReceiptId", nil},
		{"entryApprovedAmount", r.spell(e.sum())}, {"expensePayIndicator", "N"}, {"allocation", r.allocations(i, e)}, {"entryExchangeRateDirection", s.direction},
		{"entryReceiptType", "R"}, {"entryVendorDescription", orNull(e.vendor)}, {"entryIsPersonal", flag[e.personal]}, {"legacyEntryId", 80000 + i},
		{"expenseTypeName", e.kind.name}, {"entryDate", r.day + "T00:00:00.000Z"}, {"entryCurrAlphaCode", s.currency}, {"entryExchangeRate", num(s.rate)},
		{"expenseTypeCode", e.kind.code}, {"cardStatementPeriodStartDate", nil}, {"cardStatementPeriodEndDate", nil}, {"reportEntryPatKey", e.pay},
		{"liabilityAccountCode", orNull(e.liability)}}...)
	return o
}

// gross is the sum of the rows that go one way: what stands on the receipt.
func (e entry) gross() fis.Amount {
	if e.personal {
		return amount(e.parts[0].rows[0].gross)
	}
	return e.sum()
}

func clearing(e entry) string {
	if e.personal {
		return cardClearing
	}
	return ""
}

// card is what Concur knows of the card transaction behind an entry.
func (r report) card(e entry) object {
	if e.pay == "CASH" {
		var o object
		o.nulls("cardAccountID", "cardTransactionID", "cardTransactionAmount", "cardTransactionCurrency", "cardTransactionPostedAmount", "cardTransactionPostedCurrency")
		return o
	}
	s := e.spent
	if s == nil {
		s = &spent{currency: r.who.of.currency, amount: e.gross().String()}
	}
	return object{{"cardAccountID", hexID(32, "card", r.who.id, e.pay)}, {"cardTransactionID", hexID(16, r.id, e.text)}, {"cardTransactionAmount", num(s.amount)},
		{"cardTransactionCurrency", s.currency}, {"cardTransactionPostedAmount", num(e.gross().String())}, {"cardTransactionPostedCurrency", r.who.of.currency}}
}

func (r report) allocations(i int, e entry) []object {
	list := make([]object, len(e.parts))
	for j, p := range e.parts {
		o := object{{"allocationId", hexID(32, r.id, "allocation", i, j)}}
		if e.personal {
			o.set("allocationId", nil)
		}
		o.custom("allocationCustom", 20)
		costCentre := orText(p.costCentre, r.who.costCentre)
		o.set("allocationCustom1Code", r.who.of.code)
		o.set("allocationCustom1Value", r.who.of.name)
		o.set("allocationCustom2Code", costCentre)
		o.set("allocationCustom2Value", costCentres()[costCentre])
		o.set("allocationCustom3Code", orNull(p.project))
		percent := any(nil)
		if p.percent != "" {
			percent = num(p.percent)
		}
		o.set("allocationPercentage", percent)
		o.set("journal", r.journal(i, j, e, p))
		o.set("tax", r.taxes(i, j, p))
		list[j] = o
	}
	return list
}

func (r report) journal(i, j int, e entry, p part) []object {
	tax, reclaim := fis.Zero, fis.Zero
	guids := []string{}
	for k, t := range p.taxes {
		tax, reclaim = tax.Add(amount(t.amount)), reclaim.Add(amount(t.reclaim))
		guids = append(guids, hexID(32, r.id, "tax", i, j, k))
	}
	rows := make([]object, len(p.rows))
	for k, w := range p.rows {
		gross := amount(w.gross)
		net, ofReclaim := gross.Sub(tax), gross.Sub(reclaim)
		if w.net != "" {
			net, ofReclaim = amount(w.net), amount(w.reclaim)
		}
		payee, payer := w.party, "COMP"
		if gross.IsNegative() {
			payee, payer = "COMP", w.party
		}
		rows[k] = object{{"journalAccountCode", orText(w.account, e.kind.account)}, {"journalPayee", payee}, {"journalPayer", payer}, {"cardTransactionReferenceNumber", nil},
			{"amountNetOfReclaim", r.spell(ofReclaim)}, {"amountNetOfTax", r.spell(net)}, {"amountGross", r.spell(gross)}, {"amountGrossCard", nil}, {"taxGuid", guids}, {"accountingTransactionType", nil}}
	}
	return rows
}

func (r report) taxes(i, j int, p part) []object {
	list := make([]object, len(p.taxes))
	for k, t := range p.taxes {
		list[k] = object{{"taxAuthorityLabel", t.authority}, {"amountReclaim", r.spell(amount(t.reclaim))}, {"locationCountrySubCode", nil}, {"taxCode", t.code}, {"nonDomesticCode", nil},
			{"taxSource", "SYST"}, {"taxReclaimCode", orNull(t.reclaimCode)}, {"amountTax", r.spell(amount(t.amount))}, {"locationCountryCode", r.who.of.country}, {"taxGuid", hexID(32, r.id, "tax", i, j, k)}}
	}
	return list
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
