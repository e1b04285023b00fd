package journal

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// StartRun and EndRun keep when runs happened and what they said.
func (j *Journal) StartRun(ctx context.Context) (id int64, err error) {
	err = j.in(ctx, "start run", func(t *tx) error {
		if id, err = t.Next("runs"); err != nil {
			return err
		}
		if _, err = t.Exec(`INSERT INTO runs (id, started_at) VALUES ($1,$2)`, id, t.At); err != nil {
			return err
		}
		return t.Event("run begun", ledger.About{Others: []ledger.Subject{ledger.NumberOf(ledger.OfRun, id)}}, nil)
	})
	return id, err
}

// EndRun commits a run's exit code and summary (JSON). A run that did not do all its steps leaves scheduled times as they are.
func (j *Journal) EndRun(ctx context.Context, id int64, exit int, summary string) error {
	return j.in(ctx, "end run", func(t *tx) error { return t.endRun(id, exit, summary) })
}

// EndWholeRun is EndRun of a run that did all its steps: with it end the scheduled times that were begun, by it or by a run that was killed.
func (j *Journal) EndWholeRun(ctx context.Context, id int64, exit int, summary string) error {
	return j.in(ctx, "end run", func(t *tx) error {
		if err := t.endRun(id, exit, summary); err != nil {
			return err
		}
		return t.endSlots()
	})
}

func (t *tx) endRun(id int64, exit int, summary string) error {
	if err := t.One(`UPDATE runs SET ended_at = $1, exit_code = $2, summary = $3 WHERE id = $4 AND ended_at = ''`, t.At, exit, summary, id); err != nil {
		return err
	}
	return t.Event("run ended", ledger.About{Others: []ledger.Subject{ledger.NumberOf(ledger.OfRun, id)}}, ledger.Detail{"exit": exit})
}
