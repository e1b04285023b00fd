package bridge_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// An invoice that is paid but for a cent is asked about at once, an instalment when nothing follows for a month. A person
// settles it once; what is paid meanwhile settles itself.
func TestPaidButForARest(t *testing.T) {
	w := invoices(t)
	w.answer("2", paysInvoice("D1", "part", "P1", "49.99"), paysInvoice("D2", "part", "P2", "25.00"))
	w.run(bridge.ExitNeedsPerson)
	w.marks("D1", "")
	a := w.alarm("paid in part", "of document D1 (report REQ1) 49.99 of 50.00 USD is paid, and 0.01 USD is open", "mark the invoice as paid in Concur")
	w.run(bridge.ExitNeedsPerson)
	w.ok(w.j.ResolveAlarm(w.ctx, a.ID, "the bank kept a cent"))
	w.run(bridge.ExitDone)
	w.quiet()

	w.clock.add(31 * 24 * time.Hour)
	w.run(bridge.ExitNeedsPerson)
	w.alarm("paid in part", "of document D2", "25.00 of 50.00 USD is paid")
	w.clock.add(70 * 24 * time.Hour) // it does not go away by getting old
	w.run(bridge.ExitNeedsPerson)
	w.alarm("paid in part", "of document D2")
	w.answer("3", on("2026-07-09", paysInvoice("D2", "part", "P3", "25.00")))
	w.run(bridge.ExitDone)
	w.marks("D2", "PAID P3 50.00")
	w.quiet()
}

// Of an expense report a small rest is asked about too, and an instalment is not; what a card gets in part after the
// employee has all is nobody's question.
func TestReportPaidButForARest(t *testing.T) {
	w := banked(t)
	w.write("erp/out/54.xml", camt("DBIT 04-02 19.50 B1 RD1", "DBIT 04-02 5.00 B2 RD2"))
	w.run(bridge.ExitNeedsPerson)
	w.alarm("paid in part", "of document D1 (report RD1) 19.50 of 20.00 EUR is paid, and 0.50 EUR is open")
	w.write("erp/out/55.xml", camt("DBIT 04-03 0.50 B3 RD1"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 PP 19.50 B1", "D2 PP 5.00 B2", "D1 CP 0.50 B3"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
}
