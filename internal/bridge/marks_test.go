package bridge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// markRoute tells Concur of invoices that are paid.
const markRoute = `
  - name: invoices
    doc_types: [invoice]
    mapping: csv.xlsx
    drop: { target: erp, folder: in }
    returns: { folder: out, settle: 0s, min_age: 0s }
    payments: true
`

// invoices gives a world whose invoices D1 and D2 of 50.00 USD are posted and confirmed; changes are made in D1.
func invoices(t *testing.T, changes ...string) *world {
	t.Helper()
	return invoicesOf(t, markRoute, changes...)
}

func invoicesOf(t *testing.T, routes string, changes ...string) *world {
	t.Helper()
	w := newWorld(t, options{routes: routes})
	w.add(fis.Invoice, "D1", strings.NewReplacer(changes...).Replace(invoice("REQ1", "650100")))
	w.add(fis.Invoice, "D2", invoice("REQ2", "650100"))
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"), posted("D2", "2"))
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 posted")
	return w
}

// marks are the marks of a document that took effect, in their order.
func (w *world) marks(doc, want string) {
	w.Helper()
	d, _ := w.fis.Document(doc)
	var got []string
	for _, m := range d.Marks {
		got = append(got, strings.TrimSpace(m.Status+" "+m.CheckNumber+" "+m.Amount))
	}
	if text := strings.Join(got, ", "); text != want {
		w.Errorf("marks of %s: %q, want %q", doc, text, want)
	}
}

// minded fails when the service was asked something that its reference does not allow, or that could pay twice.
func (w *world) minded() {
	w.Helper()
	for _, r := range w.fis.Refusals() {
		w.Errorf("the service minded: %s: %s", r.Call, r.Reason)
	}
}

func paysInvoice(ref, status, payment, amount string) string {
	return pays(ref, status, payment, amount, "USD")
}

// An invoice is marked once the whole is paid, with the sum of its parts, and never by a part.
func TestInvoiceIsMarkedPaid(t *testing.T) {
	w := invoices(t)
	w.answer("2", paysInvoice("D1", "part", "P1", "20.00"), paysInvoice("D2", "paid", "P9", "50.00"))
	s := w.run(bridge.ExitDone)
	if s.PaymentsSent != 1 {
		t.Errorf("%d payments sent", s.PaymentsSent)
	}
	w.payment("D1", "P1", records.Kept)
	w.marks("D1", "")
	w.marks("D2", "PAID P9 50.00")
	w.answer("3", paysInvoice("D1", "paid", "P2", "30.00"))
	w.run(bridge.ExitDone)
	w.payment("D1", "P2", records.Done)
	w.marks("D1", "PAID P2 50.00")
	if n := w.asked("payment", "D1") + w.asked("payment", "D2"); n != 0 {
		t.Errorf("FIS was told %d times, which takes no payments of invoices", n)
	}
	w.minded()
	w.quiet()
}

// An invoice that was paid less its discount is paid: Concur is told of what was paid.
func TestInvoicePaidWithDiscount(t *testing.T) {
	w := invoices(t, `"isTest":"N"`, `"isTest":"N","discountPercentage":2,"discountTermsDays":30`)
	w.answer("2", paysInvoice("D1", "paid", "P1", "49.00"), paysInvoice("D2", "part", "P2", "49.00"))
	w.run(bridge.ExitNeedsPerson) // what the ERP calls a part leaves a small rest of D2
	w.marks("D1", "PAID P1 49.00")
	w.marks("D2", "")
	w.answer("3", paysInvoice("D2", "paid", "P3", "0.98"))
	w.run(bridge.ExitNeedsPerson) // D2 gives no discount
	w.marks("D2", "")
	w.minded()
}

// Without the key in its route no invoice is marked.
func TestInvoiceIsNotMarkedUnasked(t *testing.T) {
	w := newWorld(t, options{})
	w.add(fis.Invoice, "D1", invoice("REQ1", "650100"))
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"), paysInvoice("D1", "paid", "P1", "50.00"))
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Kept)
	w.marks("D1", "")
	if n := w.asked("mark", "D1"); n != 0 {
		t.Errorf("asked %d times", n)
	}
}

