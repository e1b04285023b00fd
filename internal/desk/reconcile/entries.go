package reconcile

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Entry is one row of the reconciliation for machines and accountants: the same columns for every section.
type Entry struct {
	Section, Route, Item, State, Currency string
	Number                                int
	Amount                                fis.Amount
	Control                               *fis.Amount // what the amount must be equal to, where there is a second source
	// Ties is yes, no, not compared, not known any more, with rounding, or nothing where there is nothing to compare.
	Ties string
	// Unknown: there is no amount. Said is Item where it is a sentence.
	Unknown bool
	Said    say.Text
}

// Sections of import files and of what rounding made of them.
const (
	filesSection    = "import files"
	roundingSection = "rounding"
)

// Entries lists everything that the reconciliation is made of.
func (r Reconciliation) Entries() []Entry {
	var out []Entry
	for _, a := range r.figures.Fetched {
		out = append(out, Entry{Section: "fetched", Currency: a.Currency, Number: a.Documents, Amount: a.Amount})
	}
	for _, t := range r.figures.Tallies {
		out = append(out, Entry{Section: "documents", Route: t.Route, State: string(t.State), Item: string(t.Confirmed), Currency: t.Currency, Number: t.Documents, Amount: t.Amount})
	}
	for _, c := range r.figures.Confirmations {
		out = append(out, Entry{Section: "posting confirmations", Item: string(c.Verdict), State: string(c.State), Currency: c.Currency, Number: c.Count, Amount: c.Amount})
	}
	for _, p := range r.figures.Payments {
		out = append(out, Entry{Section: "payment confirmations", Item: StatusWord(p.Status), State: string(p.State), Currency: p.Currency, Number: p.Payments, Amount: p.Amount})
	}
	for _, f := range r.figures.Files {
		out = append(out, r.fileEntries(f)...)
	}
	for _, f := range r.figures.Files {
		if f.State != records.Withdrawn {
			out = append(out, r.roundingEntries(f)...)
		}
	}
	if e := r.Events; e != nil {
		for _, f := range []struct {
			state  string
			number int
		}{{"heard", e.Heard}, {"seen", e.Seen}, {"heard but not seen", e.Heard - e.Seen}, {"seen but never heard", e.NeverHeards}} {
			out = append(out, Entry{Section: "events", Item: "documents", State: f.state, Number: f.number})
		}
	}
	for _, t := range r.Ties {
		out = append(out, Entry{Section: "ties", Item: t.Equation, Number: len(t.Broken), Ties: t.Word()})
		for _, n := range t.Notes {
			out = append(out, Entry{Section: "ties", Item: n.String(), Said: n, Ties: wording.Either(t.Compared != "", t.Compared, WithRounding)})
		}
	}
	return out
}

func (r Reconciliation) fileEntries(f records.FileFigure) []Entry {
	var out []Entry
	s := r.read.sums(f)
	if s.Unknown {
		for _, c := range CurrenciesIn(f.Totals) {
			out = append(out, Entry{Section: filesSection, Route: f.Route, Item: f.Name, State: string(f.State), Currency: c, Number: f.Documents, Unknown: true, Ties: NotKnown})
		}
		return out
	}
	for _, c := range CurrenciesIn(s.Said, s.Must) {
		control, away := s.Said[c].Debit, s.Rounding[c].Away
		e := Entry{Section: filesSection, Route: f.Route, Item: f.Name, State: string(f.State), Currency: c, Number: f.Documents, Amount: s.Must[c].Debit, Control: &control}
		switch rounded := !away.IsZero(); {
		case !control.Equal(e.Amount) && (!rounded || !control.Equal(e.Amount.Add(away))):
			e.Ties = "no"
		case !s.Compared: // so are withdrawn files, which do not count
			e.Ties = NotCompared
		case rounded:
			e.Ties = WithRounding
		default:
			e.Ties = "yes"
		}
		out = append(out, e)
	}
	return out
}

// roundingEntries are what rounding made of the documents of a file.
func (r Reconciliation) roundingEntries(f records.FileFigure) []Entry {
	var out []Entry
	s := r.read.sums(f)
	for _, c := range CurrenciesIn(s.Rounding) {
		for _, by := range []struct {
			state  string
			amount fis.Amount
		}{{"rows less document", s.Rounding[c].Away}, {"rounding line", s.Rounding[c].Line}} {
			if !by.amount.IsZero() {
				out = append(out, Entry{Section: roundingSection, Route: f.Route, Item: f.Name, State: by.state, Currency: c, Number: s.Rounded, Amount: by.amount})
			}
		}
	}
	return out
}
