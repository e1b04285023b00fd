package bridge

import (
	"encoding/json"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// document folds everything told about one document. What this file says counts by itself first; only when it covers the document in part
// are the lines of earlier result files added.
func (ap *applier) document(t journal.Told) error {
	need := returns.Coverage{Lines: t.Part.Rows, First: t.Part.FirstLine, Last: t.Part.LastLine}
	current := t.Rows[len(t.Rows)-1].ResultID
	rows, err := rowsOf(t.Rows, func(r journal.ResultRow) bool { return r.ResultID == current })
	if err != nil {
		return err
	}
	folded := returns.Fold(rows, need)
	if folded.State == returns.Waiting && len(rows) < len(t.Rows) {
		if rows, err = rowsOf(t.Rows, func(journal.ResultRow) bool { return true }); err != nil {
			return err
		}
		folded = returns.Fold(rows, need)
	}
	switch folded.State {
	case returns.Waiting:
		return nil
	case returns.Conflict:
		return ap.a.Conflict(t.Doc.ID, folded.Problem)
	}
	return ap.a.Outcome(t, folded.Outcome)
}

func rowsOf(kept []journal.ResultRow, want func(journal.ResultRow) bool) ([]returns.Row, error) {
	var out []returns.Row
	var t told
	data := ""
	for _, k := range kept {
		if !want(k) {
			continue
		}
		if k.Data != data { // most lines of a document say the same
			t, data = told{}, k.Data
			if err := json.Unmarshal([]byte(data), &t); err != nil {
				return nil, err
			}
		}
		out = append(out, returns.Row{Line: k.Line, Kind: returns.Posting, ByLine: t.ByLine, Outcome: t.Outcome, Refs: returns.Refs{DocID: k.DocID, FileLine: k.FileLine}})
	}
	return out, nil
}
