package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newForget(a *app) *cobra.Command {
	var reason string
	var look bool
	cmd := frame.ReasonFlag(&cobra.Command{
		Use: "forget employee ID | document DOC", Short: "Take out what says who finished documents are about, as the law may ask", Args: cobra.ExactArgs(2),
		Long: `Take out everything that says who finished documents are about: the documents as Concur sent them, reasons, messages, names of
payees, the bytes of the import files and result files that hold them, archived copies of those result files, and the texts of
their history. Ids, states, amounts, dates, the ERP's document numbers and hashes stay, so that figures add up and
audit verify finds the history sound.

Unfinished work is refused: settle it first. What fisbridge cannot reach is told: backups, the ERP's own files, mapping versions
whose Tests sheet holds real documents.

--look shows what would go, and changes nothing. What is gone cannot be brought back.`,
		Example: `  fisbridge forget employee 1000234 --look
  fisbridge forget employee 1000234 --reason "request of 3 March, ticket 4711"`,
	}, &reason)
	cmd.Flags().BoolVar(&look, "look", false, "show what would go, and change nothing; wants no reason")
	cmd.PreRunE = frame.Unless(&look, cmd.PreRunE)
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error { return a.forget(ctx, args, reason, look) })
	return cmd
}

func (a *app) forget(ctx context.Context, args []string, reason string, look bool) error {
	if look {
		return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
			docs, err := w.WouldForget(ctx, args[0], args[1])
			for _, id := range docs {
				a.Say("would go: document %s", id)
			}
			return err
		})
	}
	return desk.Exclusively(ctx, a.Place("forget"), func(w *desk.Workspace) error {
		f, err := w.Forget(ctx, args[0], args[1], reason)
		if err != nil {
			return err
		}
		return a.tellForgotten(f)
	})
}

func (a *app) tellForgotten(f desk.Forgotten) error {
	if a.JSON {
		return a.WriteJSON(f)
	}
	a.Say("forgotten: %s; bytes of %s and %s are gone", wording.Counted(len(f.Documents), "document"), wording.Counted(len(f.Files), "import file"), wording.Counted(len(f.Results), "result file"))
	for _, l := range f.Left {
		a.Say("still there: %s", l)
	}
	a.Say("not reached: backups, the ERP's own files, mapping versions whose Tests sheet holds real documents")
	if len(f.Left) > 0 {
		return &desk.Error{Code: desk.ExitNeedsPerson, Err: errors.New("not every copy could be removed"), Hint: "remove by hand what is told as still there"}
	}
	return nil
}
