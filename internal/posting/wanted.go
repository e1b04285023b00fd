package posting

// Wanted reports whether derivation reads the field: give it to fis.NewParser, alone or beside the fields a template
// reads.
func Wanted(name string) bool {
	switch name {
	case // report, cashAdvanceData, requestHeader, vendor; the currencies are always kept
		"totalApprovedAmount", "payrollPayIndicator", "payrollPaymentClearingAccountCode", "clearingAccountCode", "cashAdvanceId", "requestTotal", "vendorCode",
		// expenseEntry, lineItem, allocation
		"entryId", "entryIsPersonal", "entryApprovedAmount", "liabilityAccountCode", "allocationId", "lineItemSequenceOrder", "allocationKey", "allocationAccountCode",
		// journal and journalData
		"amountGross", "amountNetOfTax", "amountNetOfReclaim", "journalAccountCode", "journalPayer", "journalPayee",
		"amount", "accountCode", "payer", "payee", "debitOrCredit", "amountNet", "amountShipping",
		// obligations
		"instruction", "entryAccountCode", "allocationAmount", "requestEntry", "previousRevisionRequestEntry", "previousRevisionReportEntry",
		// tax
		"amountTax", "amountReclaim", "taxAuthorityLabel", "taxCode", "taxReclaimCode",
		// cashAdvanceApplication
		"cashAdvanceApplicationAmount", "cashAdvanceClearingAccountCode",
		// the lists themselves, so that anything else in them is seen and refused
		"expenseEntry", "allocation", "journal", "tax", "cashAdvanceApplication", "journalData", "lineItem":
		return true
	}
	return false
}
