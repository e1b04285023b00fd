package bridge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// A mapping is used in the version that the journal knows as live. A workbook that says something else goes live when it is clean: no finding is an error and
// its own tests pass. Else the live version stays in force, from the journal, and the run says what is wrong with the workbook.

// choice is which version of a route's mapping a run uses. It is made by reading only; settle commits it when a run begins.
type choice struct {
	plan     *mapping.Plan
	findings findings.List
	// live is a version to be put in force, refused one to be told of; at most one of them.
	live    *journal.MappingContent
	refused *journal.MappingVersion
	// forget tells that a version was refused before, and the workbook is fine again.
	forget bool
	// notes are for the summary of each run that uses the choice; those about what is put in force for the first only.
	notes []string
	// seen is what the choice was made from; when it is the same, so is the choice.
	seen signature
}

// signature is what a choice depends on beside the journal.
type signature struct {
	file, template string
	open           bool
	clean          bool
}

// candidate is the workbook as it lies in its folder.
type candidate struct {
	path     string
	data     []byte
	plan     *mapping.Plan
	findings findings.List
	open     bool // somebody has it open in Excel or LibreOffice
}

func (c *candidate) fileHash() string {
	sum := sha256.Sum256(c.data)
	return hex.EncodeToString(sum[:])
}

// lookAt reads a workbook and what is wrong with it.
func lookAt(templates fs.FS, path string) *candidate {
	c := &candidate{path: path, open: workbook.LockFile(path) != ""}
	info, err := os.Stat(path)
	if err == nil && info.Size() > workbook.MaxBytes {
		err = fmt.Errorf("the file is larger than %d MiB", workbook.MaxBytes>>20)
	}
	if err == nil {
		c.data, err = os.ReadFile(path)
	}
	if err != nil {
		c.findings = findings.List{{Severity: findings.Error, File: path, Reason: unreadable(err)}}
		return c
	}
	c.plan, c.findings = mapping.LoadBytes(templates, path, c.data)
	if c.plan != nil {
		c.checkResults()
	}
	return c
}

// checkResults adds what only package returns knows of result formats.
func (c *candidate) checkResults() {
	for _, f := range c.plan.Results() {
		if _, err := returns.Compile(f); err != nil {
			c.findings = append(c.findings, findings.Finding{Severity: findings.Error, File: c.path, Sheet: "Results", Reason: err.Error()})
		}
	}
	if c.findings.Err() != nil {
		c.plan = nil
	}
}

// sharingViolation is what Windows says of a file that another program keeps to itself.
const sharingViolation = syscall.Errno(32)

func unreadable(err error) string {
	switch {
	case runtime.GOOS == "windows" && errors.Is(err, sharingViolation):
		return "another program keeps the workbook to itself: close it in Excel"
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file; a workbook that is being saved comes back in a moment"
	}
	return "cannot read the mapping: " + err.Error()
}

// choose settles which version of a route's mapping is used. The error is the journal's.
func (b *Bridge) choose(ctx context.Context, rc config.Route, before *choice) (*choice, error) {
	file := b.cfg.Path(rc.Mapping)
	now := b.look(file, before)
	if before != nil && before.seen.clean && before.seen == now {
		return before, nil
	}
	cand := lookAt(b.templates, file)
	live, has, err := b.j.LiveMapping(ctx, rc.Name)
	if err != nil {
		return nil, err
	}
	c := &choice{plan: cand.plan, findings: cand.findings}
	switch {
	case has && cand.plan != nil && SameVersion(live, cand.plan):
		c.forget = true
	case !has:
		err = b.first(ctx, c, cand, rc)
	default:
		err = b.replace(ctx, c, cand, rc, live)
	}
	c.seen = b.look(file, c)
	c.seen.clean = c.plan != nil && c.refused == nil
	return c, err
}

// look takes the signature of what a choice depends on.
func (b *Bridge) look(file string, c *choice) signature {
	if c == nil || c.plan == nil {
		return signature{}
	}
	s := signature{open: workbook.LockFile(file) != "", clean: true}
	if data, err := os.ReadFile(file); err == nil {
		s.file = (&candidate{data: data}).fileHash()
	}
	if data, err := fs.ReadFile(b.templates, path.Join(c.plan.TemplateName(), "template.yaml")); err == nil {
		s.template = string(data)
	}
	return s
}

