package bridge_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/hearing"
)

// lagging is a service that has a document ready which its list does not show.
type lagging struct {
	bridge.Service
	ref string
}

func (l *lagging) Find(ctx context.Context, t fis.DocType, ref string) ([]fis.Envelope, error) {
	if ref == l.ref {
		return []fis.Envelope{{ID: ref, DocType: t, Status: fis.StatusReady}}, nil
	}
	return l.Service.Find(ctx, t, ref)
}

func (w *world) hear(ref string) {
	w.Helper()
	_, err := w.j.Hear(w.ctx, hearing.Event{ID: "e-" + ref, DocType: fis.Expense, Ref: ref, Ready: w.clock.now()})
	w.ok(err)
}

// unseen is what was heard and did not come, and what Concur says of it.
func (w *world) unseen() string {
	w.Helper()
	c, _, err := w.j.CountHeard(w.ctx, time.Time{}, time.Time{}, "")
	w.ok(err)
	var out []string
	for _, e := range c.NotSeen {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Ref, e.Said, e.System)))
	}
	return strings.Join(out, ", ")
}

// A document that was heard of and does not come is asked for. What Concur has for us, and we do not, needs a person; the rest is said in the
// report.
func TestHeardButNotSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	l := &lagging{w.client, "LAG"}
	w.service = l
	w.load()
	w.good("D1", "D2", "D3")
	w.ok(w.fis.SetStatus("D2", fis.StatusAcknowledged, "OTHER"))
	w.ok(w.fis.SetStatus("D3", fis.StatusAcknowledged, w.cfg.Concur.SystemID))
	for _, ref := range []string{"D1", "D2", "D3", "NONE", "LAG"} {
		w.hear(ref)
		w.clock.add(time.Second)
	}
	w.run(bridge.ExitNeedsPerson)
	if got, want := w.unseen(), "D2 other OTHER, D3 ours, NONE absent, LAG ready"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	w.alarm("event", "expense D3", "acknowledged for this installation", "refetch")
	w.clock.add(2 * time.Hour)
	w.run(bridge.ExitNeedsPerson)
	w.alarms("event", "event") // the list has had its time
	l.ref = ""
	w.ok(w.fis.SetStatus("D3", fis.StatusReady, ""))
	w.run(bridge.ExitDone)
	if got, want := w.unseen(), "D2 other OTHER, NONE absent, LAG absent"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	w.alarms()
}

// An event brings forward the fetch of its type, and no import file; one that nothing comes of leaves no run.
func TestEventFetches(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.good("D1")
	w.add(fis.Invoice, "D2", "{}")
	w.hear("D1")
	s, err := w.b.Heard(w.ctx)
	w.ok(err)
	if s.Run == 0 || s.Acknowledged != 1 || s.Dropped != 0 || w.unseen() != "" {
		t.Errorf("run %d, %d acknowledged, %d dropped, unseen %q", s.Run, s.Acknowledged, s.Dropped, w.unseen())
	}
	w.status("D2", fis.StatusReady)
	if s, err = w.b.Heard(w.ctx); err != nil || s.Run != 0 {
		t.Errorf("nothing was heard: run %d, %v", s.Run, err)
	}
	w.hear("NONE")
	if s, err = w.b.Heard(w.ctx); err != nil || s.Run != 0 || w.unseen() != "NONE absent" {
		t.Errorf("nothing came: run %d, %v, %s", s.Run, err, w.unseen())
	}
}
