package bridge_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// meddler is the client, with somebody else at work on the same documents, or with an answer that says less.
type meddler struct {
	*concur.Client
	before    func(call string)              // just before a call that changes something
	forgetful bool                           // a looked-up document does not tell who acknowledged it
	lookup    error                          // looking a document up fails
	ack       func(a *concur.Answer)         // edits the answers to acknowledgements
	sent      map[string]int                 // calls that change something, by kind
	envelope  func(e *fis.Envelope)          // edits what a look-up finds
	answers   func(call string, n int) error // fails the n-th call of a kind, after it was made
}

func meddle(w *world, m *meddler) *meddler {
	m.Client, m.sent = w.client, map[string]int{}
	w.service = m
	w.load()
	return m
}

func (m *meddler) begin(call string) {
	m.sent[call]++
	if m.before != nil {
		m.before(call)
	}
}

func (m *meddler) end(call string) error {
	if m.answers == nil {
		return nil
	}
	return m.answers(call, m.sent[call])
}

func (m *meddler) Get(ctx context.Context, t fis.DocType, id string) (fis.Envelope, bool, error) {
	env, found, err := m.Client.Get(ctx, t, id)
	if m.forgetful {
		env.ERPSystemID = ""
	}
	if m.envelope != nil {
		m.envelope(&env)
	}
	return env, found, errors.Join(err, m.lookup)
}

func (m *meddler) Acknowledge(ctx context.Context, t fis.DocType, ids []string) ([]concur.Answer, error) {
	m.begin("acknowledge")
	answers, err := m.Client.Acknowledge(ctx, t, ids)
	if m.ack != nil {
		for i := range answers {
			m.ack(&answers[i])
		}
	}
	return answers, errors.Join(err, m.end("acknowledge"))
}

func (m *meddler) ConfirmPostings(ctx context.Context, t fis.DocType,
	list []concur.PostingConfirmation) ([]concur.Answer, error) {
	m.begin("posting")
	answers, err := m.Client.ConfirmPostings(ctx, t, list)
	return answers, errors.Join(err, m.end("posting"))
}

func (m *meddler) ConfirmPayments(ctx context.Context, t fis.DocType,
	list []concur.PaymentConfirmation) ([]concur.Answer, error) {
	m.begin("payment")
	answers, err := m.Client.ConfirmPayments(ctx, t, list)
	return answers, errors.Join(err, m.end("payment"))
}