// A payment before its posting waits, and Concur takes its time until the invoice is extracted.
func TestMarkBeforeExtracted(t *testing.T) {
	w := newWorld(t, options{routes: markRoute})
	w.fis.SetBehaviour(simfis.Behaviour{ExtractAfter: 2})
	w.add(fis.Invoice, "D1", invoice("REQ1", "650100"))
	w.run(bridge.ExitDone)
	w.answer("1", paysInvoice("D1", "paid", "P1", "50.00"))
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Waiting)
	w.answer("2", posted("D1", "1"))
	for range 2 {
		w.run(bridge.ExitDone)
		if p := w.payment("D1", "P1", records.Intended); p.Attempts != 0 {
			t.Errorf("%d tries are kept of a mark that Concur did not take", p.Attempts)
		}
	}
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Done)
	w.marks("D1", "PAID P1 50.00")
	w.minded()
}

// A lost answer: the invoice is read back before anything is sent again, and is paid once.
func TestMarkWithLostAnswer(t *testing.T) {
	for _, kind := range []string{simfis.FaultLost, simfis.FaultHalf, simfis.FaultAfter, simfis.FaultGarbage} {
		t.Run(kind, func(t *testing.T) {
			w := invoices(t)
			w.faults(simfis.Fault{Kind: kind, Call: "mark", Times: 1})
			w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"), paysInvoice("D2", "paid", "P2", "50.00"))
			w.run(bridge.ExitFailed)
			w.payment("D1", "P1", records.Intended)
			w.run(bridge.ExitDone)
			w.payment("D1", "P1", records.Done)
			w.payment("D2", "P2", records.Done)
			w.marks("D1", "PAID P1 50.00")
			if n := w.asked("mark", "D1"); n != 1 {
				t.Errorf("sent %d times", n)
			}
			w.minded()
			w.quiet()
		})
	}
}

// The call never arrived: the read-back shows nothing, and the same mark goes out again.
func TestMarkThatWasCut(t *testing.T) {
	w := invoices(t)
	w.faults(simfis.Fault{Kind: simfis.FaultCut, Call: "mark", Times: 1})
	w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"))
	w.run(bridge.ExitFailed)
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Done)
	w.marks("D1", "PAID P1 50.00")
	w.minded()
}

// While the read-back fails nothing is sent again.
func TestMarkNotRepeatedBlindly(t *testing.T) {
	w := invoices(t)
	w.faults(simfis.Fault{Kind: simfis.FaultLost, Call: "mark", Times: 1},
		simfis.Fault{Kind: simfis.FaultStatus, Call: "look", Status: 503})
	w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"), paysInvoice("D2", "paid", "P2", "50.00"))
	w.run(bridge.ExitFailed)
	w.run(bridge.ExitFailed)
	if n := w.asked("mark", "D1") + w.asked("mark", "D2"); n != 2 {
		t.Errorf("sent %d times", n)
	}
	w.faults()
	w.run(bridge.ExitDone)
	w.payment("D1", "P1", records.Done)
	w.payment("D2", "P2", records.Done)
	w.marks("D1", "PAID P1 50.00")
}

