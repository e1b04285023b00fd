package bridge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// RemoveCopies removes archived copies of result files, which lie in folders of the ERP. left says which are still
// there and why: the route has gone, or the server does not allow it. They are tried again the next time.
func (b *Bridge) RemoveCopies(ctx context.Context, copies []records.ResultFile) (left []string, err error) {
	if len(copies) == 0 {
		return nil, nil
	}
	boxes, err := b.inboxes()
	if err != nil {
		return nil, err
	}
	byRoute := map[string][]records.ResultFile{}
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

// RemoveFileCopies removes the working folder's copies of import files whose bytes the journal keeps no more. A copy
// that is not what was dropped is somebody's own file: it is left, and told.
func (b *Bridge) RemoveFileCopies(ctx context.Context) (left []string, err error) {
	files, err := b.j.BareFiles(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		path := b.copyPath(f)
		is, err := isCopy(path, f.SHA256)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err == nil && !is:
			err = errors.New("is not what was dropped, so it was left")
		case err == nil:
			err = os.Remove(path)
		}
		if err != nil {
			left = append(left, fmt.Sprintf("%s: %v", path, err))
		}
	}
	return left, nil
}

// isCopy tells whether a plain file has the hash.
func isCopy(path, sum string) (bool, error) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)) == sum, errors.Join(err, f.Close())
}

// removeFrom removes the copies that lie below one return folder.
func (b *Bridge) removeFrom(ctx context.Context, in *inbox, copies []records.ResultFile) (left []string, err error) {
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
