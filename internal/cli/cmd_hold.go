package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/spf13/cobra"
)

// The commands by which a person settles what needs a person. Each wants a reason, which goes into the history.

func newHold(a *app) *cobra.Command {
	var reason, until string
	var seen int64
	cmd := frame.ReasonFlag(&cobra.Command{
		Use: "hold DOC… [--until DAY]", Short: "Keep acknowledged documents out of the next import file", Args: frame.WantArgs(1, -1),
		Long: `Keep an acknowledged document out of the next import file, until it is released or rejected. With --until it is released by itself, by the
first run of that day, and needs nobody before. DOC is a docId, a report id or a report key, or the beginning of one of the ids.`,
		Example: `  fisbridge hold 9FD2A0C1B7E44B70 --reason "waits for the budget owner"
  fisbridge hold 9FD2A0C1B7E44B70 --until 2026-12-01 --reason "belongs to December"`,
		RunE: a.Action(func(ctx context.Context, args []string) error {
			day, err := frame.Day("until", until, a.Zone())
			if err != nil {
				return err
			}
			return a.onDocuments(ctx, "hold", args, seen, desk.HoldUntil(day, reason))
		}),
	}, &reason)
	cmd.Flags().StringVar(&until, "until", "", "`day` on which it is released by itself, in the company's time zone")
	return seenFlag(cmd, &seen)
}

func newRelease(a *app) *cobra.Command {
	var reason, as string
	var seen int64
	cmd := frame.ReasonFlag(&cobra.Command{
		Use: "release DOC… [--as replace|add]", Short: "Let held documents go into the next import file", Args: frame.WantArgs(1, -1),
		Long: `Let held documents go into the next import file. DOC is a docId, a report id or a report key, or the beginning of one of the ids; one that cannot be
released does not stop the others.

A further document of a report that was posted is held until somebody says what it is (fisbridge show DOC tells the difference):
--as replace    the report as it is now: what changed against what was posted goes into the import file
--as add        the change itself: the document is posted as it is`,
		Example: `  fisbridge release 9FD2A0C1B7E44B70 --reason "account added to the mapping"
  fisbridge release 9FD2A0C1B7E44B70 --as replace --reason "the hotel was added to the report"`,
		RunE: a.Action(func(ctx context.Context, args []string) error {
			if err := desk.CheckAs(as); err != nil {
				return err
			}
			return a.onDocuments(ctx, "release", args, seen, desk.Release(as, reason))
		}),
	}, &reason)
	cmd.Flags().StringVar(&as, "as", "", "how a further document of a posted report is posted: `replace` or add")
	return seenFlag(cmd, &seen)
}

func newReject(a *app) *cobra.Command {
	var reason, message string
	var seen int64
	cmd := frame.ReasonFlag(&cobra.Command{
		Use: "reject DOC…", Short: "Refuse documents: Concur is told an error, and the processor reads the message", Args: frame.WantArgs(1, -1),
		Long: `Refuse a held or waiting document. The next run confirms it to Concur as an error with the message; the report then shows
"Financial Posting Failed", and returns under a new docId when it was corrected and approved again.`,
		Example: `  fisbridge reject 9FD2A0C1B7E44B70 --reason "wrong company" --message "Please submit under company 2000"`,
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return a.onDocuments(ctx, "reject", args, seen, desk.Reject(message, reason))
		}),
	}, &reason)
	cmd.Flags().StringVar(&message, "message", "", "what the employee and the processor read in Concur (default: the reason)")
	return seenFlag(cmd, &seen)
}

// seenFlag lets a program act on what it has seen: nothing is done when the document has moved on since.
func seenFlag(cmd *cobra.Command, seen *int64) *cobra.Command {
	cmd.Flags().Int64Var(seen, "seen", 0, "do nothing when something has happened to the document since this `row` of its history (seq in show --json)")
	return cmd
}

func (a *app) onDocument(ctx context.Context, command, word string, do desk.Act) error {
	return desk.Beside(ctx, a.Place(command), func(w *desk.Workspace) error {
		s, err := do(ctx, w, word)
		a.tellSettled(s, err)
		if err != nil || !a.JSON {
			return err
		}
		return a.WriteJSON(s.After)
	})
}

// onDocuments does the same to each of several documents. One that cannot be settled does not stop the others. As JSON,
// several are a list.
func (a *app) onDocuments(ctx context.Context, command string, words []string, seen int64, do desk.Act) error {
	if seen > 0 {
		if len(words) > 1 {
			return desk.Usage(errors.New("--seen is about one document"))
		}
		do = desk.IfUnmoved(seen, do)
	}
	if len(words) == 1 {
		return a.onDocument(ctx, command, words[0], do)
	}
	return desk.Beside(ctx, a.Place(command), func(w *desk.Workspace) error {
		settled, err := w.SettleEach(ctx, words, do, func(s desk.Settled, err error) {
			a.tellSettled(s, err)
			var refused *desk.Error
			if errors.As(err, &refused) {
				a.Warn("%v: %s", refused, refused.Hint)
			}
		})
		if err == nil && a.JSON {
			err = a.WriteJSON(settled)
		}
		if err != nil {
			return err
		}
		if left := len(words) - len(settled); left > 0 {
			return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s: %d of %d documents stay as they were", command, left, len(words)), Hint: "the warnings say why, and the way out; the others are done"}
		}
		return nil
	})
}

// tellSettled says what became of a document.
func (a *app) tellSettled(s desk.Settled, err error) {
	a.Warnings(s.Warnings)
	if err != nil {
		return
	}
	if s.Wanted > 0 {
		a.Remark("document %s: the next run asks again for %s that could not be had", s.After.ID, wording.Counted(int(s.Wanted), "receipt"))
	}
	if s.Wanted == 0 || s.After.State != s.Before.State {
		a.Remark("document %s is %s now (was %s)", s.After.ID, s.After.State, s.Before.State)
	}
}
