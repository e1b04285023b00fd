package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// release lets a held document go. One that is held as a revision goes only when it is said how it is posted.
func (s Standing) release(ctx context.Context, w *Workspace, as, reason string) error {
	switch {
	case s.State != records.Held || s.file != nil:
		return s.refused("released")
	case s.Cause != records.CauseRevision && as != "":
		return &Error{Code: ExitFailed, Err: say.Errorf("document %s is not held as a further document of a posted report: there is nothing to say about --as", s.ID), Hint: say.F("fisbridge release %s --reason …", s.ID)}
	case s.Cause != records.CauseRevision:
		return w.Journal.Release(ctx, s.ID, reason)
	case as == "":
		return s.Why().refuses(fmt.Sprintf("document %s cannot be released without a word how it is posted", s.ID))
	}
	err := w.Journal.ReleaseAs(ctx, s.ID, records.PostAs(as), reason)
	var why *journal.ErrUndecidable
	if errors.As(err, &why) {
		return &Error{Code: ExitFailed, Err: say.Errorf("document %s: what it changes cannot be posted: %w", s.ID, err), Hint: say.F("fisbridge release %s --as add --reason …   posts it as it is; or book the difference in the ERP by hand and   fisbridge mark document %s posted --number N --reason …", s.ID, s.ID)}
	}
	return err
}

// CheckAs refuses a way of posting that there is not.
func CheckAs(as string) error {
	switch records.PostAs(as) {
	case records.PostFull, records.PostReplace, records.PostAdd:
		return nil
	}
	return Usage(fmt.Errorf("--as is %q, not replace or add", as))
}
