// Package runs keeps the runs and the scheduled times that they were due at: when each began and ended, and with what
// exit code.
package runs

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// StartRun and EndRun keep when runs happened and what they said.
func (j *Runs) StartRun(ctx context.Context) (id int64, err error) {
	err = j.in(ctx, "start run", func(t *ledger.Tx) error {
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

// EndRun commits a run's exit code and summary (JSON). A run that did not do all its steps leaves scheduled times as
// they are.
func (j *Runs) EndRun(ctx context.Context, id int64, exit int, summary string) error {
	return j.in(ctx, "end run", func(t *ledger.Tx) error { return endRun(t, id, exit, summary) })
}

// EndWholeRun is EndRun of a run that did all its steps: with it end the scheduled times that were begun, by it or by a
// run that was killed.
func (j *Runs) EndWholeRun(ctx context.Context, id int64, exit int, summary string) error {
	return j.in(ctx, "end run", func(t *ledger.Tx) error {
		if err := endRun(t, id, exit, summary); err != nil {
			return err
		}
		return endSlots(t)
	})
}

func endRun(t *ledger.Tx, id int64, exit int, summary string) error {
	if err := t.One(`UPDATE runs SET ended_at = $1, exit_code = $2, summary = $3 WHERE id = $4 AND ended_at = ''`, t.At, exit, summary, id); err != nil {
		return err
	}
	return t.Event("run ended", ledger.About{Others: []ledger.Subject{ledger.NumberOf(ledger.OfRun, id)}}, ledger.Detail{"exit": exit})
}

// Runs keeps runs in a journal.
type Runs struct{ *ledger.Ledger }

func (j *Runs) in(ctx context.Context, what string, fn func(*ledger.Tx) error) error {
	return ledger.In(ctx, j.Ledger, what, fn)
}

// Asked takes down that a person wants a run now, or wants the one under way to stop, and why.
func (j *Runs) Asked(ctx context.Context, what, reason string) error {
	return j.Noted(ctx, what, ledger.Detail{"reason": reason})
}

// Noted takes down what a person did that changes nothing but the history.
func (j *Runs) Noted(ctx context.Context, what string, d ledger.Detail) error {
	return j.in(ctx, what, func(t *ledger.Tx) error { return t.Event(what, ledger.About{}, d) })
}
