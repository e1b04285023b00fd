package records

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// StemOf is an import file's name without what follows its first dot, folded: ERPs put it into the names of their
// answers.
func StemOf(name string) string {
	stem, _, _ := strings.Cut(name, ".")
	return FoldID(stem)
}

// StemsIn are the parts of a word that may be the stem of an import file: from the beginning of one run of letters and
// digits to the end of one, and not digits alone, for numbers begin anew with each route.
func StemsIn(word string) []string {
	word = FoldID(word)
	var begins, ends []int
	inside := false
	for i, r := range word {
		is := unicode.IsLetter(r) || unicode.IsDigit(r)
		if is && !inside {
			begins = append(begins, i)
		}
		if !is && inside {
			ends = append(ends, i)
		}
		inside = is
	}
	if inside {
		ends = append(ends, len(word))
	}
	var out []string
	for _, from := range begins {
		for _, to := range ends {
			if to > from && strings.Trim(word[from:to], "0123456789") != "" && len(out) < 100 {
				out = append(out, word[from:to])
			}
		}
	}
	return out
}

// NamedFile is an import file that a word names.
type NamedFile struct {
	ID       int64
	Route    string
	Sequence int64
	Name     string
	Stem     string
}

// ScanNamed reads id, route, sequence, name and stem.
func ScanNamed(rows *sql.Rows) (f NamedFile, err error) {
	err = rows.Scan(&f.ID, &f.Route, &f.Sequence, &f.Name, &f.Stem)
	return f, err
}

// NamedFiles are the import files, of whatever route, whose name without extension stands in a word, such as the name
// of a result file: those with the longest name.
func (j *Records) NamedFiles(ctx context.Context, word string) ([]NamedFile, error) {
	where, args := ledger.Among("stem", StemsIn(word), 1)
	found, err := ledger.List(ctx, j.Ledger, `SELECT id, route, sequence, name, stem FROM files WHERE `+where, args, ScanNamed)
	return Longest(found), err
}

// Longest leaves those whose stem no longer one holds: X_000001 is not the file X.
func Longest(found []NamedFile) []NamedFile {
	return slices.DeleteFunc(slices.Clone(found), func(f NamedFile) bool {
		return slices.ContainsFunc(found, func(o NamedFile) bool { return len(o.Stem) > len(f.Stem) && strings.Contains(o.Stem, f.Stem) })
	})
}