// What the read-back cannot show a person must: where we may not look, where Concur shows nothing and takes the mark no
// more, and where it shows another payment.
func TestMarkThatIsInDoubt(t *testing.T) {
	for name, c := range map[string]struct {
		behaviour simfis.Behaviour
		other     bool
		words     []string
	}{
		"may not look":  {simfis.Behaviour{NoReadBack: true}, false, []string{"we may not look", "retry document D1"}},
		"shows nothing": {simfis.Behaviour{ReadBackBlank: true}, false, []string{"probably marked", "Extracted"}},
		"shows another": {simfis.Behaviour{}, true, []string{"another payment", "THEIRS"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := invoices(t)
			w.fis.SetBehaviour(c.behaviour)
			w.faults(simfis.Fault{Kind: simfis.FaultLost, Call: "mark", Times: 1})
			w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"))
			w.run(bridge.ExitFailed)
			if c.other {
				w.ok(w.fis.MarkAs("D1", simfis.Marked{Status: "PAID", CheckNumber: "THEIRS"}))
			}
			w.run(bridge.ExitNeedsPerson)
			w.payment("D1", "P1", records.Stuck)
			w.alarm("payment confirmation", append(c.words, "mark document D1 settled")...)
			w.minded()
			if c.behaviour.NoReadBack { // the right is given
				w.fis.SetBehaviour(simfis.Behaviour{})
				_, err := w.j.RetryConfirmation(w.ctx, "D1", "we may look now")
				w.ok(err)
				w.run(bridge.ExitDone)
				w.payment("D1", "P1", records.Done)
				w.marks("D1", "PAID P1 50.00")
				w.quiet()
				return
			}
			n, err := w.j.SettleByHand(w.ctx, "D1", "seen in Concur")
			w.ok(err)
			if n != 1 {
				t.Errorf("%d settled", n)
			}
			w.run(bridge.ExitDone)
		})
	}
}

// A call that is taken in part: each invoice for itself.
func TestMarksItemByItem(t *testing.T) {
	w := invoices(t)
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "mark", DocID: "D1", Times: 1})
	w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"), paysInvoice("D2", "paid", "P2", "50.00"))
	w.run(bridge.ExitNeedsPerson)
	w.payment("D1", "P1", records.Stuck)
	w.payment("D2", "P2", records.Done)
	w.alarm("payment confirmation", "Concur does not mark invoice D1", "Unknown error", "retry document D1")
	_, err := w.j.RetryConfirmation(w.ctx, "D1", "again")
	w.ok(err)
	w.run(bridge.ExitDone)
	w.marks("D1", "PAID P1 50.00")
	w.quiet()
}

// A busy service is asked again; one that fails is asked in the next run.
func TestMarkWithBusyService(t *testing.T) {
	w := invoices(t)
	w.faults(simfis.Fault{Kind: simfis.FaultStatus, Call: "mark", Status: 429, RetryAfter: 5, Times: 1})
	w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"))
	w.run(bridge.ExitFailed) // this world's client never waits
	if p := w.payment("D1", "P1", records.Pending); p.Attempts != 0 {
		t.Errorf("%d tries are kept", p.Attempts)
	}
	w.run(bridge.ExitDone)
	w.marks("D1", "PAID P1 50.00")
	for _, c := range w.fis.Record() {
		if c.Call == "look" {
			t.Error("read back, although nothing was done")
		}
	}
}

// Money that came back makes the mark void, and paid again paid; where Concur changes no mark, a person must.
func TestMarkTakenBack(t *testing.T) {
	for _, change := range []bool{true, false} {
		w := invoices(t)
		w.fis.SetBehaviour(simfis.Behaviour{MarksChange: change})
		w.answer("2", paysInvoice("D1", "part", "P1", "20.00"), paysInvoice("D1", "paid", "P2", "30.00"))
		w.run(bridge.ExitDone)
		w.answer("3", paysInvoice("D1", "reversed", "P2R", "30.00"))
		if !change {
			w.run(bridge.ExitNeedsPerson)
			w.alarm("payment confirmation", "does not change the mark", "mark document D1 settled")
			continue
		}
		w.run(bridge.ExitDone)
		w.marks("D1", "PAID P2 50.00, VOID P2R")
		w.answer("4", paysInvoice("D1", "reversed", "P1R", "20.00"))
		w.run(bridge.ExitDone)
		w.payment("D1", "P1R", records.Kept) // Concur knows of no payment any more
		w.answer("5", paysInvoice("D1", "paid", "P3", "50.00"))
		w.run(bridge.ExitDone)
		w.marks("D1", "PAID P2 50.00, VOID P2R, PAID P3 50.00")
		w.minded()
		w.quiet()
	}
}

