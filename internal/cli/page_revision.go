package cli

import (
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// familyText tells the other documents of a report, and by which signs a document is held as a further one.
func familyText(l term.Lines, f desk.Family) {
	for _, o := range f.Others {
		l.Put("beside", "%s, %s", o.Words(), o.State)
	}
	if f.Case != nil {
		for _, sign := range f.Case.Signs {
			l.Put("sign", "%s", sign)
		}
	}
}

// changeTable is the difference by account.
func changeTable(c *desk.RevisionCase, out io.Writer, width int) {
	if len(c.Accounts) == 0 {
		return
	}
	term.Print(out, "\nwhat it changes, in %s: %s were written before, %s now\n", fis.CurrencyName(c.Currency), wording.Counted(c.OldLines, "line"), wording.Counted(c.NewLines, "line"))
	g := &term.Grid{Heads: []string{"account", "debit before", "credit before", "debit now", "credit now", "change"}, Right: []int{1, 2, 3, 4, 5}}
	for _, a := range c.Accounts {
		g.Add(a.Account, unlessNone(a.OldDebit, c.Currency), unlessNone(a.OldCredit, c.Currency), unlessNone(a.NewDebit, c.Currency), unlessNone(a.NewCredit, c.Currency), signed(a.Change(), c.Currency))
	}
	g.Write(out, width)
}

// lineTable tells which lines are gone and which are new; --json has all of them.
func lineTable(c *desk.RevisionCase, out io.Writer, width int) {
	gone, fresh := c.Apart()
	if len(gone)+len(fresh) == 0 {
		return
	}
	term.Print(out, "\nlines that are gone (-) and new (+)\n")
	g := &term.Grid{Heads: []string{"", "line", "account", "other codes", "debit", "credit"}, Right: []int{4, 5}}
	for _, side := range []struct {
		sign  string
		lines []desk.RevisionLine
	}{{"-", gone}, {"+", fresh}} {
		for _, l := range side.lines {
			g.Add(side.sign, strings.TrimSpace(l.Role+" "+l.Party), l.Account, strings.Join(l.Codes, " "),
				unlessNone(l.Debit, c.Currency), unlessNone(l.Credit, c.Currency))
		}
	}
	g.Write(out, width)
}

// unlessNone is an amount, blank when it is nothing.
func unlessNone(a fis.Amount, currency string) string {
	if a.IsZero() {
		return ""
	}
	return fis.Money(a, currency)
}

func signed(a fis.Amount, currency string) string {
	if a.IsPositive() {
		return "+" + fis.Money(a, currency)
	}
	return fis.Money(a, currency)
}
