package check

import (
	"context"
	"path"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/golive"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/trial"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// version runs the mapping's own tests and tells whether it is the version in force. Without a journal only tests of
// documents beside the workbook are run.
func (c *checker) version(ctx context.Context, place string, r config.Route, plan *mapping.Plan) {
	if c.unread {
		c.tests(ctx, place, plan, nil)
		return
	}
	j, err := desk.JournalPlace(c.cfg).OpenRead(ctx, c.place.Now)
	if err != nil {
		c.add(Problem, desk.JournalKey(c.cfg), say.Of(err), told(desk.JournalHint(err)))
		return
	}
	defer j.Close() //nolint:errcheck // it was only read
	c.stopped(ctx, j, r.Name)
	c.tests(ctx, place, plan, j.FindPayload)
	live, ok, err := j.LiveMapping(ctx, r.Name)
	switch {
	case err != nil:
		c.add(Problem, place, say.Of(err), "")
	case ok && !golive.SameVersion(live, plan):
		c.changed(ctx, j, place, r, plan, live)
	}
}

// stopped tells of a route that somebody has stopped.
func (c *checker) stopped(ctx context.Context, j *journal.Journal, route string) {
	all, err := j.StoppedRoutes(ctx)
	if err != nil {
		c.add(Problem, "route "+route, say.Of(err), "")
		return
	}
	if s, is := all[route]; is {
		c.add(Warning, "route "+route, say.F("is stopped since %s by %s: no import file of it is made or sent", wording.At(s.Since, c.cfg.Schedule.Zone()), wording.Person(s.By)),
			say.F(`fisbridge route start %s --reason "…" lets it go on`, route))
	}
}

// changed tells of a mapping that says something else than the version in force: what keeps it from going live by
// itself, or that it will.
func (c *checker) changed(ctx context.Context, j *journal.Journal, place string, r config.Route, plan *mapping.Plan, live records.MappingContent) {
	found, documents, err := golive.StandingDoubts(ctx, j, r.Name, c.cfg.Path(r.Mapping), plan, c.place.Now())
	if err != nil {
		c.add(Problem, place, say.Of(err), "")
		return
	}
	versions := bridge.Versions(c.cfg, j, desk.TemplatesOf(c.cfg.Path(c.cfg.Folders.Templates)), c.place.Now, nil)
	name := versions.ChangedFiles(bridge.MappingOf(c.cfg, r), live)
	waits, err := versions.Unapproved(ctx, bridge.MappingOf(c.cfg, r), plan)
	if err != nil {
		c.add(Problem, place, say.Of(err), "")
		return
	}
	if len(waits) > 0 {
		c.as(Accountant, func() {
			c.add(Warning, place, say.F("%s does not go live by itself: %s", name, waits[0].Reason), "")
		})
		c.unreadable(place, r, name, live)
		return
	}
	for i, f := range found {
		hint := say.Text("")
		if i == len(found)-1 {
			hint = say.F(`if that is meant: fisbridge mapping accept %s --reason "…"`, r.Name)
		}
		c.as(Accountant, func() {
			c.add(Warning, place, say.F("%s does not go live by itself: %s", name, f.Said()), hint)
		})
	}
	if len(found) > 0 {
		return
	}
	untried := say.Text("")
	if documents == 0 {
		untried = ", though no document of the last month was there to try it on"
	}
	c.add(note, place, say.F("%s says something else than the version in force since %s; the next run puts it in force%s", name, wording.At(live.Since, c.cfg.Schedule.Zone()), untried),
		say.F("fisbridge mapping diff live %s --from-journal 30d tells what would come out differently", c.cfg.Path(r.Mapping)))
}

// unreadable tells of a version in force that this program does not take any more, while what is to replace it waits for a
// person: until then the next run has no mapping for the route.
func (c *checker) unreadable(place string, r config.Route, name string, live records.MappingContent) {
	for i, f := range golive.Unreadable(c.cfg.Path(r.Mapping), live) {
		if i == 0 {
			c.as(Accountant, func() {
				c.add(Problem, place, say.F("the version in force since %s cannot be used by this program, and the route makes no import files until %s has gone live", wording.At(live.Since, c.cfg.Schedule.Zone()), name), "")
			})
		}
		c.mappingFinding(f)
	}
}

// tests runs the tests of the mapping; each that fails is a problem, for its workbook would not go live.
func (c *checker) tests(ctx context.Context, place string, plan *mapping.Plan, find trial.FindDocument) {
	if !trial.Has(plan) {
		return
	}
	report, err := trial.Run(ctx, plan, find)
	if err != nil {
		c.fault(Accountant, place+": tests", say.Of(err), "")
		return
	}
	for _, f := range report.Findings {
		c.mappingFinding(f)
	}
	if report.Failed == 0 && report.Passed > 0 {
		c.add(Fine, place, say.F("%s of the mapping passed", say.Counted(report.Passed, "test")), "")
	}
}

// mappingFinding adds a finding of package mapping.
func (c *checker) mappingFinding(f findings.Finding) {
	hint := say.Text("")
	if f.Nearest != "" {
		hint = say.F("did you mean %s?", f.Nearest)
	}
	level := Problem
	if f.Severity == findings.Warning {
		level = Warning
	}
	who := Accountant
	if path.Base(f.File) == "template.yaml" {
		who = Integrator
	}
	c.as(who, func() { c.add(level, f.Place(), f.Reason, hint) })
}
