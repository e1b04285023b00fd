package bridge_test

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// Concur does not take back the mark of an invoice whose payment came back, and the ERP pays it again. The second
// payment waits until a person has taken the mark back by hand and said so: settled with the first, it would never be
// told, and the paid invoice would stand as void.
func TestPaymentBehindAMarkThatStands(t *testing.T) {
	w := invoices(t)
	w.fis.SetBehaviour(simfis.Behaviour{MarksChange: false})
	w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"))
	w.run(bridge.ExitDone)
	w.answer("3", paysInvoice("D1", "reversed", "P1R", "50.00"))
	w.run(bridge.ExitNeedsPerson)
	w.answer("4", paysInvoice("D1", "paid", "P2", "50.00"), paysInvoice("D2", "paid", "P9", "50.00"))
	w.run(bridge.ExitNeedsPerson)
	w.alarm("payment confirmation", "does not change the mark", "later payments of the invoice wait")
	w.payment("D1", "P2", records.Pending)
	w.marks("D2", "PAID P9 50.00") // no other invoice waits

	// Tried again it is refused again, and the later one still waits.
	_, err := w.j.RetryConfirmation(w.ctx, "D1", "again")
	w.ok(err)
	w.run(bridge.ExitNeedsPerson)
	w.payment("D1", "P1R", records.Stuck)
	w.payment("D1", "P2", records.Pending)

	w.fis.SetBehaviour(simfis.Behaviour{MarksChange: true})
	w.ok(w.fis.MarkAs("D1", simfis.Marked{Status: "VOID"}))
	n, err := w.j.SettleByHand(w.ctx, "D1", "taken back in Concur")
	if w.ok(err); n != 1 {
		t.Errorf("%d settled", n)
	}
	w.run(bridge.ExitDone)
	w.payment("D1", "P2", records.Done)
	w.marks("D1", "PAID P1 50.00, VOID, PAID P2 50.00")
	w.minded()
	w.quiet()
}

// What came back and was paid again in one file is told in its order.
func TestVoidAndPaidInOneFile(t *testing.T) {
	w := invoices(t)
	w.fis.SetBehaviour(simfis.Behaviour{MarksChange: true})
	w.answer("2", paysInvoice("D1", "paid", "P1", "50.00"))
	w.run(bridge.ExitDone)
	w.answer("3", paysInvoice("D1", "reversed", "P1R", "50.00"), paysInvoice("D1", "paid", "P2", "50.00"))
	w.run(bridge.ExitDone)
	w.marks("D1", "PAID P1 50.00, VOID P1R, PAID P2 50.00")
	w.quiet()
}
