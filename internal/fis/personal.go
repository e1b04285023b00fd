package fis

// Personal reports whether the field says who somebody is, or holds words that people wrote freely and that may name
// somebody. Codes, names from lists and the fields of the company's own are none, whatever a company puts into them.
func (f *FieldInfo) Personal() bool {
	switch f.Name {
	case "employeeId", "employeeFirstName", "employeeLastName", "employeeMI", "emailAddress", "loginId", "lastApproverId", "reportLastApproverId",
		"requestApproverId", "requestLastApproverId", "userId",
		"vendorContactFirstName", "vendorContactLastName",
		"cardAccountID", "cardTransactionID", "cardProcessorReferenceNumber", "cardTransactionReferenceNumber",
		"reportName", "entryDescription", "entryVendorDescription", "entryLocationFrom", "entryLocationTo",
		"requestTitle", "requestDescription", "requestName", "lineItemDescription", "purpose", "description":
		return true
	}
	return f.Name == "name" && f.Group == "cashAdvanceData"
}
