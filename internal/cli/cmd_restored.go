package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
)

func newRestored(a *app) *cobra.Command {
	var reason string
	return reasonFlag(&cobra.Command{
		Use: "restored", Short: "Go on with a journal that was put back from a backup", Args: cobra.NoArgs,
		Long: `A journal that was put back from a backup does not know what happened since, and a run with it could send documents to the ERP
twice. So every run refuses until somebody has looked. This command lets work go on: numbers of import files that were used after the
backup are not used again, and every document that would go into the next import file is held. Then settle each held document:

  the ERP has it        fisbridge mark document DOC posted --number N --reason …
  the ERP has it not    fisbridge release DOC --reason …

Documents that were acknowledged after the backup are locked for us in Concur and unknown here: fisbridge refetch brings them back.
Import files made since are named by the refusal, and lie in the files folder: their reference column holds the docIds.`,
		Example: `  fisbridge restored --reason "disk died on Tuesday, backup of Monday 23:00"`,
		RunE: a.action(func(ctx context.Context, _ []string) error {
			return a.exclusively(ctx, "restored", func(w *workspace) error {
				r, err := w.j.Restored(ctx)
				if err != nil {
					return err
				}
				if r == nil {
					return errors.New("the journal was not restored: it is as new as it has ever been")
				}
				held, err := w.j.AcceptRestored(ctx, *r, reason)
				if err != nil {
					return err
				}
				if err := w.j.NoteHead(ctx); err != nil {
					return err
				}
				a.remark("%s held until you say whether the ERP has them: fisbridge status", counted(held, "document"))
				return nil
			})
		}),
	}, &reason)
}

func newRefetch(a *app) *cobra.Command {
	var reason, docType string
	cmd := reasonFlag(&cobra.Command{
		Use: "refetch DOC", Short: "Bring a document back that Concur has locked for us, but the journal does not know", Args: cobra.ExactArgs(1),
		Long: `After a restore: asks Concur for a document by its docId (or report, request or cash-advance id) and takes it into the journal when it is
locked for our system_id. It is held until somebody says whether the ERP has it.`,
		Example: `  fisbridge refetch 9fd2a0c1b7e44b709fd2a0c1b7e44b70 --type expense --reason "unknown after the restore"`,
		RunE: a.action(func(ctx context.Context, args []string) error {
			t := fis.DocType(docType)
			if !t.Valid() {
				return usage(fmt.Errorf("--type: %q is not one of %s", docType, strings.Join(offerTypes(ctx, nil), ", ")))
			}
			return a.exclusively(ctx, "refetch", func(w *workspace) error { return a.refetch(ctx, w, t, args[0], reason) })
		}),
	}, &reason)
	cmd.Flags().StringVar(&docType, "type", string(fis.Expense), "document `type`")
	return cmd
}

func (a *app) refetch(ctx context.Context, w *workspace, t fis.DocType, ref, reason string) error {
	client, err := newClient(a, w.cfg, w.j, w.log, false)
	if err != nil {
		return err
	}
	defer client.Close()
	b, err := a.bridgeWith(w, client, nil)
	if err != nil {
		return err
	}
	taken, err := b.Refetch(ctx, client, t, ref, reason)
	for _, id := range taken {
		a.remark("document %s is back, and held", id)
	}
	return err
}

// restored tells a refused run what to do.
func restoredHint(err error) error {
	var r *bridge.RestoredError
	if errors.As(err, &r) {
		return &Error{Code: ExitNeedsPerson, Err: err, Hint: "nothing was done; look in the ERP what it has imported since, then: fisbridge restored --reason …   (fisbridge backup --help tells what a restored journal cannot know)"}
	}
	return err
}
