package cli

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
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// liveWord names the version in force in the place of a mapping file.
const liveWord = "live"

// diffVersion is one side of a comparison.
type diffVersion struct {
	plan  *mapping.Plan
	label string
}

// diffVersions are two versions, and the working folder they came from, where one was needed.
type diffVersions struct {
	app   *app
	space *desk.Workspace // nil when the journal is not needed
	older diffVersion
	newer diffVersion
	// routes are those that use the mapping, none when no route does; since is from when the journal's documents are taken.
	routes []string
	since  time.Time
}

func (v *diffVersions) Close() error {
	if v.space == nil {
		return nil
	}
	return v.space.Close()
}

func (a *app) diffVersions(ctx context.Context, o diffOptions, older, newer string) (_ *diffVersions, err error) {
	v := &diffVersions{app: a}
	defer func() {
		if err != nil {
			err = errors.Join(err, v.Close())
		}
	}()
	if o.journal != "" || older == liveWord || newer == liveWord || isHash(older) || isHash(newer) {
		if v.space, err = desk.Look(ctx, a.place("")); err != nil {
			return nil, err
		}
	}
	if v.space != nil {
		if v.routes, err = v.routesOf(o, older, newer); err != nil {
			return nil, err
		}
	}
	if v.older, err = v.version(ctx, older); err != nil {
		return nil, err
	}
	v.newer, err = v.version(ctx, newer)
	return v, err
}

// isHash: the word is no file, and looks like the beginning of a version's hash.
func isHash(word string) bool {
	if len(word) < 8 || strings.Trim(word, "0123456789abcdef") != "" {
		return false
	}
	_, err := os.Stat(word)
	return errors.Is(err, fs.ErrNotExist)
}

// routesOf are the routes that use one of the two as their mapping, or the one that was asked for.
func (v *diffVersions) routesOf(o diffOptions, words ...string) ([]string, error) {
	var out, all []string
	for _, r := range v.space.Config.Routes {
		all = append(all, r.Name)
		if o.route != "" && r.Name == o.route || o.route == "" && slices.ContainsFunc(words, func(w string) bool { return sameFile(w, v.space.Config.Path(r.Mapping)) }) {
			out = append(out, r.Name)
		}
	}
	if o.route != "" && len(out) == 0 {
		return nil, &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("--route: there is no route %q", o.route), Hint: "routes: " + strings.Join(all, ", ")}
	}
	return out, nil
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	two, err := os.Stat(b)
	return err == nil && os.SameFile(one, two)
}

// version loads one side.
func (v *diffVersions) version(ctx context.Context, word string) (diffVersion, error) {
	switch {
	case word == liveWord:
		return v.live(ctx)
	case v.space != nil && isHash(word):
		c, err := v.space.Journal.MappingBytes(ctx, word)
		if err != nil {
			return diffVersion{}, err
		}
		plan, err := desk.LoadVersion(v.space.Config, c)
		return diffVersion{plan, "version " + c.Hash[:8]}, err
	}
	plan, findings := loadMapping(v.app.ownTemplates(), word)
	return diffVersion{plan, word}, findings.Err()
}

// ownTemplates are the templates that the working folder sees, if there is one.
func (a *app) ownTemplates() fs.FS {
	if cfg, err := config.Load(a.dir); err == nil {
		return desk.TemplatesOf(cfg.Path(cfg.Folders.Templates))
	}
	return desk.TemplatesOf(filepath.Join(a.dir, "templates"))
}

// live is the version in force of the route that uses the mapping.
func (v *diffVersions) live(ctx context.Context) (diffVersion, error) {
	routes := v.routes
	if len(routes) == 0 && len(v.space.Config.Routes) == 1 {
		routes = []string{v.space.Config.Routes[0].Name}
	}
	if len(routes) == 0 {
		return diffVersion{}, desk.Usage(errors.New("no route uses this mapping: say with --route whose live version is meant"))
	}
	c, ok, err := v.space.Journal.LiveMapping(ctx, routes[0])
	if err != nil {
		return diffVersion{}, err
	}
	if !ok {
		return diffVersion{}, &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("no version of the mapping of route %s is in force yet", routes[0]), Hint: "the first run puts one in force"}
	}
	plan, err := desk.LoadVersion(v.space.Config, c)
	return diffVersion{plan, fmt.Sprintf("%s in force since %s UTC", c.Name, wording.When(c.Since))}, err
}

// documents are those to try both versions on; none when nobody said where they are.
func (v *diffVersions) documents(_ context.Context, o diffOptions) (iter.Seq2[fis.Envelope, error], error) {
	switch {
	case len(o.documents) > 0:
		return v.app.documents(o.documents), nil
	case o.journal == "":
		return func(func(fis.Envelope, error) bool) {}, nil
	}
	var err error
	if v.since, err = sinceTime(o.journal, v.app.now().In(v.app.zone())); err != nil {
		return nil, desk.Usage(fmt.Errorf("--from-journal: %w", err))
	}
	return v.recent, nil
}

// recent are the documents of the journal: of the routes that use the mapping, or of all whose type it takes.
func (v *diffVersions) recent(yield func(fis.Envelope, error) bool) {
	routes := v.routes
	if len(routes) == 0 {
		routes = []string{""}
	}
	for _, route := range routes {
		err := v.space.Journal.EachRecentPayload(context.Background(), route, v.since, func(_ desk.Doc, env fis.Envelope) error {
			if route == "" && !slices.Contains(v.older.plan.DocTypes(), env.DocType) && !slices.Contains(v.newer.plan.DocTypes(), env.DocType) {
				return nil
			}
			if !yield(env, nil) {
				return errStop
			}
			return nil
		})
		if errors.Is(err, errStop) || err != nil && !yield(fis.Envelope{}, err) {
			return
		}
	}
}

// sinceTime reads 30d, 12h or a day, which begins in the zone of now.
func sinceTime(text string, now time.Time) (time.Time, error) {
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
