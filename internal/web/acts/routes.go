package acts

import (
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/asseen"
	"github.com/fisbridge/fisbridge/internal/desk/stops"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// Routes are the acts on a route as a whole: stop it, and let it go on.
func Routes() []Act {
	of := func(halt bool) func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
		return func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			if halt {
				return nil, stops.Halt(q.Ctx(), w, s.route, f.Reason)
			}
			r, _, err := stops.Of(q.Ctx(), w, s.route)
			if err != nil {
				return nil, err
			}
			if r.Stopped != nil && stopNumber(r) != f.Number { // another stop than that of the page
				return nil, asseen.Moved("route "+s.route, "it was stopped again since")
			}
			return nil, stops.Resume(q.Ctx(), w, s.route, f.Reason)
		}
	}
	return []Act{{Name: "stop-route", Subject: route, Do: of(true)}, {Name: "start-route", Subject: route, Do: of(false)}}
}

// stopNumber tells one stop of a route from another one.
func stopNumber(r stops.Route) int {
	if r.Stopped == nil {
		return 0
	}
	return int(r.Stopped.Since.Unix())
}

func route(q *frame.Req, a Act) (*Subject, error) {
	name := q.R.PathValue("route")
	r, is, err := stops.Of(q.Ctx(), q.Desk, name)
	if err != nil {
		return nil, err
	}
	if !is {
		return nil, frame.NotFound()
	}
	s := &Subject{route: r.Name, Back: q.To("mappings", r.Name), Number: stopNumber(r), Text: r.Name}
	s.Crumbs = []frame.Crumb{{Text: q.T("nav.mappings"), To: q.To("mappings")}, {Text: r.Name, To: s.Back}}
	if _, has := q.Desk.Config.Route(r.Name); !has { // it was taken out of the configuration while it was stopped
		s.Back = q.To("todo")
	}
	switch {
	case r.Stopped != nil:
		s.Note = q.T("route.stopped", "who", q.Actor(r.Stopped.By), "when", q.Plain(r.Stopped.Since), "waits", q.T("documents", "n", r.Stopped.Waiting))
		if q.Persons() {
			s.Note += " " + r.Stopped.Reason
		}
	case a.Name == "start-route":
		s.Note = q.T("route.going")
	default:
		waiting, err := q.Desk.Journal.CountTryable(q.Ctx(), r.Name)
		if err != nil {
			return nil, err
		}
		s.Note = q.T("route.waits", "n", waiting)
	}
	return s, nil
}
