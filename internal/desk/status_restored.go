package desk

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/bridge/moved"
	"github.com/fisbridge/fisbridge/internal/journal/home"
)

// RestoredStatus is what runs will say about a journal that is not at home, in their own words.
type RestoredStatus struct {
	Cause   home.Displacement `json:"cause"`
	Message string            `json:"message"`
	Hint    string            `json:"hint"`
}

func (w *Workspace) restoredStatus(ctx context.Context) (*RestoredStatus, error) {
	err := moved.AtHome(ctx, w.Config, w.Journal)
	var r *moved.RestoredError
	if !errors.As(err, &r) {
		return nil, err
	}
	return &RestoredStatus{Cause: r.Restored.Cause, Message: r.Error(), Hint: RestoredWays(r.Restored)}, nil
}
