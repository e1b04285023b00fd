package tokens

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

func (j *Tokens) in(ctx context.Context, what string, fn func(*ledger.Tx) error) error {
	return ledger.In(ctx, j.Ledger, what, fn)
}

// Tokens keeps tokens in a journal.
type Tokens struct{ *ledger.Ledger }
