package matching

import (
	"database/sql"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Routes are what the configuration says of the routes beside the one whose answer it is.
type Routes struct {
	// Elsewhere are routes whose result files come from another return folder, Closed those that cannot be used now. Nothing
	// but a docId leads to a document of the former, and nothing at all to one of the latter: their formats are not known.
	Elsewhere, Closed []string
	// Rivals read the same return folder and may have such an answer, too.
	Rivals []string
	// Configured are all routes that there are. Import files of others are of routes that were renamed or taken out.
	Configured []string
}

// Routes tells of the other routes.
func (a *Finder) Routes(r Routes) {
	set := func(names []string) map[string]bool {
		out := map[string]bool{}
		for _, name := range names {
			out[name] = true
		}
		return out
	}
	a.elsewhere, a.closed, a.rivals, a.configured = set(r.Elsewhere), set(r.Closed), set(r.Rivals), set(r.Configured)
}

// findFile looks for it. The name decides before the number: the same number belongs to a file of each route.
func (a *Finder) findFile(ref records.Ref) (id int64, problem string, err error) {
	fits := func(f records.NamedFile) bool {
		return (ref.FileSequence == 0 || f.Sequence == ref.FileSequence) && !a.elsewhere[f.Route]
	}
	if ref.Named != "" {
		named, err := NamedFiles(a.t, ref.Named)
		if err != nil {
			return 0, "", err
		}
		fitting := slices.DeleteFunc(slices.Clone(named), func(f records.NamedFile) bool { return !fits(f) })
		switch chosen := a.ofRoute(fitting); {
		case len(chosen) == 1 && a.closed[chosen[0].Route]:
			return 0, fmt.Sprintf("%q names import file %s of route %s, which cannot be used now: mend the route, then let the ERP answer again", ref.Named, chosen[0].Name, chosen[0].Route), nil
		case len(chosen) == 1:
			return a.only(ref, chosen[0], fitting)
		case len(chosen) > 1:
			return 0, fmt.Sprintf("%q names %d import files (%s)", ref.Named, len(chosen), fileList(chosen)), nil
		case len(named) > 0 && a.elsewhere[named[0].Route]:
			return 0, fmt.Sprintf("%q names an import file of another route (%s), whose answers come from another return folder", ref.Named, fileList(named)), nil
		case len(named) > 0:
			return 0, fmt.Sprintf("%q names %s, which is number %d and not %d", ref.Named, fileList(named), named[0].Sequence, ref.FileSequence), nil
		}
	}
	all, err := a.ofNumberOrName(ref)
	if err != nil {
		return 0, "", err
	}
	found := slices.DeleteFunc(slices.Clone(all), func(f records.NamedFile) bool {
		return !fits(f) || a.closed[f.Route] || ref.FileName == "" && f.Route != a.result.Route
	})
	switch found = a.ofRoute(found); len(found) {
	case 0:
		return 0, "", nil // see lostFile
	case 1:
		other, err := a.otherWord(ref, found[0])
		if err != nil {
			return 0, "", err
		}
		if other != "" {
			problem = fmt.Sprintf("%s is not the name of an import file of ours; number %d of route %s is %s", other, found[0].Sequence, found[0].Route, found[0].Name)
			if ref.Named == a.result.Name {
				problem += "; where the ERP names its answers so, the word belongs into the name_pattern of the result format"
			}
			return 0, problem, nil
		}
		return a.only(ref, found[0], all)
	}
	return 0, fmt.Sprintf("%d import files have %s (%s)", len(found), ref.FileWords(), fileList(found)), nil
}

// ofNumberOrName are the import files of a name; without a name, that of the number of the result file's own route, and those of other routes that have it and wait for
// an answer.
func (a *Finder) ofNumberOrName(ref records.Ref) (found []records.NamedFile, err error) {
	err = a.t.Each(`SELECT id, route, sequence, name, stem FROM files WHERE (sequence = $1 OR $1 = 0) AND ((UPPER(name) = $2 OR stem = $2) AND $2 <> '' OR $2 = '' AND route = $3 OR $2 = '' AND state = $4)`, func(rows *sql.Rows) error {
		f, err := records.ScanNamed(rows)
		found = append(found, f)
		return err
	}, ref.FileSequence, records.FoldID(ref.FileName), a.result.Route, records.Dropped)
	return found, err
}

// only is a file that a reference means, unless one of another route may be meant as well: several routes read this folder, or a route was renamed, each has a file of
// this number or name, and the ERP has not answered about the other one. Where the answer names documents, they decide.
func (a *Finder) only(ref records.Ref, f records.NamedFile, all []records.NamedFile) (id int64, problem string, err error) {
	bears, err := a.namedFiles()
	if err != nil || ref.NamesDocument() || len(bears) == 1 && bears[0].ID == f.ID { // the result file's own name says it
		return f.ID, "", err
	}
	for _, o := range all {
		if o.ID == f.ID || o.Route == f.Route || ref.FileSequence != 0 && o.Sequence != ref.FileSequence || !a.rival(o.Route) {
			continue
		}
		open, err := a.t.Count(`SELECT COUNT(*) FROM files WHERE id = $1 AND state = $2`, o.ID, records.Dropped)
		if err != nil {
			return 0, "", err
		}
		if open == 0 {
			continue
		}
		other, err := a.otherWord(ref, o)
		if err != nil {
			return 0, "", err
		}
		if other == "" {
			return 0, fmt.Sprintf("%s is that of %s; which of them is meant is not told: say of each document what became of it (mark document)", ref.FileWords(), fileList([]records.NamedFile{f, o})), nil
		}
	}
	return f.ID, "", nil
}

// rival tells whether an answer that this route takes may be one to a file of another route.
func (a *Finder) rival(route string) bool {
	return route != a.result.Route && (a.rivals[route] || a.configured != nil && !a.configured[route])
}

// newest is the route's import file with the highest number; the zero file when there is none.
func (a *Finder) newest() (f records.NamedFile, err error) {
	err = a.t.Each(`SELECT id, route, sequence, name, stem FROM files WHERE route = $1 ORDER BY sequence DESC LIMIT 1`, func(rows *sql.Rows) error {
		f, err = records.ScanNamed(rows)
		return err
	}, a.result.Route)
	return f, err
}

// ofRoute prefers the files of the result file's own route.
func (a *Finder) ofRoute(files []records.NamedFile) []records.NamedFile {
	if own := slices.DeleteFunc(slices.Clone(files), func(f records.NamedFile) bool { return f.Route != a.result.Route }); len(own) > 0 {
		return own
	}
	return files
}

func fileList(files []records.NamedFile) string {
	var names []string
	for _, f := range files {
		names = append(names, fmt.Sprintf("%s of route %s", f.Name, f.Route))
	}
	return wording.SomeOf(names, 5, ", ")
}
