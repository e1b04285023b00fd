package worlds

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// Recalls and conflicts: each has a state, a message that says what to do, and a command that resolves it.

// needs fails unless exactly one alarm is open, of the kind, about the document, with the words in message and remedy;
// the run ended with 3.
func (w *world) needs(s summary, kind, about string, words ...string) alarm {
	w.t.Helper()
	if len(s.Alarms) != 1 || s.Alarms[0].Kind != kind || !strings.Contains(s.Alarms[0].Subject+s.Alarms[0].Message, about) || s.Exit != 3 {
		w.t.Fatalf("want one alarm %q about %s and exit code 3, got %+v and %d", kind, about, s.Alarms, s.Exit)
	}
	for _, word := range words {
		if a := s.Alarms[0]; !strings.Contains(a.Message+" "+a.Remedy, word) {
			w.t.Errorf("the alarm must say %q: %s; %s", word, a.Message, a.Remedy)
		}
	}
	return s.Alarms[0]
}

// resolved fails when the next run still asks for a person.
func (w *world) resolved() summary {
	w.t.Helper()
	s := w.idle()
	if len(s.Alarms) > 0 || s.Exit != 0 {
		w.t.Errorf("it was resolved, and the run still ends with %d: %+v %v", s.Exit, s.Alarms, s.Notes)
	}
	return s
}

func (w *world) resolve(a alarm, reason string) {
	w.t.Helper()
	w.command(0, "mark", "alarm", strconv.Itoa(a.ID), "resolved", "--reason", reason)
}

// state is the document's state in the journal.
func (w *world) state(id string) string {
	w.t.Helper()
	e := w.command(0, "show", id, "--json")
	_, rest, _ := strings.Cut(e.out, `"state": "`)
	state, _, _ := strings.Cut(rest, `"`)
	return state
}

// postings counts the posting confirmations of a document that took effect.
func (w *world) postings(id string) int { return len(tally(w.fis.Record()).postings[id]) }

// result puts a result file of the ERP into the return folder: rows of the generic journal's answer.
func (w *world) result(name string, rows ...string) {
	w.t.Helper()
	head := "doc_id,kind,status,company,document_number,fiscal_year,date,amount,currency,payment_reference,payment_method,message_code,message\r\n"
	w.must(os.WriteFile(w.path("out", name), []byte(head+strings.Join(rows, "\r\n")+"\r\n"), 0o644))
}

const taxi, tax = "01-cash-taxi", "14-tax-deductible"

func two(t *testing.T, set setup) *world {
	t.Helper()
	set.documents = []string{taxi, tax}
	return begin(t, set)
}

// Another system acknowledges a document between our list and our acknowledgement: ours is told 101 with its id.
func TestAcknowledgedByAnotherSystem(t *testing.T) {
	w := two(t, setup{behaviour: simfis.Behaviour{Frozen: true}})
	if _, e := w.run("FISBRIDGE_KILL_AT=store.intended"); !e.killed {
		t.Fatal(e)
	}
	w.must(w.fis.SetStatus(w.id(taxi), fis.StatusAcknowledged, "other-bridge"))
	s := w.idle()
	a := w.needs(s, "acknowledgement", w.id(taxi), "other-bridge", "system_id")
	if got := w.state(w.id(taxi)); got != "foreign" {
		t.Errorf("the document is %s, want foreign", got)
	}
	w.answers()
	if _, seen := w.erp.Books().Document(w.id(taxi)); seen {
		t.Error("a document of another system was posted")
	}
	w.fis.Thaw()
	w.resolve(a, "the other bridge is the right one")
	w.resolved()
}

// A system id on record that is not ours (99): the same, for a document that is still ready.
func TestBelongsToAnotherSystem(t *testing.T) {
	w := two(t, setup{})
	w.must(w.fis.SetStatus(w.id(taxi), fis.StatusReady, "other-bridge"))
	s := w.idle()
	w.needs(s, "acknowledgement", w.id(taxi), "other-bridge")
	if got := w.state(w.id(taxi)); got != "foreign" {
		t.Errorf("the document is %s, want foreign", got)
	}
}

// Recalled after the acknowledgement, while the document is held: the operator's rejection finds it recalled. Nothing
// was posted, so there is nothing to reverse and nobody to ask.
func TestRecalledWhileHeld(t *testing.T) {
	w := begin(t, setup{documents: []string{taxi, "58-unmapped-account"}})
	w.idle()
	id := w.id("58-unmapped-account")
	w.must(w.fis.Recall(id))
	w.command(0, "reject", id, "--reason", "recalled by the processor")
	w.answers()
	s := w.resolved()
	if s.Todo.ConfirmationsStuck != 0 || w.state(id) != "rejected" {
		t.Errorf("a recalled document that was never posted needs nobody: %+v", s.Todo)
	}
}

