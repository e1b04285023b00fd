package format

// Meaning says what a role is, for the sheet Result roles.
func (r Role) Meaning() string {
	switch r {
	case RoleDocID:
		return "the FIS document id that the import file carried"
	case RoleReportID:
		return "the id of the report, request or cash advance"
	case RoleReportKey:
		return "Concur's number of the report or request"
	case RoleReference:
		return "any of these three: the ERP gives back what it was given"
	case RoleSequence:
		return "the number of our import file"
	case RoleFileLine:
		return "the line of our import file, from 1"
	case RoleFileName:
		return "the name of our import file"
	case RoleBatchID:
		return "the batch number that we wrote into the import file"
	case RoleKind:
		return "what the row tells of: a posting, a payment, a whole file"
	case RoleOutcome:
		return "whether the document was posted"
	case RoleNumber:
		return "the number under which the ERP posted it"
	case RoleCompany:
		return "the company in the ERP"
	case RoleFiscalYear:
		return "the fiscal year of the posting"
	case RolePostingDate:
		return "the date of the posting"
	case RoleMessageCode:
		return "the code of a message"
	case RoleMessage:
		return "the text of a message; several columns may be messages"
	case RoleMessageLine:
		return "the Concur entry or line item that the message is about"
	}
	return r.paymentMeaning()
}

func (r Role) paymentMeaning() string {
	switch r {
	case RolePaymentRef:
		return "the reference of a payment"
	case RoleAmount:
		return "the amount that was paid or posted"
	case RoleCurrency:
		return "its currency"
	case RolePaymentDate:
		return "the date of the payment"
	case RoleMethod:
		return "how it was paid: E electronically, C by check"
	case RoleStatus:
		return "how much was paid: CP all, PP part, RE reversed, OB obsolete"
	case RoleReceiverID:
		return "the number of who was paid"
	case RoleReceiverName:
		return "the name of who was paid"
	case RoleText:
		return "free text in which our reference may stand; several columns may be text"
	case RoleRun:
		return "the name of the payment run"
	case RoleParty:
		return "who was paid, by name, to find the document"
	case RoleUnique:
		return "not empty: the reference is the bank's own of this one payment, which is the same when it is told again"
	case RoleRowCount:
		return "how many data rows the result file says it has"
	case RoleRecordCount:
		return "how many records the result file says it has, header and trailer included"
	case RoleAcceptedCount:
		return "how many were posted, as the ERP counts"
	case RoleRejectedCount:
		return "how many were rejected, as the ERP counts"
	case RoleTotalAmount:
		return "the sum of the amounts, as the ERP counts"
	}
	return ""
}
