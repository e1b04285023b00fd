package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// restoredOptions are what a person says about a journal that is not at home.
type restoredOptions struct {
	fromBackup, moved, copied bool
	next                      map[string]int64
	reason                    string
}

func newRestored(a *app) *cobra.Command {
	var o restoredOptions
	cmd := frame.ReasonFlag(&cobra.Command{
		Use: "restored --from-backup | --moved | --copied", Short: "Say what happened to a journal that was put back, moved or copied", Args: frame.WantArgs(0, 0),
		Long: `A journal knows where it lives. One that was put back from a copy, lies on another disk or machine, or has lost the note beside it, does
not work before somebody has said what happened: it could send documents to the ERP twice, or use numbers twice.

--from-backup   It is older than what was done: a backup, a snapshot of the folder or of the machine. Numbers of import files that were used
                since are not used again, and every document that would go into an import file is held. Then settle each held document:
                  the ERP has it        fisbridge mark document DOC posted --number N --reason …
                  the ERP has it not    fisbridge release DOC --reason …
                Where nothing tells which numbers were used since, give the next one of each route: --next-number expenses=118,ledger=40
                (one more than the highest that the ERP has seen). Documents that were acknowledged since are locked for us in Concur
                and unknown here: fisbridge refetch brings them back; then result files about them can be applied: fisbridge retry result N --reason …
                A machine that was put back as a whole cannot notice it: give this command yourself before the first run.
--moved         It lacks nothing: the folder was moved to another disk or machine, or its note was damaged. Nothing works at the old place any
                more, and nothing was done there since. Work goes on as if nothing had happened.
--copied        This is only a copy, to look at or by mistake; the work is done elsewhere. No run works with it any more.

Without one of them, --from-backup is meant.`,
		Example: `  fisbridge restored --from-backup --reason "disk died on Tuesday, backup of Monday 23:00"
  fisbridge restored --moved --reason "new server, the old one is switched off"`,
		RunE: a.Action(func(ctx context.Context, _ []string) error { return a.restored(ctx, o) }),
	}, &o.reason)
	f := cmd.Flags()
	f.BoolVar(&o.fromBackup, "from-backup", false, "the journal is older than what was done")
	f.BoolVar(&o.moved, "moved", false, "it lacks nothing, and is the only one that works")
	f.BoolVar(&o.copied, "copied", false, "it is only a copy, and must not work")
	f.StringToInt64Var(&o.next, "next-number", nil, "`ROUTE=N`, the next number of a route's import files")
	cmd.MarkFlagsMutuallyExclusive("from-backup", "moved", "copied")
	return cmd
}

func (a *app) restored(ctx context.Context, o restoredOptions) error {
	what := desk.Unsaid
	switch {
	case o.copied:
		what = desk.Copied
	case o.moved:
		what = desk.Moved
	case o.fromBackup:
		what = desk.FromBackup
	}
	r, err := desk.AcceptRestored(ctx, a.Place("restored"), what, o.next, o.reason)
	if err != nil {
		return err
	}
	switch r.What {
	case desk.Copied:
		a.Remark("no run works with this journal any more; if that was wrong: fisbridge restored --from-backup --reason …")
	case desk.Moved:
		a.Remark("the journal lives at %s from now on", r.Path)
	default:
		a.Remark("%s held until you say whether the ERP has them: fisbridge status", wording.Counted(r.Held, "document"))
	}
	return nil
}
