package bridge_test

import (
	"database/sql"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// payable gives a world whose documents D1 and D2 are posted and confirmed.
func payable(t *testing.T) *world {
	t.Helper()
	w := answered(t, posted("D1", "1"), posted("D2", "2"))
	w.run(bridge.ExitDone)
	return w
}

// payment checks the state of a payment.
func (w *world) payment(doc, reference string, want records.ConfirmState) records.PaymentRecord {
	w.Helper()
	list, err := w.j.PaymentsOf(w.ctx, doc)
	w.ok(err)
	for _, p := range list {
		if p.Payment.Reference == reference {
			if p.State != want {
				w.Errorf("payment %s is %s, want %s (%s)", reference, p.State, want, p.Message)
			}
			return p
		}
	}
	w.Errorf("document %s has no payment %s", doc, reference)
	return records.PaymentRecord{}
}

// valid says that a listed payment is right.
func (w *world) valid(result string, line int) {
	w.Helper()
	files, err := w.j.FindResults(w.ctx, result+".csv")
	w.ok(err)
	if len(files) != 1 {
		w.Fatalf("%d result files %s", len(files), result)
	}
	p, err := w.j.ListedPayment(w.ctx, files[0], line)
	w.ok(err)
	_, err = w.j.MarkPayment(w.ctx, p, records.PaymentValid, paying.TellAs, true, "the bank says so")
	w.ok(err)
}

// Every service code of a payment confirmation. The payment of document D2 goes through.
func TestPaymentCodes(t *testing.T) {
	for _, c := range []struct {
		name  string
		code  int
		state records.ConfirmState
		next  records.ConfirmState
		tries int
		words []string
	}{
		{"99", 99, records.Stuck, records.Stuck, 1,
			[]string{"belongs to another system, not to us (we are OURS)", "system_id"}},
		{"112", 112, records.Stuck, records.Stuck, 1,
			[]string{"was recalled in Concur after the ERP had paid it", "reverse the posting in the ERP", "goes out whole"}},
		{"114", 114, records.Stuck, records.Stuck, 1,
			[]string{"cannot say what it made of payment P1", "retry document D1"}},
		{"115", 115, records.Stuck, records.Stuck, 1, []string{"not of type expense", "doc_types"}},
		{"116", 116, records.Stuck, records.Stuck, 1, []string{"does not know document D1", "was deleted there"}},
		{"198", 198, records.Stuck, records.Stuck, 1, []string{"for good: code 198", "retry document D1"}},
		{"199", 199, records.Intended, records.Done, 2, nil},
		{"213, never sent", 213, records.Stuck, records.Stuck, 1,
			[]string{"document D1 is paid already (code 213)", "we had not told it of payment P1"}},
		{"298 FAILURE", 298, records.Stuck, records.Stuck, 1, []string{"for good: code 298"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := payable(t)
			w.answer("pay", paid("D1", "paid", "P1"), paid("D2", "paid", "P2"))
			w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "payment", DocID: "D1", Code: c.code, Times: 1})
			exit := bridge.ExitDone
			if c.words != nil {
				exit = bridge.ExitNeedsPerson
			}
			w.run(exit)
			w.payment("D1", "P1", c.state)
			w.payment("D2", "P2", records.Done)
			if c.words != nil {
				w.alarm("payment confirmation", c.words...)
			} else {
				w.quiet()
			}
			w.run(exit)
			w.payment("D1", "P1", c.next)
			if n := w.asked("payment", "D1"); n != c.tries {
				t.Errorf("sent %d times, want %d", n, c.tries)
			}
		})
	}
}

