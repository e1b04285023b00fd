package desk

import (
	"context"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Document finds the document that a word means: docId, report id or report key, or the beginning of one of the ids.
func (w *Workspace) Document(ctx context.Context, word string) (records.Doc, error) {
	found, err := findDocuments(ctx, w.Journal, word)
	if err != nil {
		return records.Doc{}, err
	}
	return OnlyDocument(word, found)
}

// OnlyDocument is the one document that was found for a word.
func OnlyDocument(word string, found []records.Doc) (records.Doc, error) {
	switch {
	case len(found) == 0:
		return records.Doc{}, &Error{Code: ExitFailed, Err: say.Errorf("no document has the docId, report id, report key or report number %q", word), Hint: "fisbridge status lists what is open"}
	case len(found) > 1:
		var ids []string
		for i, d := range found {
			if i == mostNamed {
				ids = append(ids, fmt.Sprintf("and %d more", len(found)-i))
				break
			}
			ids = append(ids, fmt.Sprintf("%s (%s)", d.ID, d.State))
		}
		return records.Doc{}, &Error{Code: ExitFailed, Err: say.Errorf("%q means %s: %s", word, wording.Counted(len(found), "document"), strings.Join(ids, ", ")), Hint: "give the whole docId"}
	}
	return found[0], nil
}

// mostNamed is how many documents an error names.
const mostNamed = 10

// shortestBeginning is how much of an id says which one is meant.
const shortestBeginning = 4

// findDocuments gives the documents that have the word as an id, or else those whose docId or report id begins with it.
func findDocuments(ctx context.Context, j *journal.Journal, word string) ([]records.Doc, error) {
	found, err := j.FindDocuments(ctx, word)
	if err != nil || len(found) > 0 || len(word) < shortestBeginning {
		return found, err
	}
	return j.FindByBeginning(ctx, word)
}

// File finds the import file that a word means: name, route/number or id.
func (w *Workspace) File(ctx context.Context, word string) (records.File, error) {
	found, err := w.Journal.FindFiles(ctx, word)
	switch {
	case err != nil:
		return records.File{}, err
	case len(found) == 0:
		return records.File{}, &Error{Code: ExitFailed, Err: say.Errorf("no import file has the name, route/number or id %q", word), Hint: "fisbridge status lists the files that are open"}
	case len(found) > 1:
		return records.File{}, &Error{Code: ExitFailed, Err: say.Errorf("%q means %d import files", word, len(found)), Hint: "give ROUTE/NUMBER"}
	}
	return found[0], nil
}

// Result finds the result file that a word means: name or id.
func (w *Workspace) Result(ctx context.Context, word string) (records.ResultFile, error) {
	found, err := w.Journal.FindResults(ctx, word)
	switch {
	case err != nil:
		return records.ResultFile{}, err
	case len(found) == 0:
		return records.ResultFile{}, fmt.Errorf("no result file has the id or name %q", word)
	case len(found) > 1:
		return records.ResultFile{}, fmt.Errorf("%q means %d result files; give the id", word, len(found))
	}
	return found[0], nil
}

// KnownRoute refuses a route that neither the configuration nor the journal knows: its report would be empty, and seem
// to be sound. No name is every route.
func (w *Workspace) KnownRoute(ctx context.Context, route string) error {
	if route == "" {
		return nil
	}
	var names []string
	for _, r := range w.Config.Routes {
		if r.Name == route {
			return nil
		}
		names = append(names, r.Name)
	}
	all, err := w.Journal.Standings(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Route == route {
			return nil // it was taken out of the configuration, its documents are there
		}
	}
	return &Error{Code: ExitUsage, Err: say.Errorf("--route: there is no route %q", route), Hint: say.F("routes: %s", strings.Join(names, ", "))}
}

// KindOf says what a word means: a document, an import file, a result file, or a route with its mapping.
func (w *Workspace) KindOf(ctx context.Context, word string) (string, error) {
	j := w.Journal
	docs, err := j.FindDocuments(ctx, word)
	if err != nil {
		return "", err
	}
	if len(docs) == 0 {
		if docs, err = j.FindByFacts(ctx, word); err != nil {
			return "", err
		}
	}
	files, err := j.FindFiles(ctx, word)
	if err != nil {
		return "", err
	}
	results, err := j.FindResults(ctx, word)
	if err != nil {
		return "", err
	}
	versions, err := j.MappingVersions(ctx, word)
	if err != nil {
		return "", err
	}
	if len(docs)+len(files)+len(results)+len(versions) == 0 {
		if docs, err = findDocuments(ctx, j, word); err != nil {
			return "", err
		}
	}
	var kinds, hints []string
	for _, k := range []struct {
		kind string
		n    int
	}{{"document", len(docs)}, {"file", len(files)}, {"result", len(results)}, {"mapping", len(versions)}} {
		if k.n > 0 {
			kinds, hints = append(kinds, k.kind), append(hints, "fisbridge show "+k.kind+" "+word)
		}
	}
	switch len(kinds) {
	case 1:
		return kinds[0], nil
	case 0:
		return "", &Error{Code: ExitFailed, Err: say.Errorf("nothing is called %q: no document, number, payment or employee, no import file, no result file and no route", word), Hint: say.F("fisbridge list documents --text %s   looks in all texts; fisbridge status lists what is open", word)}
	}
	return "", &Error{Code: ExitFailed, Err: say.Errorf("%q means a %s", word, strings.Join(kinds, " and a ")), Hint: say.Plain(strings.Join(hints, "   "))}
}

// MeantDocuments gives the documents that a word may mean, by their ids first.
func (w *Workspace) MeantDocuments(ctx context.Context, word string) ([]records.Doc, error) {
	j := w.Journal
	found, err := j.FindDocuments(ctx, word)
	if err != nil || len(found) > 0 {
		return found, err
	}
	if found, err = j.FindByFacts(ctx, word); err != nil || len(found) > 0 {
		return found, err
	}
	return findDocuments(ctx, j, word)
}

// Listed tells of documents what a list tells.
func (w *Workspace) Listed(ctx context.Context, found []records.Doc) (records.Page[records.ListedDoc], error) {
	p := records.Page[records.ListedDoc]{Total: len(found), Rows: []records.ListedDoc{}}
	for _, d := range found {
		l, err := w.Journal.ListedDocument(ctx, d.ID)
		if err != nil {
			return p, err
		}
		p.Rows = append(p.Rows, l)
	}
	return p, nil
}
