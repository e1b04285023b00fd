package bridge

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// place looks for the document of a payment in the order of the format. A way that leads to one document ends the
// search. Several that one leads to, a later way may decide between; where none does, they are the candidates, and the
// first reason is the one that is told.
func (ap *applier) place(row returns.Row, ref records.Ref) (matching.Match, error) {
	first := matching.Match{Problem: "the payment names no document"}
	var may []string
	for _, way := range ap.format.Ways() {
		var found []string
		var err error
		switch {
		case way != format.ByReference:
			found, err = ap.foundBy(way, row)
		case row.Refs.NamesDocument() || row.Refs.NamesFile():
			var m matching.Match
			if m, err = ap.a.Match(ref); err != nil || m.Doc != "" || m.Problem == "" {
				return ap.byKey(row, m, err)
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
			return ap.a.Match(records.Ref{Refs: fis.Refs{DocID: found[0]}, Payment: true})
		case len(found) > 1 && len(may) == 0 && way != format.ByReference:
			first.Problem += fmt.Sprintf("; by %s it may be of %d documents", way, len(found))
		}
		if len(found) > 1 {
			may = found
		}
	}
	first.May = may
	if len(may) == 0 && row.Refs.NamesDocument() && ap.format.AnyRoute() { // else it would be nobody's
		cut, err := ap.a.MatchCut(ref.Any+ref.DocID+ref.ReportID, row.Payment)
		if first.May = cut; len(cut) > 0 {
			first.Problem += "; it may be the beginning of the reference of " + wording.SomeOf(cut, 5, ", ")
		}
		return first, err
	}
	if len(may) == 0 && !row.Refs.NamesDocument() && ap.format.AnyRoute() { // nothing but the amount is known
		var err error
		first.Guess = true
		first.May, err = ap.a.MatchAmount(row.Payment)
		return first, err
	}
	return first, nil
}

// byKey doubts a document that a payment of a bank's file names by its report key only: that is a number, as the checks
// and invoices of others have them. It is meant when the amount is of it too; else a person is asked.
func (ap *applier) byKey(row returns.Row, m matching.Match, err error) (matching.Match, error) {
	word := row.Refs.Any
	if err != nil || m.Doc == "" || m.Problem != "" || word == "" || !ap.format.AnyRoute() {
		return m, err
	}
	d, err := ap.a.Document(m.Doc)
	key, _ := records.CutAgain(word) // that of a further posting is no less a number
	if err != nil || !strings.EqualFold(word, d.ReportKey) && !strings.EqualFold(key, d.ReportKey) ||
		strings.EqualFold(word, d.ID) || strings.EqualFold(word, d.ReportID) {
		return m, err
	}
	again := row.Payment
	again.Status = fis.PaymentReversed // those that had a payment of this amount: it is told again, or comes back
	for _, p := range []fis.Payment{row.Payment, again} {
		of, err := ap.a.MatchAmount(p)
		if err != nil || slices.Contains(of, m.Doc) {
			return m, err
		}
	}
	return matching.Match{May: []string{m.Doc}, Problem: fmt.Sprintf("%q is the report key of document %s, but may be a "+
		"number of others: the amount is not what is to be paid of it", word, m.Doc)}, nil
}

// mostMay is how many candidates of one amount are looked at.
const mostMay = 50

func (ap *applier) foundBy(way format.Way, row returns.Row) ([]string, error) {
	switch way {
	case format.ByText:
		return ap.a.MatchWords(row.Seek.Words)
	case format.ByRun:
		if row.Seek.Run == "" {
			return nil, nil
		}
		return ap.a.MatchRun(row.Seek.Run, row.Payment)
	case format.ByAmount:
		found, err := ap.a.MatchAmount(row.Payment)
		if err != nil || row.Seek.Party == "" || len(found) > mostMay {
			return nil, err
		}
		var out []string
		for _, id := range found {
			same, err := ap.paidTo(id, row.Seek.Party)
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
func (ap *applier) paidTo(id, party string) (bool, error) {
	d, err := ap.a.Document(id)
	if err != nil {
		return false, err
	}
	env, ok, err := ap.a.Payload(d)
	if err != nil || !ok {
		return false, err
	}
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		return false, nil //nolint:nilerr // then nobody knows its name
	}
	person := doc.Person()
	names := []string{person.Str("employeeFirstName") + " " + person.Str("employeeLastName"),
		doc.Header().Str("vendorName"), doc.Root.Get("vendor").Str("vendorName")}
	words := nameWords(party)
	return slices.ContainsFunc(names, func(name string) bool {
		own := nameWords(name)
		missing := func(w string) bool { return !slices.Contains(words, w) }
		return len(own) > 1 && !slices.ContainsFunc(own, missing)
	}), nil
}

// nameWords are the words of a name in small letters.
func nameWords(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// unclaimed tells whether a payment is of none of ours as far as anybody knows: it stands in a file of all routes and of
// others.
func (ap *applier) unclaimed(row returns.Row, m matching.Match) bool {
	return ap.format.AnyRoute() && row.Kind == returns.Payment && m.Doc == "" && len(m.May) == 0
}
