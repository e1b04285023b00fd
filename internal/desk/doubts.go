package desk

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/golive"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Doubts are the doubts about a mapping of a route that lies at path, as golive tells them.
func (w *Workspace) Doubts(ctx context.Context, route, path string, plan *mapping.Plan) (findings.List, int, error) {
	return golive.StandingDoubts(ctx, w.Journal, route, path, plan, w.now())
}

// AcceptMapping takes down that a person wants the changed mapping of a route to go live whatever it changes, and gives
// what was accepted. The next run puts it in force. What is wrong with a mapping cannot be accepted.
func (w *Workspace) AcceptMapping(ctx context.Context, route, reason string) (findings.List, error) {
	b, err := w.Bridge(nil)
	if err != nil {
		return nil, err
	}
	found, err := b.AcceptMapping(ctx, route, reason)
	var no *golive.NotAcceptable
	if errors.As(err, &no) {
		return nil, &Error{Code: ExitFailed, Err: no, Hint: say.Text(no.Hint)}
	}
	return found, err
}
