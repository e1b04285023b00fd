package fis

import (
	"fmt"
	"strings"
)

// sampleExpense writes an expense document the way FIS does: three entries, every custom field there is, nearly all of
// them null; some 28 KB. The seed varies ids and amounts.
func sampleExpense(seed int) []byte {
	var b strings.Builder
	nulls := func(prefix, suffix string, n int) {
		for i := 1; i <= n; i++ {
			switch {
			case i%11 == 3:
				fmt.Fprintf(&b, `"%s%d%s":"K%d",`, prefix, i, suffix, (seed+i)%90)
			default:
				fmt.Fprintf(&b, `"%s%d%s":null,`, prefix, i, suffix)
			}
		}
	}
	b.WriteString(`{"employee":{`)
	nulls("employeeCustom", "Code", 21)
	nulls("employeeCustom", "Value", 21)
	nulls("employeeOrgUnit", "Code", 6)
	nulls("employeeOrgUnit", "Value", 6)
	fmt.Fprintf(&b, `"employeeId":"E%05d","employeeFirstName":"Zoë","employeeLastName":"N\u00fa\u00f1ez","employeeMI":null},"report":{`, seed)
	nulls("reportCustom", "Code", 20)
	nulls("reportCustom", "Value", 20)
	nulls("reportOrgUnit", "Code", 6)
	nulls("reportOrgUnit", "Value", 6)
	fmt.Fprintf(&b, `"reportId":"R%08d","reportKey":%d,"reportName":"Visit \"north\"","reportSubmitDate":"2026-02-03T04:05:06.789Z","reportUserDefinedDate":"2026-02-01T00:00:00.000Z","employeeCurrencyAlphaCode":"EUR","totalApprovedAmount":300.00000000,"isTest":"N","ledgerCode":"MAIN","payrollPayIndicator":null,"requestId":[]},"cashAdvanceApplication":[],"expenseEntry":[`, seed, seed)
	for e := range 5 {
		if e > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('{')
		nulls("entryCustom", "Code", 40)
		nulls("entryCustom", "Value", 40)
		nulls("entryOrgUnit", "Code", 6)
		nulls("entryOrgUnit", "Value", 6)
		fmt.Fprintf(&b, `"entryId":"ENTRY%08d%d","expenseTypeCode":"TAXIX","expenseTypeName":"Taxi","entryDescription":"station, airport","entryDate":"2026-01-%02dT00:00:00.000Z","entryIsPersonal":"N","entryApprovedAmount":100.00000000,"entryExchangeRate":1,"entryCurrAlphaCode":"EUR","clearingAccountCode":null,"liabilityAccountCode":null,"cardTransactionID":null,"cardTransactionAmount":null,"entryVendorCode":null,"entryVendorDescription":"City cab","reportEntryPatKey":"CASH","allocation":[{`, seed, e, e+1)
		nulls("allocationCustom", "Code", 20)
		nulls("allocationCustom", "Value", 20)
		fmt.Fprintf(&b, `"allocationId":"ALLOC%08d%d","allocationPercentage":100.00000000,"journal":[{"accountingTransactionType":null,"amountGross":100.00000000,"amountGrossCard":null,"amountNetOfReclaim":90.00000000,"amountNetOfTax":80.00000000,"cardTransactionReferenceNumber":null,"journalAccountCode":"6000","journalPayer":"COMP","journalPayee":"EMPL","taxGuid":["G1"]}],"tax":[{"amountReclaim":10.00000000,"amountTax":20.00000000,"taxAuthorityLabel":"VAT","taxCode":"V1","taxReclaimCode":"R1","taxGuid":"G1","taxSource":"SYST","locationCountryCode":"DE"}]}]}`, seed, e)
	}
	b.WriteString(`]}`)
	return []byte(b.String())
}
