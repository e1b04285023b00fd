// Package today owns the first question of a day: is everything accounted for? It adds up the documents of a period by
// what became of them, and holds the sum of all terms against what was fetched, which is counted without a look at
// states.
//
// It reads no import file: whether these say what their documents say is the reconciliation's (package reconcile),
// which takes longer.
package today

import (
	"context"
	"slices"
	"sort"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Term is a part of the equation: documents in some states.
type Term struct {
	// Name is posted, rejected, held, recalled, left, open, foreign or gone; States are what it is made of.
	Name   string   `json:"name"`
	States []string `json:"states"`
	desk.Figure
	// Told, Stuck and Due are how many of posted and rejected documents Concur knows, does not take, and is to be told.
	Told  int `json:"told,omitempty"`
	Stuck int `json:"stuck,omitempty"`
	Due   int `json:"due,omitempty"`
}

// Equation is fetched = posted + rejected + held + recalled + left + open, for a period and a route.
type Equation struct {
	Since   time.Time   `json:"since,omitzero"`
	Until   time.Time   `json:"until,omitzero"`
	Route   string      `json:"route,omitempty"`
	Fetched desk.Figure `json:"fetched"`
	Terms   []Term      `json:"terms"`
	// Currencies are in the order of how many documents they have.
	Currencies []string `json:"currencies"`
}

// Terms are the terms of the equation, with the states that they are made of. The last two are told only when there is
// something in them.
func Terms() []Term {
	return []Term{
		{Name: "posted", States: []string{string(desk.Posted)}},
		{Name: "rejected", States: []string{string(desk.Rejected)}},
		{Name: "held", States: []string{string(desk.Held)}},
		{Name: "recalled", States: []string{string(desk.Recalled)}},
		{Name: "left", States: []string{string(desk.Left)}},
		{Name: "open", States: []string{string(desk.Filed), string(desk.Acknowledged), string(desk.Stored)}},
		{Name: "foreign", States: []string{string(desk.Foreign)}},
		{Name: "gone", States: []string{string(desk.Gone)}},
	}
}

// always is how many of Terms are told also when nothing is in them.
const always = 6

// TermOf is the name of the term to which a state belongs.
func TermOf(s desk.State) string {
	for _, t := range Terms() {
		if slices.Contains(t.States, string(s)) {
			return t.Name
		}
	}
	return string(s)
}

// StatesOf are the states of a term, nil for one that there is not.
func StatesOf(term string) []string {
	for _, t := range Terms() {
		if t.Name == term {
			return t.States
		}
	}
	return nil
}

// Read adds up the documents that were received in a selection.
func Read(ctx context.Context, w *desk.Workspace, sel desk.Selection) (*Equation, error) {
	e := &Equation{Since: sel.Since, Until: sel.Until, Route: sel.Route, Terms: Terms()}
	if sel.Since.IsZero() && sel.Until.IsZero() && sel.Route == "" {
		return e.kept(ctx, w)
	}
	fetched, err := w.Journal.Fetched(ctx, sel)
	if err != nil {
		return nil, err
	}
	for _, a := range fetched {
		e.Fetched.Add(a.Currency, a.Documents, a.Amount)
	}
	tallies, err := w.Journal.Tallies(ctx, sel.Since, sel.Until)
	if err != nil {
		return nil, err
	}
	for _, t := range tallies {
		if sel.Route == "" || t.Route == sel.Route {
			e.add(t)
		}
	}
	e.Arrange()
	return e, nil
}

// kept takes the sums that each transaction keeps, for everything that ever was: nothing is counted for it. That they
// are what a new count gives is a check of the reconciliation.
func (e *Equation) kept(ctx context.Context, w *desk.Workspace) (*Equation, error) {
	sums, err := w.Sums(ctx, records.SumDocuments)
	if err != nil {
		return nil, err
	}
	for _, s := range sums {
		e.Fetched.Add(s.Currency, s.Number, s.Amount)
		for i := range e.Terms {
			if slices.Contains(e.Terms[i].States, s.State) {
				e.Terms[i].Add(s.Currency, s.Number, s.Amount)
			}
		}
	}
	verdicts, err := w.Journal.Verdicts(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range verdicts {
		for i := range e.Terms {
			if e.Terms[i].Name == string(v.Verdict) {
				e.Terms[i].tell(v.State, v.Count)
			}
		}
	}
	e.Arrange()
	return e, nil
}

// Take adds a document.
func (e *Equation) Take(state desk.State, currency string, amount fis.Amount) {
	e.Fetched.Add(currency, 1, amount)
	for i := range e.Terms {
		if slices.Contains(e.Terms[i].States, string(state)) {
			e.Terms[i].Add(currency, 1, amount)
		}
	}
}

// Arrange leaves out the terms that are told only when there is something in them, and puts the currencies in order.
func (e *Equation) Arrange() {
	e.Terms = slices.DeleteFunc(e.Terms, func(t Term) bool {
		return t.Number == 0 && slices.IndexFunc(Terms(), func(o Term) bool { return o.Name == t.Name }) >= always
	})
	e.Currencies = byNumber(e.Fetched)
}

func (e *Equation) add(t records.Tally) {
	for i := range e.Terms {
		term := &e.Terms[i]
		if !slices.Contains(term.States, string(t.State)) {
			continue
		}
		term.Add(t.Currency, t.Documents, t.Amount)
		term.tell(t.Confirmed, t.Documents)
	}
}

// tell counts documents by how far Concur knows of them.
func (t *Term) tell(state records.ConfirmState, n int) {
	switch state {
	case records.Done:
		t.Told += n
	case records.Stuck:
		t.Stuck += n
	case records.Pending, records.Intended, records.Waiting:
		t.Due += n
	}
}

// byNumber lists the currencies of a figure, the one with most documents first.
func byNumber(f desk.Figure) []string {
	out := make([]string, 0, len(f.Counts))
	for c := range f.Counts {
		out = append(out, c)
	}
	sort.Slice(out, func(a, b int) bool {
		if f.Counts[out[a]] != f.Counts[out[b]] {
			return f.Counts[out[a]] > f.Counts[out[b]]
		}
		return out[a] < out[b]
	})
	return out
}

// Ties reports whether the terms of a currency add up to what was fetched: documents and amount.
func (e *Equation) Ties(currency string) bool {
	var sum desk.Figure
	for _, t := range e.Terms {
		sum.Add(currency, t.Counts[currency], t.Amounts[currency])
	}
	return sum.Number == e.Fetched.Counts[currency] && sum.Amounts[currency].Equal(e.Fetched.Amounts[currency])
}

// TiesOut reports whether all do.
func (e *Equation) TiesOut() bool {
	n := 0
	for _, t := range e.Terms {
		n += t.Number
	}
	return n == e.Fetched.Number && !slices.ContainsFunc(e.Currencies, func(c string) bool { return !e.Ties(c) })
}

// Term is the one with a name.
func (e *Equation) Term(name string) Term {
	for _, t := range e.Terms {
		if t.Name == name {
			return t
		}
	}
	return Term{Name: name}
}
