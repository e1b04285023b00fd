package fleet

import (
	"context"
	"errors"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Unfinished counts what a company's journal has begun and not ended. One without a journal has none.
func Unfinished(ctx context.Context, f *config.Fleet, company string, now func() time.Time) (n int, err error) {
	j, err := journal.Place{URL: f.URL(), Schema: company, Password: f.Database.Password.In(f.Path)}.OpenRead(ctx, now)
	if errors.Is(err, ledger.ErrNoJournal) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	t, err := j.Todo(ctx)
	return t.Stored + t.Acknowledged + t.Held + t.AwaitingAnswer + t.FilesUndropped + t.ResultsUnapplied + t.ConfirmationsDue + t.ConfirmationsStuck + t.PaymentsDue + t.PaymentsStuck, err
}
