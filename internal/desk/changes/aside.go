package changes

import (
	"context"
	"path"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/asseen"
	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/holder"
)

// Blocking is a workbook that somebody has saved in the place of a mapping and that keeps an approved change from it.
type Blocking struct {
	// Author is who saved it last, as it says itself; empty where it says nothing.
	Author string
	body   []byte
}

// BlockedBy is what keeps an approved change from going live with the next run; nil: nothing does.
func BlockedBy(ctx context.Context, w *desk.Workspace, c Change) (*Blocking, error) {
	if c.State != Approved {
		return nil, nil
	}
	for _, r := range w.Config.Routes {
		if r.Mapping != c.Mapping {
			continue
		}
		versions := bridge.Versions(w.Config, w.Journal, w.Templates(), w.Now, w.Log())
		body, err := versions.InTheWay(ctx, bridge.MappingOf(w.Config, r), c)
		if err != nil || body == nil {
			return nil, err
		}
		return &Blocking{Author: holder.SavedBy(body), body: body}, nil
	}
	return nil, nil
}

// SetAside keeps the workbook that lies in the place of an approved change as a change of its own, so that the next run
// may put the approved one there. The journal holds what it was, and nobody has asked for it yet.
func SetAside(ctx context.Context, w *desk.Workspace, id int64, reason string) (Change, error) {
	c, err := w.Journal.Change(ctx, id)
	if err != nil {
		return c, err
	}
	b, err := BlockedBy(ctx, w, c)
	switch {
	case err != nil:
		return c, err
	case b == nil:
		return c, asseen.Moved(changeName(c), "nothing is in its way any more")
	}
	return Give(ctx, w, Given{Mapping: c.Mapping, Name: path.Base(filepath.ToSlash(c.Mapping)), Body: b.body, Reason: reason, Origin: changes.Proposed, Whatever: true})
}