// The ERP says that no payment will come.
func TestMarkCancelled(t *testing.T) {
	w := invoices(t)
	w.answer("2", paysInvoice("D1", "void", "P1", "50.00"))
	w.run(bridge.ExitDone)
	w.marks("D1", "CANCEL P1")
	w.minded()
}

// An invoice that Concur itself pays is never marked: it could be paid twice.
func TestInvoiceThatConcurPays(t *testing.T) {
	for name, change := range map[string]string{
		"indicator": `"isTest":"N","invoicePayIndicator":"Y"`, "method": `"isTest":"N","payMethodType":"ACH"`,
	} {
		t.Run(name, func(t *testing.T) {
			w := invoices(t, `"isTest":"N"`, change)
			w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"))
			w.run(bridge.ExitNeedsPerson)
			w.payment("D1", "P1", records.Stuck)
			w.alarm("payment confirmation", "paid by Concur itself", "mark document D1 settled")
			if n := w.asked("mark", "D1"); n != 0 {
				t.Errorf("asked %d times", n)
			}
		})
	}
	w := invoices(t, `"isTest":"N"`, `"isTest":"N","payMethodType":"WIRE"`)
	w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"))
	w.run(bridge.ExitDone)
	if d, _ := w.fis.Document("D1"); d.Marked == nil || d.Marked.Method != "WIRE" {
		t.Errorf("marked as %+v", d.Marked)
	}
	w.minded()
}

// A document that aged out before it was paid does not tell any more who pays the invoice: a person is asked.
func TestMarkOfAgedDocument(t *testing.T) {
	w := invoices(t)
	w.clock.add(40 * 24 * time.Hour)
	if n, err := w.j.Age(w.ctx, w.clock.now()); err != nil || n.Payloads != 2 {
		t.Fatalf("%+v, %v", n, err)
	}
	w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"))
	w.run(bridge.ExitNeedsPerson)
	w.payment("D1", "P1", records.Stuck)
	w.alarm("payment confirmation", "has aged out", "mark document D1 settled")
	w.marks("D1", "")
}

// Concur knows one mark for all documents of an invoice: nothing is told while one of them is open, then the whole is.
func TestRevisedInvoiceIsMarkedAsAWhole(t *testing.T) {
	revised := func(w *world) {
		w.add(fis.Invoice, "D3", strings.NewReplacer(`"requestTotal":50.0,"amountNetInvoice":50.0`, `"requestTotal":70.0,"amountNetInvoice":70.0`,
			`"amountNet":50.0,"amountGross":50`, `"amountNet":70.0,"amountGross":70`).Replace(invoice("REQ1", "650100")))
		w.run(bridge.ExitDone)
		w.answer("5", posted("D3", "3"))
		w.run(bridge.ExitDone)
		w.states("D1 posted, D2 posted, D3 posted")
	}
	both := strings.Replace(markRoute, "payments: true", "payments: true\n    revisions: replace", 1)

	w := invoicesOf(t, both)
	revised(w)
	w.answer("6", paysInvoice("D3", "paid", "P3", "20.00")) // 50.00 are open
	w.run(bridge.ExitNeedsPerson)
	w.payment("D3", "P3", records.Stuck)
	w.marks("D1", "")
	w.marks("D3", "")
	w.answer("7", paysInvoice("D1", "paid", "P1", "50.00"))
	w.run(bridge.ExitNeedsPerson)
	w.payment("D1", "P1", records.Done)
	w.marks("D3", "PAID P1 70.00") // the latest document stands for the invoice
	w.minded()

	w = invoicesOf(t, both)
	w.answer("4", paysInvoice("D1", "paid", "P1", "50.00"))
	w.run(bridge.ExitDone)
	w.marks("D1", "PAID P1 50.00")
	revised(w)
	w.answer("6", paysInvoice("D3", "paid", "P3", "20.00")) // Concur shows it as paid already
	w.run(bridge.ExitNeedsPerson)
	w.payment("D3", "P3", records.Stuck)
	w.marks("D3", "")
	w.minded()
}
