package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/journal"
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
	cmd := reasonFlag(&cobra.Command{
		Use: "restored --from-backup | --moved | --copied", Short: "Say what happened to a journal that was put back, moved or copied", Args: wantArgs(0, 0),
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
		RunE: a.action(func(ctx context.Context, _ []string) error { return a.restored(ctx, o) }),
	}, &o.reason)
	f := cmd.Flags()
	f.BoolVar(&o.fromBackup, "from-backup", false, "the journal is older than what was done")
	f.BoolVar(&o.moved, "moved", false, "it lacks nothing, and is the only one that works")
	f.BoolVar(&o.copied, "copied", false, "it is only a copy, and must not work")
	f.StringToInt64Var(&o.next, "next-number", nil, "`ROUTE=N`, the next number of a route's import files")
	cmd.MarkFlagsMutuallyExclusive("from-backup", "moved", "copied")
	return cmd
}

func (a *app) restored(ctx context.Context, o restoredOptions) (err error) {
	w, err := a.open(ctx, "restored", true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	r, err := w.j.Restored(ctx)
	if err != nil {
		return err
	}
	switch {
	case o.moved || o.copied:
		if len(o.next) > 0 {
			return usage(errors.New("--next-number goes with --from-backup only"))
		}
		if o.copied {
			return a.retired(ctx, w, o.reason)
		}
		return a.moved(ctx, w, r, o.reason)
	case r == nil && !o.fromBackup:
		doubts, err := w.j.Doubts(ctx)
		if err != nil {
			return err
		}
		if len(doubts) == 0 {
			return &Error{Code: ExitFailed, Err: errors.New("the journal was not restored: it is as new as it has ever been, and lies where it lives"),
				Hint: "if a copy of the whole machine was put back, only you can know it: fisbridge restored --from-backup --reason …"}
		}
	}
	if r == nil {
		r = &journal.Restored{Cause: "said by a person"}
	}
	return a.fromBackup(ctx, w, *r, o)
}

// fromBackup accepts a journal that is older than what was done.
func (a *app) fromBackup(ctx context.Context, w *workspace, r journal.Restored, o restoredOptions) error {
	next, err := a.nextNumbers(ctx, w, r, o.next)
	if err != nil {
		return err
	}
	held, err := w.j.AcceptRestored(ctx, r, next, o.reason)
	if err != nil {
		return err
	}
	if err := w.j.NoteHead(ctx); err != nil {
		return err
	}
	a.remark("%s held until you say whether the ERP has them: fisbridge status", wording.Counted(held, "document"))
	return nil
}

// moved accepts a journal that lacks nothing.
func (a *app) moved(ctx context.Context, w *workspace, r *journal.Restored, reason string) error {
	switch {
	case r == nil:
		return &Error{Code: ExitFailed, Err: errors.New("the journal was not moved: it lies where it lives"), Hint: "nothing is to be done"}
	case !r.MayBeMoved():
		return &Error{Code: ExitFailed, Err: fmt.Errorf("the journal was not only moved: %w", &bridge.RestoredError{Restored: *r}), Hint: "fisbridge restored --from-backup --reason …"}
	}
	if err := w.j.AcceptMoved(ctx, *r, reason); err != nil {
		return err
	}
	if err := w.j.NoteHead(ctx); err != nil {
		return err
	}
	a.remark("the journal lives at %s from now on", w.j.Path())
	return nil
}

func (a *app) retired(ctx context.Context, w *workspace, reason string) error {
	if err := w.j.Retire(ctx, reason); err != nil {
		return err
	}
	a.remark("no run works with this journal any more; if that was wrong: fisbridge restored --from-backup --reason …")
	return nil
}

// restoredHint tells a refused command what to do, for each thing that may have happened.
func restoredHint(err error) error {
	var r *bridge.RestoredError
	if !errors.As(err, &r) {
		return err
	}
	return &Error{Code: ExitNeedsPerson, Err: err, Hint: "nothing was done; " + restoredWays(r.Restored)}
}

// restoredWays are the commands for what may have happened.
func restoredWays(r journal.Restored) string {
	const copied = "; only a copy, while another folder does the work: fisbridge restored --copied --reason …"
	back := "look in the ERP what it has imported since, then: fisbridge restored --from-backup --reason …"
	if r.Cause == journal.DisplacedRetired {
		return "work with the folder that is no copy; if this one is to work all the same, " + back
	}
	if !r.MayBeMoved() {
		return back + copied
	}
	return "put back from a copy: " + back + "; moved here with everything, and nothing was done elsewhere since: fisbridge restored --moved --reason …" + copied
}
