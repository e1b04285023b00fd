package records

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// TrailingNumber reads the digits at the end of a batch id.
func TrailingNumber(batch string) (int64, bool) {
	i := len(batch)
	for i > 0 && batch[i-1] >= '0' && batch[i-1] <= '9' {
		i--
	}
	n, err := strconv.ParseInt(batch[i:], 10, 64)
	return n, err == nil && n > 0
}

// CutAgain takes the number of a further posting of a report from behind the report's key or id, as document.again
// writes it: 55455-2 is 55455 and 2. The number is 0 where there is none.
func CutAgain(word string) (key string, posting int) {
	at := strings.LastIndexByte(word, '-')
	if at <= 0 {
		return word, 0
	}
	n, err := strconv.Atoi(word[at+1:])
	if err != nil || n < 2 || strconv.Itoa(n) != word[at+1:] {
		return word, 0
	}
	return word[:at], n
}

func (r Ref) FileWords() string {
	if r.FileName != "" {
		return fmt.Sprintf("the name %q", r.FileName)
	}
	return fmt.Sprintf("the number %d", r.FileSequence)
}

// FoldID is how ids and names of files are compared: ERPs that know capital letters only give them back so. It folds
// what SQL's UPPER folds.
func FoldID(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, id)
}

// Weight is how much of what a result file names is one route's.
type Weight struct {
	// Documents counts references to documents of the route, and to its import files by their names; Files those to
	// numbers that the route's import files have.
	Documents, Files int
}

// Weigh counts how many of these references lead to something of a route.
func (j *Records) Weigh(ctx context.Context, route string, refs []Ref) (w Weight, err error) {
	for _, ref := range refs {
		word := FoldID(ref.Any + ref.DocID + ref.ReportID + ref.ReportKey)
		if word != "" {
			key, _ := CutAgain(word)
			n, err := ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM documents WHERE route = $1 AND (UPPER(doc_id) = $2 OR UPPER(report_id) = $2 OR UPPER(report_key) = $2 OR UPPER(report_id) = $3 OR UPPER(report_key) = $3)`, route, word, key)
			if err != nil {
				return w, err
			}
			w.Documents += min(n, 1)
			continue
		}
		named, err := j.NamedFiles(ctx, ref.Named+" "+ref.FileName)
		if err != nil {
			return w, err
		}
		for _, f := range named {
			if f.Route == route {
				w.Documents++
				break
			}
		}
		number := ref.FileSequence
		if number == 0 {
			number, _ = TrailingNumber(ref.BatchID)
		}
		n, err := ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM files WHERE route = $1 AND sequence = $2`, route, number)
		if err != nil {
			return w, err
		}
		w.Files += min(n, 1)
	}
	return w, nil
}
