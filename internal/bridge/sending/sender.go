// Package sending tells Concur what is owed: acknowledgements, posting confirmations, payment confirmations and
// invoices that are paid. It owns what each answer of the service means for a document, and the system id under which a
// document is spoken of. Confirmations go batch by batch: it picks what may go now, makes up the call, commits the
// intention, calls, and commits what came of it. It guarantees that a document's confirmations go one after the other,
// that nothing is sent without an intention, and that only answers, and what is unfit for a call, become states.
package sending

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/confirmed"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// later is when a confirmation that the service could not take is tried again: the provider asks for five minutes.
const later = 5 * time.Minute

// sender is one kind of confirmation, of postings or of payments: R is the journal's record of what is owed, C the item
// of the call.
type sender[R, C any] struct {
	Name  string // of its kill points
	Due   func(ctx context.Context, t fis.DocType, limit int) ([]R, error)
	Key   func(R) string // what tells records apart, in answers too
	Doc   func(R) string
	KeyOf func(concur.Answer) string
	// Waits: what follows of a document waits behind a record that is stuck, as Due has it.
	Waits bool
	// Intend commits that records are about to be sent, and gives those that it could: what a person has changed or
	// settled since it was read is not among them.
	Intend func(ctx context.Context, due []R) ([]R, error)
	// Item makes the item of a record, by reading only; *unfitError when the record makes none.
	Item func(ctx context.Context, r R) (C, error)
	// Told is what an item says of the ERP's documents; nil: nothing.
	Told func(item C) confirmed.Told
	// Unfit settles a record that makes no item.
	Unfit  func(r R, why error) journal.Settled
	Call   func(ctx context.Context, t fis.DocType, items []C) ([]concur.Answer, error)
	Judge  func(ctx context.Context, t fis.DocType, a concur.Answer, r R) (verdict, error)
	Settle func(ctx context.Context, settled []journal.Settled) error
}

// verdict is what an answer means for a record; Again: the obstacle is out of the way, send it once more in this run.
type verdict struct {
	journal.Settled
	Again bool
}

// pageOfDue is how many records that are due are looked up at once.
const pageOfDue = 1000

// All sends what is due of one type, batch by batch, and gives the number that Concur has now. Each record is sent
// once, or twice when an obstacle was taken out of the way in between. A call that fails ends it: the next run goes on.
func (e *sender[R, C]) All(ctx context.Context, t fis.DocType, size int) (done int, err error) {
	// documents: with a record that stays open, with one that was sent twice
	blocked, repeated := map[string]bool{}, map[string]bool{}
	for {
		page, lerr := e.Due(ctx, t, pageOfDue+len(blocked))
		if lerr != nil {
			return done, errors.Join(err, lerr)
		}
		page = slices.DeleteFunc(page, func(r R) bool { return blocked[e.Doc(r)] })
		if len(page) == 0 {
			return done, err
		}
		for len(page) > 0 {
			var due []R
			due, page = e.pick(page, blocked, size)
			if len(due) == 0 {
				break
			}
			verdicts, berr := e.batch(ctx, t, due)
			for _, r := range due {
				v, doc := verdicts[e.Key(r)], e.Doc(r)
				switch {
				case v.State == records.Done:
					done++
				case v.Again && !repeated[doc]:
					repeated[doc] = true
				case v.State == records.Pending, v.State == "", e.Waits && v.State == records.Stuck:
					blocked[doc] = true
				}
			}
			if berr == nil {
				continue
			}
			if err = errors.Join(err, fmt.Errorf("%s: %w", t, berr)); !concur.OnlyOdd(berr) {
				return done, err
			}
		}
	}
}

// pick takes at most limit records, one of each document, and gives back the others: a document's payments arrive in
// the order in which the ERP made them, each after the answer to the one before.
func (e *sender[R, C]) pick(page []R, blocked map[string]bool, limit int) (due, rest []R) {
	docs := map[string]bool{}
	for _, r := range page {
		switch doc := e.Doc(r); {
		case blocked[doc]:
		case len(due) < limit && !docs[doc]:
			docs[doc] = true
			due = append(due, r)
		default:
			docs[doc] = true // what follows of this document waits behind it
			rest = append(rest, r)
		}
	}
	return due, rest
}

// unfitError says that what is kept of a record makes no item of a call: a fact about the record, and the only error
// that settles it. An error of the journal or the end of a context says nothing about it.
type unfitError struct{ Err error }

// Error says what is missing.
func (e *unfitError) Error() string { return e.Err.Error() }

// Unwrap is the cause.
func (e *unfitError) Unwrap() error { return e.Err }

// items makes the items of a call, by key, and settles the records that make none. It only reads.
func (e *sender[R, C]) items(ctx context.Context, due []R) (items map[string]C, unfit map[string]verdict, err error) {
	items, unfit = map[string]C{}, map[string]verdict{}
	for _, r := range due {
		item, err := e.Item(ctx, r)
		var no *unfitError
		switch {
		case errors.As(err, &no):
			unfit[e.Key(r)] = verdict{Settled: e.Unfit(r, no.Err)}
		case err != nil:
			return nil, nil, err
		default:
			items[e.Key(r)] = item
		}
	}
	return items, unfit, nil
}

// batch is one call: it is made up, the intention is committed, the call made, what came of it committed. Only answers,
// and what is unfit for a call, become states.
func (e *sender[R, C]) batch(ctx context.Context, t fis.DocType, due []R) (verdicts map[string]verdict, err error) {
	made, verdicts, err := e.items(ctx, due)
	if err != nil {
		return nil, err
	}
	read := due
	if due, err = e.Intend(ctx, read); err != nil {
		return nil, err
	}
	killpoint.Here(e.Name + ".intended")
	records := map[string]R{}
	var settled []journal.Settled
	var items []C
	for _, r := range due {
		records[e.Key(r)] = r
		if v, unfit := verdicts[e.Key(r)]; unfit {
			settled = append(settled, v.Settled)
		} else {
			items = append(items, made[e.Key(r)])
		}
	}
	for _, r := range read {
		if _, intended := records[e.Key(r)]; !intended {
			verdicts[e.Key(r)] = verdict{Again: true} // read once more, it is what people have made of it
		}
	}
	var answers []concur.Answer
	if len(items) > 0 {
		answers, err = e.Call(ctx, t, items)
	}
	killpoint.Here(e.Name + ".acted")
	for _, a := range answers {
		r, ok := records[e.KeyOf(a)]
		if !ok {
			continue
		}
		v, jerr := e.Judge(ctx, t, a, r)
		err = errors.Join(err, jerr)
		if a.Consequence == concur.Done && e.Told != nil {
			v.Told = e.Told(made[e.Key(r)])
		}
		verdicts[e.Key(r)], settled = v, append(settled, v.Settled)
	}
	if serr := e.Settle(context.WithoutCancel(ctx), settled); serr != nil {
		return nil, errors.Join(err, serr)
	}
	killpoint.Here(e.Name + ".done")
	return verdicts, err
}

// itemOf is an item, or why the record makes none.
func itemOf[C any](item C, err error) (C, error) {
	if err != nil {
		return item, &unfitError{err}
	}
	return item, nil
}

// codeOf is the code of an answer as people read it: not every answer has one.
func codeOf(a concur.Answer) any {
	if a.Code < 0 {
		return "none"
	}
	return a.Code
}
