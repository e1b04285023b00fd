package bridge

import (
	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// perhapsOurs looks at money of others: where the line names a document of ours, a person is asked. It is counted as one of
// which nothing follows, and as listed only then.
func (ap *applier) perhapsOurs(row returns.Row, out records.ResultRow) error {
	_, used, err := ap.a.Used(row.Line)
	if used || err != nil {
		ap.perhaps++
		return err
	}
	ref := refOf(row.Refs)
	ref.Payment = true
	unread := row.Payment.Status == ""
	if !unread {
		before, err := ap.a.Asked(row.Payment)
		if err != nil || before.Mark != "" { // a person was asked, or has said what it is
			return err
		}
	}
	m, err := ap.place(row, ref)
	if err != nil || m.Doc == "" && len(m.May) == 0 {
		return err
	}
	ap.perhaps++
	out.DocID, out.Problem = m.Doc, ""
	switch {
	case unread:
		out.Problem, out.Data = row.Problem, quoted(row.Raw)
		return ap.a.Add(out)
	case m.Problem != "":
		return ap.ask(row, out, matching.Match{Doc: m.Doc, May: m.May, Problem: "money of which the bank does not say what it is for; " + m.Problem})
	}
	return ap.payment(row, out)
}
