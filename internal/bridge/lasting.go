package bridge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// What lasts beyond a run until somebody mends it is an alarm: in the run's messages, its exit code, and status alike.
// Each run says anew what there is; what it does not find any more has settled itself.

// Kinds of alarms that last.
const (
	routeTrouble     = "route"      // a route that cannot be used
	conditionTrouble = "condition"  // a route whose `when` fails for documents
	listTrouble      = "ready list" // what the ready list holds and a run could not take
	undoneTrouble    = "undone"     // what several runs have left undone
)

// fewRuns is in how many runs, one after the other, a thing stays undone before a person is asked.
const fewRuns = 3

// fewNames is how many things an alarm names; show, list and status have all.
const fewNames = 5

// lastings are the lasting alarms that a run has found, by kind.
type lastings map[string][]journal.Lasting

func (s *Summary) last(kind, subject string, r why.Reason) {
	if s.lasting == nil {
		s.lasting = lastings{}
	}
	s.lasting[kind] = append(s.lasting[kind], journal.Lasting{Subject: subject, Why: r})
}

// stays notes an item of the ready list that cannot be read.
func (s *Summary) stays(t fis.DocType, text string) {
	if s.unread == nil {
		s.unread = map[fis.DocType][]string{}
	}
	s.unread[t] = append(s.unread[t], text)
}

// left notes a document that stays in Concur, and for whom.
func (s *Summary) left(id string, a leaving) {
	switch {
	case a.chosen:
		return
	case a.by == nil:
		s.unwanted = append(s.unwanted, id)
		return
	case s.kept == nil:
		s.kept = map[string]*keeping{}
	}
	k := s.kept[a.by.Name]
	if k == nil {
		k = &keeping{}
		s.kept[a.by.Name] = k
	}
	if k.ids = append(k.ids, id); a.undecided != nil && k.why == nil {
		k.why = a.undecided
	}
}

// keeping is what stays in Concur for the sake of one route.
type keeping struct {
	ids []string
	why error // of the first document of which it is not known whether the route takes it
}

// tellLasting settles the alarms that last. What needs the ready list settles itself only in a run that has read it to
// its end.
func (b *Bridge) tellLasting(ctx context.Context, s *Summary) error {
	b.routesLast(s)
	for _, t := range slices.Sorted(maps.Keys(s.unread)) {
		list := s.unread[t]
		s.last(listTrouble, "items of "+string(t),
			why.New("list-items-unreadable", "items", len(list), "type", t,
				"names", wording.SomeOf(list, fewNames, "; ")))
	}
	errs := []error{b.countUndone(ctx, s)}
	for _, kind := range []string{routeTrouble, conditionTrouble, listTrouble, undoneTrouble} {
		settled := "it is so no more"
		if (kind == conditionTrouble || kind == listTrouble) && !s.walked {
			settled = "" // not known
		}
		errs = append(errs, b.j.LastingAlarms(ctx, kind, s.lasting[kind], settled))
	}
	return errors.Join(append(errs, b.tellLooks(ctx, s, removedTrouble, noteTrouble))...)
}

// TellUnusable keeps for status that no route can be used, so that no run can begin.
func (b *Bridge) TellUnusable(ctx context.Context) error {
	s := &Summary{}
	b.routesLast(s)
	return b.j.LastingAlarms(ctx, routeTrouble, s.lasting[routeTrouble], "it is so no more")
}

// routesLast tells of the routes that cannot be used, or not asked, and of what stays in Concur for their sake.
func (b *Bridge) routesLast(s *Summary) {
	for _, r := range b.routes {
		k := s.kept[r.Name]
		broken := r.broken
		if broken == nil && r.conflict != nil {
			broken = fmt.Errorf("route %s: %w", r.Name, r.conflict)
		}
		switch {
		case broken != nil:
			said := why.New("route-unusable", "problem", broken)
			if r.condition != nil {
				said.Code = "route-unusable-claims"
			}
			if k != nil {
				said = said.With("documents", len(k.ids)).With("names", wording.SomeOf(k.ids, fewNames, ", "))
			}
			s.last(routeTrouble, "route "+r.Name, said)
		case k != nil:
			s.last(conditionTrouble, "route "+r.Name,
				why.New("condition-fails", "route", r.Name, "documents", len(k.ids),
					"names", wording.SomeOf(k.ids, fewNames, ", "), "problem", k.why))
		}
	}
}

// undoneThings are what a run can leave undone, with what a person should know.
func (b *Bridge) undoneThings(s *Summary) []undoneThing {
	kept := func(list []string) func(context.Context) ([]records.Undone, error) {
		return func(context.Context) ([]records.Undone, error) {
			var out []records.Undone
			slices.Sort(list)
			for _, id := range slices.Compact(list) {
				out = append(out, records.Undone{Subject: id})
			}
			return out, nil
		}
	}
	tried := func(list func(context.Context, time.Time, time.Time) ([]records.Undone, error)) func(context.Context) ([]records.Undone, error) {
		return func(ctx context.Context) ([]records.Undone, error) { return list(ctx, s.Started, b.now()) }
	}
	return []undoneThing{
		{"acknowledgement", "undone-acknowledgement", b.j.Unacknowledged},
		{"posting confirmation", "undone-posting", tried(b.j.Unconfirmed)},
		{"payment confirmation", "undone-payment", tried(b.j.Unpaid)},
		{"drop", "undone-drop", b.j.Undropped},
		{"result", "undone-result", b.j.Unapplied},
		{"collect", "undone-collect", kept(s.unsettled)},
		{"left", "undone-left", kept(s.unwanted)},
	}
}

type undoneThing struct {
	kind, code string
	now        func(context.Context) ([]records.Undone, error)
}

// countUndone asks for a person about what several runs have left undone.
func (b *Bridge) countUndone(ctx context.Context, s *Summary) error {
	var errs []error
	for _, thing := range b.undoneThings(s) {
		if thing.kind == "left" && !s.walked { // what the list holds is not known
			s.last(undoneTrouble, thing.kind, why.Reason{})
			continue
		}
		now, err := thing.now(ctx)
		if err == nil {
			now, err = b.j.CountUndone(ctx, thing.kind, now)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		long := slices.DeleteFunc(now, func(u records.Undone) bool { return u.Runs < fewRuns })
		if len(long) == 0 {
			continue
		}
		slices.SortStableFunc(long, func(a, b records.Undone) int { return cmp.Or(a.Since.Compare(b.Since), 0) })
		var names []string
		for _, u := range long {
			names = append(names, u.Subject)
		}
		s.last(undoneTrouble, thing.kind,
			why.New(thing.code, "n", len(long), "runs", long[0].Runs,
				"since", long[0].Since.UTC().Format("2006-01-02 15:04"),
				"names", wording.SomeOf(names, fewNames, ", "), "cause", strings.TrimSpace(long[0].Why)))
	}
	return errors.Join(errs...)
}
