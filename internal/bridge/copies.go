package bridge

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// RemoveCopies removes archived copies of result files, which lie in folders of the ERP. left says which are still there and why: the route
// has gone, or the server does not allow it. They are tried again the next time.
func (b *Bridge) RemoveCopies(ctx context.Context, copies []journal.ResultFile) (left []string, err error) {
	if len(copies) == 0 {
		return nil, nil
	}
	boxes, err := b.inboxes()
	if err != nil {
		return nil, err
	}
	byRoute := map[string][]journal.ResultFile{}
	for _, c := range copies {
		byRoute[c.Route] = append(byRoute[c.Route], c)
	}
	for _, in := range boxes {
		for _, r := range in.routes {
			mine := byRoute[r.Name]
			delete(byRoute, r.Name)
			if len(mine) == 0 || b.isBarred(r.Returns.Target) {
				continue
			}
			more, err := b.removeFrom(ctx, in, mine)
			if err != nil {
				return left, err
			}
			left = append(left, more...)
		}
	}
	for route, files := range byRoute {
		for _, f := range files {
			left = append(left, fmt.Sprintf("%s: route %s is not usable", f.MovedTo, route))
		}
	}
	return left, nil
}

// removeFrom removes the copies that lie below one return folder.
func (b *Bridge) removeFrom(ctx context.Context, in *inbox, copies []journal.ResultFile) (left []string, err error) {
	box, err := exchange.OpenReturns(in.target, exchange.Options{Log: b.log})
	if err != nil {
		return []string{fmt.Sprintf("%s: %v", copies[0].MovedTo, err)}, nil
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	for _, c := range copies {
		folder, name := path.Split(c.MovedTo)
		if err := box.Remove(ctx, path.Clean(folder), name); err != nil {
			if ctx.Err() != nil {
				return left, ctx.Err()
			}
			left = append(left, fmt.Sprintf("%s: %v", c.MovedTo, err))
			continue
		}
		killpoint.Here("copy.removed")
		if err := b.j.CopyGone(ctx, c.ID); err != nil {
			return left, err
		}
	}
	return left, nil
}
