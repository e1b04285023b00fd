package records

import (
	"context"
	"database/sql"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// SumKind is what is counted.
type SumKind string

// What is counted, by its table.
const (
	SumDocuments SumKind = "documents"
	SumFiles     SumKind = "files"
	SumResults   SumKind = "results"
	SumPostings  SumKind = "confirmations"
	SumPayments  SumKind = "payments"
)

// KeptSum is how many things are in a state, and what they amount to. Only documents have a currency and an amount;
// confirmations and payments are counted over all routes.
type KeptSum struct {
	Kind     SumKind    `json:"kind"`
	Route    string     `json:"route,omitempty"`
	State    string     `json:"state"`
	Currency string     `json:"currency,omitempty"`
	Number   int        `json:"number"`
	Amount   fis.Amount `json:"amount"`
}

// Sums gives the sums that each transaction keeps, so that a page need not count; all kinds when none is named.
func (j *Records) Sums(ctx context.Context, kinds ...SumKind) ([]KeptSum, error) {
	where, args := `number <> 0`, []any(nil)
	if len(kinds) > 0 {
		among, of := ledger.Among("kind", kinds, 1)
		where, args = where+` AND `+among, of
	}
	return ledger.List(ctx, j.Ledger, `SELECT kind, route, state, currency, number, amount FROM sums WHERE `+where+` ORDER BY kind, route, state, currency`, args, func(rows *sql.Rows) (s KeptSum, err error) {
		var amount string
		if err = rows.Scan(&s.Kind, &s.Route, &s.State, &s.Currency, &s.Number, &amount); err == nil {
			s.Amount, err = fis.ParseAmount(amount)
		}
		return s, err
	})
}

// sumOf is the number of things of a kind that a filter asks for, where the sums tell it: nothing but route and state
// narrows it.
func (j *Records) sumOf(ctx context.Context, kind SumKind, f Filter) (n int, told bool, err error) {
	if f.Type != "" || f.Currency != "" || f.Employee != "" || f.Text != "" || f.Find != "" || f.Amount != nil || !f.Since.IsZero() || !f.Until.IsZero() || kind == SumPayments && f.Route != "" {
		return 0, false, nil
	}
	var c conditions
	c.equal("kind", string(kind))
	c.equal("route", f.Route)
	c.among("state", f.States)
	n, err = ledger.Count(ctx, j.Ledger, `SELECT CAST(COALESCE(SUM(number), 0) AS BIGINT) FROM sums`+c.where(), c.args...)
	return n, err == nil, err
}

// fewOf is the part of all documents up to which they are found by their state, and then put in order. Where more are
// asked for, the newest ones come first by walking over all.
const fewOf = 20

// narrow puts the states that are asked for, so that the database takes the shorter way to the first page. It cannot
// know it by itself.
func (j *Records) narrow(ctx context.Context, f Filter, c *conditions) error {
	if len(f.States) == 0 && f.Route == "" {
		return nil
	}
	sums, err := j.Sums(ctx, SumDocuments)
	if err != nil {
		return err
	}
	all, asked := 0, 0
	for _, s := range sums {
		all += s.Number
		if (f.Route == "" || s.Route == f.Route) && (len(f.States) == 0 || slices.Contains(f.States, s.State)) {
			asked += s.Number
		}
	}
	switch few := asked*fewOf <= all; {
	case few && len(f.States) == 0:
		var states []string
		for _, s := range States() {
			states = append(states, string(s))
		}
		c.among("d.state", states)
	case few:
		c.among("d.state", f.States)
	default:
		c.among("d.state || ''", f.States)
	}
	return nil
}
