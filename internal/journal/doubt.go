package journal

import (
	"context"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// doubtRemedy is the way out of every such alarm.
const doubtRemedy = "if this journal was put back from a copy, as with a snapshot of its folder or machine: `fisbridge restored --from-backup --reason …`; " +
	"if another fisbridge works with a copy of this folder: stop it, then the same command here; if neither is true: `fisbridge mark alarm N resolved --reason …`"

// Doubt opens such an alarm about a subject.
func (j *Journal) Doubt(ctx context.Context, subject, message string) error {
	return j.in(ctx, "doubt the journal", func(t *tx) error { return t.doubtJournal(subject, message) })
}

func (t *tx) doubtJournal(subject, message string) error {
	return t.standing(records.DoubtKind, subject, message+"; no new import file is made before somebody has looked", doubtRemedy)
}

// endDoubts closes them all.
func (t *tx) endDoubts(resolution string) error {
	_, err := t.resolved(resolution, `kind = $3`, records.DoubtKind)
	return err
}

// plausible is how far ahead a number may be to be one of ours that was used and forgotten, and not a mistake of the ERP or of the mapping.
const plausible = 1000

// ahead raises a doubt when a result file speaks of a number that the route has not used yet.
func (a *Apply) ahead(number int64) error {
	var next int64
	if err := a.t.QueryRowContext(a.t.Ctx, records.NextSequence, a.result.Route).Scan(&next); err != nil {
		return err
	}
	if number < next || number >= next+plausible {
		return nil
	}
	return a.t.doubtJournal("route "+a.result.Route, fmt.Sprintf("result file %s speaks of import file %d of route %s, but the newest that this journal knows is %d", a.result.Name, number, a.result.Route, next-1))
}
