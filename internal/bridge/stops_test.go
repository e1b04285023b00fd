package bridge_test

import (
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// A stopped route makes and sends nothing, whenever the stop comes: before the run, or while a file is made, which has
// its number then and is not sent. Documents are fetched and locked, answers are read and told, the run says that it is
// stopped, and when it goes on each document goes out once.
func TestStoppedRoute(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.run(0)
	w.ok(w.j.StopRoute(w.ctx, "journals", "the accounts are wrong"))
	w.good("D2", "D3")
	w.answer("one", posted("D1", "1"))
	s := w.run(3)
	if s.Files != 0 || s.Dropped != 0 || s.Stored != 2 || s.Needs.Counts[records.NeedStopped] != 1 {
		t.Errorf("files %d, dropped %d, stored %d, needs %v", s.Files, s.Dropped, s.Stored, s.Needs.Counts)
	}
	w.states("D1 posted, D2 acknowledged, D3 acknowledged")
	w.confirmation("D1", records.Done)
	w.run(3)
	w.ok(w.j.StartRoute(w.ctx, "journals", "mended"))
	if s := w.run(0); s.Dropped != 1 {
		t.Errorf("dropped %d", s.Dropped)
	}
	w.states("D1 posted, D2 filed, D3 filed")

	w.good("D4")
	w.beside("render journals", func() { w.ok(w.j.StopRoute(w.ctx, "journals", "in the middle")) })
	if s := w.run(3); s.Files != 1 || s.Dropped != 0 {
		t.Errorf("stopped while a file is made: files %d, dropped %d", s.Files, s.Dropped)
	}
	before := len(w.list("erp/in"))
	w.run(3)
	if n := len(w.list("erp/in")); n != before {
		t.Errorf("%d files lie there, %d before", n, before)
	}
	w.ok(w.j.StartRoute(w.ctx, "journals", "mended"))
	if s := w.run(0); s.Dropped != 1 || len(w.list("erp/in")) != before+1 {
		t.Errorf("dropped %d", s.Dropped)
	}
	w.states("D4 filed")
}

// What a person holds until a day is let go by the first run of that day, and not by one before.
func TestHeldUntilADay(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2")
	w.beside("render journals", func() {
		w.ok(w.j.HoldUntil(w.ctx, "D1", w.clock.now().Add(24*time.Hour), "belongs to April"))
	})
	w.run(0)
	w.states("D1 held, D2 filed")
	w.clock.at = w.clock.at.Add(23 * time.Hour)
	w.run(0)
	w.states("D1 held")
	w.clock.at = w.clock.at.Add(time.Hour)
	if s := w.run(0); s.Dropped != 1 {
		t.Errorf("dropped %d", s.Dropped)
	}
	w.states("D1 filed, D2 filed")
}
