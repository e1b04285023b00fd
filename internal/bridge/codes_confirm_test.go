package bridge_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// filed gives a world whose documents are in an import file that the ERP has answered; the next run confirms.
func answered(t *testing.T, lines ...string) *world {
	t.Helper()
	w := newWorld(t, options{})
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.answer("1", lines...)
	return w
}

// Every service code of a posting confirmation: what is kept, what a person is told, what the next run does. Document
// D2 goes through.
func TestPostingCodes(t *testing.T) {
	for _, c := range []struct {
		name  string
		code  int
		state records.ConfirmState
		next  records.ConfirmState
		tries int // after two runs
		words []string
	}{
		{"99", 99, records.Stuck, records.Stuck, 1, []string{"not to us", "system_id", "mark document D1 settled"}},
		{"112", 112, records.Stuck, records.Stuck, 1,
			[]string{"was recalled in Concur after the ERP said posted 1900000001", "reverse it in the ERP"}},
		{"114", 114, records.Stuck, records.Stuck, 1, []string{"it has it as ACKNOWLEDGED", "retry document D1"}},
		{"115", 115, records.Stuck, records.Stuck, 1, []string{"not of type expense", "doc_types"}},
		{"116", 116, records.Stuck, records.Stuck, 1, []string{"does not know document D1", "was deleted there"}},
		{"198", 198, records.Stuck, records.Stuck, 1, []string{"for good: code 198", "retry document D1"}},
		{"199", 199, records.Intended, records.Done, 2, nil},
		{"unknown code", 777, records.Stuck, records.Stuck, 1, []string{"cannot say"}},
		// Concur holds it acknowledged in truth, so that the second try goes through
		{"111", 111, records.Done, records.Done, 2, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := answered(t, posted("D1", "1900000001"), posted("D2", "1900000002"))
			w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "posting", DocID: "D1", Code: c.code, Times: 1})
			exit := bridge.ExitDone
			if c.words != nil {
				exit = bridge.ExitNeedsPerson
			}
			w.run(exit)
			w.confirmation("D1", c.state)
			w.confirmation("D2", records.Done)
			if c.words != nil {
				w.alarm("posting confirmation", c.words...)
			} else {
				w.quiet()
			}
			w.run(exit)
			w.confirmation("D1", c.next)
			if n := w.asked("posting", "D1"); n != c.tries {
				t.Errorf("sent %d times, want %d", n, c.tries)
			}
			w.states("D1 posted, D2 posted")
		})
	}
}

// 113 is ours when an earlier try of ours has no answer and Concur holds the same outcome; an alarm else.
func TestConfirmedBefore(t *testing.T) {
	lost := simfis.Fault{Kind: simfis.FaultLost, Call: "posting", Times: 1}
	for _, c := range []struct {
		name   string
		line   string
		lost   bool
		theirs fis.Status // somebody else confirms before we do
		want   records.ConfirmState
		words  []string
	}{
		{name: "answer lost, posted", line: posted("D1", "1"), lost: true, want: records.Done},
		{name: "answer lost, rejected", line: rejected("D1", "no"), lost: true, want: records.Done},
		{name: "answer lost, other outcome", line: posted("D1", "1"), lost: true, theirs: fis.StatusPostedFailure,
			want:  records.Stuck,
			words: []string{"Concur holds POSTING_CONFIRMED_FAILURE", "the ERP said posted"}},
		{name: "never sent", line: posted("D1", "1"), theirs: fis.StatusPostedSuccess, want: records.Stuck,
			words: []string{"confirmed before (POSTING_CONFIRMED_SUCCESS)", "we did not do that"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := answered(t, c.line, posted("D2", "2"))
			if c.lost {
				w.faults(lost)
				w.run(bridge.ExitFailed)
				w.confirmation("D1", records.Intended)
			}
			if c.theirs != "" {
				w.ok(w.fis.SetStatus("D1", c.theirs, "OURS"))
			}
			exit := bridge.ExitDone
			if c.words != nil {
				exit = bridge.ExitNeedsPerson
			}
			w.run(exit)
			w.confirmation("D1", c.want)
			w.confirmation("D2", records.Done)
			if c.words == nil {
				w.quiet()
				if n := w.effects("posting", "D1"); n != 1 {
					t.Errorf("%d confirmations with effect", n)
				}
				return
			}
			w.alarm("posting confirmation", c.words...)
			w.run(exit)
			w.confirmation("D1", records.Stuck)
		})
	}
}

// 113 and no way to look it up: nothing is guessed.
func TestConfirmedBeforeUnknown(t *testing.T) {
	w := answered(t, posted("D1", "1"), posted("D2", "2"))
	m := meddle(w, &meddler{lookup: errors.New("the service is down")})
	w.faults(simfis.Fault{Kind: simfis.FaultLost, Call: "posting", Times: 1})
	w.run(bridge.ExitFailed)
	s := w.run(bridge.ExitFailed)
	w.confirmation("D1", records.Intended)
	if !strings.Contains(s.Problems[0], "look up the confirmed state of document D1") {
		t.Errorf("%q", s.Problems)
	}
	m.lookup = nil
	w.run(bridge.ExitDone)
	w.confirmation("D1", records.Done)
	w.confirmation("D2", records.Done)
}

