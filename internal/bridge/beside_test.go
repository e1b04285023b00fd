package bridge_test

import (
	"context"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// beside runs act once, in the middle of the step.
func (w *world) beside(step string, act func()) {
	w.progress = func(name string, _, _ int) {
		if name == step && act != nil {
			do := act
			act = nil
			do()
		}
	}
	w.load()
}

// A document that a person holds or rejects while its import file is rendered is not in it, and the others are.
func TestActsWhileRendering(t *testing.T) {
	no := fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "closed"}}}
	for name, act := range map[string]func(w *world) error{
		"held": func(w *world) error { return w.j.Hold(w.ctx, "D1", "waits for the budget owner") },
		"rejected": func(w *world) error {
			return w.j.MarkOutcomeFrom(w.ctx, "D1", records.Acknowledged, no,
				"closed")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, options{})
			w.good("D1", "D2", "D3")
			w.beside("render journals", func() { w.ok(act(w)) })
			s, err := w.b.Run(w.ctx)
			w.ok(err)
			if len(s.Problems) > 0 || s.Dropped != 1 {
				t.Fatalf("problems %q, dropped %d", s.Problems, s.Dropped)
			}
			w.states("D1 " + name + ", D2 filed, D3 filed")
			files := w.list("erp/in")
			if text := w.read("erp/in/" + files[0]); strings.Contains(text, "D1") || !strings.Contains(text, "D2") {
				t.Errorf("the import file holds the wrong documents:\n%s", text)
			}
			w.run(map[string]int{"held": 3, "rejected": 0}[name])
			if name == "rejected" {
				w.status("D1", fis.StatusPostedFailure)
			}
		})
	}
}

// A document that the mapping cannot place is rejected by a person in the same moment: the run goes on, and the
// rejection counts.
func TestRejectedBeforeItIsHeld(t *testing.T) {
	w := newWorld(t, options{})
	w.add(fis.Expense, "D1", expense("RD1", "999999"))
	w.good("D2")
	w.beside("render journals", func() {
		w.ok(w.j.MarkOutcomeFrom(w.ctx, "D1", records.Acknowledged,
			fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "no"}}}, "no"))
	})
	if s := w.run(0); s.Held != 0 {
		t.Errorf("held: %d", s.Held)
	}
	w.states("D1 rejected, D2 filed")
}

// marking is a service beside which a person acts after the confirmations were read and before the call.
type marking struct {
	bridge.Service
	act func()
}

func (m *marking) ConfirmPostings(ctx context.Context, t fis.DocType,
	list []concur.PostingConfirmation) ([]concur.Answer, error) {
	if m.act != nil {
		act := m.act
		m.act = nil
		act()
	}
	return m.Service.ConfirmPostings(ctx, t, list)
}

// While the first confirmation is sent, a person marks a document whose turn comes later: Concur is told the later
// word, once.
func TestMarkedWhileConfirming(t *testing.T) {
	w := newWorld(t, options{concur: "  confirm_batch: 1\n"})
	w.good("D1", "D2")
	w.run(0)
	w.answer("one", posted("D1", "1"), posted("D2", "2"))
	w.service = &marking{w.client, func() {
		w.ok(w.j.MarkOutcome(w.ctx, "D2",
			fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "reversed"}}}, "reversed in the ERP"))
	}}
	w.load()
	w.run(0)
	w.status("D1", fis.StatusPostedSuccess)
	w.status("D2", fis.StatusPostedFailure)
	if n := w.effects("posting", "D2"); n != 1 {
		t.Errorf("Concur was told %d times", n)
	}
	w.confirmation("D2", records.Done)
}
