package matching

import (
	"database/sql"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/whose"
)

// How the document of a payment is found whose references do not name it.

// AnyRoute tells that the result file is of all routes: none is preferred.
func (a *Finder) AnyRoute() { a.anyRoute = true }

// Within bounds, in days, which documents are found by amount: how long ago they were posted, and how long after their day they are paid.
func (a *Finder) Within(posted, paid int) { a.within = whose.Within{Posted: posted, Paid: paid} }

// MatchWords are the documents that have one of these words as their docId or report id. Keys of reports are numbers as others have them, too.
func (a *Finder) MatchWords(words []string) (may []string, err error) {
	a.quiet = true
	defer func() { a.quiet = false }()
	folded := make([]string, len(words))
	for i, word := range words {
		folded[i] = records.FoldID(word)
	}
	known, err := whose.Known(a.t, folded)
	if err != nil {
		return nil, err
	}
	for i, word := range words {
		if !known[folded[i]] {
			continue
		}
		m, err := a.matchWord("report_id", word, 0, records.Ref{Payment: true})
		if err != nil {
			return nil, err
		}
		found := m.May
		if m.Problem == "" && m.Doc != "" {
			found = []string{m.Doc}
		}
		for _, id := range found {
			if !slices.Contains(may, id) {
				may = append(may, id)
			}
		}
	}
	return may, nil
}

// MatchRun are the documents of the import file that a payment run is named by, of the payment's amount.
func (a *Finder) MatchRun(run string, p fis.Payment) ([]string, error) {
	files, err := NamedFiles(a.t, run)
	if err != nil || len(files) != 1 {
		return nil, err
	}
	return a.ofAmount(p, files[0].ID)
}

// MatchAmount are the documents that are posted and not paid, of the payment's amount, and near its day.
func (a *Finder) MatchAmount(p fis.Payment) ([]string, error) { return a.ofAmount(p, 0) }

func (a *Finder) ofAmount(p fis.Payment, file int64) ([]string, error) {
	if a.open == nil {
		x, err := whose.Read(a.t, a.within)
		if err != nil {
			return nil, err
		}
		a.open = x
	}
	return a.open.Of(p, file), nil
}

// PaidInRun are the documents that were paid in a payment run.
func (a *Finder) PaidInRun(run string) ([]string, error) { return whose.PaidInRun(a.t, run) }

// leastCut is the length of the shortest reference that may be another one cut short: ACH has 15 characters, MT940 16.
const leastCut = 15

// MatchCut are the documents of the payment's amount whose docId or report id begins with a word that a bank may have cut
// short.
func (a *Finder) MatchCut(word string, p fis.Payment) (found []string, err error) {
	if word = records.FoldID(word); len(word) < leastCut {
		return nil, nil
	}
	of, err := a.ofAmount(p, 0)
	if err != nil || len(of) == 0 {
		return nil, err
	}
	for some := range slices.Chunk(of, ledger.AtOnce) {
		among, args := ledger.AmongMany("doc_id", some, 1)
		err := a.t.Each(`SELECT doc_id, report_id FROM documents WHERE `+among+` ORDER BY doc_id`, func(rows *sql.Rows) error {
			var id, report string
			if err := rows.Scan(&id, &report); err != nil {
				return err
			}
			if strings.HasPrefix(records.FoldID(id), word) || strings.HasPrefix(records.FoldID(report), word) {
				found = append(found, id)
			}
			return nil
		}, args...)
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
