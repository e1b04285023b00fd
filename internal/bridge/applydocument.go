package bridge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// document folds everything told about one document. What this file says counts by itself first; only when it covers
// the document in part are the lines of earlier result files added.
func (ap *applier) document(t journal.Told) error {
	need := returns.Coverage{Lines: t.Part.Rows, First: t.Part.FirstLine, Last: t.Part.LastLine}
	current := t.Rows[len(t.Rows)-1].ResultID
	rows, err := rowsOf(t.Rows, func(r records.ResultRow) bool { return r.ResultID == current })
	if err != nil {
		return err
	}
	if err := ap.nameEntries(t, rows); err != nil {
		return err
	}
	folded := returns.Fold(rows, need)
	if folded.State == returns.Waiting && len(rows) < len(t.Rows) {
		if rows, err = rowsOf(t.Rows, func(records.ResultRow) bool { return true }); err != nil {
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
	case folded.State == returns.Conflict && len(folded.Booked) > 0:
		return ap.a.PostedInPart(t.Doc.ID, strings.Join(folded.Booked, ", "), folded.Problem)
	case folded.State == returns.Conflict:
		return ap.a.Conflict(t.Doc.ID, folded.Problem)
	}
	if folded.Outcome.Verdict == fis.Posted {
		if problem := bookedOtherwise(t, rows); problem != "" {
			return ap.a.BookedOtherwise(t.Doc.ID, problem)
		}
	}
	return ap.a.Outcome(t, folded.Outcome)
}

// nameEntries says of messages about a line of the import file which entry of the document the line was made of: the employee sees it at that entry.
func (ap *applier) nameEntries(t journal.Told, rows []returns.Row) error {
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
func (ap *applier) entries(t journal.Told) ([]string, error) {
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

// bookedOtherwise says that the ERP has posted another amount than it was given; "" when it has not, or does not say.
// It may state the sum of the debits or the total of the document, or the amount of each line.
func bookedOtherwise(t journal.Told, rows []returns.Row) string {
	currency := t.Part.Currency
	if currency == "" {
		currency = t.Doc.Currency
	}
	lines := bookedLines{seen: map[int]bool{}}
	for i := range rows {
		r := &rows[i]
		switch {
		case r.Outcome.Verdict != fis.Posted || r.ByLine && lines.elsewhere(t.Part, r):
		case r.Booked == nil:
			lines.silent = lines.silent || r.ByLine
		case r.BookedIn != "" && currency != "" && r.BookedIn != currency:
			return fmt.Sprintf("%s %s, but it was given %s %s", fis.Text(*r.Booked, r.BookedIn), r.BookedIn,
				fis.Text(t.Part.Debit, currency), currency)
		case r.ByLine:
			lines.add(*r.Booked)
		case !r.Booked.Equal(t.Part.Debit.Abs()) && !r.Booked.Equal(t.Part.Credit.Abs()) &&
			!r.Booked.Equal(t.Doc.Amount.Abs()):
			return fmt.Sprintf("%s %s, but it was given %s %s", fis.Text(*r.Booked, currency), currency,
				fis.Text(t.Part.Debit, currency), currency)
		}
	}
	if lines.agree(t.Part, t.Doc.Amount) {
		return ""
	}
	return lines.words(t.Part, currency)
}

// bookedLines are the amounts that an ERP says it has posted line by line: added up as they are, or by sign where one
// side is signed.
type bookedLines struct {
	seen            map[int]bool // lines of the import file
	positive, other fis.Amount   // other is the sum of the negative ones, without sign
	first           fis.Amount
	some, same      bool // same: all lines have the first one's
	// silent: a line was posted without saying what with, so that the sum is not known.
	silent bool
}

// elsewhere reports whether a row speaks of a line that is none of the document's, or was told already.
func (b *bookedLines) elsewhere(p records.Part, r *returns.Row) bool {
	n := r.Refs.FileLine
	if n == 0 {
		return false
	}
	out := b.seen[n] || p.FirstLine > 0 && (n < p.FirstLine || n > p.LastLine)
	b.seen[n] = true
	return out
}

func (b *bookedLines) add(a fis.Amount) {
	if !b.some {
		b.first, b.same = a, true
	}
	b.some, b.same = true, b.same && a.Equal(b.first)
	if a.IsNegative() {
		b.other = b.other.Sub(a)
	} else {
		b.positive = b.positive.Add(a)
	}
}

// agree reports whether the lines add up to what the ERP was given: both sides together, or one of them, when no amount
// has a sign; else each side by itself. Some ERPs repeat the document's amount in each of its lines.
func (b *bookedLines) agree(p records.Part, total fis.Amount) bool {
	if !b.some || b.silent {
		return true
	}
	debit, credit := p.Debit.Abs(), p.Credit.Abs()
	if b.same && (b.first.Equal(debit) || b.first.Equal(credit) || b.first.Equal(total.Abs())) {
		return true
	}
	if b.other.IsZero() {
		return b.positive.Equal(debit.Add(credit)) || b.positive.Equal(debit) || b.positive.Equal(credit) ||
			b.positive.Equal(total.Abs())
	}
	return b.positive.Equal(debit) && b.other.Equal(credit) || b.positive.Equal(credit) && b.other.Equal(debit)
}

func (b *bookedLines) words(p records.Part, currency string) string {
	given := fmt.Sprintf("debit %s and credit %s %s", fis.Text(p.Debit, currency), fis.Text(p.Credit, currency),
		currency)
	if b.other.IsZero() {
		return fmt.Sprintf("lines that add up to %s %s, but it was given %s", fis.Text(b.positive, currency), currency,
			given)
	}
	return fmt.Sprintf("lines that add up to %s and -%s %s, but it was given %s", fis.Text(b.positive, currency),
		fis.Text(b.other, currency), currency, given)
}

func rowsOf(kept []records.ResultRow, want func(records.ResultRow) bool) ([]returns.Row, error) {
	var out []returns.Row
	var t keptOutcome
	data := ""
	for _, k := range kept {
		if !want(k) {
			continue
		}
		if k.Data != data { // most lines of a document say the same
			t, data = keptOutcome{}, k.Data
			if err := json.Unmarshal([]byte(data), &t); err != nil {
				return nil, err
			}
		}
		out = append(out, returns.Row{Line: k.Line, Kind: returns.Posting, ByLine: t.ByLine, Outcome: t.Outcome,
			Booked: t.Booked, BookedIn: t.BookedIn, Refs: fis.Refs{DocID: k.DocID, FileLine: k.FileLine}})
	}
	return out, nil
}