// A recall that is heard from the call about a payment holds the document's next version like one that the call about the
// posting tells: until a person has settled that the ERP is clean, whatever the route does with revisions.
func TestRecallToldByAPayment(t *testing.T) {
	w := postedReport(t, "add")
	w.answer("pay", pays("A", "paid", "P1", "100.00", "EUR"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "payment", DocID: "A", Code: 112, Times: 1})
	w.run(bridge.ExitNeedsPerson)
	w.payment("A", "P1", records.Stuck)
	w.add(fis.Expense, "B", revised("R", 2, "640100=120.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A posted, B held")
	_, err := w.j.SettleByHand(w.ctx, "A", "reversed")
	w.ok(err)
	w.run(bridge.ExitDone)
	w.states("A posted, B filed")
	w.quiet()
}

// One that was settled when people were told that the posting may stay is none of which nothing is left in the ERP: what
// comes again is a revision of it.
func TestRecallSettledBeforeIsNoReversal(t *testing.T) {
	w := postedReport(t, "hold")
	w.answer("pay", pays("A", "paid", "P1", "100.00", "EUR"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "payment", DocID: "A", Code: 112, Times: 1})
	w.run(bridge.ExitNeedsPerson)
	_, err := w.j.SettleByHand(w.ctx, "A", "it is not paid again")
	w.ok(err)
	if _, err := os.Stat(w.j.Path()); err != nil {
		return // in a server; the condition is the same there
	}
	db, err := sql.Open("sqlite", "file:"+w.j.Path())
	w.ok(err)
	defer db.Close()
	done, err := db.ExecContext(w.ctx, `UPDATE payments SET message = 'by hand: it is not paid again' WHERE message LIKE 'by hand: reversed in the ERP: %'`)
	w.ok(err)
	if n, err := done.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("%d payments have the mark: %v", n, err)
	}
	w.add(fis.Expense, "B", revised("R", 2, "640100=120.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A posted, B held")
}

// What came back is not told before the payment that Concur has not taken: the report would be shown as paid in the end.
func TestReturnWaitsForItsStuckPayment(t *testing.T) {
	for name, c := range map[string]struct{ first, second []string }{
		"in one run":  {[]string{paid("D1", "paid", "P1"), paid("D1", "reversed", "P2")}, nil},
		"in two runs": {[]string{paid("D1", "paid", "P1")}, []string{paid("D1", "reversed", "P2")}},
	} {
		t.Run(name, func(t *testing.T) {
			w := payable(t)
			w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "payment", DocID: "D1", Code: 298, Times: 1})
			w.answer("pay", c.first...)
			w.run(bridge.ExitNeedsPerson)
			if c.second != nil {
				w.answer("back", c.second...)
				w.run(bridge.ExitNeedsPerson)
			}
			w.run(bridge.ExitNeedsPerson)
			w.payment("D1", "P1", records.Stuck)
			w.payment("D1", "P2", records.Pending)
			_, err := w.j.RetryConfirmation(w.ctx, "D1", "the vendor says that it works now")
			w.ok(err)
			w.run(bridge.ExitDone)
			if diff := cmp.Diff([]string{"D1 CP 10.00 P1", "D1 RE 10.00 P2 taken back"}, w.told()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// 213: the document is paid. By our own payment when its answer was lost; else a person asks who paid, or whether it
// was paid twice.
func TestPaidBefore(t *testing.T) {
	paidAlready := simfis.Fault{Kind: simfis.FaultItem, Call: "payment", DocID: "D1", Code: 213, Times: 1}
	w := payable(t)
	w.answer("pay", paid("D1", "part", "P1"))
	w.faults(simfis.Fault{Kind: simfis.FaultLost, Call: "payment", Times: 1})
	w.run(bridge.ExitFailed)
	w.faults(paidAlready)
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Done)
	w.quiet()

	w = payable(t)
	w.answer("pay", paid("D1", "paid", "P1"))
	w.run(bridge.ExitDone)
	w.answer("back", paid("D1", "reversed", "R1"))
	w.run(bridge.ExitDone)
	w.answer("more", paid("D1", "paid", "P2"))
	w.faults(paidAlready)
	w.run(bridge.ExitNeedsPerson)
	w.payment("D1", "P2", records.Stuck)
	w.alarm("payment confirmation", "is paid already (code 213): by payment P1", "gives payment P2 beside it",
		"paid twice")
}

// 298 NOOP: the reference is on record. Ours when the answer to our own try was lost; an alarm when we never sent it.
func TestPaymentKnown(t *testing.T) {
	w := payable(t)
	w.answer("pay", pays("D1", "part", "P1", "4.00", "EUR"))
	w.faults(simfis.Fault{Kind: simfis.FaultLost, Call: "payment", Times: 1})
	w.run(bridge.ExitFailed)
	w.payment("D1", "P1", records.Intended)
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Done)
	w.quiet()
	if n := w.effects("payment", "D1"); n != 1 {
		t.Errorf("%d payments with effect", n)
	}

	// Somebody else has used our reference before we do.
	m := meddle(w, &meddler{})
	m.before = func(call string) {
		if call == "payment" {
			w.pays("D1", "P2")
		}
	}
	w.answer("pay2", paid("D2", "paid", "P2"))
	w.run(bridge.ExitNeedsPerson)
	w.payment("D2", "P2", records.Stuck)
	w.alarm("payment confirmation", "knows payment reference P2", "we had not sent it")
	// A second try does not make it ours: the answer to the first one was not lost.
	m.before = nil
	_, err := w.j.RetryConfirmation(w.ctx, "D2", "perhaps now")
	w.ok(err)
	w.run(bridge.ExitNeedsPerson)
	w.payment("D2", "P2", records.Stuck)
	w.alarm("payment confirmation", "knows payment reference P2", "we had not sent it")
}

// A payment that the ERP reports before the posting is confirmed waits for that; one that Concur will not take yet is
// repeated.
func TestPaymentBeforePosting(t *testing.T) {
	w := answered(t, posted("D1", "1"), posted("D2", "2"), paid("D1", "paid", "P1"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "posting", DocID: "D1", Code: 199, Times: 1})
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Waiting)
	if n := w.asked("payment", "D1"); n != 0 {
		t.Errorf("sent %d times before the posting was confirmed", n)
	}
	// The posting goes through, and the payment with it; Concur has not noted the posting yet (NOT_POSTING_CONFIRMED).
	m := meddle(w, &meddler{})
	m.before = func(call string) {
		if call == "payment" && m.sent[call] == 1 {
			w.ok(w.fis.SetStatus("D1", fis.StatusAcknowledged, "OURS"))
		}
	}
	w.run(bridge.ExitDone)
	p := w.payment("D1", "P1", records.Intended)
	if p.Attempts != 0 {
		t.Errorf("%d tries are kept of a payment that Concur did not take", p.Attempts)
	}
	w.ok(w.fis.SetStatus("D1", fis.StatusPostedSuccess, "OURS"))
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Done)
}

