package bridge_test

import (
	"slices"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// A run says that it has begun before it does anything else, so that status tells of one that was killed, however early.
func TestARunBeginsBeforeAllElse(t *testing.T) {
	w := newWorld(t, options{})
	w.run(bridge.ExitDone)
	events, err := ledger.List(w.ctx, w.j.Ledger, `SELECT event FROM history ORDER BY seq`, nil, ledger.ScanText)
	w.ok(err)
	began, live := slices.Index(events, "run begun"), slices.Index(events, "mapping in force")
	if began < 0 || live < 0 || live < began {
		t.Errorf("the run began as event %d, and the mapping was in force as event %d: %q", began, live, events)
	}
}
