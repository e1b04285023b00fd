// Package kept owns how what an ERP says is kept with the line that says it, and how it is read back when a later result
// file speaks of the same document.
package kept

import (
	"encoding/json"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// Outcome is how an outcome is kept with its line.
type Outcome struct {
	Outcome fis.Outcome `json:"o"`
	ByLine  bool        `json:"l,omitempty"`
	Checked bool        `json:"k,omitempty"`
	// Booked is the amount that the ERP says it posted, BookedIn its currency.
	Booked   *fis.Amount `json:"b,omitempty"`
	BookedIn string      `json:"c,omitempty"`
	// Accepted and Rejected are what a line about a whole file counts, -1 where it does not.
	Accepted int `json:"a,omitempty"`
	Rejected int `json:"r,omitempty"`
}

// Lines are lines that follow on each other. Most lines of a document say the same, which is written once.
type Lines struct {
	said bare
	data string
}

// bare is an outcome without messages and amounts.
type bare struct {
	verdict               fis.Verdict
	number, company, year string
	posted                fis.Date
	byLine, checked       bool
	bookedIn              string
}

// Data is what is kept of an outcome with its line.
func (l *Lines) Data(row *returns.Row) (string, error) {
	o := row.Outcome
	if len(o.Messages) > 0 || row.Booked != nil {
		return encode(Outcome{Outcome: o, ByLine: row.ByLine, Checked: row.Checked, Booked: row.Booked, BookedIn: row.BookedIn})
	}
	said := bare{o.Verdict, o.Number, o.Company, o.FiscalYear, o.Posted, row.ByLine, row.Checked, row.BookedIn}
	if l.data != "" && said == l.said {
		return l.data, nil
	}
	var err error
	l.said = said
	l.data, err = encode(Outcome{Outcome: o, ByLine: row.ByLine, Checked: row.Checked, BookedIn: row.BookedIn})
	return l.data, err
}

func encode(o Outcome) (string, error) {
	b, err := json.Marshal(o)
	return string(b), err
}

// Rows are the rows that some lines are kept of.
func Rows(lines []records.ResultRow, want func(records.ResultRow) bool) ([]returns.Row, error) {
	var out []returns.Row
	var t Outcome
	data := ""
	for _, k := range lines {
		if !want(k) {
			continue
		}
		if k.Data != data { // most lines of a document say the same
			t, data = Outcome{}, k.Data
			if err := json.Unmarshal([]byte(data), &t); err != nil {
				return nil, err
			}
		}
		out = append(out, returns.Row{Line: k.Line, Kind: returns.Posting, ByLine: t.ByLine, Checked: t.Checked, Outcome: t.Outcome,
			Booked: t.Booked, BookedIn: t.BookedIn, Refs: fis.Refs{DocID: k.DocID, FileLine: k.FileLine}})
	}
	return out, nil
}
