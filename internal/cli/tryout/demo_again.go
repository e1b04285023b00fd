package tryout

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/samples"
)

// comeBack lets two reports come back under new docIds: the rejected one corrected, and a posted one with a further
// entry. Concur's events tell of both; then the ERPs answer.
func (d *demoStory) comeBack(ctx context.Context) error {
	again, err := d.resubmit()
	if err != nil {
		return err
	}
	if d.revised, err = d.revise(ctx); err != nil {
		return err
	}
	if err := d.hear(ctx, append(again, d.revised)); err != nil {
		return err
	}
	return d.answer(ctx)
}

// resubmit puts the corrected report into the queue: a new docId for the same report.
func (d *demoStory) resubmit() (ids []string, err error) {
	for _, s := range d.manifest.Documents {
		if s.Role != samples.Resubmitted {
			continue
		}
		for _, of := range d.manifest.Documents {
			if of.File != s.Of && of.DocID != s.Of {
				continue
			}
			env, err := sampleEnvelope(s)
			if err != nil {
				return nil, err
			}
			id, err := d.w.fis.Resubmit(of.DocID, env.Document)
			if err != nil {
				return nil, fmt.Errorf("resubmit %s: %w", s.File, err)
			}
			d.line(d.ofExpenses(), "the report of document %s… comes back as document %s…", of.DocID[:8], id[:8])
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// revise reopens the first posted expense report, adds an entry, and gives its new docId.
func (d *demoStory) revise(ctx context.Context) (string, error) {
	posted, err := d.ws.DocumentsIn(ctx, 0, desk.Posted)
	if err != nil {
		return "", err
	}
	for _, own := range posted {
		doc, ok := d.w.fis.Document(own.ID)
		if !ok || doc.DocType != fis.Expense {
			continue
		}
		content, err := simfis.AnotherEntry(doc.Document)
		if err != nil {
			return "", fmt.Errorf("revise %s: %w", doc.ID, err)
		}
		id, err := d.w.fis.Revise(doc.ID, content)
		if err != nil {
			return "", err
		}
		d.line(d.ofExpenses(), "the posted report of document %s… gets one more entry and comes back as document %s…",
			doc.ID[:8], id[:8])
		return id, nil
	}
	return "", errors.New("the demo has no posted expense report to reopen")
}

// hear watches until Concur has told of the documents and they were fetched for that.
func (d *demoStory) hear(ctx context.Context, ids []string) error {
	b, err := d.ws.Bridge(nil)
	if err != nil {
		return err
	}
	if err := d.w.openDoor(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	both, ctx := errgroup.WithContext(ctx)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	passes := make(chan *bridge.Summary)
	both.Go(func() error {
		return b.Watch(ctx, func(s *bridge.Summary) {
			select {
			case passes <- s:
			case <-ctx.Done():
			}
		})
	})
	both.Go(func() error {
		defer stop()
		return d.tellOf(ctx, ids, passes)
	})
	return both.Wait()
}

// tellOf sends the events, and waits until the documents are acknowledged.
func (d *demoStory) tellOf(ctx context.Context, ids []string, passes <-chan *bridge.Summary) error {
	e := d.ws.Config.Events
	events := simfis.Telling{Endpoint: "http://" + e.Listen + e.Path, DocIDs: ids,
		Headers: map[string]string{e.SenderHeader: "CN=" + e.Sender}}
	for taken := 0; taken < len(ids); {
		told, err := d.w.fis.Tell(ctx, events)
		if err != nil {
			return err
		}
		taken = 0
		for _, t := range told {
			switch last := t.Statuses[len(t.Statuses)-1]; last {
			case http.StatusNoContent:
				taken++
			case 0: // the receiver is not there yet
			default:
				return fmt.Errorf("the receiver of events answered %d", last)
			}
		}
	}
	d.line("heard", "%s, which wake a fetch", wording.Counted(len(ids), "event"))
	for acknowledged := 0; acknowledged < len(ids); {
		select {
		case s := <-passes:
			acknowledged += s.Acknowledged
		case <-ctx.Done():
			return fmt.Errorf("wait until what was heard of is fetched: %w", ctx.Err())
		}
	}
	d.line("fetched", "%d acknowledged at once; import files keep to the schedule", len(ids))
	return nil
}

// release says that the held revision replaces what was posted of its report, and runs: the difference is posted.
func (d *demoStory) release(ctx context.Context) error {
	if _, err := desk.Release("replace", "an entry was added after posting")(ctx, d.ws, d.revised); err != nil {
		return err
	}
	d.line("released", "document %s… as the report is now: the difference is posted", d.revised[:8])
	return d.run(ctx)
}
