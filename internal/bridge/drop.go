package bridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
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
	for done := 0; done < len(files); {
		b.progress("drop "+r.Name, done, len(files))
		some := together(files[done:], drop.AtOnce())
		if err := b.dropTogether(ctx, drop, some, s); err != nil {
			return err
		}
		done += len(some)
	}
	return nil
}

// mark writes the done-marker of a dropped file, if the route has one. Some ERPs read nothing without it, so it is part
// of the drop. It is not written when both the file and the marker are gone: then the ERP has taken both.
func (b *Bridge) mark(ctx context.Context, drop exchange.Drop, f records.File) error {
	if f.Marker == "" || f.MarkerDone {
		return nil
	}
	_, there, err := drop.Stat(ctx, f.Name)
	if err != nil && !errors.Is(err, exchange.ErrCannotTell) {
		return fmt.Errorf("look for the file before its done-marker: %w", err)
	}
	killpoint.Here("marker.intended")
	there = there || err != nil
	if there {
		if err := drop.Mark(ctx, f.Name); err != nil {
			return fmt.Errorf("write the done-marker: %w", err)
		}
	}
	killpoint.Here("marker.acted")
	return b.j.MarkerDone(context.WithoutCancel(ctx), f.ID, there)
}
