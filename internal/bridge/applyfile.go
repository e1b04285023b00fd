package bridge

import (
	"encoding/json"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// wholeFile applies what is said about an import file as a whole, by this result file and those before it: an
// acknowledgement with counts is believed only when the rejects that it counts are listed.
func (ap *applier) wholeFile(id int64, restPosted bool) error {
	if restPosted && ap.a.Listed() > 0 {
		ap.a.Withhold() // a line that cannot be used may be the reject of any document
		return nil
	}
	if restPosted {
		return ap.a.FileVerdict(id, fis.Outcome{Verdict: fis.Posted})
	}
	t, err := ap.a.FileTold(id)
	if err != nil || len(t.Rows) == 0 {
		return err
	}
	var rows []returns.Row
	for _, r := range t.Rows {
		var kept keptOutcome
		if err := json.Unmarshal([]byte(r.Data), &kept); err != nil {
			return err
		}
		rows = append(rows, returns.Row{Line: r.Line, Kind: returns.File, Outcome: kept.Outcome,
			Accepted: kept.Accepted, Rejected: kept.Rejected})
	}
	folded := returns.FoldFile(rows,
		returns.FileTally{Documents: t.File.Documents, Lines: t.Lines, RejectedDocuments: t.RejectedDocuments,
			RejectedLines: t.RejectedLines})
	switch folded.State {
	case returns.Waiting:
		return nil
	case returns.Conflict:
		return ap.a.FileConflict(t.File, folded.Problem)
	}
	if folded.Outcome.Verdict == returns.Partial {
		folded.Outcome.Verdict = fis.Posted // of those that no reject names
	}
	return ap.a.FileVerdict(id, folded.Outcome)
}

// named is for a result file that lists rejects only and has none: its name or header says which import file is posted.
func (ap *applier) named(sum returns.Summary) error {
	if !sum.RestPosted || len(ap.files) > 0 || !sum.Refs.NamesFile() {
		return nil
	}
	m, err := ap.a.Match(refOf(fis.Refs{FileSequence: sum.Refs.FileSequence, FileName: sum.Refs.FileName,
		BatchID: sum.Refs.BatchID, Named: sum.Refs.Named, NamedByUs: sum.Refs.NamedByUs}))
	if err != nil {
		return err
	}
	if m.Problem != "" {
		return ap.a.Add(records.ResultRow{Problem: m.Problem})
	}
	ap.files[m.File] = true
	return nil
}
