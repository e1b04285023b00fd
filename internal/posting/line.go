// Package posting derives balanced posting lines from a FIS document: what is debited, what is credited, and why not
// when a document cannot be posted. It needs nothing but the document's JSON. Debits equal credits in every result it
// hands out.
package posting

import "github.com/fisbridge/fisbridge/internal/fis"

// Role is what a line is for.
type Role string

const (
	// Expense is cost, net of tax.
	Expense Role = "expense"
	// Tax is tax that will be reclaimed; its ledger account follows from authority and code, by configuration.
	Tax Role = "tax"
	// NonDeductibleTax is tax that stays cost.
	NonDeductibleTax Role = "non_deductible_tax"
	// EmployeePayable is owed to (credit) or by (debit) the employee.
	EmployeePayable Role = "employee_payable"
	// CardVendorPayable is owed to or by the card issuer of a company-paid or card-paid expense.
	CardVendorPayable Role = "card_vendor_payable"
	// CardClearing is the clearing account for personal use of a company card.
	CardClearing Role = "card_clearing"
	// CashAdvanceClearing holds advances handed out and not yet settled.
	CashAdvanceClearing Role = "cash_advance_clearing"
	// RoundingDifference is what rounding leaves over in a document, where it has a line of its own.
	RoundingDifference Role = "rounding_difference"
	// APVendor is owed to the supplier of an invoice.
	APVendor Role = "ap_vendor"
	// Commitment is money that an obligation sets aside for a cost, without the tax that is reclaimed.
	Commitment Role = "commitment"
	// CommitmentTax is reclaimable tax of it.
	CommitmentTax Role = "commitment_tax"
	// CommitmentOffset is the other side of both.
	CommitmentOffset Role = "commitment_offset"
)

// IsParty reports whether lines of the role are owed to or by somebody, rather than cost, tax or clearing.
func (r Role) IsParty() bool {
	return r == EmployeePayable || r == CardVendorPayable || r == APVendor
}

// Line is one debit or credit in the document's posting currency: one side is positive, the other one zero. Empty texts
// mean "none".
type Line struct {
	Role Role
	// AccountCode is the ledger account the document names; configuration finds the account where it names none.
	AccountCode string
	// Party is EMPL, a card vendor code (CBCP, IBCP, COPD or one of Options.CardCodes), or the vendor code of an
	// invoice.
	Party  string
	Debit  fis.Amount
	Credit fis.Amount

	EntryID        string
	AllocationID   string
	LineItem       string
	TaxAuthority   string
	TaxCode        string
	TaxReclaimCode string
	CashAdvanceID  string
	// Reversal tells that the line takes an earlier one back: a commitment, or what was posted of the report before.
	Reversal bool
	// OfDocument tells that the line speaks for the document and not for one of its entries: its date is the document's.
	OfDocument bool

	// Where the line came from, nil where there is none. Entry is an expense entry or an invoice line item.
	Entry, Allocation, Journal, Tax, Application *fis.Node
}

// Amount is debit minus credit: positive for a debit, negative for a credit.
func (l *Line) Amount() fis.Amount { return l.Debit.Sub(l.Credit) }

// set puts a signed amount on its side.
func (l *Line) set(a fis.Amount) {
	l.Debit, l.Credit = fis.Zero, fis.Zero
	if a.IsNegative() {
		l.Credit = a.Neg()
	} else {
		l.Debit = a
	}
}

// Result is what a document posts.
type Result struct {
	DocID    string
	DocType  fis.DocType
	Currency string
	Lines    []Line
	// Difference: the lines are not the document, but what it changes against what was written of its report before.
	Difference bool
	// Warnings do not stop a document: approved_mismatch, total_mismatch.
	Warnings []Problem
	// RoundedAway is how much more the lines owe than the document says, because each row is rounded by itself: -0.01 for
	// three thirds of 100.00.
	RoundedAway fis.Amount
}
