package frame

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/evidence"
	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// packs is the evidence pack that is being made; one at a time.
type packs struct {
	mu      sync.Mutex
	busy    bool
	failure string
}

// Packing reports whether a pack is being made, and why the last one could not be.
func (co *Company) Packing() (busy bool, failure string) {
	co.packs.mu.Lock()
	defer co.packs.mu.Unlock()
	return co.packs.busy, co.packs.failure
}

// Pack makes an evidence pack, unless one is under way: then it is false.
func (co *Company) Pack(ctx context.Context, place desk.Place, o evidence.Options, reason string) bool {
	p := &co.packs
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy {
		return false
	}
	p.busy, p.failure = true, ""
	go func() {
		err := desk.Beside(ctx, place, func(w *desk.Workspace) error {
			_, err := evidence.Keep(ctx, w, o, reason)
			return err
		})
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.busy = false; err != nil {
			p.failure = wording.Error(err)
		}
	}()
	return true
}

// PeopleOf are the people of a company, and what of the history of sign-ins and roles is theirs, oldest first.
func PeopleOf(ctx context.Context, b *signin.Book, company string) (out evidence.People, err error) {
	all, err := b.People(ctx)
	if err != nil {
		return out, err
	}
	for _, p := range all {
		roles := p.In(company)
		if len(roles) == 0 {
			continue
		}
		e := evidence.Person{ID: p.ID, Name: p.Name, Shown: p.Shown, Machine: p.Machine, Made: p.Made, Ended: p.Ended}
		for _, r := range roles {
			e.Roles = append(e.Roles, string(r))
		}
		out.List = append(out.List, e)
	}
	rows, err := b.HistoryOf(ctx, company, 0, math.MaxInt32)
	if err != nil {
		return out, err
	}
	slices.Reverse(rows)
	for _, r := range rows {
		out.History = append(out.History, evidence.PeopleRow{Seq: r.Seq, At: r.At, Event: r.Event, Who: r.Who, About: r.About, Detail: r.Detail, Hash: r.Hash})
	}
	return out, nil
}
