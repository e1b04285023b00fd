package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/home"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// MoveTo copies the whole journal into one that has no history, in one transaction, with every row read back. The new one lives where it lies from
// then on; this one never works again, from before the other one does. A move that was ended too early goes on when it is called again. Where nothing was moved for sure, this one
// works as before.
func (j *Journal) MoveTo(ctx context.Context, to *Journal, reason string) (m ledger.Moved, err error) {
	was, err := j.Here(ctx)
	if err != nil {
		return m, err
	}
	here, err := to.Here(ctx)
	if err != nil {
		return m, err
	}
	if m.Already, err = ledger.Holds(ctx, j.Ledger, to.Ledger); err != nil {
		return m, fmt.Errorf("move the journal from %s to %s: %w", j.Name(), to.Name(), err)
	}
	r, err := j.Restored(ctx)
	if err != nil {
		return m, err
	}
	certain := false // that it was moved
	if r == nil || r.Cause != home.DisplacedRetired {
		if err := j.RetireFor(ctx, reason, to.Name()); err != nil {
			return m, err
		}
		if !m.Already {
			defer func() {
				if err != nil && !m.Unsure && !certain {
					err = errors.Join(err, j.Unretire(context.WithoutCancel(ctx)))
				}
			}()
		}
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
	certain = true
	return m, to.NoteHead(ctx)
}

// WasMovedTo tells whether this journal was moved into another one, which has everything of it, and never works again.
func (j *Journal) WasMovedTo(ctx context.Context, to *Journal) (bool, error) {
	r, err := j.Restored(ctx)
	if err != nil || r == nil || r.Cause != home.DisplacedRetired {
		return false, err
	}
	done, err := ledger.Holds(ctx, j.Ledger, to.Ledger)
	if errors.Is(err, ledger.ErrNotEmpty) {
		return false, nil
	}
	return done, err
}

// MovesTo tells whether a move of this journal to a place was begun: only there may it go on.
func (j *Journal) MovesTo(r *home.Restored, to *Journal) bool {
	return r != nil && r.Cause == home.DisplacedRetired && r.Retired.To != "" && r.Retired.To == to.Name()
}
