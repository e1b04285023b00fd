package golive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Changes that people asked for go live in three steps, each of which finds out what an earlier run has done of it: the
// workbook of an approved change is put into the place of its mapping (Install); the version is chosen and put in force
// as ever (Choose, Commit); and the change is in force, or overtaken by another version (SettleChanges). A kill between
// any two of them leaves a change that the next run goes on with.

// consent is what keeps a workbook that is clean from going live: that nobody has approved it, where the company wants
// that, else its doubts. An approval is given in sight of the doubts.
func (k *Versions) consent(ctx context.Context, rc Route, live records.MappingContent, former *mapping.Plan, cand *candidate) (problems findings.List, acceptable bool, err error) {
	approved, err := k.Journal.ChangeApproved(ctx, rc.Name, cand.plan.GuardedHash())
	if err != nil || approved {
		return nil, false, err
	}
	if k.OthersApprove {
		problems, err := k.Unapproved(ctx, rc, cand.plan)
		return problems, false, err
	}
	doubts, err := k.doubtsOf(ctx, rc, live, former, cand.plan)
	return doubts, len(doubts) > 0 && !slices.ContainsFunc(doubts, never), err
}

// Unapproved tells of a mapping that differs from the version in force and that nobody has approved, where the company
// wants that.
func (k *Versions) Unapproved(ctx context.Context, rc Route, plan *mapping.Plan) (findings.List, error) {
	if !k.OthersApprove {
		return nil, nil
	}
	waiting, err := k.Journal.WaitingChanges(ctx)
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf(`it waits for approval: ask for it with fisbridge mapping propose %s --reason "…", then somebody else approves it`, rc.Mapping)
	for _, c := range waiting {
		switch {
		case c.Mapping != rc.Mapping || c.Guarded != plan.GuardedHash():
		case c.State == changes.Approved:
			return nil, nil
		default:
			text = fmt.Sprintf(`it waits for approval as change %d: somebody else than who asked for it says fisbridge mapping approve %s --reason "…"`, c.ID, rc.Name)
		}
	}
	return findings.List{{Severity: findings.Error, File: plan.Path(), Reason: say.Plain(text)}}, nil
}

// Base are the versions in force of routes, by which a change knows what it was made for.
func Base(ctx context.Context, j interface {
	LiveMapping(ctx context.Context, route string) (records.MappingContent, bool, error)
}, routes []string) ([]string, error) {
	out := make([]string, len(routes))
	for i, r := range routes {
		live, has, err := j.LiveMapping(ctx, r)
		if err != nil {
			return nil, err
		}
		if has {
			out[i] = baseOf(live)
		}
	}
	return out, nil
}

// baseOf names a version in force: what it does, and the bytes of its file, which has its tests.
func baseOf(live records.MappingContent) string { return live.Hash + "/" + live.FileHash }

