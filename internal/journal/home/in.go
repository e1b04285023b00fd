package home

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

func (j *Home) in(ctx context.Context, what string, fn func(*ledger.Tx) error) error {
	return ledger.In(ctx, j.Ledger, what, fn)
}
