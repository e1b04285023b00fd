package matching

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// NamedFiles are the import files whose names stand in a word, the longest names.
func NamedFiles(t *ledger.Tx, word string) (found []records.NamedFile, err error) {
	where, args := ledger.Among("stem", records.StemsIn(word), 1)
	err = t.Each(`SELECT id, route, sequence, name, stem FROM files WHERE `+where+` ORDER BY id`, func(rows *sql.Rows) error {
		f, err := records.ScanNamed(rows)
		found = append(found, f)
		return err
	}, args...)
	return records.Longest(found), err
}

// Untaken tells which import files the ERP has not taken yet: nothing that it says is about them.
func (a *Finder) Untaken(files []int64) { a.untaken = files }

// ofWithdrawn: a line that names a document only, in a result file that bears the name of an import file which held the document and was withdrawn, is
// the late answer to that one, and none to the file that the document has gone into since. So is each line about a document whose file the
// ERP has not taken, unless the result file bears the name of that one: then the ERP has read it where it lies.
func (a *Finder) ofWithdrawn(m *Match) error {
	files, err := a.namedFiles()
	if err != nil {
		return err
	}
	for _, f := range files {
		if m.File == 0 || m.File == f.ID {
			continue
		}
		n, err := a.t.Count(`SELECT COUNT(*) FROM file_documents p JOIN files f ON f.id = p.file_id WHERE p.file_id = $1 AND p.doc_id = $2 AND f.state = 'withdrawn'`, f.ID, m.Doc)
		if err != nil {
			return err
		}
		if n > 0 {
			m.File = f.ID
			return nil
		}
	}
	if !slices.Contains(a.untaken, m.File) || slices.ContainsFunc(files, func(f records.NamedFile) bool { return f.ID == m.File }) {
		return nil
	}
	err = a.t.QueryRowContext(a.t.Ctx, `SELECT w.id FROM documents d JOIN files w ON w.id = d.reissue_of WHERE d.doc_id = $1 AND w.state = 'withdrawn'`, m.Doc).Scan(&m.File)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// namedFiles are the import files whose names the result file bears.
func (a *Finder) namedFiles() ([]records.NamedFile, error) {
	if a.bears == nil {
		found, err := NamedFiles(a.t, a.result.Name)
		if err != nil {
			return nil, err
		}
		a.bears = append([]records.NamedFile{}, found...)
	}
	return a.bears, nil
}

// fileMeant is the import file that a reference means, or why nobody knows that.
type fileMeant struct {
	id      int64
	problem string
	member  string // see Match.Member
}

// importFile finds the import file that a line names, 0 when the journal has none. Most lines of a result file name the same.
func (a *Finder) importFile(ref records.Ref) (m fileMeant, err error) {
	doc := ""
	if ref.NamesDocument() {
		doc = records.AnyWord // see only
	}
	ref = records.Ref{Refs: fis.Refs{Any: doc, FileSequence: ref.FileSequence, FileName: ref.FileName, Named: ref.Named, Before: ref.Before, After: ref.After}}
	m, known := a.fileCache[ref]
	if !known {
		if m.id, m.problem, err = a.findFile(ref); err != nil {
			return m, err
		}
		if m.member, err = a.member(m.id, ref.Named+" "+ref.FileName); err != nil {
			return m, err
		}
		if a.fileCache == nil || len(a.fileCache) > 1000 {
			a.fileCache = map[records.Ref]fileMeant{}
		}
		a.fileCache[ref] = m
	}
	return m, nil
}

// member is the file beside the one that starts the import which a word names; empty: none.
func (a *Finder) member(id int64, word string) (string, error) {
	if id == 0 {
		return "", nil
	}
	var name, text string
	if err := a.t.QueryRowContext(a.t.Ctx, `SELECT name, members FROM files WHERE id = $1`, id).Scan(&name, &text); err != nil || text == "" {
		return "", err
	}
	var members []string
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		return "", fmt.Errorf("import file %s: %w", name, err)
	}
	word = records.FoldID(word)
	stems := records.StemsIn(word)
	for _, m := range members {
		if stem := records.StemOf(m); stem != records.StemOf(name) && slices.Contains(stems, stem) || strings.Contains(word, records.FoldID(m)) {
			return m, nil
		}
	}
	return "", nil
}