// Install puts the workbooks of approved changes into the places of their mappings. What lies there and is neither the
// version in force nor the change is somebody's work: it stays, and a person is told.
//
// The notes tell why one is not in its place yet; those that need a person will not go away by themselves.
func (k *Versions) Install(ctx context.Context, routes []Route) (notes []Note, err error) {
	if err := k.SettleChanges(ctx, routes); err != nil {
		return nil, err
	}
	if err := k.Keep(ctx, routes); err != nil {
		return nil, err
	}
	waiting, err := k.Journal.WaitingChanges(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range waiting {
		i := slices.IndexFunc(routes, func(r Route) bool { return r.Mapping == c.Mapping })
		if i < 0 || c.State != changes.Approved {
			continue
		}
		note, err := k.install(ctx, routes[i], c)
		if err != nil {
			return nil, err
		}
		if note.Text != "" {
			note.Text = fmt.Sprintf("change %d of %s is approved and waits: %s", c.ID, c.Mapping, note.Text)
			notes = append(notes, note)
		}
	}
	return notes, nil
}

// install puts one workbook into its place, and tells why that has to wait. The error is the journal's.
func (k *Versions) install(ctx context.Context, rc Route, c changes.Change) (why Note, err error) {
	cand := k.lookAt(rc.File)
	switch {
	case cand.data != nil && cand.fileHash() == c.FileHash, cand.plan != nil && cand.plan.GuardedHash() == c.Guarded:
		return why, nil
	case cand.open:
		return Note{Text: "the workbook in its place is open in Excel or LibreOffice: close it"}, nil
	}
	kept, strange, err := k.inTheWay(ctx, rc, cand)
	if err != nil {
		return why, err
	}
	if strange {
		return Note{Needs: true, Text: fmt.Sprintf(`what lies at %s is neither the version in force nor this change, and nobody's work is overwritten: move it away, or set it aside on the page of the change in the console; or reject the change and propose what lies there`, rc.Mapping)}, nil
	}
	content, err := k.Journal.ChangeContent(ctx, c.ID)
	if err != nil {
		return why, err
	}
	if err := put(rc.File, content.Body); err != nil {
		return Note{true, "it cannot be written: " + err.Error()}, nil //nolint:nilerr // a person is told, and the next run tries again
	}
	k.Log.Info("workbook of a change put into its place", "mapping", c.Mapping, "change", c.ID, "kept_as_change", kept)
	return why, nil
}

// InTheWay is what keeps an approved change from its place: a workbook that somebody has saved there and that nothing
// else holds. nil: nothing does, or nobody can know before the next run.
func (k *Versions) InTheWay(ctx context.Context, rc Route, c changes.Change) ([]byte, error) {
	cand := k.lookAt(rc.File)
	if cand.data == nil || cand.fileHash() == c.FileHash || cand.plan != nil && cand.plan.GuardedHash() == c.Guarded {
		return nil, nil
	}
	if keep, err := k.kept(ctx, rc, k.Routes); err != nil || keep != nil {
		return nil, err
	}
	_, strange, err := k.inTheWay(ctx, rc, cand)
	if err != nil || !strange {
		return nil, err
	}
	return cand.data, nil
}

// inTheWay: what lies in the place of a mapping is somebody's work that nothing else holds. kept is the change as which
// somebody has given the very same workbook: then it may go.
func (k *Versions) inTheWay(ctx context.Context, rc Route, cand *candidate) (kept int64, strange bool, err error) {
	if ours, err := k.known(ctx, rc, cand); err != nil || ours {
		return 0, false, err
	}
	if cand.data == nil {
		return 0, true, nil
	}
	all, err := k.Journal.ChangesOf(ctx, rc.Mapping)
	if err != nil {
		return 0, false, err
	}
	for _, c := range all {
		if c.FileHash != cand.fileHash() {
			continue
		}
		if content, err := k.Journal.ChangeContent(ctx, c.ID); err != nil {
			return 0, false, err
		} else if bytes.Equal(content.Body, cand.data) {
			return c.ID, false, nil
		}
	}
	return 0, true, nil
}

// known: what lies in the place of a mapping is the version in force of its route, or a former one, or nothing.
func (k *Versions) known(ctx context.Context, rc Route, cand *candidate) (bool, error) {
	if cand.data == nil {
		_, err := os.Lstat(rc.File)
		return os.IsNotExist(err), nil
	}
	versions, err := k.Journal.MappingVersions(ctx, rc.Name)
	if err != nil {
		return false, err
	}
	hash := cand.fileHash()
	if slices.ContainsFunc(versions, func(v records.MappingVersion) bool { return v.FileHash == hash && v.State != records.MappingRefused }) {
		return true, nil
	}
	live, has, err := k.Journal.LiveMapping(ctx, rc.Name)
	return has && cand.plan != nil && SameVersion(live, cand.plan), err
}

// put gives a workbook its place, whole or not at all, readable by whom the former one was.
func put(path string, body []byte) error {
	if at, err := filepath.EvalSymlinks(path); err == nil {
		path = at
	}
	next := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".next")
	killpoint.Here("install.intended")
	if err := ownfile.Prepare(next, body); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil {
		if err := os.Chmod(next, info.Mode().Perm()); err != nil {
			return err
		}
	}
	killpoint.Here("install.acted")
	if err := ownfile.Replace(next, path); err != nil {
		return err
	}
	killpoint.Here("install.done")
	return nil
}

