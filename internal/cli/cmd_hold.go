package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/spf13/cobra"
)

// The commands by which a person settles what needs a person. Each wants a reason, which goes into the history.

func reasonFlag(cmd *cobra.Command, reason *string) *cobra.Command {
	cmd.Flags().StringVarP(reason, "reason", "r", "", "why; it goes into the history (required)")
	cmd.PreRunE = func(*cobra.Command, []string) (err error) {
		if *reason, err = wording.Reason(*reason); err != nil {
			return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("--reason: %w", err), Hint: fmt.Sprintf("%s … --reason \"why\"", cmd.CommandPath())}
		}
		return nil
	}
	return cmd
}

func newHold(a *app) *cobra.Command {
	var reason string
	return reasonFlag(&cobra.Command{
		Use: "hold DOC…", Short: "Keep acknowledged documents out of the next import file", Args: wantArgs(1, -1),
		Long:    "Keep an acknowledged document out of the next import file, until it is released or rejected. DOC is a docId, a report id or a report key, or the beginning of one of the ids.",
		Example: `  fisbridge hold 9FD2A0C1B7E44B70 --reason "waits for the budget owner"`,
		RunE: a.action(func(ctx context.Context, args []string) error {
			return a.onDocuments(ctx, "hold", args, desk.Hold(reason))
		}),
	}, &reason)
}

func newRelease(a *app) *cobra.Command {
	var reason, as string
	cmd := reasonFlag(&cobra.Command{
		Use: "release DOC… [--as replace|add]", Short: "Let held documents go into the next import file", Args: wantArgs(1, -1),
		Long: `Let held documents go into the next import file. DOC is a docId, a report id or a report key, or the beginning of one of the ids; one that cannot be
released does not stop the others.

A further document of a report that was posted is held until somebody says what it is (fisbridge show DOC tells the difference):
--as replace    the report as it is now: what changed against what was posted goes into the import file
--as add        the change itself: the document is posted as it is`,
		Example: `  fisbridge release 9FD2A0C1B7E44B70 --reason "account added to the mapping"
  fisbridge release 9FD2A0C1B7E44B70 --as replace --reason "the hotel was added to the report"`,
		RunE: a.action(func(ctx context.Context, args []string) error {
			if err := desk.CheckAs(as); err != nil {
				return err
			}
			return a.onDocuments(ctx, "release", args, desk.Release(as, reason))
		}),
	}, &reason)
	cmd.Flags().StringVar(&as, "as", "", "how a further document of a posted report is posted: `replace` or add")
	return cmd
}

func newReject(a *app) *cobra.Command {
	var reason, message string
	cmd := reasonFlag(&cobra.Command{
		Use: "reject DOC…", Short: "Refuse documents: Concur is told an error, and the processor reads the message", Args: wantArgs(1, -1),
		Long: `Refuse a held or waiting document. The next run confirms it to Concur as an error with the message; the report then shows
"Financial Posting Failed", and returns under a new docId when it was corrected and approved again.`,
		Example: `  fisbridge reject 9FD2A0C1B7E44B70 --reason "wrong company" --message "Please submit under company 2000"`,
		RunE: a.action(func(ctx context.Context, args []string) error {
			return a.onDocuments(ctx, "reject", args, desk.Reject(message, reason))
		}),
	}, &reason)
	cmd.Flags().StringVar(&message, "message", "", "what the employee and the processor read in Concur (default: the reason)")
	return cmd
}

func (a *app) onDocument(ctx context.Context, command, word string, do desk.Act) error {
	return desk.Beside(ctx, a.place(command), func(w *desk.Workspace) error {
		s, err := do(ctx, w, word)
		a.tellSettled(s, err)
		if err != nil || !a.json {
			return err
		}
		return a.writeJSON(s.After)
	})
}

// onDocuments does the same to each of several documents. One that cannot be settled does not stop the others. As JSON, several are a list.
func (a *app) onDocuments(ctx context.Context, command string, words []string, do desk.Act) error {
	if len(words) == 1 {
		return a.onDocument(ctx, command, words[0], do)
	}
	return desk.Beside(ctx, a.place(command), func(w *desk.Workspace) error {
		settled, err := w.SettleEach(ctx, words, do, func(s desk.Settled, err error) {
			a.tellSettled(s, err)
			var refused *desk.Error
			if errors.As(err, &refused) {
				a.warn("%v: %s", refused, refused.Hint)
			}
		})
		if err == nil && a.json {
			err = a.writeJSON(settled)
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
	a.warnings(s.Warnings)
	if err == nil {
		a.remark("document %s is %s now (was %s)", s.After.ID, s.After.State, s.Before.State)
	}
}

func (a *app) warnings(list []string) {
	for _, text := range list {
		a.warn("%s", text)
	}
}
