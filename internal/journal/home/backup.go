package home

import (
	"context"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Backup writes a consistent copy of the whole journal to a new file, while others go on working. The copy knows that
// it is one: put in the place of a journal, it does not work before a person has said what happened. Only its owner may
// read it, from its first byte.
func (j *Home) Backup(ctx context.Context, path string) error {
	here, err := j.Here(ctx)
	if err == nil {
		err = ledger.CopyTo(ctx, j.Ledger, path, func(t *ledger.Tx) error {
			return t.WriteMeta(metaCopy, CopyMark{At: t.At, From: here})
		})
	}
	if err != nil {
		return fmt.Errorf("journal: back up to %s: %w", path, err)
	}
	return nil
}
