package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// A program that acts on what it has seen does nothing when the document has moved on since, and hears what it is now;
// the reasons that it reads have codes.
func TestSeen(t *testing.T) {
	w := newLookWorld(t)
	w.arrive("expenses", fis.Expense, "", "taxi 84.03 EUR", "hotel 100.00 EUR")
	w.acknowledge(records.Acknowledged, "", "taxi", "hotel")
	id := docID("taxi")
	stdout, stderr, code := w.exec("80", "show", id, "--json")
	var life struct {
		History []struct {
			Seq int64 `json:"seq"`
		} `json:"history"`
	}
	if err := json.Unmarshal([]byte(stdout), &life); err != nil || code != desk.ExitDone || len(life.History) == 0 {
		t.Fatalf("%d, %v: %s", code, err, stderr)
	}
	seen := fmt.Sprint(life.History[len(life.History)-1].Seq)
	if _, stderr, code := w.exec("80", "hold", id, docID("hotel"), "--seen", seen, "--reason", "waits"); code != desk.ExitUsage || !strings.Contains(stderr, "--seen is about one document") {
		t.Errorf("two documents: %d, %s", code, stderr)
	}
	if _, stderr, code := w.exec("80", "hold", id, "--seen", seen, "--reason", "waits for the owner"); code != desk.ExitDone {
		t.Fatalf("%d, %s", code, stderr)
	}
	_, stderr, code = w.exec("80", "release", id, "--seen", seen, "--reason", "found")
	if code != desk.ExitFailed || !strings.Contains(stderr, "has moved since you saw it, so nothing was done: it is held: waits for the owner") {
		t.Errorf("%d, %s", code, stderr)
	}
	if stdout, _, _ = w.exec("80", "show", id, "--json"); !strings.Contains(stdout, `"code": "person"`) || !strings.Contains(stdout, `"text": "waits for the owner"`) {
		t.Errorf("its reason has no code: %s", stdout)
	}
}