// 111: the lock was lost; it is taken again and the posting confirmed. When somebody else has it by then, a person must
// look.
func TestNotAcknowledged(t *testing.T) {
	w := answered(t, posted("D1", "1"), posted("D2", "2"))
	w.ok(w.fis.SetStatus("D1", fis.StatusReady, ""))
	s := w.run(bridge.ExitDone)
	if s.Confirmed != 2 || w.effects("acknowledge", "D1") != 2 {
		t.Errorf("confirmed %d, acknowledged %d times", s.Confirmed, w.effects("acknowledge", "D1"))
	}
	w.status("D1", fis.StatusPostedSuccess)

	w = answered(t, posted("D1", "1"), posted("D2", "2"))
	w.ok(w.fis.SetStatus("D1", fis.StatusReady, ""))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "acknowledge", DocID: "D1", Code: 102})
	w.run(bridge.ExitNeedsPerson)
	w.alarm("posting confirmation", "recalled", "reverse it in the ERP")
	w.confirmation("D2", records.Done)
	w.add(fis.Expense, "D9", expense("RD1", "640100")) // the next document of the report waits until the ERP is clean
	w.run(bridge.ExitNeedsPerson)
	w.states("D9 held")
	_, err := w.j.SettleByHand(w.ctx, "D1", "reversed")
	w.ok(err)
	w.run(bridge.ExitDone)
	w.states("D9 filed")
}

// Recalled at each point: before the acknowledgement it is never filed; when the ERP has it a person must reverse it
// (PITFALLS 5).
func TestRecalledAfterPosting(t *testing.T) {
	w := answered(t, posted("D1", "1900000001"), rejected("D2", "no"))
	w.ok(w.fis.Recall("D1"))
	w.run(bridge.ExitNeedsPerson)
	w.alarm("posting confirmation", "recalled", "1900000001", "reverse it in the ERP")
	n, err := w.j.SettleByHand(w.ctx, "D1", "reversed")
	w.ok(err)
	if n != 1 {
		t.Errorf("settled %d", n)
	}
	w.run(bridge.ExitDone)
	w.quiet()
}

// A stuck confirmation is sent again on request, and its alarm goes when it is through.
func TestRetryStuck(t *testing.T) {
	w := answered(t, posted("D1", "1"), posted("D2", "2"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "posting", DocID: "D1", Code: 198, Times: 1})
	w.run(bridge.ExitNeedsPerson)
	_, err := w.j.RetryConfirmation(w.ctx, "D1", "the vendor says that it works now")
	w.ok(err)
	w.run(bridge.ExitDone)
	w.confirmation("D1", records.Done)
	w.quiet()
}

// What cannot be told to Concur (no company, no number) is stuck with the way out; the others are confirmed.
func TestUnfitOutcome(t *testing.T) {
	w := answered(t, posted("D1", ""), posted("D2", "2"))
	w.run(bridge.ExitNeedsPerson)
	w.alarm("posting confirmation", "no document number", "Results sheet")
	w.confirmation("D2", records.Done)
	if n := w.asked("posting", "D1"); n != 0 {
		t.Errorf("sent %d times", n)
	}
}

// More are due than a batch takes: one run confirms them all.
func TestManyBatches(t *testing.T) {
	w := newWorld(t, options{concur: "  confirm_batch: 2\n  acknowledge_batch: 2\n"})
	w.good("D1", "D2", "D3", "D4", "D5")
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"), posted("D2", "2"), posted("D3", "3"), posted("D4", "4"), rejected("D5", "no"))
	w.faults(simfis.Fault{Kind: simfis.FaultExtra, Call: "posting", Times: 1},
		simfis.Fault{Kind: simfis.FaultItem, Call: "posting", DocID: "D2", Code: 198})
	s := w.run(bridge.ExitFailed) // the id that nobody asked about
	if s.Confirmed != 4 {
		t.Errorf("confirmed %d", s.Confirmed)
	}
}

// The second acknowledgement is a step outside like any other: its intention and its answer are in the history. A
// service that is out of order then (199) makes no alarm: nothing was said about the document.
func TestLockHasIntention(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "posting", Code: 111, Times: 1},
		simfis.Fault{Kind: simfis.FaultItem, Call: "acknowledge", Code: 199, Times: 1})
	w.run(bridge.ExitDone)
	w.confirmation("D1", records.Intended)
	events, err := w.j.History(w.ctx, "D1", 0, 0)
	w.ok(err)
	said := events[len(events)-4:]
	if got, want := names(said), "posting confirmation intended, acknowledgement intended, acknowledgement answered, posting confirmation open"; got != want {
		t.Errorf("history: %s\nwant %s", got, want)
	}
	w.quiet()
	w.run(bridge.ExitDone)
	w.confirmation("D1", records.Done)
}

// The confirmation that follows the second acknowledgement in the same run is a try of its own, with its own intention.
func TestConfirmationAfterLockHasIntention(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "posting", Code: 111, Times: 1})
	w.run(bridge.ExitDone)
	w.confirmation("D1", records.Done)
	events, err := w.j.History(w.ctx, "D1", 0, 0)
	w.ok(err)
	if got, want := names(events[len(events)-6:]), "posting confirmation intended, acknowledgement intended, acknowledgement answered, posting confirmation open, posting confirmation intended, posting confirmed"; got != want {
		t.Errorf("history: %s\nwant %s", got, want)
	}
}

// names are those of events, in their order.
func names(events []ledger.Event) string {
	var out []string
	for _, e := range events {
		out = append(out, e.Event)
	}
	return strings.Join(out, ", ")
}
