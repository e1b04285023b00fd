package bridge

import (
	"context"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// untaken are the import files that were made again of documents of a withdrawn one, and that the ERP has not taken: they
// still lie in its folder, where the files before them do not. What it says of their documents is the answer to the
// withdrawn file. Where nobody can look, none is.
func (b *Bridge) untaken(ctx context.Context) (ids []int64, err error) {
	files, err := b.j.ReissuedFiles(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if r := b.route(f.Route); r != nil && !slices.Contains(ids, f.ID) && b.liesAlone(ctx, r, f) {
			ids = append(ids, f.ID)
		}
	}
	return ids, nil
}

func (b *Bridge) liesAlone(ctx context.Context, r *route, f records.Reissued) bool {
	drop, err := b.openDrop(r)
	if err != nil {
		b.log.Warn("nobody could look into the drop folder", "route", f.Route, "error", err)
		return false
	}
	defer drop.Close()
	for _, name := range []string{f.Name, f.Withdrawn, f.Answered} {
		if name == "" {
			continue
		}
		_, lies, err := drop.Stat(ctx, name)
		if err != nil {
			b.log.Warn("nobody could look into the drop folder", "route", f.Route, "error", err)
			return false
		}
		if lies != (name == f.Name) { // an ERP that leaves them there shows nothing
			return false
		}
	}
	return true
}