// first is the choice of a route that has no version in force: the workbook, if it is clean.
func (b *Bridge) first(ctx context.Context, c *choice, cand *candidate, rc config.Route) error {
	if cand.plan == nil {
		return nil
	}
	failed, err := b.failedTests(ctx, cand.plan)
	if err != nil {
		return err
	}
	if len(failed) > 0 {
		c.plan, c.findings = nil, append(c.findings, failed...)
		return nil
	}
	c.live = versionOf(rc, cand, nil)
	return nil
}

// replace is the choice between the version in force and a workbook that says something else.
func (b *Bridge) replace(ctx context.Context, c *choice, cand *candidate, rc config.Route, live journal.MappingContent) error {
	former, found := formerPlan(cand.path, live)
	problems := cand.findings.Errors()
	if cand.plan != nil {
		failed, err := b.failedTests(ctx, cand.plan)
		if err != nil {
			return err
		}
		problems = append(problems, failed...)
	}
	if cand.open {
		problems = append(problems, findings.Finding{Severity: findings.Error, File: cand.path, Reason: "the workbook is open in Excel or LibreOffice: its changes wait until it is closed (when nobody has it open, delete the lock file that lies beside it, its name begins with ~$ or .~lock)"})
	}
	acceptable := false
	if len(problems) == 0 {
		doubts, err := b.doubtsOf(ctx, rc, live, former, cand.plan)
		if err != nil {
			return err
		}
		problems, acceptable = doubts, len(doubts) > 0
	}
	changed := whatChanged(b.cfg, b.templates, rc, cand, former, live)
	if len(problems) == 0 {
		c.live = versionOf(rc, cand, changesOf(former, cand.plan))
		changed.mark(&c.live.MappingVersion)
		c.notes = []string{inForceNote(&c.live.MappingVersion)}
		return nil
	}
	c.plan = former
	if former == nil { // the program has become stricter than the one that put it in force
		c.findings = append(problems, found.Errors()...)
		return nil
	}
	c.findings = found
	c.refused = &versionOf(rc, cand, nil).MappingVersion
	changed.mark(c.refused)
	c.refused.Acceptable = acceptable
	for _, p := range problems {
		c.refused.Problems = append(c.refused.Problems, p.String())
	}
	c.notes = refusedNotes(c.refused, live.Since)
	return nil
}

// formerPlan is the version in force, made of what the journal keeps; nil when this program cannot read it any more.
func formerPlan(path string, live journal.MappingContent) (*mapping.Plan, findings.List) {
	return mapping.LoadVersion(filepath.Join(filepath.Dir(path), live.Name), live.Body, live.Template, live.TemplateBody)
}

// failedTests runs the workbook's own tests on what documents the journal has.
func (b *Bridge) failedTests(ctx context.Context, plan *mapping.Plan) (findings.List, error) {
	if !plan.HasTests() {
		return nil, nil
	}
	report, err := plan.RunTests(ctx, b.j.FindPayload)
	return report.Findings.Errors(), err
}

func versionOf(rc config.Route, cand *candidate, changes []string) *journal.MappingContent {
	v := &journal.MappingContent{MappingVersion: journal.MappingVersion{Route: rc.Name, Name: filepath.Base(cand.path), FileHash: cand.fileHash(), Author: workbook.SavedBy(cand.data), Changes: changes}}
	if cand.plan != nil {
		v.Hash, v.Template = cand.plan.Hash(), cand.plan.TemplateName()
		v.Body, v.TemplateBody = cand.data, cand.plan.TemplateSource()
	}
	return v
}

// changesOf tells what differs, cell by cell.
func changesOf(former, plan *mapping.Plan) []string {
	if former == nil {
		return []string{"the former version cannot be read any more, so the cells that changed are not known"}
	}
	var out []string
	for _, c := range mapping.CellChanges(former, plan) {
		out = append(out, c.String())
	}
	return out
}

// fewChanges and mostFindings bound what a summary names one by one; the journal has all of them.
const (
	fewChanges   = 5
	mostFindings = 20
)

func inForceNote(v *journal.MappingVersion) string {
	text := fmt.Sprintf("route %s: the changed %s is in force from this run", v.Route, v.ChangedName())
	if len(v.Changes) == 0 {
		return text
	}
	return text + ": " + someOf(v.Changes, fewChanges, "; ")
}

