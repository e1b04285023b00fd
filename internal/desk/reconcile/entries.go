package reconcile

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Entry is one row of the reconciliation for machines and accountants: the same columns for every section.
type Entry struct {
	Section, Route, Item, State, Currency string
	Number                                int
	Amount                                fis.Amount
	Control                               *fis.Amount // what the amount must be equal to, where there is a second source
	Ties                                  string      // yes, no, or nothing where there is nothing to compare
}

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
	if e := r.Events; e != nil {
		for _, f := range []struct {
			state  string
			number int
		}{{"heard", e.Heard}, {"seen", e.Seen}, {"heard but not seen", e.Heard - e.Seen}, {"seen but never heard", e.NeverHeards}} {
			out = append(out, Entry{Section: "events", Item: "documents", State: f.state, Number: f.number})
		}
	}
	for _, t := range r.Ties {
		out = append(out, Entry{Section: "ties", Item: t.Equation, Number: len(t.Broken), Ties: wording.Either(t.Holds, "yes", "no")})
	}
	return out
}

func (r Reconciliation) fileEntries(f records.FileFigure) []Entry {
	var out []Entry
	said, must := r.read.sums(f)
	for _, c := range CurrenciesIn(said, must) {
		control := said[c].Debit
		out = append(out, Entry{Section: "import files", Route: f.Route, Item: f.Name, State: string(f.State), Currency: c, Number: f.Documents, Amount: must[c].Debit, Control: &control,
			Ties: wording.Either(control.Equal(must[c].Debit), "yes", "no")})
	}
	return out
}
