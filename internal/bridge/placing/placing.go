// Package placing finds whose payment it is that a bank or an ERP tells of: by its references, its text, its payment run, or
// its amount, in the order of the result format. What is left open comes back with the documents that may be meant.
package placing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Search looks for the documents of the payments in one result file.
type Search struct {
	Apply  *journal.Apply
	Format *returns.Format
}

// Place looks for the document of a payment in the order of the format. A way that leads to one document ends the
// search. Several that one leads to, a later way may decide between; where none does, they are the candidates, and the
// first reason is the one that is told.
func (s Search) Place(row returns.Row, ref records.Ref) (matching.Match, error) {
	first := matching.Match{Problem: "the payment names no document"}
	var may []string
	for _, way := range s.Format.Ways() {
		if row.Perhaps && way == format.ByAmount { // only what names a document of ours is ours
			continue
		}
		var found []string
		var err error
		switch {
		case way != format.ByReference:
			found, err = s.foundBy(way, row)
		case row.Refs.NamesDocument() || row.Refs.NamesFile():
			var m matching.Match
			if m, err = s.Apply.Match(ref); err != nil || m.Doc != "" || m.Problem == "" {
				return s.byKey(row, m, err)
			}
			first, found = m, m.May
		}
		if err != nil {
			return first, err
		}
		if len(may) > 0 {
			found = slices.DeleteFunc(found, func(id string) bool { return !slices.Contains(may, id) })
		}
		switch {
		case len(found) == 1:
			return s.Apply.Match(records.Ref{Refs: fis.Refs{DocID: found[0]}, Payment: true})
		case len(found) > 1 && len(may) == 0 && way != format.ByReference:
			first.Problem += fmt.Sprintf("; by %s it may be of %d documents", way, len(found))
		}
		if len(found) > 1 {
			may = found
		}
	}
	first.May = may
	if run := row.Seek.Run; len(may) == 0 && run != "" && row.Payment.Status == fis.PaymentReversed {
		of, err := s.Apply.PaidInRun(run)
		if err != nil || len(of) > 0 {
			first.May, first.Problem = of, fmt.Sprintf("money of payment run %s came back, with which %s paid (%s)", run,
				wording.Counted(len(of), "document")+wording.Either(len(of) == 1, " was", " were"), wording.SomeOf(of, 5, ", "))
			return first, err
		}
	}
	if len(may) == 0 && row.Refs.NamesDocument() && s.Format.AnyRoute() { // else it would be nobody's
		cut, err := s.Apply.MatchCut(ref.Any+ref.DocID+ref.ReportID, row.Payment)
		if first.May = cut; len(cut) > 0 {
			first.Problem += "; it may be the beginning of the reference of " + wording.SomeOf(cut, 5, ", ")
		}
		return first, err
	}
	if len(may) == 0 && !row.Refs.NamesDocument() && s.Format.AnyRoute() && !row.Perhaps { // nothing but the amount is known
		var err error
		first.Guess = true
		first.May, err = s.Apply.MatchAmount(row.Payment)
		return first, err
	}
	return first, nil
}

// byKey doubts a document that a payment of a bank's file names by its report key only: that is a number, as the checks
// and invoices of others have them. It is meant when the amount is of it too; else a person is asked.
func (s Search) byKey(row returns.Row, m matching.Match, err error) (matching.Match, error) {
	word := row.Refs.Any
	if err != nil || m.Doc == "" || m.Problem != "" || word == "" || !s.Format.AnyRoute() {
		return m, err
	}
	d, err := s.Apply.Document(m.Doc)
	key, _ := records.CutAgain(word) // that of a further posting is no less a number
	if err != nil || !strings.EqualFold(word, d.ReportKey) && !strings.EqualFold(key, d.ReportKey) ||
		strings.EqualFold(word, d.ID) || strings.EqualFold(word, d.ReportID) {
		return m, err
	}
	again := row.Payment
	again.Status = fis.PaymentReversed // those that had a payment of this amount: it is told again, or comes back
	for _, p := range []fis.Payment{row.Payment, again} {
		of, err := s.Apply.MatchAmount(p)
		if err != nil || slices.Contains(of, m.Doc) {
			return m, err
		}
	}
	if row.Perhaps {
		return matching.Match{}, nil
	}
	return matching.Match{May: []string{m.Doc}, Problem: fmt.Sprintf("%q is the report key of document %s, but may be a "+
		"number of others: the amount is not what is to be paid of it", word, m.Doc)}, nil
}

// mostMay is how many candidates of one amount are looked at.
const mostMay = 50

func (s Search) foundBy(way format.Way, row returns.Row) ([]string, error) {
	switch way {
	case format.ByText:
		return s.Apply.MatchWords(row.Seek.Words)
	case format.ByRun:
		if row.Seek.Run == "" {
			return nil, nil
		}
		return s.Apply.MatchRun(row.Seek.Run, row.Payment)
	case format.ByAmount:
		found, err := s.Apply.MatchAmount(row.Payment)
		if err != nil || row.Seek.Party == "" || len(found) > mostMay {
			return nil, err
		}
		var out []string
		for _, id := range found {
			same, err := s.paidTo(id, row.Seek.Party)
			if err != nil {
				return nil, err
			}
			if same {
				out = append(out, id)
			}
		}
		return out, nil
	}
	return nil, nil
}

// paidTo tells whether a document is of the party that a bank names: all words of the employee's or vendor's name are
// among those of the party.
func (s Search) paidTo(id, party string) (bool, error) {
	d, err := s.Apply.Document(id)
	if err != nil {
		return false, err
	}
	env, ok, err := s.Apply.Payload(d)
	if err != nil || !ok {
		return false, err
	}
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		return false, nil //nolint:nilerr // then nobody knows its name
	}
	return paying.IsParty(doc, party), nil
}