// Recalled after the ERP has posted it (112): an alarm that asks for the reversal, until a person has settled it.
func TestRecalledAfterPosting(t *testing.T) {
	w := two(t, setup{})
	w.idle()
	w.must(w.fis.Recall(w.id(taxi)))
	s := w.answers()
	e, _ := w.erp.Books().Document(w.id(taxi))
	w.needs(s, "posting confirmation", w.id(taxi), "recalled", e.Number, "reverse it in the ERP", "mark document "+w.id(taxi)+" settled")
	before := len(w.fis.Record())
	w.idle()
	for _, c := range w.fis.Record()[before:] {
		if c.Call == "posting" {
			t.Error("a confirmation that can never work was sent again")
		}
	}
	w.command(0, "mark", "document", w.id(taxi), "settled", "--reason", "reversed in the ERP")
	w.resolved()
}

// The ERP calls a document a duplicate and never said what became of it first: nothing is sent until a person has
// looked.
func TestDuplicateWithoutFirstOutcome(t *testing.T) {
	w := begin(t, setup{documents: []string{taxi}, faults: simerp.Faults{AnswerDuplicate: true}})
	s := w.answers()
	w.needs(s, "duplicate", w.id(taxi), "mark document "+w.id(taxi)+" posted --number N")
	if n := w.postings(w.id(taxi)); n != 0 {
		t.Errorf("%d confirmations were sent for a duplicate", n)
	}
	e, _ := w.erp.Books().Document(w.id(taxi))
	w.command(0, "mark", "document", w.id(taxi), "posted", "--number", e.Number, "--company", e.Company, "--fiscal-year", e.FiscalYear, "--reason", "found in the ERP")
	w.resolved()
	w.erp.SetFaults(simerp.Faults{})
	w.pay(simerp.PayInFull)
	w.idle()
	w.check()
}

// The ERP reads the same file twice by mistake and calls what comes the second time duplicates: no failure is ever
// sent.
func TestDuplicateAfterPosting(t *testing.T) {
	w := two(t, setup{})
	w.answers()
	w.result("again.result.csv", w.id(taxi)+",post,duplicate,1000,,,2026-01-31,,,,,DUP,posted before", w.id(tax)+",post,duplicate,1000,,,2026-01-31,,,,,DUP,posted before")
	s := w.idle()
	if len(s.Alarms) > 0 || s.Exit != 0 {
		t.Errorf("a duplicate whose first outcome is known needs nobody: %+v", s.Alarms)
	}
	for _, name := range []string{taxi, tax} {
		if got := w.status(name); got != fis.StatusPostedSuccess || w.postings(w.id(name)) != 1 {
			t.Errorf("%s is %s after %d confirmations", name, got, w.postings(w.id(name)))
		}
	}
}

// The ERP says posted, Concur is told, and then the ERP says rejected: Concur is told nothing more, a person is.
func TestChangedOutcome(t *testing.T) {
	w := two(t, setup{})
	w.answers()
	w.result("later.result.csv", w.id(taxi)+",post,error,1000,,,2026-01-31,,,,,X1,posting was taken back")
	s := w.idle()
	a := w.needs(s, "changed outcome", w.id(taxi), "rejected", "recall")
	if n := w.postings(w.id(taxi)); n != 1 || w.status(taxi) != fis.StatusPostedSuccess {
		t.Errorf("Concur was told %d times and has %s", n, w.status(taxi))
	}
	w.resolve(a, "a processor recalled the report")
	w.resolved()
}

// Both words come before Concur was told: nothing is sent until a person has said which is true.
func TestChangedOutcomeBeforeConfirmation(t *testing.T) {
	w := two(t, setup{faults: simerp.Faults{Silent: true}})
	w.idle()
	w.answer()
	w.must(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultStatus, Call: "posting", Status: 429, RetryAfter: 60}))
	w.result("a.result.csv", w.id(taxi)+",post,ok,1000,4711,2026,2026-01-31,,,,,,")
	w.result("b.result.csv", w.id(taxi)+",post,error,1000,,,2026-01-31,,,,,X1,no period open")
	_, _ = w.run()
	w.must(w.fis.SetFaults(0))
	s := w.idle()
	w.needs(s, "changed outcome", w.id(taxi), "nothing was sent", "mark document "+w.id(taxi))
	if n := w.postings(w.id(taxi)); n != 0 {
		t.Errorf("%d confirmations were sent while the ERP contradicts itself", n)
	}
	w.command(0, "mark", "document", w.id(taxi), "posted", "--number", "4711", "--company", "1000", "--reason", "found in the ERP")
	w.resolved()
	if got := w.status(taxi); got != fis.StatusPostedSuccess || w.postings(w.id(taxi)) != 1 {
		t.Errorf("it is %s after %d confirmations", got, w.postings(w.id(taxi)))
	}
}

