package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
)

func newReissue(a *app) *cobra.Command {
	var reason, message string
	var without []string
	cmd := frame.ReasonFlag(&cobra.Command{
		Use: "reissue FILE [--without DOC,…]", Short: "Withdraw an import file that the ERP did not take; a new one holds its documents", Args: frame.WantArgs(1, 1),
		Long: `Withdraw an import file that the ERP refused or lost, and let the next run make a new one, with a new number, of its documents.
Those named with --without are rejected instead: Concur is told an error with the message. Make sure first that the ERP has not
imported the file. FILE is a name, ROUTE/NUMBER, or an id.`,
		Example: `  fisbridge reissue expenses/12 --without 9FD2A0C1B7E44B70 --reason "cost centre closed" --message "Cost centre 4100 is closed"`,
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return a.reissue(ctx, args[0], without, reason, message)
		}),
	}, &reason)
	cmd.Flags().StringSliceVar(&without, "without", nil, "documents to leave out and reject")
	cmd.Flags().StringVar(&message, "message", "", "what the employee and the processor read in Concur about rejected documents (default: the reason)")
	return cmd
}

func (a *app) reissue(ctx context.Context, word string, without []string, reason, message string) error {
	return desk.Beside(ctx, a.Place("reissue"), func(w *desk.Workspace) error {
		f, err := w.Reissue(ctx, word, without, message, reason)
		a.Warnings(f.Warnings)
		if err == nil {
			a.Remark("import file %s is withdrawn; the next run makes a new file of its other documents", f.Name)
		}
		return err
	})
}
