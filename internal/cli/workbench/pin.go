package workbench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// pinTests adds what a document gives at present to the tests of the mapping, and gives the mapping as it is then. pin
// is a docId, a report id or a document's file, and after a comma one column.
func (a *bench) pinTests(ctx context.Context, o previewOptions, plan *workshop.Plan, templates fs.FS) (*workshop.Plan, error) {
	path := plan.Path()
	if _, err := os.Stat(path); err != nil {
		return nil, desk.Usage(fmt.Errorf("--pin: %s is no file that tests could be written into: make one with fisbridge mapping new", path))
	}
	word, column, _ := strings.Cut(o.pin, ",")
	env, file, err := a.pinDocument(ctx, o, plan, strings.TrimSpace(word))
	if err != nil {
		return nil, err
	}
	pinned, err := workshop.Pin(templates, plan, env, file, strings.TrimSpace(column))
	switch {
	case err != nil:
		return nil, err
	case pinned.Added == 0:
		a.Remark("the tests of %s have all of document %s already", path, word)
		return plan, nil
	}
	if err := ReplaceWorkbook(path, plan.Bytes(), pinned.Bytes); err != nil {
		return nil, err
	}
	a.Remark("%s of document %s added to %s", wording.Counted(pinned.Added, "test"), pinned.Document, path)
	return pinned.Plan, nil
}

// pinDocument finds the document. A file below the mapping's folder is named by its path from there, so that the test
// holds wherever the folder goes.
func (a *bench) pinDocument(ctx context.Context, o previewOptions, plan *workshop.Plan, word string) (env fis.Envelope, file string, err error) {
	if info, err := os.Stat(word); err == nil && !info.IsDir() {
		for e, err := range docfiles.In(a.Frame, []string{word}) {
			if err != nil {
				return env, "", err
			}
			if env.Document != nil {
				return env, "", desk.Usage(fmt.Errorf("--pin: %s holds more than one document; name one by its docId, and the file with --documents", word))
			}
			env = e
		}
		file, err := besideMapping(plan.Path(), word)
		if err == nil && file == "" && env.ID == "" {
			err = desk.Usage(fmt.Errorf("--pin: %s has no docId, and does not lie below the mapping's folder, where a test would find it", word))
		}
		return env, file, err
	}
	docs, done, err := a.previewDocuments(ctx, o, plan)
	if err != nil {
		return env, "", err
	}
	defer func() { err = errors.Join(err, done()) }()
	parser := fis.NewParser(nil)
	for e, err := range docs {
		if err != nil {
			continue // what cannot be read is told when the preview is made
		}
		if e.ID == word {
			return e, "", nil
		}
		if doc, err := parser.Parse(e); err == nil && doc.ReportID() == word {
			return e, "", nil
		}
	}
	return env, "", &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("--pin: there is no document %q among those chosen", word), Hint: "name a docId, a report id, or a file; choose documents with --documents or --from-journal"}
}

// besideMapping is the path of a file from the mapping's folder; empty when it does not lie there or below.
func besideMapping(mappingPath, file string) (string, error) {
	folder, err := filepath.Abs(filepath.Dir(mappingPath))
	if err != nil {
		return "", err
	}
	full, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(folder, full)
	if err != nil || !filepath.IsLocal(rel) {
		return "", nil //nolint:nilerr // on another drive: not below
	}
	return filepath.ToSlash(rel), nil
}
