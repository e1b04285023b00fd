package takeback

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
)

// Change is what a document changes against what was written of its report before.
type Change struct {
	Accounts           []AccountChange
	OldLines, NewLines int
	// Before are the lines that were written, Now those of the document, the first of each.
	Before, Now []Line
	// Unchanged: there is nothing to post.
	Unchanged bool
	// Mirrored counts the document's lines that take back a line that was written: a sign that the document is the
	// change itself.
	Mirrored int
	// Warnings are remarks of the posting rules about the document by itself.
	Warnings []refusal.Problem
}

// AccountChange is what was written on an account, and what the document says now.
type AccountChange struct {
	Account                                  string
	OldDebit, OldCredit, NewDebit, NewCredit fis.Amount
}

// MostLines bounds the lines of a change that people are shown.
const MostLines = 100

// Line is a line as it is, or was, written.
type Line struct {
	// Role is that of a posting line, Party who is owed; both are empty for rows of the document's own.
	Role, Party, Account string
	// Codes are what else stands in it: cost objects, tax codes, companies.
	Codes         []string
	Debit, Credit fis.Amount
}

// RowsOf are amounts as lines, the first of them.
func RowsOf(rows []AccountAmount) (out []Line) {
	for _, r := range rows[:min(len(rows), MostLines)] {
		out = append(out, Line{Account: r.Account, Debit: r.Debit, Credit: r.Credit})
	}
	return out
}

// AccountAmount is an amount of a document on an account, or of a wage type.
type AccountAmount struct {
	Account       string
	Debit, Credit fis.Amount
}

// AddNow adds what the document says.
func (c *Change) AddNow(rows []AccountAmount) {
	for _, r := range rows {
		a := c.account(r.Account)
		a.NewDebit, a.NewCredit = a.NewDebit.Add(r.Debit), a.NewCredit.Add(r.Credit)
	}
}

// AddBefore adds what was written of the report before.
func (c *Change) AddBefore(rows []AccountAmount) {
	for _, r := range rows {
		a := c.account(r.Account)
		a.OldDebit, a.OldCredit = a.OldDebit.Add(r.Debit), a.OldCredit.Add(r.Credit)
	}
}

// account finds an account; they stay in the order in which they come.
func (c *Change) account(name string) *AccountChange {
	i := slices.IndexFunc(c.Accounts, func(a AccountChange) bool { return a.Account == name })
	if i < 0 {
		i = len(c.Accounts)
		c.Accounts = append(c.Accounts, AccountChange{Account: name})
	}
	return &c.Accounts[i]
}

// WageAmounts are what a payroll document says of each wage type; what is paid stands on the debit side.
func WageAmounts(doc *fis.Document) (rows []AccountAmount) {
	for _, entry := range doc.Root.List("expenseEntry") {
		for _, row := range entry.List("payrollData") {
			r := AccountAmount{Account: "wage type"}
			if code := row.Str("wageType"); code != "" {
				r.Account = code
			}
			if a, present, err := row.Amount("entryApprovedAmount"); err == nil && present {
				r.Debit = a
			}
			rows = append(rows, r)
		}
	}
	return rows
}
