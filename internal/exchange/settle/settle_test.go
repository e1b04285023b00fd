package settle

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/exchange"
)

var t0 = time.Date(2026, 1, 31, 7, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return t0.Add(time.Duration(seconds) * time.Second) }

func settled(s *Settler, now time.Time, files ...exchange.Info) string {
	var out string
	ready, _ := s.Look(now, files)
	for _, f := range ready {
		out += f.Name + " "
	}
	return out
}

var rule = Rule{MinAge: 10 * time.Second, Interval: 2 * time.Second}

// PITFALLS 36: two equal looks and a minimum age; a slow writer that pauses longer than the interval starts the age
// anew.
func TestSettler(t *testing.T) {
	s := New(rule)
	file := func(size int64, mod int) exchange.Info { return exchange.Info{Name: "a", Size: size, ModTime: at(mod)} }
	steps := []struct {
		now  int
		f    exchange.Info
		want string
	}{
		{0, file(10, 0), ""},
		{5, file(10, 0), ""},    // two equal looks, too young
		{6, file(20, 6), ""},    // grew after a pause longer than the interval
		{15, file(20, 6), ""},   // nine seconds still
		{16, file(20, 6), "a "}, // old enough
		{17, file(20, 17), ""},  // same size, written again
		{40, file(20, 17), "a "},
		{41, file(21, 41), ""},
	}
	for _, st := range steps {
		if got := settled(s, at(st.now), st.f); got != st.want {
			t.Errorf("at %d s: settled %q, want %q", st.now, got, st.want)
		}
	}
}

func TestSettlerNeedsTwoLooksAtAnOldFile(t *testing.T) {
	s, old := New(rule), exchange.Info{Name: "a", Size: 1, ModTime: at(-3600)}
	ready, wait := s.Look(at(0), []exchange.Info{old})
	if len(ready) != 0 || wait != 2*time.Second {
		t.Errorf("first look: %v, wait %s", ready, wait)
	}
	if settled(s, at(1), old) != "" || settled(s, at(2), old) != "a " {
		t.Error("the second look counts after the interval, not before")
	}
	if settled(s, at(2)); settled(s, at(3), old) != "" {
		t.Error("a file that was away is looked at anew")
	}
}

func TestSettlerNeedsTwoLooksEvenWithoutLimits(t *testing.T) {
	s, f := New(Rule{}), exchange.Info{Name: "a", Size: 1, ModTime: at(0)}
	if settled(s, at(9), f) != "" || settled(s, at(9), f) != "a " {
		t.Error("one look proves nothing")
	}
}

func TestSettlerAndClocks(t *testing.T) {
	s, future := New(rule), exchange.Info{Name: "a", Size: 1, ModTime: at(86400)}
	settled(s, at(0), future)
	if settled(s, at(5), future) != "" || settled(s, at(10), future) != "a " {
		t.Error("with a stamp in the future the age counts from the first look")
	}
	s, none := New(rule), exchange.Info{Name: "a", Size: 1}
	settled(s, at(0), none)
	if settled(s, at(5), none) != "" || settled(s, at(10), none) != "a " {
		t.Error("without a stamp the age counts from the first look")
	}
	s = New(rule)
	settled(s, at(0), future)
	if settled(s, at(-3600), future) != "" || settled(s, at(-3595), future) != "" || settled(s, at(-3590), future) != "a " {
		t.Error("when our clock is set back, looking begins anew and comes to an end")
	}
}

func TestSettlerRemembersBetweenRuns(t *testing.T) {
	s, f := New(rule), exchange.Info{Name: "a", Size: 1, ModTime: at(0)}
	settled(s, at(1), f)
	kept, err := json.Marshal(s.Looks())
	if err != nil {
		t.Fatal(err)
	}
	var looks []Look
	if err := json.Unmarshal(kept, &looks); err != nil {
		t.Fatal(err)
	}
	if got := settled(New(rule, looks...), at(11), f); got != "a " {
		t.Errorf("second look in the next run: %q", got)
	}
}

func TestSettlerWithMarkers(t *testing.T) {
	s := New(Rule{Marker: true, MinAge: time.Hour})
	if got := settled(s, at(0), exchange.Info{Name: "a"}, exchange.Info{Name: "b", Marker: "b.done"}); got != "b " {
		t.Errorf("settled %q", got)
	}
}

// openReturns opens a return folder.
func openReturns(t *testing.T, folder string) exchange.Returns {
	t.Helper()
	r, err := exchange.OpenReturns(exchange.Target{Kind: exchange.KindFolder, Folder: folder}, exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// A result file that arrives slowly is never fetched early: the settler with the real folder, the clock handed in.
func TestSlowWriter(t *testing.T) {
	dir := t.TempDir()
	r := openReturns(t, dir)
	s := New(rule)
	for i := range 5 {
		appendTo(t, filepath.Join(dir, "r.csv"), at(i*9))
		for _, later := range []int{1, 8} { // two looks in each pause
			list, err := r.List(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got := settled(s, at(i*9+later), list...); got != "" {
				t.Fatalf("taken after %d s, half written", i*9+later)
			}
		}
	}
	list, err := r.List(context.Background())
	if err != nil || settled(s, at(4*9+10), list...) != "r.csv " {
		t.Errorf("never taken: %v %v", list, err)
	}
}

func appendTo(t *testing.T, p string, mod time.Time) {
	t.Helper()
	f, err := os.OpenFile(p, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(f, "a row")
	f.Close()
	if err := os.Chtimes(p, mod, mod); err != nil {
		t.Fatal(err)
	}
}
