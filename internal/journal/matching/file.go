package matching

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/wording"
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

// ofWithdrawn: a line that names a document only, in a result file that bears the name of an import file which held the document and was withdrawn, is
// the late answer to that one, and none to the file that the document has gone into since.
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
	return nil
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
	ref = records.Ref{Refs: fis.Refs{FileSequence: ref.FileSequence, FileName: ref.FileName, Named: ref.Named, NamedByUs: ref.NamedByUs}}
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
		switch chosen := a.ofRoute(slices.DeleteFunc(slices.Clone(named), func(f records.NamedFile) bool { return !fits(f) })); {
		case len(chosen) == 1 && a.closed[chosen[0].Route]:
			return 0, fmt.Sprintf("%q names import file %s of route %s, which cannot be used now: mend the route, then let the ERP answer again", ref.Named, chosen[0].Name, chosen[0].Route), nil
		case len(chosen) == 1:
			return chosen[0].ID, "", nil
		case len(chosen) > 1:
			return 0, fmt.Sprintf("%q names %d import files (%s)", ref.Named, len(chosen), fileList(chosen)), nil
		case len(named) > 0 && a.elsewhere[named[0].Route]:
			return 0, fmt.Sprintf("%q names an import file of another route (%s), whose answers come from another return folder", ref.Named, fileList(named)), nil
		case len(named) > 0:
			return 0, fmt.Sprintf("%q names %s, which is number %d and not %d", ref.Named, fileList(named), named[0].Sequence, ref.FileSequence), nil
		}
	}
	var found []records.NamedFile
	err = a.t.Each(`SELECT id, route, sequence, name, stem FROM files WHERE (sequence = $1 OR $1 = 0) AND ((UPPER(name) = $2 OR stem = $2) AND $2 <> '' OR $2 = '' AND route = $3)`, func(rows *sql.Rows) error {
		f, err := records.ScanNamed(rows)
		found = append(found, f)
		return err
	}, ref.FileSequence, records.FoldID(ref.FileName), a.result.Route)
	if err != nil {
		return 0, "", err
	}
	found = slices.DeleteFunc(found, func(f records.NamedFile) bool { return !fits(f) || a.closed[f.Route] })
	switch found = a.ofRoute(found); len(found) {
	case 0:
		return 0, "", nil // see lostFile
	case 1:
		if other := otherPrefix(ref, found[0]); other != "" {
			return 0, fmt.Sprintf("%s is not the name of an import file of ours; number %d of route %s is %s", other, found[0].Sequence, found[0].Route, found[0].Name), nil
		}
		return found[0].ID, "", nil
	}
	return 0, fmt.Sprintf("%d import files have %s (%s)", len(found), ref.FileWords(), fileList(found)), nil
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

// otherPrefix finds, in a word that is made of our own name of a file, the file's number behind other letters than those of our file: BBBB000001 is not
// CNQR000001.
func otherPrefix(ref records.Ref, f records.NamedFile) string {
	if !ref.NamedByUs {
		return ""
	}
	digits := f.Stem[len(strings.TrimRight(f.Stem, "0123456789")):]
	ours := lettersBefore(f.Stem, digits)
	theirs := lettersBefore(records.FoldID(ref.Named), digits)
	if digits == "" || ours == "" || theirs == "" || ours == theirs {
		return ""
	}
	return theirs + digits
}

// lettersBefore are the letters right before a number in a word.
func lettersBefore(word, number string) string {
	at := strings.Index(word, number)
	if at <= 0 {
		return ""
	}
	return word[len(strings.TrimRightFunc(word[:at], unicode.IsLetter)):at]
}
