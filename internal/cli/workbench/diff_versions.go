package workbench

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// diffVersions are two versions, and the working folder they came from, where one was needed.
type diffVersions struct {
	bench *bench
	space *desk.Workspace // nil when the journal is not needed
	older desk.Version
	newer desk.Version
	// routes are those that use the mapping, none when no route does; since is from when the journal's documents are
	// taken.
	routes []string
	since  time.Time
}

func (v *diffVersions) Close() error {
	if v.space == nil {
		return nil
	}
	return v.space.Close()
}

func (a *bench) diffVersions(ctx context.Context, o diffOptions, older, newer string) (_ *diffVersions, err error) {
	v := &diffVersions{bench: a}
	defer func() {
		if err != nil {
			err = errors.Join(err, v.Close())
		}
	}()
	if o.journal != "" || older == desk.LiveWord || newer == desk.LiveWord || desk.IsHash(older) || desk.IsHash(newer) {
		if v.space, err = desk.Look(ctx, a.Place("")); err != nil {
			return nil, err
		}
	}
	if v.space != nil {
		if v.routes, err = v.space.RoutesOf(o.route, older, newer); err != nil {
			return nil, err
		}
	}
	if v.older, err = v.version(ctx, older); err != nil {
		return nil, err
	}
	v.newer, err = v.version(ctx, newer)
	return v, err
}

// version loads one side.
func (v *diffVersions) version(ctx context.Context, word string) (desk.Version, error) {
	switch {
	case word == desk.LiveWord:
		return v.space.LiveVersion(ctx, v.routes)
	case v.space != nil && desk.IsHash(word):
		return v.space.KeptVersion(ctx, word)
	}
	plan, findings := workshop.Load(v.bench.ownTemplates(word), word)
	return desk.Version{Plan: plan, Label: word}, findings.Err()
}

// documents are those to try both versions on; none when nobody said where they are.
func (v *diffVersions) documents(_ context.Context, o diffOptions) (iter.Seq2[fis.Envelope, error], error) {
	switch {
	case len(o.documents) > 0:
		return docfiles.In(v.bench.Frame, o.documents), nil
	case o.journal == "":
		return func(func(fis.Envelope, error) bool) {}, nil
	}
	var err error
	if v.since, err = desk.SinceTime(o.journal, v.bench.Now().In(v.bench.Zone())); err != nil {
		return nil, desk.Usage(fmt.Errorf("--from-journal: %w", err))
	}
	return v.recent(), nil
}

// recent are the documents of the journal: of the routes that use the mapping, or of all whose type it takes.
func (v *diffVersions) recent() iter.Seq2[fis.Envelope, error] {
	return v.space.Recent(context.Background(), v.routes, v.since, v.older.Plan, v.newer.Plan)
}
