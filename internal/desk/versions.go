package desk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/trial"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// LiveWord names the version in force in the place of a mapping file.
const LiveWord = "live"

// Version is a version of a mapping, and what people call it.
type Version struct {
	Plan  *mapping.Plan
	Label string
}

// IsHash: the word is no file, and looks like the beginning of a version's hash.
func IsHash(word string) bool {
	if len(word) < 8 || strings.Trim(word, "0123456789abcdef") != "" {
		return false
	}
	_, err := os.Stat(word)
	return errors.Is(err, fs.ErrNotExist)
}

// LiveVersion is the version in force of a route. With no route it is that of the only one.
func (w *Workspace) LiveVersion(ctx context.Context, routes []string) (Version, error) {
	if len(routes) == 0 && len(w.Config.Routes) == 1 {
		routes = []string{w.Config.Routes[0].Name}
	}
	if len(routes) == 0 {
		return Version{}, Usage(errors.New("no route uses this mapping: say with --route whose live version is meant"))
	}
	c, ok, err := w.Journal.LiveMapping(ctx, routes[0])
	if err != nil {
		return Version{}, err
	}
	if !ok {
		return Version{}, &Error{Code: ExitFailed, Err: say.Errorf("no version of the mapping of route %s is in force yet", routes[0]), Hint: "the first run puts one in force"}
	}
	plan, err := LoadVersion(w.Config, c)
	return Version{plan, fmt.Sprintf("%s in force since %s", c.Name, wording.At(c.Since, w.Config.Schedule.Zone()))}, err
}

// KeptVersion is the version of a mapping whose hash begins so.
func (w *Workspace) KeptVersion(ctx context.Context, hash string) (Version, error) {
	c, err := w.Journal.MappingBytes(ctx, hash)
	if err != nil {
		return Version{}, err
	}
	plan, err := LoadVersion(w.Config, c)
	return Version{plan, "version " + c.Hash[:8]}, err
}

// RoutesOf are the routes that use one of the mappings, or the one that was asked for.
func (w *Workspace) RoutesOf(route string, mappings ...string) ([]string, error) {
	var out, all []string
	for _, r := range w.Config.Routes {
		all = append(all, r.Name)
		if route != "" && r.Name == route || route == "" && slices.ContainsFunc(mappings, func(m string) bool { return SameFile(m, w.Config.Path(r.Mapping)) }) {
			out = append(out, r.Name)
		}
	}
	if route != "" && len(out) == 0 {
		return nil, &Error{Code: ExitUsage, Err: say.Errorf("--route: there is no route %q", route), Hint: say.F("routes: %s", strings.Join(all, ", "))}
	}
	return out, nil
}

// SameFile reports whether two names lead to one file.
func SameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	two, err := os.Stat(b)
	return err == nil && os.SameFile(one, two)
}

// errEnough ends a reading when nobody wants more of it.
var errEnough = errors.New("enough")

// Recent are the documents that the journal received since a moment, of some routes. Where no route is named they are
// those of all whose type one of the plans takes; no plan takes every type.
func (w *Workspace) Recent(ctx context.Context, routes []string, since time.Time, plans ...*mapping.Plan) iter.Seq2[fis.Envelope, error] {
	if len(routes) == 0 {
		routes = []string{""}
	}
	takes := func(t fis.DocType) bool {
		return len(plans) == 0 || slices.ContainsFunc(plans, func(p *mapping.Plan) bool { return slices.Contains(p.DocTypes(), t) })
	}
	return func(yield func(fis.Envelope, error) bool) {
		for _, route := range routes {
			err := w.Journal.EachRecentPayload(ctx, route, since, func(_ records.Doc, env fis.Envelope) error {
				if route == "" && !takes(env.DocType) {
					return nil
				}
				if !yield(env, nil) {
					return errEnough
				}
				return nil
			})
			if errors.Is(err, errEnough) || err != nil && !yield(fis.Envelope{}, err) {
				return
			}
		}
	}
}

// FindPayload gives the document that a test of a mapping names; none where nothing is kept.
func (w *Workspace) FindPayload() trial.FindDocument { return w.Journal.FindPayload }

// Compare runs two versions over documents, worked on so many at once (0: one for each processor). What cannot be read
// is told to unread, and the others are compared; progress is told how many were.
func Compare(ctx context.Context, older, newer *mapping.Plan, workers int, created time.Time, documents iter.Seq2[fis.Envelope, error], unread func(error), progress func(n int)) (*compare.Diff, error) {
	next, stop := iter.Pull2(documents)
	defer stop()
	return compare.Plans(ctx, older, newer, workers, created, func() (fis.Envelope, bool, error) {
		for {
			env, err, ok := next()
			if !ok || err == nil {
				return env, ok, nil
			}
			unread(err)
		}
	}, progress)
}

// SinceTime reads 30d, 12h or a day, which begins in the zone of now.
func SinceTime(text string, now time.Time) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return day, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n < 100_000 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, fmt.Errorf("%q is not a time like 30d or 12h, nor a day like 2026-03-01", text)
}

// LoadVersion compiles a version of a mapping that the journal keeps.
func LoadVersion(cfg *config.Config, c records.MappingContent) (*mapping.Plan, error) {
	name := c.Name
	if r, ok := cfg.Route(c.Route); ok {
		name = filepath.Join(filepath.Dir(cfg.Path(r.Mapping)), c.Name)
	}
	plan, findings := mapping.LoadVersion(name, c.Body, c.Template, c.TemplateBody)
	return plan, findings.Err()
}
