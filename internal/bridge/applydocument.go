package bridge

import (
	"encoding/json"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
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
	if folded.Outcome.Verdict == fis.Posted {
		if problem := bookedOtherwise(t, rows); problem != "" {
			return ap.a.BookedOtherwise(t.Doc.ID, problem)
		}
	}
	return ap.a.Outcome(t, folded.Outcome)
}

// bookedOtherwise says that the ERP has posted another amount than it was given; "" when it has not, or does not say. It may state the sum of the
// debits or the total of the document.
func bookedOtherwise(t journal.Told, rows []returns.Row) string {
	currency := t.Part.Currency
	if currency == "" {
		currency = t.Doc.Currency
	}
	for i := range rows {
		r := &rows[i]
		switch {
		case r.Booked == nil || r.Outcome.Verdict != fis.Posted:
		case r.BookedIn != "" && currency != "" && r.BookedIn != currency:
			return fmt.Sprintf("%s %s, but it was given %s %s", fis.Text(*r.Booked, r.BookedIn), r.BookedIn, fis.Text(t.Part.Debit, currency), currency)
		case !r.Booked.Equal(t.Part.Debit.Abs()) && !r.Booked.Equal(t.Part.Credit.Abs()) && !r.Booked.Equal(t.Doc.Amount.Abs()):
			return fmt.Sprintf("%s %s, but it was given %s %s", fis.Text(*r.Booked, currency), currency, fis.Text(t.Part.Debit, currency), currency)
		}
	}
	return ""
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
		out = append(out, returns.Row{Line: k.Line, Kind: returns.Posting, ByLine: t.ByLine, Outcome: t.Outcome, Booked: t.Booked, BookedIn: t.BookedIn, Refs: returns.Refs{DocID: k.DocID, FileLine: k.FileLine}})
	}
	return out, nil
}
