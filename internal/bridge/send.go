package bridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// later is when a confirmation that the service could not take is tried again: the provider asks for five minutes.
const later = 5 * time.Minute

// errand is one kind of confirmation, of postings or of payments: R is the journal's record of what is owed, C the item of the call.
type errand[R, C any] struct {
	name   string // of its kill points
	due    func(ctx context.Context, t fis.DocType, limit int) ([]R, error)
	key    func(R) string // what tells records apart, in answers too
	doc    func(R) string
	keyOf  func(concur.Answer) string
	intend func(ctx context.Context, due []R) error
	item   func(ctx context.Context, r R) (C, error)
	// unfit settles a record that makes no item.
	unfit  func(r R, why error) journal.Settled
	call   func(ctx context.Context, t fis.DocType, items []C) ([]concur.Answer, error)
	judge  func(ctx context.Context, t fis.DocType, a concur.Answer, r R) (verdict, error)
	settle func(ctx context.Context, settled []journal.Settled) error
}

// verdict is what an answer means for a record; again: the obstacle is out of the way, send it once more in this run.
type verdict struct {
	journal.Settled
	again bool
}

// all sends what is due of one type, batch by batch, and gives the number that Concur has now. Each record is sent once, or twice when an
// obstacle was taken out of the way in between. A call that fails ends it: the next run goes on.
func (e *errand[R, C]) all(ctx context.Context, t fis.DocType, size int) (done int, err error) {
	open, repeated := map[string]bool{}, map[string]bool{} // open were sent, and may still be due
	for {
		due, lerr := e.due(ctx, t, size+len(open))
		if lerr != nil {
			return done, errors.Join(err, lerr)
		}
		due = e.untried(due, open, size)
		if len(due) == 0 {
			return done, err
		}
		verdicts, berr := e.batch(ctx, t, due)
		for key, v := range verdicts {
			if v.again && !repeated[key] {
				repeated[key] = true
				delete(open, key)
			}
			if v.State != journal.Pending {
				delete(open, key)
			}
			if v.State == journal.Done {
				done++
			}
		}
		if berr == nil {
			continue
		}
		if err = errors.Join(err, fmt.Errorf("%s: %w", t, berr)); !onlyOdd(berr) {
			return done, err
		}
	}
}

// untried leaves out what was sent, and takes and remembers at most limit of the rest, one of each document: a document's payments
// arrive in the order in which the ERP made them.
func (e *errand[R, C]) untried(due []R, open map[string]bool, limit int) []R {
	var out []R
	docs := map[string]bool{}
	for _, r := range due {
		if k := e.key(r); !open[k] && len(out) < limit && !docs[e.doc(r)] {
			docs[e.doc(r)], open[k] = true, true
			out = append(out, r)
		}
	}
	return out
}

// batch is one call: the intention is committed, the call made, what came of it committed.
func (e *errand[R, C]) batch(ctx context.Context, t fis.DocType, due []R) (verdicts map[string]verdict, err error) {
	if err := e.intend(ctx, due); err != nil {
		return nil, err
	}
	killpoint.Here(e.name + ".intended")
	records, verdicts := map[string]R{}, map[string]verdict{}
	var settled []journal.Settled
	var items []C
	for _, r := range due {
		records[e.key(r)] = r
		item, err := e.item(ctx, r)
		if err != nil {
			v := verdict{Settled: e.unfit(r, err)}
			verdicts[e.key(r)], settled = v, append(settled, v.Settled)
			continue
		}
		items = append(items, item)
	}
	var answers []concur.Answer
	if len(items) > 0 {
		answers, err = e.call(ctx, t, items)
	}
	killpoint.Here(e.name + ".acted")
	for _, a := range answers {
		r, ok := records[e.keyOf(a)]
		if !ok {
			continue
		}
		v, jerr := e.judge(ctx, t, a, r)
		err = errors.Join(err, jerr)
		verdicts[e.key(r)], settled = v, append(settled, v.Settled)
	}
	if serr := e.settle(context.WithoutCancel(ctx), settled); serr != nil {
		return nil, errors.Join(err, serr)
	}
	killpoint.Here(e.name + ".done")
	return verdicts, err
}
