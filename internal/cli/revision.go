package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// release lets a held document go. One that is held as a revision goes only when it is said how it is posted.
func (s standing) release(ctx context.Context, w *workspace, as, reason string) error {
	switch {
	case s.State != journal.Held || s.file != nil:
		return s.refused("released")
	case s.Cause != journal.CauseRevision && as != "":
		return &Error{Code: ExitFailed, Err: fmt.Errorf("document %s is not held as a further document of a posted report: there is nothing to say about --as", s.ID), Hint: fmt.Sprintf("fisbridge release %s --reason …", s.ID)}
	case s.Cause != journal.CauseRevision:
		return w.j.Release(ctx, s.ID, reason)
	case as == "":
		is, out := s.words()
		return &Error{Code: ExitFailed, Err: fmt.Errorf("document %s cannot be released without a word how it is posted: %s", s.ID, is), Hint: out}
	}
	err := w.j.ReleaseAs(ctx, s.ID, journal.PostAs(as), reason)
	var why *journal.ErrUndecidable
	if errors.As(err, &why) {
		return &Error{Code: ExitFailed, Err: fmt.Errorf("document %s: what it changes cannot be posted: %w", s.ID, err), Hint: fmt.Sprintf("fisbridge release %s --as add --reason …   posts it as it is; or book the difference in the ERP by hand and   fisbridge mark document %s posted --number N --reason …", s.ID, s.ID)}
	}
	return err
}

// revisionWays are the commands for a document that is held as a revision.
func (s standing) revisionWays() string {
	return fmt.Sprintf("fisbridge release %s --as replace --reason …   (what changed)   or   --as add   (as it is)   or   fisbridge reject %s --reason …", s.ID, s.ID)
}

// checkAs refuses a way of posting that there is not.
func checkAs(as string) error {
	switch journal.PostAs(as) {
	case journal.PostFull, journal.PostReplace, journal.PostAdd:
		return nil
	}
	return usage(fmt.Errorf("--as is %q, not replace or add", as))
}

// family are the other documents of a report, and what is known of a document that is held as one.
type family struct {
	Others []journal.RevisionOf  `json:"other_documents"`
	Case   *journal.RevisionCase `json:"revision_case"`
}

func familyOf(ctx context.Context, j *journal.Journal, d journal.Doc) (family, error) {
	f := family{Others: []journal.RevisionOf{}}
	others, err := j.Siblings(ctx, d)
	if err != nil {
		return f, err
	}
	for _, o := range others {
		f.Others = append(f.Others, o.RevisionOf())
	}
	if d.Cause != journal.CauseRevision {
		return f, nil
	}
	var c journal.RevisionCase
	if ok, err := j.CauseData(ctx, d.ID, &c); err != nil || !ok {
		return f, err
	}
	f.Case = &c
	return f, nil
}

func (f family) text(l term.Lines) {
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
func changeTable(c *journal.RevisionCase, out io.Writer, width int) {
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

// postAsWords is how a document is or was posted beside others of its report; "" when it is posted as any other.
func postAsWords(as journal.PostAs, basis []journal.Place) string {
	switch as {
	case journal.PostReplace:
		text := "posts what it changes"
		for i, p := range basis {
			text += wording.Either(i == 0, " against document ", ", ") + p.Doc
		}
		return text
	case journal.PostAdd:
		return "is posted as it is, beside the other documents of its report"
	}
	return ""
}
