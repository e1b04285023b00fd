package desk

import (
	"context"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/records"
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
		hint := "the first run of a route puts its mapping in force"
		if len(routes) > 0 {
			hint = "routes with a mapping: " + strings.Join(routes, ", ")
		}
		return MappingLife{}, &Error{Code: ExitFailed, Err: fmt.Errorf("no version of a mapping is known for a route %q", route), Hint: hint}
	}
	return MappingLife{route, versions}, nil
}
