package bridge

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bridge/booked"
	"github.com/fisbridge/fisbridge/internal/bridge/kept"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/said"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// document folds everything told about one document. What this file says counts by itself first; only when it covers
// the document in part are the lines of earlier result files added: it may reject what is left of a document of which
// an earlier one has posted lines. Of a document that has its outcome it is a new word of the ERP, which stands against
// that outcome.
func (ap *applier) document(t said.Document) error {
	need := returns.Coverage{Lines: t.Part.Rows, First: t.Part.FirstLine, Last: t.Part.LastLine,
		AllOrNothing: t.File.AllOrNothing()}
	current := t.Rows[len(t.Rows)-1].ResultID
	rows, err := kept.Rows(t.Rows, func(r records.ResultRow) bool { return r.ResultID == current })
	if err != nil {
		return err
	}
	if err := ap.nameEntries(t, rows); err != nil {
		return err
	}
	folded := returns.Fold(rows, need)
	answered := false
	if (len(rows) < len(t.Rows) && folded.State == returns.Settled || folded.RestUnsaid) && folded.Covered < need.Lines {
		if answered, err = ap.a.Answered(t.Doc.ID); err != nil {
			return err
		}
	}
	if len(rows) < len(t.Rows) && !answered && (folded.State == returns.Waiting || folded.Covered < need.Lines) {
		if rows, err = kept.Rows(t.Rows, func(records.ResultRow) bool { return true }); err != nil {
			return err
		}
		if err := ap.nameEntries(t, rows); err != nil {
			return err
		}
		folded = returns.Fold(rows, need)
	}
	switch {
	case folded.State == returns.Waiting:
		return nil
	case folded.InPart:
		return ap.a.PostedInPart(t.Doc.ID, strings.Join(folded.Booked, ", "), folded.Problem)
	case folded.RestUnsaid && !answered && (!t.Part.Withdrawn || t.Doc.FileID == t.File.ID): // of a withdrawn file it is no word about the new one
		return ap.a.RestUnsaid(t.Doc.ID, folded.Problem)
	case folded.State == returns.Conflict && !folded.RestUnsaid:
		return ap.a.Conflict(t.Doc.ID, folded.Problem)
	}
	if folded.Outcome.Verdict == fis.Posted {
		if problem := booked.Otherwise(t, rows); problem != "" {
			return ap.a.BookedOtherwise(t.Doc.ID, problem)
		}
	}
	return ap.a.Outcome(t, folded.Outcome)
}

// nameEntries says of messages about a line of the import file which entry of the document the line was made of: the employee sees it at that entry.
func (ap *applier) nameEntries(t said.Document, rows []returns.Row) error {
	var entries []string
	for i := range rows {
		r := &rows[i]
		line := r.Refs.FileLine - t.Part.FirstLine
		if !r.ByLine || r.Refs.FileLine == 0 || line < 0 || len(r.Outcome.Messages) == 0 {
			continue
		}
		if entries == nil {
			var err error
			if entries, err = ap.entries(t); err != nil || len(entries) == 0 {
				return err
			}
		}
		if line >= len(entries) {
			continue
		}
		r.Outcome.Messages = slices.Clone(r.Outcome.Messages) // rows that say the same share them
		for m := range r.Outcome.Messages {
			if r.Outcome.Messages[m].LineItem == "" {
				r.Outcome.Messages[m].LineItem = entries[line]
			}
		}
	}
	return nil
}

// entries are those of the document's lines in its import file, empty when they are not known: an older fisbridge did not keep them, or rows have several lines.
func (ap *applier) entries(t said.Document) ([]string, error) {
	data, err := ap.a.Written(records.Place{File: t.File.ID, Doc: t.Doc.ID})
	if err != nil || data == nil {
		return []string{}, err
	}
	w, err := takeback.ParseWritten(data)
	if err != nil || len(w.Rows) != t.Part.Rows || t.Part.LastLine-t.Part.FirstLine+1 != t.Part.Rows {
		return []string{}, err
	}
	return w.Rows, nil
}
