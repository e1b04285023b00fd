package bridge

import (
	"context"
	"errors"
	"slices"

	"github.com/fisbridge/fisbridge/internal/bridge/hearsay"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/events"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/hearing"
	"github.com/fisbridge/fisbridge/internal/tempfolder"
)

// hear receives events, where the configuration says so. It gives signs that something was heard; shut ends it and waits. What was heard before and
// never looked for gives a sign at once.
func (b *Bridge) hear(ctx context.Context) (signs <-chan struct{}, shut func(), err error) {
	e := b.cfg.Events
	if e.Listen == "" {
		return nil, func() {}, nil
	}
	r, err := events.Listen(events.Options{Listen: e.Listen, Path: e.Path, Company: b.cfg.Concur.CompanyUUID,
		Certificate: b.path(e.Certificate), Key: b.path(e.Key), ClientCA: b.path(e.ClientCA), Sender: e.Sender,
		SenderHeader: e.SenderHeader, PerMinute: e.PerMinute, Gather: e.Gather, Log: b.log, Now: b.now,
		Keep: func(ctx context.Context, e events.Event) (bool, error) {
			return b.j.Hear(ctx, hearing.Event{ID: e.ID, DocType: e.DocType, Ref: e.Ref, Ready: e.Ready, Correlation: e.Correlation})
		}})
	if err != nil {
		return nil, nil, err
	}
	b.log.Info("events are received", "listen", r.Addr, "path", e.Path)
	shut = func() {
		if err := r.Close(); err != nil {
			b.log.Warn("stop receiving events", "error", err.Error())
		}
	}
	types, err := b.typesHeard(ctx)
	if err != nil {
		shut()
		return nil, nil, err
	}
	if len(types) > 0 {
		r.Ring(0)
	}
	return r.Wake(), shut, nil
}

// path is a path of the configuration; none stays none.
func (b *Bridge) path(p string) string {
	if p == "" {
		return ""
	}
	return b.cfg.Path(p)
}

// typesHeard are the docTypes of ours of which something was heard and not seen yet.
func (b *Bridge) typesHeard(ctx context.Context) ([]fis.DocType, error) {
	heard, err := b.j.TypesHeard(ctx, b.now())
	if err != nil {
		return nil, err
	}
	ours := b.cfg.DocTypes()
	return slices.DeleteFunc(heard, func(t fis.DocType) bool { return !slices.Contains(ours, t) }), nil
}

// Heard is the half of a run that an event wakes: the lists of the types that were heard of are read, and what is in them is stored,
// acknowledged and, where somebody waits for it, answered. Import files keep to the schedule. What the event said plays no part in it. It is kept
// as a run only when it did something.
func (b *Bridge) Heard(ctx context.Context) (*Summary, error) {
	s := &Summary{Started: b.now()}
	if err := errors.Join(b.notRestored(ctx), tempfolder.Clean(b.cfg)); err != nil {
		return s, err
	}
	types, err := b.typesHeard(ctx)
	if err != nil || len(types) == 0 {
		return s, err
	}
	if err := b.reload(ctx); err != nil {
		return s, err
	}
	if err := b.settle(ctx); err != nil {
		return s, err
	}
	b.pass(ctx, s, []step{
		{"login", b.keepFresh},
		{"fetch", func(ctx context.Context, s *Summary) error { return b.fetchTypes(ctx, types, s) }},
		{"answer obligations", b.answerAll},
		{"confirm postings", b.confirmPostings},
		{"receipts", b.fetchReceipts}, // nobody waits for these
	})
	s.fail(b.followHeard(ctx, s, false))
	if s.Stored+s.Acknowledged+s.Left+s.Confirmed == 0 && len(s.errs) == 0 {
		return s, ctx.Err()
	}
	if s.Run, err = b.j.StartRun(context.WithoutCancel(ctx)); err != nil {
		return s, err
	}
	s.cut = ctx.Err() != nil
	return s, errors.Join(b.finish(context.WithoutCancel(ctx), s), ctx.Err())
}

// followHeard notes which events have got their documents, and asks Concur about the others. That it cannot be asked fails nothing: what it is asked for
// is not ours yet.
func (b *Bridge) followHeard(ctx context.Context, s *Summary, whole bool) error {
	if ctx.Err() != nil {
		return nil
	}
	if err := b.j.SettleHeard(ctx); err != nil || s.noLogin || !s.walked {
		return err
	}
	a := &hearsay.Asker{Journal: b.j, Service: b.service, SystemID: b.cfg.Concur.SystemID, Types: b.cfg.DocTypes()}
	if err := a.Ask(ctx); err != nil {
		var ce *concur.CallError
		if ctx.Err() != nil || !errors.As(err, &ce) && loginFailure(err) == nil {
			return err
		}
		b.log.Warn("documents that were heard of are not asked for", "error", err.Error())
		return nil
	}
	return a.Tell(ctx, whole)
}
