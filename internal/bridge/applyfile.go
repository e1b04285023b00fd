package bridge

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/fisbridge/fisbridge/internal/bridge/kept"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// wholeFile applies what is said about an import file as a whole, by this result file and those before it: an
// acknowledgement with counts is believed only when the rejects that it counts are listed.
func (ap *applier) wholeFile(id int64, restPosted bool) error {
	if restPosted {
		if keep, err := ap.withhold(); keep || err != nil {
			return err
		}
		return ap.a.FileVerdict(id, fis.Outcome{Verdict: fis.Posted})
	}
	t, err := ap.a.FileTold(id)
	if err != nil || len(t.Rows) == 0 || !ap.spoken[id] && t.File.Settled() {
		return err // it has been said before
	}
	var rows []returns.Row
	for _, r := range t.Rows {
		var said kept.Outcome
		if err := json.Unmarshal([]byte(r.Data), &said); err != nil {
			return err
		}
		rows = append(rows, returns.Row{Line: r.Line, Kind: returns.File, Outcome: said.Outcome,
			Accepted: said.Accepted, Rejected: said.Rejected})
	}
	folded := returns.FoldFile(rows,
		returns.FileTally{Documents: t.File.Documents, Lines: t.Lines, RejectedDocuments: t.RejectedDocuments,
			RejectedLines: t.RejectedLines, NamedDocuments: t.NamedDocuments, NamedLines: t.NamedLines})
	switch folded.State {
	case returns.Waiting:
		return nil
	case returns.Conflict:
		return ap.a.FileConflict(t.File, folded.Problem)
	}
	if folded.Outcome.Verdict == fis.Posted && !folded.Counted { // no count says that all is told of
		if keep, err := ap.withhold(); keep || err != nil {
			return err
		}
	}
	return ap.a.FileVerdict(id, folded.Outcome)
}

// withhold tells that the documents which the file does not name are not taken as posted: a line of it that cannot be
// used may be the reject of any of them. Of one that is known to be about a document, only this one waits.
func (ap *applier) withhold() (bool, error) {
	n, err := ap.a.Unplaced(slices.Sorted(maps.Keys(ap.files)))
	if err == nil && n > 0 {
		ap.a.Withhold()
	}
	return n > 0, err
}

// rest tells whether the documents that the result file does not name are posted. Where it lists rejects only and has
// none, its name or header says of which import file.
func (ap *applier) rest(sum returns.Summary) (posted bool, err error) {
	if !sum.RestPosted || !sum.Refs.NamesFile() {
		return sum.RestPosted, nil
	}
	m, err := ap.a.Match(refOf(fis.Refs{FileSequence: sum.Refs.FileSequence, FileName: sum.Refs.FileName,
		BatchID: sum.Refs.BatchID, Named: sum.Refs.Named, Before: sum.Refs.Before, After: sum.Refs.After}))
	if err != nil {
		return false, err
	}
	if m.Problem == "" {
		m.Problem = m.NotWhole(fis.Posted)
	}
	if m.Problem != "" && (len(ap.files) == 0 || m.Member != "") {
		return false, ap.a.Add(records.ResultRow{Problem: m.Problem})
	}
	ap.speaks(m.File)
	return true, nil
}
