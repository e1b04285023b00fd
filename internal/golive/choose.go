package golive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/trial"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/holder"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// A mapping is used in the version that the journal knows as live. A workbook that says something else goes live when
// it is clean: no finding is an error and its own tests pass. Else the live version stays in force, from the journal,
// and the run says what is wrong with the workbook.

// Route is a route, as far as its mapping goes.
type Route struct {
	Name string
	// Mapping names the workbook as the configuration does; File is where it lies.
	Mapping, File string
}

// Versions chooses which version of a mapping is in force.
type Versions struct {
	Journal   *journal.Journal
	Templates fs.FS
	// Folder is the folder of templates as the configuration names it, FolderPath where it lies.
	Folder, FolderPath string
	// CheckFormat says what is wrong with a result format, which only the package that reads by it knows.
	CheckFormat func(format.Format) error
	// OthersApprove: a changed mapping goes live only when somebody else than who asked for it has approved it.
	OthersApprove bool
	// Published: the folder was laid out by a node of a fleet, which does so before each pass.
	Published bool
	// Routes are all routes of the configuration: those that share a mapping decide together what counts in its place.
	Routes []Route
	Now    func() time.Time
	Log    *slog.Logger

	doubts map[doubtKey]findings.List
}

// Note is something that a person should know of a choice; Needs: that needs a person.
type Note struct {
	Needs bool
	Text  string
}

