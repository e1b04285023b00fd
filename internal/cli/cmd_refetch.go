package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
)

func newRefetch(a *app) *cobra.Command {
	var reason, docType string
	cmd := frame.ReasonFlag(&cobra.Command{
		Use: "refetch DOC", Short: "Bring a document back that Concur has locked for us, but the journal does not know", Args: frame.WantArgs(1, 1),
		Long: `After a restore: asks Concur for a document by its docId (or report, request or cash-advance id) and takes it into the journal when it is
locked for our system_id. It is held until somebody says whether the ERP has it.`,
		Example: `  fisbridge refetch 9fd2a0c1b7e44b709fd2a0c1b7e44b70 --type expense --reason "unknown after the restore"`,
		RunE: a.Action(func(ctx context.Context, args []string) error {
			t := fis.DocType(docType)
			if !t.Valid() {
				return desk.Usage(fmt.Errorf("--type: %q is not one of %s", docType, strings.Join(offerTypes(ctx, nil), ", ")))
			}
			return desk.Exclusively(ctx, a.Place("refetch"), func(w *desk.Workspace) error { return a.refetch(ctx, w, t, args[0], reason) })
		}),
	}, &reason)
	cmd.Flags().StringVar(&docType, "type", string(fis.Expense), "document `type`")
	return cmd
}

func (a *app) refetch(ctx context.Context, w *desk.Workspace, t fis.DocType, ref, reason string) error {
	taken, err := w.Refetch(ctx, t, ref, reason)
	for _, d := range taken { // also when a later one failed
		a.Remark("document %s is back, and held", d.ID)
		for _, r := range d.Spoken {
			a.Remark("result file %s spoke of it: fisbridge retry result %d --reason …", r.Name, r.ID)
		}
	}
	return err
}
