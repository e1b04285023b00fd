package bridge

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/fisbridge/fisbridge/internal/bridge/dropping"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// openDrop opens the place where a route's import files go. It does not connect yet.
func (b *Bridge) openDrop(r *route) (exchange.Drop, error) {
	t, err := b.cfg.DropTo(r.Route)
	if err != nil {
		return nil, err
	}
	return exchange.OpenDrop(t, exchange.Options{Log: b.log})
}

// dropAll delivers what is numbered, route by route, each in the order of its numbers: when one file cannot be
// delivered, those behind it wait.
func (b *Bridge) dropAll(ctx context.Context, s *Summary) error {
	files, err := b.j.FilesIn(ctx, undropped...)
	if err != nil {
		return err
	}
	stopped, err := b.j.StoppedRoutes(ctx)
	if err != nil {
		return err
	}
	files = slices.DeleteFunc(files, func(f records.File) bool { // one that is getting its name may be with the ERP already
		_, is := stopped[f.Route]
		return is && f.State != records.Renaming
	})
	unmarked, err := b.j.UnmarkedFiles(ctx)
	if err != nil {
		return err
	}
	if len(files) > 0 { // their numbers must be known outside of the journal before the ERP sees them
		if err := b.j.NoteHead(ctx); err != nil {
			return err
		}
	}
	byRoute := map[string][]records.File{}
	for _, f := range append(unmarked, files...) {
		if b.route(f.Route) == nil {
			s.look(removedTrouble, fmt.Sprintf("file %s/%d", f.Route, f.Sequence),
				why.New("file-without-route", "file", f.Name, "route", f.Route))
		}
		byRoute[f.Route] = append(byRoute[f.Route], f)
	}
	var errs []error
	for _, r := range b.routes {
		if len(byRoute[r.Name]) == 0 || b.isBarred(r.Drop.Target) {
			continue
		}
		if err := b.dropRoute(ctx, r, byRoute[r.Name], s); err != nil {
			b.bar(r.Drop.Target, err)
			errs = append(errs, fmt.Errorf("route %s: %w", r.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (b *Bridge) dropRoute(ctx context.Context, r *route, files []records.File, s *Summary) (err error) {
	drop, err := b.openDrop(r)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop.Close()) }()
	if err := b.dropReceiptsOf(ctx, r, files, s); err != nil {
		return err
	}
	d := dropping.Dropper{Journal: b.j, Temp: b.temp, Log: b.log, Progress: b.progress, CopyPath: b.copyPath, Note: s.note}
	err = d.Drop(ctx, drop, r.Name, files)
	s.Dropped += d.Dropped
	return err
}

// copyPath is where the working folder keeps an import file for people to look at.
func (b *Bridge) copyPath(f records.File) string {
	name := f.Name
	if len(f.Members) > 0 { // an archive with all of them
		name += ".zip"
	}
	return filepath.Join(b.cfg.Path(b.cfg.Folders.Files), f.Route, name)
}
