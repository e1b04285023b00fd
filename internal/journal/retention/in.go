package retention

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// tx is one transaction.
type tx struct{ *ledger.Tx }

func (j *Retention) in(ctx context.Context, what string, fn func(*tx) error) error {
	return ledger.In(ctx, j.Ledger, what, func(t *ledger.Tx) error { return fn(&tx{t}) })
}

// Retention ages and forgets in a journal.
type Retention struct{ *ledger.Ledger }
