// Package stops owns what people do to a route as a whole: no import file of it is made or sent until somebody lets it
// go on. Documents are fetched and locked meanwhile, and wait; answers are read, and Concur is told.
package stops

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/asseen"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Stop is a route that is stopped.
type Stop = records.Stop

// Route is a route of the configuration, or one that is stopped and not there any more.
type Route struct {
	Name    string `json:"route"`
	Stopped *Stop  `json:"stopped,omitempty"`
}

// Routes lists the routes with what is stopped.
func Routes(ctx context.Context, w *desk.Workspace) ([]Route, error) {
	stopped, err := w.Journal.StoppedRoutes(ctx)
	if err != nil {
		return nil, err
	}
	var out []Route
	for _, r := range w.Config.Routes {
		one := Route{Name: r.Name}
		if s, is := stopped[r.Name]; is {
			one.Stopped = &s
			delete(stopped, r.Name)
		}
		out = append(out, one)
	}
	for name, s := range stopped {
		out = append(out, Route{Name: name, Stopped: &s})
	}
	slices.SortStableFunc(out[len(w.Config.Routes):], func(a, b Route) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// Of is a route; false where there is none of that name.
func Of(ctx context.Context, w *desk.Workspace, name string) (Route, bool, error) {
	all, err := Routes(ctx, w)
	i := slices.IndexFunc(all, func(r Route) bool { return r.Name == name })
	if err != nil || i < 0 {
		return Route{}, false, err
	}
	return all[i], true, nil
}

// Halt stops a route, Resume lets it go on. Each is one transaction; where somebody was quicker it has moved.
func Halt(ctx context.Context, w *desk.Workspace, name, reason string) error {
	return change(ctx, w, name, reason, w.Journal.StopRoute)
}

// Resume lets a stopped route go on: the next run makes import files of what waits.
func Resume(ctx context.Context, w *desk.Workspace, name, reason string) error {
	return change(ctx, w, name, reason, w.Journal.StartRoute)
}

func change(ctx context.Context, w *desk.Workspace, name, reason string, do func(ctx context.Context, route, reason string) error) error {
	if _, is, err := Of(ctx, w, name); err != nil {
		return err
	} else if !is {
		hint := say.F("routes: %s", strings.Join(desk.RouteNames(w.Config.Dir()), ", "))
		return &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("there is no route %q", name), Hint: hint}
	}
	err := do(ctx, name, reason)
	if !errors.Is(err, ledger.ErrStale) {
		return err
	}
	r, _, looked := Of(ctx, w, name)
	is := say.Text("it is not stopped")
	if r.Stopped != nil {
		is = say.F("it is stopped since %s UTC by %s", r.Stopped.Since.UTC().Format("2006-01-02 15:04"), wording.Person(r.Stopped.By))
	}
	return errors.Join(looked, asseen.Moved("route "+name, is.String()))
}