func someOf(list []string, most int, between string) string {
	if len(list) > most {
		list = append(slices.Clone(list[:most]), fmt.Sprintf("and %d more", len(list)-most))
	}
	return strings.Join(list, between)
}

func refusedNotes(v *journal.MappingVersion, since time.Time) []string {
	until := "until this is mended"
	if v.Acceptable {
		until = "until somebody accepts this"
	}
	notes := []string{fmt.Sprintf("%sroute %s: the changed %s is not used; the version of %s UTC stays in force %s:", lookMark, v.Route, v.ChangedName(), since.UTC().Format("2006-01-02 15:04"), until)}
	for i, p := range v.Problems {
		if i == mostFindings {
			notes = append(notes, fmt.Sprintf("%sand %d more; fisbridge check lists them all", lookMark, len(v.Problems)-i))
			break
		}
		notes = append(notes, lookMark+p)
	}
	if v.Acceptable {
		notes = append(notes, lookMark+acceptHint(v.Route))
	}
	return notes
}

// reload chooses the versions anew where workbooks or templates have changed; what is under way keeps its own.
func (b *Bridge) reload(ctx context.Context) error {
	for i, r := range b.routes {
		c, err := b.choose(ctx, r.Route, r.choice)
		if err != nil {
			return err
		}
		if c != r.choice {
			b.routes[i] = b.routeOf(r.Route, c)
		}
	}
	b.settleFlows()
	return nil
}

// takeMappings settles, once for all of a run, which version of each mapping it uses, and tells what a person should know of it.
func (b *Bridge) takeMappings(ctx context.Context, s *Summary) error {
	if err := b.reload(ctx); err != nil {
		return err
	}
	if err := b.settle(ctx); err != nil {
		return err
	}
	for _, r := range b.routes {
		if r.choice == nil {
			continue
		}
		b.tellChoice(r, s)
		r.choice.notes = nil // a choice that still needs a person is made anew in the next run
	}
	return nil
}

// tellChoice tells what a person should know of a choice. A workbook that is not used needs a person as long as the journal has it as refused.
func (b *Bridge) tellChoice(r *route, s *Summary) {
	for _, n := range r.choice.notes {
		if strings.HasPrefix(n, lookMark) {
			s.said(n)
		} else {
			s.note(n)
		}
	}
}

// settle commits the choices before anything is made by them. A run that is killed right after has changed nothing but what the next one would.
func (b *Bridge) settle(ctx context.Context) error {
	for _, r := range b.routes {
		if r.choice != nil {
			if err := b.commitChoice(ctx, r); err != nil {
				return err
			}
		}
	}
	return b.forgetRoutes(ctx)
}

// forgetRoutes forgets what was refused for routes that the configuration has no more: nobody could mend it.
func (b *Bridge) forgetRoutes(ctx context.Context) error {
	versions, err := b.j.LiveMappings(ctx)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.State != journal.MappingRefused || slices.ContainsFunc(b.cfg.Routes, func(r config.Route) bool { return r.Name == v.Route }) {
			continue
		}
		if err := b.j.ForgetRefused(ctx, v.Route); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bridge) commitChoice(ctx context.Context, r *route) error {
	c := r.choice
	switch {
	case c.live != nil:
		if r.broken != nil {
			return nil // the mapping is clean, but the route is not: nothing is made by it
		}
		killpoint.Here("mapping.intended")
		if err := b.j.PutMappingLive(ctx, *c.live); err != nil {
			return err
		}
		killpoint.Here("mapping.done")
		b.log.Info("mapping in force", "route", r.Name, "mapping", c.live.Name, "hash", c.live.Hash)
	case c.refused != nil:
		news, err := b.j.RefuseMapping(ctx, *c.refused)
		if news && err == nil {
			b.log.Warn("mapping refused", "route", r.Name, "mapping", c.refused.Name, "problems", len(c.refused.Problems))
		}
		if err != nil {
			return err
		}
	case c.forget:
		if err := b.j.ForgetRefused(ctx, r.Name); err != nil {
			return err
		}
	}
	c.live, c.refused, c.forget = nil, nil, false
	return nil
}
