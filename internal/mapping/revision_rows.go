package mapping

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// A template whose rows are those of the document itself (an extract of journal rows, wage types) has no posting lines to take back. A replacing document
// of such a route carries the rows of the earlier ones too, with payer and payee exchanged and every amount negative. The rows of then are made
// by the mapping of then, so it must be the same.

// reviseRows makes of a replacing document one with the rows of the earlier ones taken back. Its change is told by account, or by wage type.
func (w *Worker) reviseRows(in Input) (fis.Envelope, *Change, error) {
	env, rev := in.Envelope, in.Revision
	refuse := func(format string, args ...any) (fis.Envelope, *Change, error) {
		return env, nil, refusal.OfRevision(env.ID, format, args...)
	}
	combined, same, err := takeback.WithRowsBefore(env, rev.Earlier)
	if err != nil {
		return refuse("%s", err)
	}
	now, warnings, err := w.accountAmounts(env)
	if err != nil {
		return env, nil, err
	}
	c := &Change{NewLines: len(now), Warnings: warnings, Unchanged: same}
	var old []accountAmount
	for _, e := range rev.Earlier {
		rows, _, err := w.accountAmounts(e)
		if err != nil {
			return refuse("document %s: %s", e.ID, err)
		}
		old = append(old, rows...)
	}
	c.OldLines = len(old)
	c.add(now, func(a *AccountChange, r accountAmount) {
		a.NewDebit, a.NewCredit = a.NewDebit.Add(r.debit), a.NewCredit.Add(r.credit)
	})
	c.add(old, func(a *AccountChange, r accountAmount) {
		a.OldDebit, a.OldCredit = a.OldDebit.Add(r.debit), a.OldCredit.Add(r.credit)
	})
	return combined, c, nil
}

// accountAmount is an amount of a document, for the table that people see.
type accountAmount struct {
	account       string
	debit, credit fis.Amount
}

// accountAmounts are the posting lines of a document, or the wage types of one that has none.
func (w *Worker) accountAmounts(env fis.Envelope) (rows []accountAmount, warnings []refusal.Problem, err error) {
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		return nil, nil, refusal.Unreadable(env, err)
	}
	if !doc.DocType.HasPostingLines() {
		return wageAmounts(doc), nil, nil
	}
	post, err := posting.Derive(doc, w.plan.posting)
	if err != nil {
		return nil, nil, refusal.Unposted(doc.ID, err)
	}
	for _, p := range post.Warnings {
		warnings = append(warnings, refusal.OfPosting(p))
	}
	for i := range post.Lines {
		l := posting.Written{Line: post.Lines[i]}
		rows = append(rows, accountAmount{w.accountOf(&l), l.Debit, l.Credit})
	}
	return rows, warnings, nil
}

// wageAmounts are what a payroll document says of each wage type; what is paid stands on the debit side.
func wageAmounts(doc *fis.Document) (rows []accountAmount) {
	for _, entry := range doc.Root.List("expenseEntry") {
		for _, row := range entry.List("payrollData") {
			r := accountAmount{account: "wage type"}
			if code := row.Str("wageType"); code != "" {
				r.account = code
			}
			if a, present, err := row.Amount("entryApprovedAmount"); err == nil && present {
				r.debit = a
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// add puts amounts to their accounts, in the order in which these come.
func (c *Change) add(rows []accountAmount, put func(*AccountChange, accountAmount)) {
	for _, r := range rows {
		i := slices.IndexFunc(c.Accounts, func(a AccountChange) bool { return a.Account == r.account })
		if i < 0 {
			i = len(c.Accounts)
			c.Accounts = append(c.Accounts, AccountChange{Account: r.account})
		}
		put(&c.Accounts[i], r)
	}
}
