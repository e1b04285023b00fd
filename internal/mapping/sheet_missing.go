package mapping

import (
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// guardSheets are the sheets that need not be there, each with the headings by which one is known under another name. Without them a mapping works as
// well; but a guard that somebody renamed or deleted by mistake must not be lost in silence.
func guardSheets() map[string][]string {
	return map[string][]string{
		sheetTests:   {testDocument, testColumn, testExpected},
		sheetResults: {format.HeadingFormat, format.HeadingRole, format.HeadingColumn},
	}
}

// noteMissing reports a guard sheet that is not there: an error when another sheet looks like it.
func noteMissing(book *workbook, called string, found *collector) {
	for _, name := range book.names {
		if isReserved(name) {
			continue
		}
		s, err := book.sheet(name)
		if err != nil || !looksLike(s, guardSheets()[called]) {
			continue
		}
		found.add(findings.Error, findings.Place{Sheet: name}, "", fmt.Sprintf("this looks like the sheet %s under another name, and nothing of it counts: call it %s again", called, called), called)
		return
	}
	found.add(findings.Warning, findings.Place{Sheet: called}, "", fmt.Sprintf("the workbook has no sheet %s; if it was deleted by mistake, take it from a former version (fisbridge show mapping), else add one with the headings only", called), "")
}

// looksLike reports whether one of the first rows has all of the headings.
func looksLike(s *sheet, headings []string) bool {
	if s == nil {
		return false
	}
	for i := range min(5, len(s.rows)) {
		h := readHeading(s, i)
		if !slices.ContainsFunc(headings, func(name string) bool { return h.column(name) < 0 }) {
			return true
		}
	}
	return false
}

// lostGuards are doubts: a version without the tests, or without the words of result files, that the former one had.
func (w *doubter) lostGuards() {
	if rows, _ := w.older.tests(); len(rows) > 0 && !w.newer.HasTests() {
		w.add(findings.Place{Sheet: sheetTests}, "the version in force has %s, and this one has none", wording.Counted(len(rows), "test"))
	}
	had, has := tableCells(w.older.content.results), tableCells(w.newer.content.results)
	if len(had) > 0 && len(has) == 0 {
		w.add(findings.Place{Sheet: sheetResults}, "the version in force has %s of how result files read, and this one has none", wording.Counted(len(had), "row"))
	}
}
