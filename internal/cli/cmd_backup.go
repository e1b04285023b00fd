package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newBackup(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the journal to a new file, whole, while others work",
		Long: `backup writes a consistent copy of the journal to FILE, which must not exist, and checks it: it opens, its pages are
whole and its history is unbroken. It may be called while a run is going on; the copy shows one instant. The copy holds payloads,
so only its owner may read it; keep it as safe as the journal itself. It knows that it is a copy.

To restore:
  1. Stop every fisbridge of the folder.
  2. Move the journal aside (journal.path in fisbridge.yaml, and the files beside it that end in -wal and -shm; leave .head).
  3. Copy the backup to journal.path and look: fisbridge audit verify, fisbridge status --all
  4. Look in the ERP what it has imported since, then: fisbridge restored --from-backup --reason …

What the next run finds out by itself: documents that were being acknowledged (Concur says who has them), confirmations and payments
that were sent after the backup (Concur answers that it has them, and nothing is booked twice there), result files that were
archived (put them back into the return folder: what was applied before the backup changes nothing).

What a restored journal cannot know, a person must settle. Every run notices the restore and refuses, naming the import files in the
working folder that were made since, until you have looked and said: fisbridge restored --from-backup --reason …
  - Documents that went into an import file after the backup wait again. They are held then; the ERP's answers settle them, or you do:
    mark (the ERP has it) or release (it has not).
  - Documents that were acknowledged after the backup are locked for us in Concur but unknown here: fisbridge refetch DOC brings one back.
    The import files made since, in folders.files, name them.
  - Numbers of import files made after the backup are not used again. The note beside the journal (.head) tells them; without it you are
    asked: --next-number ROUTE=N.
  - A refresh token that Concur has replaced since then no longer works: fisbridge auth login`,
		Example: "  fisbridge backup /backup/fisbridge-$(date +%F).db",
		Args:    frame.WantArgs(1, 1),
		RunE:    a.Action(func(ctx context.Context, args []string) error { return a.backup(ctx, args[0]) }),
	}
}

func (a *app) backup(ctx context.Context, path string) error {
	b, err := desk.BackUp(ctx, a.Place("backup"), path)
	a.Warnings(b.Warnings)
	for _, folder := range b.Removed {
		a.Remark("removed %s, which a backup left that was killed", folder)
	}
	if err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(map[string]any{"file": path, "bytes": b.Bytes, "history_rows": b.Rows, "last_hash": b.LastHash})
	}
	a.Say("%s: %s bytes, history of %s, last hash %s", path, wording.Grouped(fmt.Sprint(b.Bytes)), wording.Counted(int(b.Rows), "row"), b.LastHash)
	return nil
}
