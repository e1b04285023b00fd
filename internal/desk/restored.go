package desk

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/bridge/moved"
	"github.com/fisbridge/fisbridge/internal/journal/home"
	"github.com/fisbridge/fisbridge/internal/say"
)

// fromBackup accepts a journal that is older than what was done.
func (w *Workspace) fromBackup(ctx context.Context, r home.Restored, next map[string]int64, reason string) (held int, err error) {
	next, err = w.nextNumbers(ctx, r, next)
	if err != nil {
		return 0, err
	}
	if held, err = w.Journal.AcceptRestored(ctx, r, next, reason); err != nil {
		return 0, err
	}
	return held, w.Journal.NoteHead(ctx)
}

// acceptMoved accepts a journal that lacks nothing.
func (w *Workspace) acceptMoved(ctx context.Context, r *home.Restored, reason string) error {
	switch {
	case r == nil:
		return &Error{Code: ExitFailed, Err: say.Errorf("the journal was not moved: it lies where it lives"), Hint: "nothing is to be done"}
	case !r.MayBeMoved():
		return &Error{Code: ExitFailed, Err: say.Errorf("the journal was not only moved: %w", &moved.RestoredError{Restored: *r}), Hint: "fisbridge restored --from-backup --reason …"}
	}
	if err := w.Journal.AcceptMoved(ctx, *r, reason); err != nil {
		return err
	}
	return w.Journal.NoteHead(ctx)
}

// WhatHappened is what a person says about a journal that is not at home.
type WhatHappened string

const (
	// fromBackup: it is older than what was done.
	FromBackup WhatHappened = "from backup"
	// moved: it lacks nothing, and is the only one that works.
	Moved WhatHappened = "moved"
	// copied: it is only a copy, and must not work.
	Copied WhatHappened = "copied"
	// unsaid: nothing was said, so it is taken as older than what was done, if anything tells so.
	Unsaid WhatHappened = ""
)

// Accepted is a journal about which a person has spoken.
type Accepted struct {
	What WhatHappened
	// Held documents stay until somebody says whether the ERP has them; after a backup only.
	Held int
	// Path is where the journal lives from now on; when it was moved only.
	Path string
}

// AcceptRestored settles what happened to the journal. next are the next numbers of routes, where a person knows them;
// with fromBackup only.
func AcceptRestored(ctx context.Context, p Place, what WhatHappened, next map[string]int64, reason string) (out Accepted, err error) {
	w, err := Open(ctx, p, true)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	r, err := w.Journal.Restored(ctx)
	if err != nil {
		return out, err
	}
	switch {
	case (what == Moved || what == Copied) && len(next) > 0:
		return out, Usage(errors.New("--next-number goes with --from-backup only"))
	case what == Copied:
		return Accepted{What: Copied}, w.Journal.Retire(ctx, reason)
	case what == Moved:
		return Accepted{What: Moved, Path: w.Journal.Name()}, w.acceptMoved(ctx, r, reason)
	case r == nil && what == Unsaid:
		doubts, err := w.Journal.Doubts(ctx)
		if err != nil {
			return out, err
		}
		if len(doubts) == 0 {
			return out, &Error{Code: ExitFailed, Err: say.Errorf("the journal was not restored: it is as new as it has ever been, and lies where it lives"),
				Hint: "if a copy of the whole machine was put back, only you can know it: fisbridge restored --from-backup --reason …"}
		}
	}
	if r == nil {
		r = &home.Restored{Cause: "said by a person"}
	}
	out.What = FromBackup
	out.Held, err = w.fromBackup(ctx, *r, next, reason)
	return out, err
}

// RestoredHint tells a refused command what to do, for each thing that may have happened.
func RestoredHint(err error) error {
	var r *moved.RestoredError
	if !errors.As(err, &r) {
		return err
	}
	return &Error{Code: ExitNeedsPerson, Err: err, Hint: say.Text("nothing was done; " + RestoredWays(r.Restored))}
}

// RestoredWays are the commands for what may have happened.
func RestoredWays(r home.Restored) string {
	const copied = "; only a copy, while another folder does the work: fisbridge restored --copied --reason …"
	back := "look in the ERP what it has imported since, then: fisbridge restored --from-backup --reason …"
	if r.Cause == home.DisplacedRetired && r.Retired.To != "" {
		return "work with the journal at " + r.Retired.To + "; where fisbridge journal move was ended too early, give it again; if this one is to work all the same, " + back
	}
	if r.Cause == home.DisplacedRetired {
		return "work with the folder that is no copy; if this one is to work all the same, " + back
	}
	if !r.MayBeMoved() {
		return back + copied
	}
	return "put back from a copy: " + back + "; moved here with everything, and nothing was done elsewhere since: fisbridge restored --moved --reason …" + copied
}
