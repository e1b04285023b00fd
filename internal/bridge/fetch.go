package bridge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/why"
)

// fetch settles acknowledgements that an earlier run left open, then walks the ready list of each docType: store a
// page, acknowledge it at once, go on.
func (b *Bridge) fetch(ctx context.Context, s *Summary) error {
	return errors.Join(b.fetchTypes(ctx, b.cfg.DocTypes(), s), b.followHeard(ctx, s, true))
}

// fetchTypes is fetch for some of the docTypes.
func (b *Bridge) fetchTypes(ctx context.Context, types []fis.DocType, s *Summary) error {
	if s.noLogin {
		return nil
	}
	var errs []error
	if err := b.reacknowledge(ctx, s, anyOpen); err != nil {
		if te := s.noToken(err); te != nil {
			return te
		}
		errs = append(errs, err)
	}
	causes := map[string][]fis.DocType{} // of failures that another type has met before
	s.walked = true
	for _, t := range types {
		err := b.fetchType(ctx, t, s)
		s.walked = s.walked && err == nil
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if te := s.noToken(err); te != nil { // it is the same for all types
			return te
		}
		var ce *concur.CallError
		if errors.As(err, &ce) && ce.Temporary() {
			if types, met := causes[ce.Cause()]; met {
				causes[ce.Cause()] = append(types, t)
				continue
			}
			causes[ce.Cause()] = nil
		}
		errs = append(errs, err)
	}
	for _, cause := range slices.Sorted(maps.Keys(causes)) {
		if types := causes[cause]; len(types) > 0 {
			errs = append(errs, fmt.Errorf("list %s documents: the same%s", typeNames(types), cause))
		}
	}
	// An answer that was lost in the walk is asked for once more; what is then still open is for the next run.
	if err := b.service.Pause(ctx, lostAnswer(errs)); err != nil {
		return err
	}
	if err := b.reacknowledge(ctx, s, answerLost); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// loginFailure is the failure to get an access token that err is, or nil.
func loginFailure(err error) *concur.TokenError {
	var te *concur.TokenError
	if errors.As(err, &te) {
		return te
	}
	return nil
}

// noToken is loginFailure, and takes down that the run has no login, and whether Concur refused it.
func (s *Summary) noToken(err error) *concur.TokenError {
	te := loginFailure(err)
	if te == nil {
		return nil
	}
	s.noLogin = true
	if te.Status >= 400 && te.Status < 500 && !te.Temporary() {
		s.LoginRefused = cmp.Or(te.Hint, te.Error())
	}
	return te
}

// lostAnswer is a failure that asks for a wait before what it may have done is asked for again.
func lostAnswer(errs []error) error {
	for _, err := range errs {
		var ce *concur.CallError
		if errors.As(err, &ce) && ce.Sent {
			return ce
		}
	}
	return nil
}

func typeNames(types []fis.DocType) string {
	var names []string
	for _, t := range types {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

func (b *Bridge) fetchType(ctx context.Context, t fis.DocType, s *Summary) error {
	parser := fis.NewParser(nil)
	stats, err := b.service.Walk(ctx, t, func(ctx context.Context, page concur.Page) error {
		for _, bad := range page.Bad {
			s.stays(t, strings.TrimSpace(bad.DocID+" "+bad.Reason))
		}
		return b.takePage(ctx, t, page, parser, s)
	})
	if stats.Unfinished {
		s.last(listTrouble, "list of "+string(t),
			why.New("list-endless", "type", t, "passes", stats.Passes, "documents", stats.Documents))
	}
	var still *concur.StillReadyError
	if errors.As(err, &still) {
		return b.unlocked(ctx, t, still, s)
	}
	return err
}

// unlocked takes back what was believed of documents whose acknowledgement had no effect: they are not locked in
// Concur, so they must not reach the ERP. The next run asks for them again.
func (b *Bridge) unlocked(ctx context.Context, t fis.DocType, still *concur.StillReadyError, s *Summary) error {
	n, err := b.j.Unlocked(ctx, still.IDs, why.New("lock-without-effect"))
	s.Acknowledged -= n
	s.last(listTrouble, "acknowledgement of "+string(t), why.New("list-still-ready", "problem", still, "documents", n))
	return err
}

// takePage stores the documents of a page, then acknowledges them.
func (b *Bridge) takePage(ctx context.Context, t fis.DocType, page concur.Page, parser *fis.Parser, s *Summary) error {
	arrivals := make([]journal.Arrival, 0, len(page.Envelopes))
	for _, env := range page.Envelopes {
		a, left, err := b.judge(parser, env)
		if err != nil {
			s.stays(t, fmt.Sprintf("document %s: %s", env.ID, err))
			continue
		}
		if !a.Left.None() {
			s.left(env.ID, left)
		}
		arrivals = append(arrivals, a)
	}
	s.Offered += len(page.Envelopes)
	killpoint.Here("store.intended")
	toAck, err := b.j.StoreArrivals(ctx, arrivals, page.Received, page.Correlation)
	if err != nil {
		return err
	}
	killpoint.Here("store.done")
	for _, a := range arrivals {
		if !a.Left.None() {
			s.Left++
		}
	}
	s.Stored += len(toAck)
	b.progress("fetch "+string(t), s.Stored+s.Left, 0)
	err = b.acknowledge(ctx, t, toAck, page.Received, s)
	if concur.OnlyOdd(err) {
		s.fail(err)
		return nil
	}
	return err
}

// Documents whose acknowledgement is not known to have worked: all of them, or those whose answer never came.
func anyOpen(records.Doc) bool      { return true }
func answerLost(d records.Doc) bool { return d.Reason == "" }

// reacknowledge asks again for such documents.
func (b *Bridge) reacknowledge(ctx context.Context, s *Summary, which func(records.Doc) bool) error {
	docs, err := b.j.DocumentsIn(ctx, "", 0, records.Stored)
	if err != nil || len(docs) == 0 {
		return err
	}
	byType := map[fis.DocType][]string{}
	for _, d := range docs {
		if which(d) {
			byType[d.DocType] = append(byType[d.DocType], d.ID)
		}
	}
	var errs []error
	for _, t := range fis.DocTypes() {
		if len(byType[t]) == 0 {
			continue
		}
		if err := b.j.IntendAck(ctx, byType[t], b.cfg.Concur.SystemID); err != nil {
			return err
		}
		if err := b.acknowledge(ctx, t, byType[t], time.Time{}, s); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// acknowledge sends what is intended and takes down what came of it. received is when the documents arrived, zero when
// that is long ago.
func (b *Bridge) acknowledge(ctx context.Context, t fis.DocType, ids []string, received time.Time, s *Summary) error {
	done, err := b.calls().Acknowledge(ctx, t, ids, received)
	s.Acknowledged += done.Locked
	s.Recalled += done.Recalled
	s.lockMillis = append(s.lockMillis, done.Millis...)
	return err
}
