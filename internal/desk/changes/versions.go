package changes

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/golive"
	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/holder"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Life is a mapping: the versions that were in force, and the changes that were asked for, the newest first.
type Life struct {
	Mapping  string    `json:"mapping"`
	Routes   []string  `json:"routes"`
	Rule     string    `json:"approval"`
	Versions []Version `json:"versions"`
	Changes  []Change  `json:"changes"`
	// InFolder is what lies in the place of the mapping and is not used, route by route.
	InFolder []records.MappingVersion `json:"in_folder,omitempty"`
}

// Version is a version that was in force for some of the routes, or is.
type Version struct {
	records.MappingVersion
	// Change is the number of the change that brought it, 0 where it was saved in the folder.
	Change int64 `json:"change,omitempty"`
}

// LifeOf tells the versions and changes of a mapping.
func LifeOf(ctx context.Context, w *desk.Workspace, mapping string) (Life, error) {
	l := Life{Mapping: mapping, Routes: RoutesOf(w.Config, mapping), Rule: w.Config.ApprovalRule(), Versions: []Version{}}
	var err error
	if l.Changes, err = w.Journal.ChangesOf(ctx, mapping); err != nil {
		return l, err
	}
	for _, route := range l.Routes {
		versions, err := w.Journal.MappingVersions(ctx, route)
		if err != nil {
			return l, err
		}
		for _, v := range versions {
			if v.State == records.MappingRefused {
				l.InFolder = append(l.InFolder, v)
				continue
			}
			l.Versions = append(l.Versions, Version{v, l.bringer(v)})
		}
	}
	slices.SortStableFunc(l.Versions, func(a, b Version) int { return b.Since.Compare(a.Since) })
	return l, nil
}

// bringer is the change that brought a version into force.
func (l *Life) bringer(v records.MappingVersion) int64 {
	for _, c := range l.Changes {
		if c.State == changes.InForce && c.Hash == v.Hash && c.FileHash == v.FileHash && !c.Since.Before(v.Since) && slices.Contains(c.Routes, v.Route) {
			return c.ID
		}
	}
	return 0
}

// Waiting is the change that waits; nil when none does.
func (l *Life) Waiting() *Change {
	for i := range l.Changes {
		if l.Changes[i].Waits() {
			return &l.Changes[i]
		}
	}
	return nil
}

// Former is a version of a mapping whose hash begins so, with its workbook.
func Former(ctx context.Context, w *desk.Workspace, mapping, hash string) (records.MappingContent, error) {
	l, err := LifeOf(ctx, w, mapping)
	if err != nil {
		return records.MappingContent{}, err
	}
	var found []Version
	for _, v := range l.Versions {
		if len(hash) >= 8 && strings.HasPrefix(v.Hash, hash) && !slices.ContainsFunc(found, func(f Version) bool { return f.Hash == v.Hash }) {
			found = append(found, v)
		}
	}
	hint := say.F("fisbridge mapping versions %s lists them; give at least 8 characters of the hash", mapping)
	switch len(found) {
	case 0:
		return records.MappingContent{}, &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("%s has no version %q that was in force", mapping, hash), Hint: hint}
	case 1:
		return w.Journal.MappingBytes(ctx, found[0].Hash)
	}
	return records.MappingContent{}, &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("several versions of %s begin with %q", mapping, hash), Hint: hint}
}

// Live is the version of a mapping that is in force, with its workbook, and the name under which it is given out:
// "acme 8f31986e.xlsx".
func Live(ctx context.Context, w *desk.Workspace, mapping string) (records.MappingContent, string, error) {
	for _, route := range RoutesOf(w.Config, mapping) {
		c, has, err := inForce(ctx, w, route)
		if err != nil {
			return c, "", err
		}
		if has {
			return c, GivenName(c.MappingVersion), nil
		}
	}
	return records.MappingContent{}, "", &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("no version of %s is in force yet", mapping), Hint: "the first run puts one in force"}
}

// inForce is the version in force of a route. Where the file in its place says the same, it is that file: people colour
// their workbook and write notes into it, which makes no new version.
func inForce(ctx context.Context, w *desk.Workspace, route string) (records.MappingContent, bool, error) {
	c, has, err := w.Journal.LiveMapping(ctx, route)
	r, known := w.Config.Route(route)
	if err != nil || !has || !known {
		return c, has, err
	}
	at := w.Config.Path(r.Mapping)
	info, err := os.Stat(at)
	if err != nil || info.Size() > workbook.MaxBytes || holder.LockFile(at) != "" {
		return c, true, nil //nolint:nilerr // the journal has it
	}
	body, err := os.ReadFile(at)
	if err != nil {
		return c, true, nil //nolint:nilerr // as above
	}
	if plan, _ := mapping.LoadVersion(at, body, c.Template, c.TemplateBody); plan != nil && golive.SameVersion(c, plan) {
		c.Body = body
	}
	return c, true, nil
}

// GivenName is the name under which the workbook of a version is given out.
func GivenName(v records.MappingVersion) string {
	base := path.Base(filepath.ToSlash(v.Name))
	ext := path.Ext(base)
	return strings.TrimSuffix(base, ext) + " " + v.Hash[:min(8, len(v.Hash))] + ext
}

// Waits are all changes that wait, for approval or for the next run.
func Waits(ctx context.Context, w *desk.Workspace) ([]Change, error) {
	return w.Journal.WaitingChanges(ctx)
}

// InForce reports whether it is the version in force of its route.
func (v Version) InForce() bool { return v.State == records.MappingLive }

// MaxBytes is how large a mapping file may be.
const MaxBytes = workbook.MaxBytes

// ChangeName is the name under which the workbook of a change is given out: "acme change 3.xlsx".
func ChangeName(c Change) string {
	base := path.Base(filepath.ToSlash(c.Name))
	ext := path.Ext(base)
	return fmt.Sprintf("%s change %d%s", strings.TrimSuffix(base, ext), c.ID, ext)
}
