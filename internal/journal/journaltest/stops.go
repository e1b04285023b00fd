package journaltest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// A document that a person holds until a moment needs nobody before, and is released then, once; one that was released
// before, or held again, is not.
func testHeldUntil(t *testing.T) {
	j, c := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B", "C")
	day := c.at.Add(48 * time.Hour)
	for _, id := range []string{"A", "B", "C"} {
		if err := j.HoldUntil(ctx, id, day, "belongs to April"); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(j.Release(ctx, "B", "after all"), j.Release(ctx, "C", "after all"), j.Hold(ctx, "C", "asked the employee")); err != nil {
		t.Fatal(err)
	}
	if d, err := j.Document(ctx, "A"); err != nil || !d.HeldUntil.Equal(day) {
		t.Errorf("held until %s, %v", d.HeldUntil, err)
	}
	needed := func() int {
		t.Helper()
		n, err := j.Needs(ctx, records.NeedRulesAt(c.at, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		return n.Counts[records.NeedHeld]
	}
	if n := needed(); n != 1 {
		t.Errorf("%d held documents need a person, want only the one without a day", n)
	}
	c.at = day.Add(-time.Second)
	if n, err := j.ReleaseDue(ctx); n != 0 || err != nil {
		t.Errorf("%d released a second before, %v", n, err)
	}
	c.at = day
	if n := needed(); n != 2 {
		t.Errorf("%d held documents need a person when the moment has come and no run has", n)
	}
	if n, err := j.ReleaseDue(ctx); n != 1 || err != nil {
		t.Errorf("%d released, %v", n, err)
	}
	if n, err := j.ReleaseDue(ctx); n != 0 || err != nil {
		t.Errorf("%d released again, %v", n, err)
	}
	if state(t, j, "A") != records.Acknowledged || state(t, j, "C") != records.Held {
		t.Error("states")
	}
	if d, err := j.Document(ctx, "A"); err != nil || !d.HeldUntil.IsZero() {
		t.Errorf("still held until %s, %v", d.HeldUntil, err)
	}
	events, err := j.History(ctx, "A", 0, 0)
	if err != nil || events[len(events)-1].Event != "released on its day" {
		t.Errorf("the history does not say so: %v %v", events, err)
	}
}

// A route is stopped and goes on, each once; that it is stopped needs a person, and the history keeps who did what.
func testStops(t *testing.T) {
	j, c := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	if err := j.StopRoute(ctx, "r", "the accounts are wrong"); err != nil {
		t.Fatal(err)
	}
	if err := j.StopRoute(ctx, "r", "again"); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("stopped twice: %v", err)
	}
	all, err := j.StoppedRoutes(ctx)
	if s := all["r"]; err != nil || len(all) != 1 || s.Waiting != 2 || !s.Since.Equal(c.at) || s.Reason != "the accounts are wrong" || s.By == "" {
		t.Errorf("%+v %v", all, err)
	}
	n, err := j.Needs(ctx, records.NeedRulesAt(c.at, 0, 0))
	if err != nil || n.Counts[records.NeedStopped] != 1 {
		t.Errorf("it needs nobody: %+v %v", n, err)
	}
	c.at = c.at.Add(time.Hour)
	if err := j.StartRoute(ctx, "r", "mended"); err != nil {
		t.Fatal(err)
	}
	if err := j.StartRoute(ctx, "r", "again"); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("started twice: %v", err)
	}
	if all, err := j.StoppedRoutes(ctx); err != nil || len(all) != 0 {
		t.Errorf("%+v %v", all, err)
	}
	if err := errors.Join(j.StopRoute(ctx, "r", "again"), j.StopRoute(ctx, "other", "too")); err != nil {
		t.Fatal(err)
	}
	if all, err := j.StoppedRoutes(ctx); err != nil || len(all) != 2 || !all["r"].Since.Equal(c.at) {
		t.Errorf("%+v %v", all, err)
	}
	if _, diffs, err := j.VerifyFacts(ctx); err != nil || len(diffs) > 0 {
		t.Errorf("%v %v", diffs, err)
	}
}
