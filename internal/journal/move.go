package journal

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/journal/home"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// MoveTo copies the whole journal into one that has no history, in one transaction, with every row read back. The new one lives where it lies from
// then on; this one never works again.
func (j *Journal) MoveTo(ctx context.Context, to *Journal, reason string) (m ledger.Moved, err error) {
	was, err := j.Here(ctx)
	if err != nil {
		return m, err
	}
	here, err := to.Here(ctx)
	if err != nil {
		return m, err
	}
	m, err = ledger.Move(ctx, j.Ledger, to.Ledger, func(t *ledger.Tx) error {
		if err := home.MoveIn(t, here); err != nil {
			return err
		}
		return t.Event("journal moved", ledger.About{}, ledger.Detail{"reason": reason, "lies_at": here, "lay_at": was})
	})
	if err != nil {
		return m, err
	}
	if err := to.NoteHead(ctx); err != nil {
		return m, err
	}
	return m, j.Retire(ctx, "it was moved to "+to.Name()+": "+reason)
}

// WasMovedTo tells whether this journal was moved into another one, which has everything of it, and never works again.
func (j *Journal) WasMovedTo(ctx context.Context, to *Journal) (bool, error) {
	r, err := j.Restored(ctx)
	if err != nil || r == nil || r.Cause != home.DisplacedRetired {
		return false, err
	}
	return ledger.Holds(ctx, j.Ledger, to.Ledger)
}
