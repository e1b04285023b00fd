package reconcile

import (
	"fmt"
	"sort"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// ties are the equations that hold in every sound journal. Each compares figures that were written at different places.
func ties(f records.Figures, r Reconciliation) []Tie {
	return []Tie{
		tied("fetched = posted + rejected + held + recalled + left + open", everyDocument(r)),
		tied("posted = told + to be told + stuck, and the same for rejected", everyOutcome(r)),
		tied("documents of the journal = documents of its history", everyHistory(f)),
		r.read.noted(tied("each import file, read from its bytes = the posting lines of its documents", append(everyFile(f.Files), r.read.broken...))),
		tied("each import file = what the history fixed when it got its number", everyFixed(f.Files)),
		tied("numbers of the import files have no gap", everyNumber(f)),
		tied("each document is in the one import file that its state tells", everyPlace(f)),
		tied("confirmed payments belong to posted documents", everyPayment(f)),
		tied("rows that people read = what the last step in the history left", reasons(f.Changed)),
		tied("sums and keys that are kept = what a new count gives", reasons(f.Derived)),
		tied("lines of each result file = outcomes + payments + ignored + listed", everyLine(f.Results)),
	}
}

// mostBroken bounds what is told of one equation.
const mostBroken = 5

func tied(equation string, broken []string) Tie {
	if more := len(broken) - mostBroken; more > 0 {
		broken = append(broken[:mostBroken:mostBroken], fmt.Sprintf("and %d more", more))
	}
	return Tie{Equation: equation, Holds: len(broken) == 0, Broken: broken}
}

// noted says beside an equation what could not be compared, and what rounding made of documents.
func (r filesRead) noted(t Tie) Tie {
	t.Notes = append(append([]say.Text(nil), r.notes...), r.rounded...)
	t.Rounding = len(r.rounded) > 0
	switch {
	case r.uncompared == 0 && len(r.notes) == 0:
	case r.compared == 0:
		t.Compared = NotCompared
	default:
		t.Compared = ComparedInPart
	}
	return t
}

func everyDocument(r Reconciliation) []string {
	var sum Figure
	for _, b := range r.Documents {
		sum.Merge(b.Figure)
	}
	return differences("fetched", r.Fetched, "by state", sum)
}

func everyOutcome(r Reconciliation) []string {
	var out []string
	for _, v := range []struct {
		state   records.State
		verdict fis.Verdict
	}{{records.Posted, fis.Posted}, {records.Rejected, fis.Rejected}} {
		var have, told Figure
		for _, b := range r.Documents {
			if b.Name == string(v.state) {
				have = b.Figure
			}
		}
		for _, b := range r.Postings {
			for _, s := range []records.ConfirmState{records.Done, records.Pending, records.Stuck} {
				if b.Name == string(v.verdict)+" "+string(s) {
					told.Merge(b.Figure)
				}
			}
		}
		out = append(out, differences(string(v.state), have, "confirmations", told)...)
	}
	return out
}

// Merge adds another figure.
func (f *Figure) Merge(more Figure) {
	for currency, n := range more.Counts {
		f.Add(currency, n, more.Amounts[currency])
	}
}

// differences tells, currency by currency, where two figures differ in number or amount.
func differences(nameA string, a Figure, nameB string, b Figure) []string {
	seen := map[string]bool{}
	var currencies, out []string
	for _, counts := range []map[string]int{a.Counts, b.Counts} {
		for c := range counts {
			if !seen[c] {
				seen[c] = true
				currencies = append(currencies, c)
			}
		}
	}
	sort.Strings(currencies)
	for _, c := range currencies {
		if a.Counts[c] != b.Counts[c] || !a.Amounts[c].Equal(b.Amounts[c]) {
			out = append(out, fmt.Sprintf("%s: %s %d with %s, %s %d with %s", fis.CurrencyName(c), nameA, a.Counts[c], fis.Money(a.Amounts[c], c), nameB, b.Counts[c], fis.Money(b.Amounts[c], c)))
		}
	}
	return out
}

func reasons(found []ledger.Difference) []string {
	var out []string
	for _, d := range found {
		out = append(out, d.Reason)
	}
	return out
}

func everyHistory(f records.Figures) []string {
	var out []string
	if f.Lost.Count > 0 {
		out = append(out, fmt.Sprintf("the history knows %s that the journal does not have: %s", wording.Counted(f.Lost.Count, "document"), sample(f.Lost)))
	}
	if f.Strange.Count > 0 {
		out = append(out, fmt.Sprintf("the history does not know %s: %s", wording.Counted(f.Strange.Count, "document"), sample(f.Strange)))
	}
	return out
}

func everyFile(files []records.FileFigure) []string {
	var out []string
	for _, f := range files {
		if f.Documents != f.Parts {
			out = append(out, fmt.Sprintf("%s: %d documents by its record, %d in it", f.Name, f.Documents, f.Parts))
		}
		out = append(out, sumDifferences(f.Name, "control total", f.Totals, "its documents", f.Sums)...)
		if f.InFile != nil && f.Said.Unheld == 0 {
			out = append(out, sumDifferences(f.Name, "its rows", f.InFile, "those of its documents", f.Said.Sums)...)
		}
		for _, c := range CurrenciesIn(f.Said.Lined) {
			if s := f.Said.Lined[c]; !s.Debit.Equal(s.Credit) {
				out = append(out, fmt.Sprintf("%s: debit %s and credit %s %s do not balance", f.Name, fis.Money(s.Debit, c), fis.Money(s.Credit, c), fis.CurrencyName(c)))
			}
		}
	}
	return out
}

// CurrenciesIn are the currencies of sums, in order.
func CurrenciesIn[T any](maps ...map[string]T) []string {
	seen := map[string]bool{}
	var out []string
	for _, m := range maps {
		for c := range m {
			if !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	sort.Strings(out)
	return out
}

func sumDifferences(name, nameA string, a map[string]records.Sum, nameB string, b map[string]records.Sum) []string {
	var out []string
	for _, c := range CurrenciesIn(a, b) {
		for _, side := range []struct {
			word string
			a, b fis.Amount
		}{{"debit", a[c].Debit, b[c].Debit}, {"credit", a[c].Credit, b[c].Credit}} {
			if !side.a.Equal(side.b) {
				out = append(out, fmt.Sprintf("%s: %s %s %s %s, %s %s", name, side.word, fis.CurrencyName(c), nameA, fis.Money(side.a, c), nameB, fis.Money(side.b, c)))
			}
		}
	}
	return out
}

func everyFixed(files []records.FileFigure) []string {
	var out []string
	for _, f := range files {
		switch {
		case f.Fixed == nil:
			out = append(out, f.Name+": the history does not know it")
			continue
		case f.Fixed.SHA256 != f.SHA256:
			out = append(out, fmt.Sprintf("%s: hash %s, fixed as %s", f.Name, wording.Short(f.SHA256), wording.Short(f.Fixed.SHA256)))
		}
		if f.Fixed.Documents != f.Documents {
			out = append(out, fmt.Sprintf("%s: %d documents, fixed with %d", f.Name, f.Documents, f.Fixed.Documents))
		}
		out = append(out, sumDifferences(f.Name, "control total", f.Totals, "fixed as", f.Fixed.Totals)...)
	}
	return out
}

func everyNumber(f records.Figures) []string {
	var out []string
	route, next := "", int64(0)
	for _, file := range f.Files {
		if file.Route != route {
			route, next = file.Route, file.Sequence
			if f.Selection.Since.IsZero() {
				next = 1
			}
		}
		switch {
		case file.Sequence > next && file.Sequence-1 == f.Floors[route]: // used before a restore, and accepted by a person
		case file.Sequence == next+1:
			out = append(out, fmt.Sprintf("route %s: number %d is missing", route, next))
		case file.Sequence != next:
			out = append(out, fmt.Sprintf("route %s: numbers %d to %d are missing", route, next, file.Sequence-1))
		}
		next = file.Sequence + 1
	}
	return out
}

func everyPlace(f records.Figures) []string {
	var out []string
	if f.Homeless.Count > 0 {
		out = append(out, fmt.Sprintf("%s in no import file that counts: %s", wording.Counted(f.Homeless.Count, "filed document"), sample(f.Homeless)))
	}
	if f.Misplaced.Count > 0 {
		out = append(out, fmt.Sprintf("%s in an import file that is not the one of its state: %s", wording.Counted(f.Misplaced.Count, "document"), sample(f.Misplaced)))
	}
	for _, file := range f.Files {
		if file.State != records.Withdrawn && file.Counting != file.Parts {
			out = append(out, fmt.Sprintf("%s: %d of its %d documents do not count, but it was not withdrawn", file.Name, file.Parts-file.Counting, file.Parts))
		}
	}
	return out
}

func everyPayment(f records.Figures) []string {
	if f.Unposted.Count == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s confirmed for a document that is not posted: %s", wording.Counted(f.Unposted.Count, "payment"), sample(f.Unposted))}
}

func everyLine(results []records.ResultFigure) []string {
	var out []string
	for _, r := range results {
		c, kept := r.Counts, r.Kept
		outcomes := kept[records.OutcomeRow] + kept[records.FileRow]
		if c.Total != c.Outcomes+c.Payments+c.Ignored+c.Listed {
			out = append(out, fmt.Sprintf("%s: %d lines, but %d outcomes, %d payments, %d ignored, %d listed", r.Name, c.Total, c.Outcomes, c.Payments, c.Ignored, c.Listed))
		}
		if c.Outcomes != outcomes || c.Payments != kept[records.PaymentRow] || c.Listed != kept[records.ExceptionRow] {
			out = append(out, fmt.Sprintf("%s: counted %d outcomes, %d payments, %d listed; kept %d, %d, %d", r.Name, c.Outcomes, c.Payments, c.Listed, outcomes, kept[records.PaymentRow], kept[records.ExceptionRow]))
		}
	}
	return out
}