// A payment is taken back and made again: each with its own reference, in order, each once.
func TestPaymentReversed(t *testing.T) {
	w := two(t, setup{})
	w.cycle()
	w.pay(simerp.Reverse)
	w.idle()
	w.pay(simerp.PayInFull)
	w.idle()
	w.check()
	if got := len(w.erp.Books().Documents[0].Payments); got != 3 {
		t.Errorf("the ERP made %d payments of a document, want paid, reversed, paid", got)
	}
}

// A payment reference comes again with another amount: it is listed and not sent.
func TestPaymentReferenceUsedTwice(t *testing.T) {
	w := two(t, setup{})
	w.cycle()
	ref := w.erp.Books().Documents[0].Payments[0].Reference
	w.result("again.result.csv", fmt.Sprintf("%s,pay,paid,1000,4711,2026,2026-01-31,1.00,EUR,%s,transfer,,", w.id(taxi), ref))
	s := w.idle()
	a := w.needs(s, "result lines", "again.result.csv", "mark result")
	if items := tally(w.fis.Record()).payments[ref]; len(items) != 1 {
		t.Errorf("payment %s took effect %d times", ref, len(items))
	}
	w.command(0, "mark", "result", strings.TrimPrefix(a.Subject, "result "), "settled", "--reason", "the ERP's mistake")
	w.resolved()
}

// A payment comes before the posting: it waits, and is sent after it.
func TestPaymentBeforePosting(t *testing.T) {
	w := two(t, setup{faults: simerp.Faults{Silent: true}})
	w.idle()
	w.answer()
	w.result("early.result.csv", w.id(taxi)+",pay,paid,1000,4711,2026,2026-01-31,23.40,EUR,EARLY1,transfer,,")
	s := w.idle()
	if s.Todo.PaymentsWaiting != 1 || len(tally(w.fis.Record()).payments) != 0 {
		t.Errorf("a payment before its posting must wait: %+v", s.Todo)
	}
	w.erp.SetFaults(simerp.Faults{})
	w.answers()
	if items := tally(w.fis.Record()).payments["EARLY1"]; len(items) != 1 {
		t.Errorf("the payment took effect %d times after the posting, want once", len(items))
	}
}

// Somebody else confirmed the document (113 without any try of ours): an alarm, and nothing is taken for done.
func TestConfirmedByAnother(t *testing.T) {
	w := two(t, setup{})
	w.idle()
	w.must(w.fis.SetStatus(w.id(taxi), fis.StatusPostedSuccess, systemID))
	s := w.answers()
	w.needs(s, "posting confirmation", w.id(taxi), "confirmed before", "mark document "+w.id(taxi)+" settled")
	w.command(0, "mark", "document", w.id(taxi), "settled", "--reason", "confirmed by hand in Concur")
	w.resolved()
}

// The service refuses a confirmation for good (198): never repeated by itself; a person may.
func TestRefusedForGood(t *testing.T) {
	w := two(t, setup{})
	w.idle()
	w.must(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultItem, Call: "posting", DocID: w.id(taxi), Code: 198}))
	s := w.answers()
	w.needs(s, "posting confirmation", w.id(taxi), "198", "retry document "+w.id(taxi))
	tries := func() (n int) {
		for _, c := range w.fis.Record() {
			if c.Call == "posting" && slices.ContainsFunc(c.Items, func(i simfis.Item) bool { return i.DocID == w.id(taxi) }) {
				n++
			}
		}
		return n
	}
	before := tries()
	w.must(w.fis.SetFaults(0))
	if w.idle(); tries() != before {
		t.Error("it was sent again by itself")
	}
	w.command(0, "retry", "document", w.id(taxi), "--reason", "Concur has mended it")
	w.resolved()
	w.pay(simerp.PayInFull)
	w.idle()
	w.check()
}

// A held document goes its way with the next run after its mapping was mended, whether or not somebody says retry.
func TestHeldUntilMapped(t *testing.T) {
	w := begin(t, setup{})
	w.idle()
	w.command(0, "retry", "held", "--reason", "looked again")
	if s := w.idle(); s.Todo.Held != 1 {
		t.Errorf("nothing was mended, so it must be held again: %+v", s.Todo)
	}
	w.mapUnmapped()
	w.cycle()
	w.check()
}
