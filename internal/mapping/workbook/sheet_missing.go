package workbook

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// guardSheets are the sheets that need not be there, each with the headings by which one is known under another name.
// Without them a mapping works as well; but a guard that somebody renamed or deleted by mistake must not be lost in
// silence.
func guardSheets() map[string][]string {
	return map[string][]string{
		SheetTests:   {TestDocument, TestColumn, TestExpected},
		SheetResults: {format.HeadingFormat, format.HeadingRole, format.HeadingColumn},
	}
}

// noteMissing reports a guard sheet that is not there: an error when another sheet looks like it.
func noteMissing(book *Workbook, called string, found *Collector) {
	for _, name := range book.names {
		if book.reserved(name) {
			continue
		}
		s, err := book.Sheet(name)
		if err != nil || !looksLike(s, guardSheets()[called]) {
			continue
		}
		own := found.Sheet(called)
		found.Add(findings.Error, findings.Place{Sheet: name}, "", say.F("this looks like the sheet %s under "+
			"another name, and nothing of it counts: call it %s again", own, own), own)
		return
	}
	own := found.Sheet(called)
	found.Add(findings.Warning, findings.Place{Sheet: own}, "", say.F("the workbook has no sheet %s; if it "+
		"was deleted by mistake, take it from a former version (fisbridge show mapping), else add one with the "+
		"headings only", own), "")
}

// looksLike reports whether one of the first rows has all of the headings.
func looksLike(s *Sheet, headings []string) bool {
	if s == nil {
		return false
	}
	for i := range min(5, len(s.Rows)) {
		for _, l := range sheets.All() {
			h := readHeading(s, i, l, nil)
			if !slices.ContainsFunc(headings, func(name string) bool { return h.Column(name) < 0 }) {
				return true
			}
		}
	}
	return false
}
