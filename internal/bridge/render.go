package bridge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/fisbridge/fisbridge/internal/bridge/rendering"
	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/extracted"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// renderAll turns acknowledged documents into numbered import files, route by route.
func (b *Bridge) renderAll(ctx context.Context, s *Summary) error {
	var errs []error
	stopped, err := b.j.StoppedRoutes(ctx)
	if err != nil {
		return err
	}
	for _, r := range b.usable() {
		if _, is := stopped[r.Name]; is || r.conflict != nil {
			continue // what needs a person tells it, or an alarm
		}
		err := b.renderRoute(ctx, r, s)
		var taken *journal.NameTakenError
		if errors.As(err, &taken) {
			s.last(routeTrouble, "names of route "+r.Name,
				why.New("file-name-taken", "route", r.Name, "problem", taken))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("route %s: %w", r.Name, err))
		}
	}
	return errors.Join(append(errs, b.strays(ctx, s))...)
}

// strays tells of documents that wait for a route which the configuration does not have any more.
func (b *Bridge) strays(ctx context.Context, s *Summary) error {
	waiting, err := b.j.CountByRoute(ctx, records.Acknowledged)
	for _, name := range slices.Sorted(maps.Keys(waiting)) {
		if b.route(name) == nil {
			s.look(removedTrouble, "documents of "+name,
				why.New("documents-without-route", "documents", waiting[name], "route", name))
		}
	}
	if err != nil {
		return err
	}
	return b.unanswered(ctx, s)
}

// unanswered tells of import files of such routes of which the ERP has not said what became of them.
func (b *Bridge) unanswered(ctx context.Context, s *Summary) error {
	names, err := b.j.FormerFiles(ctx, func(name string) bool { return b.route(name) != nil })
	for _, route := range slices.Sorted(maps.Keys(names)) {
		s.look(removedTrouble, records.AnswersTo+route, why.New("files-without-route", "files", len(names[route]), "route", route,
			"names", wording.SomeOf(names[route], fewNames, ", ")))
	}
	return err
}

// renderRoute makes the import files of one route.
func (b *Bridge) renderRoute(ctx context.Context, r *route, s *Summary) error {
	maker := rendering.Maker{Journal: b.j, Now: b.now, Zone: b.cfg.Schedule.Zone(), Temp: b.temp, Log: b.log,
		Progress: b.progress, Former: func(name string) bool { return b.route(name) == nil }}
	into := rendering.Route{Name: r.Name, Plan: r.plan, MaxDocuments: r.MaxDocuments,
		Revisions: r.Revisions, RequireReceipts: r.ReceiptsRequired, DoneMarker: r.Drop.DoneMarker, Place: r.place}
	if r.ExtractList != "" {
		list, err := extracted.Read(b.cfg.Path(r.ExtractList))
		if err != nil {
			return fmt.Errorf("no import file is made without the list of what the extract had (extract_list): %w", err)
		}
		into.Extracted = list
	}
	if how, sealed := b.cfg.Sealing(r.Route); sealed {
		into.Seal = func() (*seal.Sealer, error) { return how.Load(b.now()) }
	}
	made, err := maker.Make(ctx, into)
	s.Files += made.Files
	s.Filed += made.Filed
	s.Held += made.Held
	s.Changed = append(s.Changed, made.Changed...)
	for i, remark := range made.Remarks {
		if i == mostNeeds {
			s.said(fmt.Sprintf("%d more remarks on documents: fisbridge explain tells those of each", len(made.Remarks)-i))
			break
		}
		s.said(remark)
	}
	return err
}
