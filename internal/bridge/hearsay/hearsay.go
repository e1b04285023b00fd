// Package hearsay follows up events whose documents did not come: it asks Concur for each of them, and tells of those
// that Concur has for us and the journal does not. Asking changes nothing, there and here.
package hearsay

import (
	"context"
	"errors"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/hearing"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Service is what is asked.
type Service interface {
	Find(ctx context.Context, t fis.DocType, ref string) ([]fis.Envelope, error)
}

// mostAsked bounds the questions of one pass; whoever can send events could have us ask without end.
const mostAsked = 20

// mostTold bounds the alarms.
const mostTold = 20

// kind is that of the alarms.
const kind = "event"

// Asker follows events up.
type Asker struct {
	Journal  *journal.Journal
	Service  Service
	SystemID string
	// Types are those that are fetched.
	Types []fis.DocType
}

// Ask asks Concur for documents that were heard of and have not come. The first failure ends it: the next pass asks
// again.
func (a *Asker) Ask(ctx context.Context) error {
	list, err := a.Journal.Unseen(ctx, a.Types, mostAsked)
	if err != nil {
		return err
	}
	for _, e := range list {
		found, err := a.Service.Find(ctx, e.DocType, e.Ref)
		if err != nil {
			return err
		}
		said, system, err := a.weigh(ctx, found)
		if err != nil {
			return err
		}
		if err := a.Journal.NoteSaid(ctx, e.ID, said, system); err != nil {
			return err
		}
	}
	return nil
}

// weigh is what follows from what Concur shows: what needs somebody most counts.
func (a *Asker) weigh(ctx context.Context, found []fis.Envelope) (said hearing.Said, system string, err error) {
	rank := map[hearing.Said]int{hearing.SaidAbsent: 0, hearing.SaidKnown: 1, hearing.SaidOther: 2, hearing.SaidReady: 3, hearing.SaidOurs: 4}
	said = hearing.SaidAbsent
	for _, env := range found {
		one, where := hearing.SaidOther, env.ERPSystemID
		_, err := a.Journal.Document(ctx, env.ID)
		switch {
		case err == nil:
			one, where = hearing.SaidKnown, ""
		case !errors.Is(err, ledger.ErrNotFound):
			return said, "", err
		case env.Status == fis.StatusReady:
			one, where = hearing.SaidReady, ""
		case strings.EqualFold(env.ERPSystemID, a.SystemID):
			one, where = hearing.SaidOurs, ""
		}
		if rank[one] > rank[said] {
			said, system = one, where
		}
	}
	return said, system, nil
}

// Tell makes the open alarms those of documents that Concur has for us and the journal does not. whole: this pass has
// looked everywhere.
func (a *Asker) Tell(ctx context.Context, whole bool) error {
	list, err := a.Journal.Alarming(ctx, mostTold)
	if err != nil {
		return err
	}
	var now []journal.Lasting
	for _, e := range list {
		code := "event-ready"
		if e.Said == hearing.SaidOurs {
			code = "event-ours"
		}
		now = append(now, journal.Lasting{Subject: string(e.DocType) + " " + e.Ref, Why: why.New(code, "type", e.DocType, "ref", e.Ref)})
	}
	settled := ""
	if whole {
		settled = "it is so no more"
	}
	return a.Journal.LastingAlarms(ctx, kind, now, settled)
}
