package cli

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/bridge"
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

func (s *status) restoredText(l lines) {
	if s.Restored == nil {
		return
	}
	l.put("journal", "%s", s.Restored.Message)
	l.put("         →", "%s", s.Restored.Hint)
}