// A payment of a document that the ERP rejected is not sent, and asks for a person: before the rejection is known, and
// after.
func TestPaymentOfRejected(t *testing.T) {
	w := answered(t, posted("D2", "2"), paid("D1", "paid", "P1"))
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Waiting)
	w.answer("no", rejected("D1", "no"))
	w.run(bridge.ExitNeedsPerson)
	w.payment("D1", "P1", records.Stuck)
	w.alarm("payment confirmation", "paid document D1, and rejected it", "mark document D1 settled")
	n, err := w.j.SettleByHand(w.ctx, "D1", "the payment was reversed")
	w.ok(err)
	if n != 1 {
		t.Errorf("%d settled", n)
	}
	w.run(bridge.ExitDone)
	w.answer("later", paid("D1", "paid", "P2"))
	w.run(bridge.ExitNeedsPerson)
	w.alarm("result lines", "could not be used")
	if n := w.asked("payment", "D1"); n != 0 {
		t.Errorf("sent %d times", n)
	}
}

// The payments of one document arrive in the order in which the ERP made them, one after the other's answer, also when
// an answer is lost.
func TestPaymentOrder(t *testing.T) {
	w := payable(t)
	w.answer("pay", pays("D1", "part", "P1", "4.00", "EUR"), pays("D1", "part", "P2", "3.00", "EUR"),
		pays("D1", "paid", "P3", "3.00", "EUR"), paid("D2", "paid", "P4"), paid("D1", "reversed", "P5"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "payment", DocID: "D1", Code: 199, Skip: 1, Times: 1})
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Done)
	w.payment("D1", "P2", records.Intended)
	w.payment("D1", "P3", records.Pending)
	w.payment("D2", "P4", records.Done)
	w.run(bridge.ExitDone)
	d, _ := w.fis.Document("D1")
	var order []string
	for _, p := range d.Payments {
		var item struct {
			Clearing []struct {
				Reference struct {
					PaymentRef string `json:"paymentRef"`
				} `json:"clearingReference"`
			} `json:"clearingDetails"`
		}
		w.ok(json.Unmarshal(p, &item))
		order = append(order, item.Clearing[0].Reference.PaymentRef)
	}
	if got := strings.Join(order, " "); got != "P1 P2 P3 P5" {
		t.Errorf("Concur got %s", got)
	}
}

// A reference that was used before, for another document or with other content, is stopped before it is sent; the same
// again is nothing new.
func TestPaymentReferenceTwice(t *testing.T) {
	w := payable(t)
	w.answer("a", paid("D1", "paid", "P1"))
	w.run(bridge.ExitDone)
	w.answer("b", paid("D1", "paid", "P1"), pays("D2", "part", "P2", "4.00", "EUR"))
	w.run(bridge.ExitDone)
	w.answer("c", pays("D2", "paid", "P1", "6.00", "EUR"))
	w.run(bridge.ExitNeedsPerson)
	w.alarm("result lines", "1 of 1 lines")
	if n := w.asked("payment", "D1") + w.asked("payment", "D2"); n != 2 {
		t.Errorf("%d payments sent", n)
	}
	if note := w.read("erp/out/failed/" + w.note("c.result")); !strings.Contains(note, `payment reference "P1" was used before for document D1`) {
		t.Errorf("%s", note)
	}
}

// FIS takes payments for expense only: those of invoices are kept, and not sent. So are those of a route without
// payments.
func TestKeptPayments(t *testing.T) {
	w := newWorld(t, options{})
	w.add(fis.Invoice, "I1", invoice("RI1", "650100"))
	w.run(bridge.ExitDone)
	w.answer("1", posted("I1", "1"), pays("I1", "paid", "P1", "50.00", "USD"))
	w.run(bridge.ExitDone)
	w.run(bridge.ExitDone)
	w.payment("I1", "P1", records.Kept)
	w.status("I1", fis.StatusPostedSuccess)
	if n := w.asked("payment", "I1"); n != 0 {
		t.Errorf("sent %d times", n)
	}

	w = newWorld(t, options{routes: strings.Replace(oneRoute, "doc_types", "payments: false\n    doc_types", 1)})
	w.good("D1")
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"), paid("D1", "paid", "P1"))
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Kept)
}