// SettleChanges ends the changes that are in force, and those that were made for versions which are not in force any
// more.
func (k *Versions) SettleChanges(ctx context.Context, routes []Route) error {
	waiting, err := k.Journal.WaitingChanges(ctx)
	if err != nil {
		return err
	}
	for _, c := range waiting {
		to, err := k.standing(ctx, routes, c)
		ended := ""
		if err == nil && to == changes.Approved {
			if ended, err = k.endedBy(ctx, routes, c); ended != "" {
				to = changes.Ended
			}
		}
		if err == nil && to != c.State {
			err = k.Journal.Settle(ctx, c, to, ended)
		}
		if err != nil && !stale(err) { // somebody has decided in this moment: the next run looks again
			return err
		}
	}
	return nil
}

// approvalDays is how long an approval of somebody else holds while no run takes the change.
const approvalDays = 7

// endedBy says why the approval of a change does not hold any more; empty while it does.
func (k *Versions) endedBy(ctx context.Context, routes []Route, c changes.Change) (string, error) {
	i := slices.IndexFunc(routes, func(r Route) bool { return r.Mapping == c.Mapping })
	if i < 0 {
		return "", nil
	}
	return EndedBy(ctx, k.Journal, k.Templates, routes[i].File, c, k.Now())
}

// EndedBy says why the approval of a change, or what was seen of one that waits for it, does not hold any more: its
// template is another one now, or it was approved too long ago. Empty: it holds. path is the place of the mapping.
func EndedBy(ctx context.Context, j interface {
	ChangeContent(ctx context.Context, id int64) (changes.Content, error)
}, templates fs.FS, path string, c changes.Change, now time.Time) (string, error) {
	if c.FourEyes == "other" && !c.DecidedAt.IsZero() && now.Sub(c.DecidedAt) > approvalDays*24*time.Hour {
		return changes.EndedByAge, nil
	}
	content, err := j.ChangeContent(ctx, c.ID)
	if err != nil {
		return "", err
	}
	plan, _ := mapping.LoadBytes(templates, path, content.Body)
	if plan == nil || plan.GuardedHash() != c.Guarded {
		return changes.EndedByTemplate, nil
	}
	return "", nil
}

func stale(err error) bool { return errors.Is(err, ledger.ErrStale) }

// standing is what a change is by the versions in force of its routes, as far as the configuration still has them.
func (k *Versions) standing(ctx context.Context, routes []Route, c changes.Change) (changes.State, error) {
	looked, ours := 0, 0
	for i, name := range c.Routes {
		at := slices.IndexFunc(routes, func(r Route) bool { return r.Name == name && r.Mapping == c.Mapping })
		if at < 0 {
			continue
		}
		looked++
		live, has, err := k.Journal.LiveMapping(ctx, name)
		if err != nil {
			return c.State, err
		}
		switch base := c.Base[i]; {
		case has && isLive(routes[at].File, live, c):
			ours++
		case has && base != baseOf(live), !has && base != "":
			return changes.Overtaken, nil
		}
	}
	if looked > 0 && ours == looked {
		return changes.InForce, nil
	}
	return c.State, nil
}

// isLive: the version in force does what the change does, tests included.
func isLive(path string, live records.MappingContent, c changes.Change) bool {
	if live.Hash != c.Hash {
		return false
	}
	if live.FileHash == c.FileHash {
		return true
	}
	plan, _ := formerPlan(path, live)
	return plan != nil && plan.GuardedHash() == c.Guarded
}

// CheckFormats tells what the reader of result files says of the formats of a plan that was read from path.
func (k *Versions) CheckFormats(path string, plan *mapping.Plan) findings.List {
	c := &candidate{path: path, plan: plan}
	k.checkResults(c)
	return c.findings
}