// Every service code of an acknowledgement, as the reference's table says: what becomes of the document now, what a
// person is told, and what the next run does. Beside it is always a document that goes through.
func TestAcknowledgeCodes(t *testing.T) {
	for _, c := range []struct {
		code  int
		state records.State
		next  records.State // after the next run, when nothing is wrong any more
		exit  int
		words []string // of the alarm
	}{
		{99, records.Foreign, records.Foreign, bridge.ExitNeedsPerson, []string{"another system", "system_id"}},
		{102, records.Recalled, records.Recalled, bridge.ExitDone, nil},
		{103, records.Stored, records.Filed, bridge.ExitDone, nil},
		{104, records.Gone, records.Gone, bridge.ExitNeedsPerson, []string{"does not know document D1"}},
		{105, records.Gone, records.Gone, bridge.ExitNeedsPerson, []string{"not of type expense", "doc_types"}},
		{198, records.Stored, records.Filed, bridge.ExitDone, nil},
		{199, records.Stored, records.Filed, bridge.ExitDone, nil},
		{777, records.Stored, records.Filed, bridge.ExitDone, nil},
	} {
		t.Run(itoa(c.code), func(t *testing.T) {
			w := newWorld(t, options{})
			w.good("D1", "D2")
			w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "acknowledge", DocID: "D1", Code: c.code, Times: 1})
			s := w.run(c.exit)
			if got := w.state("D1"); got != c.state {
				t.Errorf("state %s, want %s", got, c.state)
			}
			if s.Stored != 2 || s.Acknowledged != 1 || s.Filed != 1 {
				t.Errorf("stored %d, acknowledged %d, filed %d", s.Stored, s.Acknowledged, s.Filed)
			}
			if n := w.asked("acknowledge", "D1"); n != 1 {
				t.Errorf("asked %d times in one run", n)
			}
			if c.words != nil {
				w.alarm("acknowledgement", c.words...)
			} else {
				w.quiet()
			}
			if c.state != records.Stored {
				w.ok(w.fis.Recall("D1")) // as the code said: it is not ready any more
			}
			w.run(c.exit)
			if got := w.state("D1"); got != c.next {
				t.Errorf("after the next run %s, want %s", got, c.next)
			}
			w.states("D2 filed")
		})
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// 101 is ours when the answer or the document names our system, or when nothing names any and our earlier try has no
// answer.
func TestAcknowledgedBefore(t *testing.T) {
	lost := simfis.Fault{Kind: simfis.FaultLost, Call: "acknowledge", Times: 1}
	theirs := func(w *world) func(string) {
		return func(call string) {
			if call == "acknowledge" {
				w.ok(w.fis.SetStatus("D1", fis.StatusAcknowledged, "THEIRS"))
			}
		}
	}
	for _, c := range []struct {
		name   string
		lost   bool // our first acknowledgement took effect and its answer never came
		null   bool // answers name no system
		silent bool // nor does the document
		theirs bool // somebody else acknowledged between list and acknowledgement
		want   records.State
		exit   int
	}{
		{name: "answer lost, our system named", lost: true, want: records.Filed},
		{name: "answer lost, looked up", lost: true, null: true, want: records.Filed},
		{name: "answer lost, nobody named", lost: true, null: true, silent: true, want: records.Filed},
		{name: "somebody else, named", theirs: true, want: records.Foreign, exit: bridge.ExitNeedsPerson},
		{name: "somebody else, looked up", theirs: true, null: true, want: records.Foreign,
			exit: bridge.ExitNeedsPerson},
		{name: "somebody else, nobody named", theirs: true, null: true, silent: true, want: records.Foreign,
			exit: bridge.ExitNeedsPerson},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, options{})
			w.good("D1")
			m := meddle(w, &meddler{forgetful: c.silent})
			w.fis.SetBehaviour(simfis.Behaviour{NullSystemID: c.null})
			if c.lost {
				w.faults(lost)
			}
			if c.theirs {
				m.before = theirs(w)
			}
			s, err := w.b.Run(w.ctx)
			w.ok(err)
			if got := w.state("D1"); got != c.want {
				t.Errorf("state %s, want %s; %q", got, c.want, s.Problems)
			}
			if c.lost {
				w.quiet()
				if n := w.effects("acknowledge", "D1"); n != 1 {
					t.Errorf("%d acknowledgements with effect", n)
				}
				return
			}
			w.alarm("acknowledgement", "acknowledged by another system", "system_id")
			w.run(c.exit)
			if len(w.list("erp/in")) != 0 {
				t.Error("a document of another system was posted")
			}
		})
	}
}

// A try that Concur refused (not ready) proves nothing: when the document is acknowledged after that, it was not us.
func TestAcknowledgedBeforeAfterRefusal(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	m := meddle(w, &meddler{forgetful: true})
	w.fis.SetBehaviour(simfis.Behaviour{NullSystemID: true})
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "acknowledge", Code: 103, Times: 1})
	w.run(bridge.ExitDone)
	w.states("D1 stored")
	m.before = func(string) { w.ok(w.fis.SetStatus("D1", fis.StatusAcknowledged, "THEIRS")) }
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 foreign")
}

// A look-up that fails leaves the intention open: nothing is guessed, the other documents go on, and the next run finds
// out.
func TestAcknowledgedBeforeUnknown(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2")
	m := meddle(w, &meddler{lookup: errors.New("the service is down")})
	w.fis.SetBehaviour(simfis.Behaviour{NullSystemID: true})
	w.faults(simfis.Fault{Kind: simfis.FaultOmit, Call: "acknowledge", DocID: "D1", Times: 1})
	s := w.run(bridge.ExitFailed)
	w.states("D1 stored, D2 filed")
	if !strings.Contains(strings.Join(s.Problems, "\n"), "look up who acknowledged document D1: the service is down") {
		t.Errorf("%q", s.Problems)
	}
	m.lookup = nil
	w.run(bridge.ExitDone)
	w.states("D1 filed, D2 filed")
}

