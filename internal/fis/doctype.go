// Package fis holds the words that all of fisbridge shares: financial documents as SAP Concur's Financial
// Integration Service (FIS v4) sends them, their fields by name, exact amounts, dates, outcomes and payments.
// It depends on nothing else of fisbridge.
package fis

// DocType is the FIS transaction type, the {docType} part of each FIS address.
type DocType string

// The transaction types of FIS v4. Obligation is the type that existed before 2023, when requests and reports shared
// one.
const (
	Expense           DocType = "expense"
	Invoice           DocType = "invoice"
	CashAdvance       DocType = "cashadvance"
	Payroll           DocType = "payroll"
	RequestObligation DocType = "requestobligation"
	ReportObligation  DocType = "reportobligation"
	Obligation        DocType = "obligation"
)

// DocTypes lists every transaction type in the order in which they are fetched.
func DocTypes() []DocType {
	return []DocType{Expense, Invoice, CashAdvance, Payroll, RequestObligation, ReportObligation, Obligation}
}

// Valid reports whether FIS knows the type.
func (t DocType) Valid() bool {
	for _, known := range DocTypes() {
		if t == known {
			return true
		}
	}
	return false
}

// HasPostingLines reports whether files are held against the debits and credits that follow from documents of the type.
// Payroll documents have none, and obligations only commitments (posting.Derive): a template reads their fields
// directly.
func (t DocType) HasPostingLines() bool { return t == Expense || t == Invoice || t == CashAdvance }

// Commits reports whether documents of the type set money aside: obligations. A template whose rows are posting lines
// writes their commitments, one that reads their fields writes what it likes.
func (t DocType) Commits() bool {
	return t == RequestObligation || t == ReportObligation || t == Obligation
}

// HasPaymentConfirmation reports whether FIS accepts payment confirmations for the type: for expense only; for the
// others the reference says "in a future release".
func (t DocType) HasPaymentConfirmation() bool { return t == Expense }

// IsMarkedPaid reports whether Concur has a service beside FIS that takes payments of documents of the type: Invoice
// Payment Confirmation, which marks an invoice once the whole is paid.
func (t DocType) IsMarkedPaid() bool { return t == Invoice }

// PostedOnce reports whether a second document of the same report, request or advance is a revision of the first: then
// only what changed may be posted. Obligations are told anew at each step of their workflow, each time with the whole
// amount, so theirs is not.
func (t DocType) PostedOnce() bool {
	return t == Expense || t == Invoice || t == CashAdvance || t == Payroll
}