// Choice is which version of a route's mapping a run uses. It is made by reading only; settle commits it when a run
// begins.
type Choice struct {
	Plan     *mapping.Plan
	Findings findings.List
	// live is a version to be put in force, refused one to be told of; at most one of them.
	live    *records.MappingContent
	refused *records.MappingVersion
	// forget tells that a version was refused before, and the workbook is fine again.
	forget bool
	// Notes are for the summary of each run that uses the choice; those about what is put in force for the first only.
	Notes []Note
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
func (k *Versions) lookAt(path string) *candidate {
	c := &candidate{path: path, open: holder.LockFile(path) != ""}
	info, err := os.Stat(path)
	if err == nil && info.Size() > workbook.MaxBytes {
		err = fmt.Errorf("the file is larger than %d MiB", workbook.MaxBytes>>20)
	}
	if err == nil {
		c.data, err = os.ReadFile(path)
	}
	if err != nil {
		c.findings = findings.List{{Severity: findings.Error, File: path, Reason: say.Plain(unreadable(err))}}
		return c
	}
	k.read(c)
	return c
}

// read makes a plan of the bytes of a workbook.
func (k *Versions) read(c *candidate) {
	c.plan, c.findings = mapping.LoadBytes(k.Templates, c.path, c.data)
	if c.plan != nil {
		k.checkResults(c)
	}
}

// checkResults adds what only the reader of result files knows of their formats.
func (k *Versions) checkResults(c *candidate) {
	for _, f := range c.plan.Results() {
		if err := k.CheckFormat(f); err != nil {
			c.findings = append(c.findings, findings.Finding{Severity: findings.Error, File: c.path, Sheet: "Results", Reason: say.Of(err)})
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

// Choose settles which version of a route's mapping is used. The error is the journal's.
func (k *Versions) Choose(ctx context.Context, rc Route, before *Choice) (*Choice, error) {
	file := rc.File
	now := k.look(file, before)
	if before != nil && before.seen.clean && before.seen == now {
		return before, nil
	}
	cand, err := k.counts(ctx, rc)
	if err != nil {
		return nil, err
	}
	live, has, err := k.Journal.LiveMapping(ctx, rc.Name)
	if err != nil {
		return nil, err
	}
	c := &Choice{Plan: cand.plan, Findings: cand.findings}
	switch {
	case has && cand.plan != nil && SameVersion(live, cand.plan):
		c.forget = true
	case !has:
		err = k.first(ctx, c, cand, rc)
	default:
		err = k.replace(ctx, c, cand, rc, live)
	}
	c.seen = k.look(file, c)
	c.seen.clean = c.Plan != nil && c.refused == nil
	return c, err
}

// look takes the signature of what a choice depends on.
func (k *Versions) look(file string, c *Choice) signature {
	if c == nil || c.Plan == nil {
		return signature{}
	}
	s := signature{open: holder.LockFile(file) != "", clean: true}
	if data, err := os.ReadFile(file); err == nil {
		s.file = (&candidate{data: data}).fileHash()
	}
	if data, err := fs.ReadFile(k.Templates, path.Join(c.Plan.TemplateName(), "template.yaml")); err == nil {
		s.template = string(data)
	}
	return s
}

// first is the choice of a route that has no version in force: the workbook, if it is clean.
func (k *Versions) first(ctx context.Context, c *Choice, cand *candidate, rc Route) error {
	if cand.plan == nil {
		return nil
	}
	failed, err := k.failedTests(ctx, cand.plan)
	if err != nil {
		return err
	}
	if len(failed) > 0 {
		c.Plan, c.Findings = nil, append(c.Findings, failed...)
		return nil
	}
	c.live = versionOf(rc, cand, nil)
	return nil
}

// replace is the choice between the version in force and a workbook that says something else.
func (k *Versions) replace(ctx context.Context, c *Choice, cand *candidate, rc Route, live records.MappingContent) error {
	former, found := formerPlan(cand.path, live)
	problems := cand.findings.Errors()
	if cand.plan != nil {
		failed, err := k.failedTests(ctx, cand.plan)
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
		var err error
		if problems, acceptable, err = k.consent(ctx, rc, live, former, cand); err != nil {
			return err
		}
	}
	changed := k.whatChanged(rc, cand, former, live)
	if len(problems) == 0 {
		c.live = versionOf(rc, cand, changesOf(former, cand.plan))
		changed.mark(&c.live.MappingVersion)
		c.Notes = []Note{{Text: inForceNote(&c.live.MappingVersion)}}
		return nil
	}
	c.Plan = former
	if former == nil { // the program has become stricter than the one that put it in force
		c.Findings = append(problems, found.Errors()...)
		return nil
	}
	c.Findings = found
	c.refused = &versionOf(rc, cand, nil).MappingVersion
	changed.mark(c.refused)
	c.refused.Acceptable = acceptable
	for _, p := range problems {
		c.refused.Problems = append(c.refused.Problems, p.String())
	}
	c.Notes = refusedNotes(c.refused, live.Since)
	return nil
}

// formerPlan is the version in force, made of what the journal keeps; nil when this program cannot read it any more.
func formerPlan(path string, live records.MappingContent) (*mapping.Plan, findings.List) {
	return mapping.LoadVersion(filepath.Join(filepath.Dir(path), live.Name), live.Body, live.Template, live.TemplateBody)
}

// Unreadable is why this program cannot use the version in force of a mapping, as when it has become stricter than the one
// that put it in force; nil when it can. path is the place of the mapping.
func Unreadable(path string, live records.MappingContent) findings.List {
	plan, found := formerPlan(path, live)
	if plan != nil {
		return nil
	}
	return found.Errors()
}

// failedTests runs the workbook's own tests on what documents the journal has.
func (k *Versions) failedTests(ctx context.Context, plan *mapping.Plan) (findings.List, error) {
	if !trial.Has(plan) {
		return nil, nil
	}
	report, err := trial.Run(ctx, plan, k.Journal.FindPayload)
	return report.Findings.Errors(), err
}

func versionOf(rc Route, cand *candidate, changes []string) *records.MappingContent {
	v := &records.MappingContent{MappingVersion: records.MappingVersion{Route: rc.Name, Name: filepath.Base(cand.path), FileHash: cand.fileHash(), Author: holder.SavedBy(cand.data), Changes: changes}}
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
	own, byTemplate := compare.Parted(compare.CellChanges(former, plan))
	for _, c := range append(own, byTemplate...) {
		out = append(out, c.String())
	}
	return out
}

// fewChanges and mostFindings bound what a summary names one by one; the journal has all of them.
const (
	fewChanges   = 5
	mostFindings = 20
)

func inForceNote(v *records.MappingVersion) string {
	if len(v.Changes) == 0 {
		return fmt.Sprintf("route %s: the changed %s is in force from this run", v.Route, v.ChangedName())
	}
	return fmt.Sprintf("route %s: the changed %s is in force from this run: %s", v.Route, v.ChangedName(), wording.SomeOf(brief(v.Changes), fewChanges, "; "))
}

// longestChange bounds what is told of one change, in characters; a cell may hold a page of text.
const longestChange = 200

// brief are changes as a log or a mail can show them: one line each, of a bounded length.
func brief(changes []string) []string {
	out := make([]string, len(changes))
	for i, c := range changes {
		if out[i] = wording.Line(c); utf8.RuneCountInString(out[i]) > longestChange {
			out[i] = string([]rune(out[i])[:longestChange-1]) + "…"
		}
	}
	return out
}

func refusedNotes(v *records.MappingVersion, since time.Time) []Note {
	until := "until this is mended"
	if v.Acceptable {
		until = "until somebody accepts this"
	}
	notes := []Note{{true, fmt.Sprintf("route %s: the changed %s is not used; the version of %s UTC stays in force %s:", v.Route, v.ChangedName(), since.UTC().Format("2006-01-02 15:04"), until)}}
	for i, p := range v.Problems {
		if i == mostFindings {
			notes = append(notes, Note{true, fmt.Sprintf("and %d more; fisbridge check lists them all", len(v.Problems)-i)})
			break
		}
		notes = append(notes, Note{true, p})
	}
	if v.Acceptable {
		notes = append(notes, Note{true, acceptHint(v.Route)})
	}
	return notes
}

// Commit commits a choice before anything is made by it. usable: the route can be used; a version is put in force only
// then.
func (k *Versions) Commit(ctx context.Context, name string, usable bool, c *Choice) error {
	switch {
	case c.live != nil:
		if !usable {
			return nil // the mapping is clean, but the route is not: nothing is made by it
		}
		killpoint.Here("mapping.intended")
		if err := k.Journal.PutMappingLive(ctx, *c.live); err != nil {
			return err
		}
		killpoint.Here("mapping.done")
		k.Log.Info("mapping in force", "route", name, "mapping", c.live.Name, "hash", c.live.Hash)
	case c.refused != nil:
		news, err := k.Journal.RefuseMapping(ctx, *c.refused)
		if news && err == nil {
			k.Log.Warn("mapping refused", "route", name, "mapping", c.refused.Name, "problems", len(c.refused.Problems))
		}
		if err != nil {
			return err
		}
	case c.forget:
		if err := k.Journal.ForgetRefused(ctx, name); err != nil {
			return err
		}
	}
	c.live, c.refused, c.forget = nil, nil, false
	return nil
}