// One answer for each document: what is mixed in it is told apart, what is left out is asked for again, what nobody
// asked about is passed over.
func TestMixedAcknowledgements(t *testing.T) {
	w := newWorld(t, options{concur: "  page_size: 4\n"})
	w.good("D1", "D2", "D3", "D4", "D5")
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "acknowledge", DocID: "D2", Code: 103, Times: 1},
		simfis.Fault{Kind: simfis.FaultOmit, Call: "acknowledge", DocID: "D3", Times: 1},
		simfis.Fault{Kind: simfis.FaultRecall, Call: "acknowledge", DocID: "D4", Times: 1},
		simfis.Fault{Kind: simfis.FaultExtra, Call: "acknowledge"},
		simfis.Fault{Kind: simfis.FaultShuffle, Call: "acknowledge"})
	s := w.run(bridge.ExitFailed) // an id that nobody asked about is an error, but stops nothing
	w.states("D1 filed, D2 stored, D3 filed, D4 recalled, D5 filed")
	if s.Recalled != 1 || s.Acknowledged != 3 || !strings.Contains(s.Problems[0], "not asked about") {
		t.Errorf("recalled %d, acknowledged %d, %q", s.Recalled, s.Acknowledged, s.Problems)
	}
	w.faults()
	w.run(bridge.ExitDone)
	w.states("D2 filed")
}

// A call that was never made is no try: an acknowledgement by somebody else in between is not taken for ours.
func TestNotSentIsNoTry(t *testing.T) {
	w := newWorld(t, options{concur: "  acknowledge_batch: 1\n  confirm_batch: 1\n  page_size: 25\n"})
	w.good("D1", "D2")
	w.faults(simfis.Fault{Kind: simfis.FaultStatus, Call: "acknowledge", Status: 500})
	w.run(bridge.ExitFailed)
	// the call for D1 failed twice, and ended the work before D2
	for id, tries := range map[string]int{"D1": 2, "D2": 0} {
		d, err := w.j.Document(w.ctx, id)
		w.ok(err)
		if d.State != records.Stored || d.AckAttempts != tries {
			t.Errorf("%s is %s after %d tries, want %d", id, d.State, d.AckAttempts, tries)
		}
	}
	w.faults()
	w.fis.SetBehaviour(simfis.Behaviour{NullSystemID: true})
	w.ok(w.fis.SetStatus("D2", fis.StatusAcknowledged, ""))
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 foreign")
}

// The service accepts acknowledgements and forgets them: what is not locked in Concur reaches no import file, in this
// run and in the next one, the run says so, and when the service is itself again everything goes out once.
func TestAcknowledgementWithoutEffect(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2")
	w.fis.SetBehaviour(simfis.Behaviour{AcknowledgeIgnored: true})
	for range 2 {
		s := w.run(bridge.ExitNeedsPerson)
		w.alarm("ready list", "D1", "no import file")
		if s.Filed != 0 || len(w.list("erp/in")) != 0 {
			t.Errorf("%d filed, dropped %q", s.Filed, w.list("erp/in"))
		}
		w.states("D1 stored, D2 stored")
	}
	w.fis.SetBehaviour(simfis.Behaviour{})
	if s := w.run(bridge.ExitDone); s.Filed != 2 {
		t.Errorf("%d filed", s.Filed)
	}
}

// A list that stands still offers what an earlier run acknowledged: asked again, Concur says that it is ours, and
// nothing goes out twice.
func TestAcknowledgedAndOfferedAgain(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.run(bridge.ExitDone)
	w.good("D2")
	w.fis.SetBehaviour(simfis.Behaviour{Frozen: true})
	ids, err := w.j.StoreArrivals(w.ctx,
		[]journal.Arrival{{Envelope: fis.Envelope{ID: "D2", DocType: fis.Expense,
			Document: []byte(expense("RD2", "640100"))}, Route: "journals", ReportID: "RD2", Currency: "EUR"}},
		w.clock.now(), "")
	w.ok(err)
	answers, err := w.client.Acknowledge(w.ctx, fis.Expense, ids)
	w.ok(err)
	w.ok(w.j.SettleAck(w.ctx, []journal.AckOutcome{{DocID: "D2", State: records.Acknowledged, Code: answers[0].Code}}))
	w.ok(w.fis.SetStatus("D2", fis.StatusReady, "")) // for the time in which the list is made
	_, err = w.client.Reach(w.ctx, fis.Expense)
	w.ok(err)
	w.ok(w.fis.SetStatus("D2", fis.StatusAcknowledged, "OURS"))
	w.run(bridge.ExitDone)
	w.states("D1 filed, D2 filed")
	if n := len(w.list("erp/in")); n != 2 {
		t.Errorf("%d import files", n)
	}
}
