package changes

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/golive"
	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/lint"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/holder"
	"github.com/fisbridge/fisbridge/internal/say"
)

// trialDays is how far back documents are that a change is tried on.
const trialDays = 30

// Trial is what a changed mapping is: what is wrong with it, and what it would change.
type Trial struct {
	Mapping string `json:"mapping"`
	Name    string `json:"name"`
	// Findings are by sheet and cell; an error ends it.
	Findings findings.List `json:"findings"`
	// Effects are route by route, on the documents of the last month; none where an error ends it.
	Effects []changes.Effect `json:"effects"`
	// Same: it says what the version in force says.
	Same bool `json:"same"`

	content changes.Content
	places  bool // a finding names a sheet: the workbook could be opened
	tests   int
	passed  int
	// Diffs are the whole comparisons, route by route. They have texts of documents and are not kept.
	Diffs []*compare.Diff `json:"-"`
}

// Usable: no finding is an error.
func (t *Trial) Usable() bool { return t.Findings.Err() == nil }

// Doubts are what would keep it from going live by itself.
func (t *Trial) Doubts() (out findings.List) {
	for _, e := range t.Effects {
		out = append(out, e.Doubts...)
	}
	return out
}

// Try finds out what is wrong with a workbook for a mapping, and what it would change on the documents of the last
// month. Nothing is written.
func Try(ctx context.Context, w *desk.Workspace, mapping, name string, body []byte) (*Trial, error) {
	t := &Trial{Mapping: mapping, Name: filepath.Base(name)}
	if err := t.fits(w.Config, mapping, body); err != nil {
		return nil, err
	}
	routes := RoutesOf(w.Config, mapping)
	at := w.Config.Path(mapping)
	now := w.Now()
	r, err := lint.Check(ctx, w.Templates(), at, body, lint.Options{Created: now.In(w.Config.Schedule.Zone()), Find: w.FindPayload(), Documents: documents(ctx, w, routes, now)})
	if err != nil {
		return nil, fmt.Errorf("try the workbook on the documents of the last month: %w", err)
	}
	t.Findings, t.places = r.Findings, r.HasPlaces()
	if r.Tests != nil {
		t.tests, t.passed = r.Tests.Passed+r.Tests.Failed, r.Tests.Passed
	}
	versions := bridge.Versions(w.Config, w.Journal, w.Templates(), w.Now, w.Log())
	if r.Plan != nil {
		t.Findings = append(t.Findings, versions.CheckFormats(at, r.Plan)...)
	}
	for i := range t.Findings {
		if t.Findings[i].File == at {
			t.Findings[i].File = t.Name // as the person who gave it knows it
		}
	}
	if r.Plan == nil || !t.Usable() {
		return t, nil
	}
	t.content = changes.Content{Body: body, TemplateBody: r.Plan.TemplateSource(), Change: changes.Change{Mapping: mapping, Routes: routes, Name: t.Name, Template: r.Plan.TemplateName(),
		Hash: r.Plan.Hash(), Guarded: r.Plan.GuardedHash(), FileHash: r.Plan.FileHash(), Author: holder.SavedBy(body)}}
	if t.content.Base, err = golive.Base(ctx, w.Journal, routes); err != nil {
		return nil, err
	}
	t.Same = true
	for _, route := range routes {
		if err := t.compare(ctx, w, route, r.Plan, now); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// fits refuses what is no file for this mapping.
func (t *Trial) fits(cfg *config.Config, mapping string, body []byte) error {
	want, got := strings.ToLower(filepath.Ext(mapping)), strings.ToLower(filepath.Ext(t.Name))
	switch {
	case len(body) > workbook.MaxBytes:
		return &desk.Error{Code: desk.ExitInvalid, Err: say.Errorf("%s is larger than %d MiB", t.Name, workbook.MaxBytes>>20), Hint: "a mapping is a small workbook: take out what does not belong to it"}
	case want != got:
		return &desk.Error{Code: desk.ExitInvalid, Err: say.Errorf("%s is no %s file, as %s is", t.Name, want, mapping), Hint: "put the changes into a copy of the version in force: it has the right form"}
	case len(RoutesOf(cfg, mapping)) == 0:
		return desk.Usage(fmt.Errorf("no route uses %s", mapping))
	}
	return nil
}

// compare tries the change on the documents of one route.
func (t *Trial) compare(ctx context.Context, w *desk.Workspace, route string, plan *mapping.Plan, now time.Time) error {
	live, has, err := w.Journal.LiveMapping(ctx, route)
	if err != nil {
		return err
	}
	if !has {
		return &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("no version of the mapping of route %s is in force yet", route), Hint: say.F("the first run puts %s in force; changes come after that", t.Mapping)}
	}
	former, err := desk.LoadVersion(w.Config, live)
	if err != nil {
		return fmt.Errorf("read the version in force of route %s: %w", route, err)
	}
	var unread error
	d, err := desk.Compare(ctx, former, plan, 0, now.In(w.Config.Schedule.Zone()), documents(ctx, w, []string{route}, now), func(err error) { unread = errors.Join(unread, err) }, nil)
	if err = errors.Join(err, unread); err != nil {
		return fmt.Errorf("compare the two versions on the documents of route %s: %w", route, err)
	}
	t.Same = t.Same && golive.SameVersion(live, plan)
	t.Diffs = append(t.Diffs, d)
	e := effectOf(route, d, lint.Doubts(d, former, plan))
	e.Tests, e.Passed = t.tests, t.passed
	t.Effects = append(t.Effects, e)
	return nil
}

// documents are those on which a change is tried: of the last month, and those that are held now.
func documents(ctx context.Context, w *desk.Workspace, routes []string, now time.Time) iter.Seq2[fis.Envelope, error] {
	since := now.AddDate(0, 0, -trialDays)
	return func(yield func(fis.Envelope, error) bool) {
		for env, err := range w.Recent(ctx, routes, since) {
			if !yield(env, err) {
				return
			}
		}
		held, err := w.DocumentsIn(ctx, 0, desk.Held)
		if err != nil {
			yield(fis.Envelope{}, err)
			return
		}
		for _, d := range held {
			if !slices.Contains(routes, d.Route) || !d.Received.Before(since) {
				continue
			}
			env, err := w.Journal.Payload(ctx, d.ID)
			if errors.Is(err, ledger.ErrNotFound) {
				continue
			}
			if !yield(env, err) {
				return
			}
		}
	}
}

// effectOf is what is kept of a comparison: figures, and the cells of the workbook, but no texts of documents.
func effectOf(route string, d *compare.Diff, doubts findings.List) changes.Effect {
	e := changes.Effect{Route: route, Sentence: d.Sentence, Documents: d.Documents, Changed: d.Changed, Doubts: doubts,
		HeldInBoth: d.HeldInBoth, Moved: d.Moved, AddedLines: d.AddedLines, RemovedLines: d.RemovedLines, Frame: len(d.Frame) > 0}
	for _, h := range d.Held {
		if h.FalseAmounts {
			e.FalseAmounts++
		}
		switch h.Kind {
		case compare.HeldOther:
			e.HeldOtherwise++
		case compare.NewlyHeld:
			e.WouldHold++
		case compare.NoLongerHeld:
			e.WouldGo++
		}
	}
	for _, c := range d.Columns {
		e.Columns = append(e.Columns, changes.Column{Record: c.Record, Column: c.Column, Lines: c.Lines, Documents: c.Documents})
	}
	own, byTemplate := compare.Parted(d.Cells)
	for _, c := range append(own, byTemplate...) {
		e.Cells = append(e.Cells, c.String())
	}
	return e
}
