package journal

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Doubt opens such an alarm about a subject.
func (j *Journal) Doubt(ctx context.Context, subject string, r why.Reason) error {
	return j.in(ctx, "doubt the journal", func(t *tx) error { return t.Doubt(subject, r) })
}

// Doubt is Doubt in a transaction.
func (t *tx) Doubt(subject string, r why.Reason) error {
	return t.standing(records.DoubtKind, subject, r)
}

// endDoubts closes them all.
func (t *tx) endDoubts(resolution string) error {
	_, err := t.resolved(resolution, `kind = $3`, records.DoubtKind)
	return err
}
