package journaltest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/hearing"
)

// An event is kept once; its document may come before or after it, and a second document of the report wants an event
// of its own.
func testEventsAgainstDocuments(t *testing.T) {
	j, c := open(t)
	ctx := context.Background()
	hear := func(id, ref string, ready time.Time, wantFresh bool) {
		t.Helper()
		fresh, err := j.Hear(ctx, hearing.Event{ID: id, DocType: fis.Expense, Ref: ref, Ready: ready})
		if err != nil || fresh != wantFresh {
			t.Fatalf("event %s: fresh %v, want %v, %v", id, fresh, wantFresh, err)
		}
	}
	want := func(when string, heard, seen int, notSeen, neverHeard []string) {
		t.Helper()
		got, ok, err := j.CountHeard(ctx, time.Time{}, time.Time{}, "")
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		var n, u []string
		for _, e := range got.NotSeen {
			n = append(n, fmt.Sprint(e.Ref, " ", e.Times))
		}
		for _, d := range got.NeverHeard {
			u = append(u, d.DocID)
		}
		if got.Heard != heard || got.Seen != seen || !slices.Equal(n, notSeen) || !slices.Equal(u, neverHeard) || got.NeverHeards != len(neverHeard) {
			t.Errorf("%s: %+v", when, got)
		}
	}
	if _, ok, err := j.CountHeard(ctx, time.Time{}, time.Time{}, ""); ok || err != nil {
		t.Fatal("heard nothing, and compares", err)
	}
	acknowledged(t, j, "OLD") // before anything was heard: nothing to compare it with
	c.at = c.at.Add(time.Hour)
	hear("e1", "RA", c.at, true)
	hear("e1", "RA", c.at, false)
	want("before the document", 1, 0, []string{"RA 2"}, nil)
	if types, err := j.TypesHeard(ctx, c.at); err != nil || !slices.Equal(types, []fis.DocType{fis.Expense}) {
		t.Error(types, err)
	}
	acknowledged(t, j, "A", "B")
	want("before it is settled", 1, 1, nil, nil)
	hear("e2", "RB", c.at.Add(-time.Second), false) // late
	acknowledged(t, j, "C")
	c.at = c.at.Add(2 * time.Hour)
	want("one was not told of", 2, 2, nil, []string{"C"})
	hear("e3", "RC", c.at.Add(-3*time.Hour), false) // after all
	want("told of after all", 3, 3, nil, nil)
	hear("e4", "RB", c.at.Add(time.Hour), false) // a time that is no time says nothing: the document counts
	hear("e5", "RB", c.at, true)                 // a revision of RB that did not come
	if err := j.SettleHeard(ctx); err != nil {
		t.Fatal(err)
	}
	want("a revision", 5, 4, []string{"RB 1"}, nil)
	if err := j.AgeHeard(ctx, c.at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	want("aged out", 1, 0, []string{"RB 1"}, nil)
	if types, err := j.TypesHeard(ctx, c.at.Add(73*time.Hour)); err != nil || len(types) > 0 {
		t.Error("looks for ever", types, err)
	}
}
