package desk

import (
	"context"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// MappingLife is the versions of a route's mapping, the newest first.
type MappingLife struct {
	Route    string                   `json:"route"`
	Versions []records.MappingVersion `json:"versions"`
}

// MappingLife tells the versions of a route's mapping.
func (w *Workspace) MappingLife(ctx context.Context, route string) (MappingLife, error) {
	j := w.Journal
	versions, err := j.MappingVersions(ctx, route)
	if err != nil {
		return MappingLife{}, err
	}
	if len(versions) == 0 {
		known, err := j.LiveMappings(ctx)
		if err != nil {
			return MappingLife{}, err
		}
		var routes []string
		for _, v := range known {
			if v.State == records.MappingLive {
				routes = append(routes, v.Route)
			}
		}
		hint := say.Text("the first run of a route puts its mapping in force")
		if len(routes) > 0 {
			hint = say.F("routes with a mapping: %s", strings.Join(routes, ", "))
		}
		return MappingLife{}, &Error{Code: ExitFailed, Err: say.Errorf("no version of a mapping is known for a route %q", route), Hint: hint}
	}
	return MappingLife{route, versions}, nil
}
