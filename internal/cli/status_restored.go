package cli

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/journal"
)

// restoredStatus is what runs will say about a journal that is not at home, in their own words.
type restoredStatus struct {
	Cause   journal.Displacement `json:"cause"`
	Message string               `json:"message"`
	Hint    string               `json:"hint"`
}

func (a *app) restoredStatus(ctx context.Context, w *workspace) (*restoredStatus, error) {
	err := bridge.AtHome(ctx, w.cfg, w.j)
	var r *bridge.RestoredError
	if !errors.As(err, &r) {
		return nil, err
	}
	return &restoredStatus{Cause: r.Restored.Cause, Message: r.Error(), Hint: restoredWays(r.Restored)}, nil
}

func (s *status) restoredText(l term.Lines) {
	if s.Restored == nil {
		return
	}
	l.Put("journal", "%s", s.Restored.Message)
	l.Put("         →", "%s", s.Restored.Hint)
}
