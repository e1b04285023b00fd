package bridge

import (
	"context"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/flows"
)

// settleFlows finds the words for each route's drop folder and holds the routes against each other. It is done whenever
// a mapping has changed, for settings change names.
func (b *Bridge) settleFlows() {
	var all []flows.Flow
	var places []exchange.Target
	for _, r := range b.routes {
		if r.broken != nil && r.broken == r.conflict {
			r.broken = nil
		}
		r.conflict, r.place = nil, ""
		all = append(all, flows.Flow{Route: r.Route, Plan: r.plan})
		t, err := b.cfg.DropTo(r.Route)
		if err != nil {
			continue
		}
		r.place = t.Identity()
		if i := slices.IndexFunc(places, func(o exchange.Target) bool { return exchange.SamePlace(o, t) }); i >= 0 {
			r.place = places[i].Identity()
		}
		places = append(places, t)
	}
	for _, f := range flows.Check(b.cfg, all) {
		r := b.route(f.Route)
		if f.Warning || r == nil || r.conflict != nil {
			continue
		}
		r.conflict = fmt.Errorf("%s; %s", f.Text, f.Hint)
		if f.Reads && r.broken == nil { // it must not even collect; one that only writes may still read its answers
			r.broken = r.conflict
		}
	}
}

// placeFiles gives the import files of older versions their place.
func (b *Bridge) placeFiles(ctx context.Context) error {
	for _, r := range b.routes {
		if r.place == "" {
			continue
		}
		if err := b.j.PlaceFiles(ctx, r.Name, r.place); err != nil {
			return err
		}
	}
	return nil
}
