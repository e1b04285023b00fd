package bridge_test

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// rename changes system_id in the configuration, as the next process reads it.
func (w *world) rename(system string) {
	w.Helper()
	w.cfg.Concur.SystemID = system
	w.client = w.newClient()
	w.service = w.client
	w.load()
}

// system_id changes between acknowledgement and confirmation: what was acknowledged under the former name is confirmed
// and paid under it, what comes from then on under the new one, in one run.
func TestSystemIDChanges(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.rename("NEW")
	w.good("D3")
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"), rejected("D2", "no"), posted("D3", "3"))
	w.run(bridge.ExitDone)
	w.answer("2", paid("D1", "paid", "P1"), paid("D3", "paid", "P3"))
	w.run(bridge.ExitDone)
	w.quiet()
	w.status("D1", fis.StatusPostedSuccess)
	w.status("D2", fis.StatusPostedFailure)
	w.status("D3", fis.StatusPostedSuccess)
	w.payment("D1", "P1", records.Done)
	w.payment("D3", "P3", records.Done)
	for id, want := range map[string]string{"D1": "OURS", "D2": "OURS", "D3": "NEW"} {
		if d, err := w.j.Document(w.ctx, id); err != nil || d.SystemID != want {
			t.Errorf("%s keeps %q, want %q (%v)", id, d.SystemID, want, err)
		}
	}
}

// The answer to the acknowledgement was lost and the name changed before it was asked for again: it is asked for under
// the former name, and ours. One that was never sent goes under the new one.
func TestSystemIDChangesBeforeTheAnswer(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.faults(simfis.Fault{Kind: simfis.FaultLost, Call: "acknowledge"})
	w.run(bridge.ExitFailed)
	w.states("D1 stored")
	w.faults()
	w.rename("NEW")
	w.good("D2")
	w.run(bridge.ExitDone)
	w.states("D1 filed, D2 filed")
	w.quiet()
	if n := w.effects("acknowledge", "D1"); n != 1 {
		t.Errorf("acknowledged %d times", n)
	}
	w.answer("1", posted("D1", "1"), posted("D2", "2"))
	w.run(bridge.ExitDone)
	w.status("D1", fis.StatusPostedSuccess)
	w.status("D2", fis.StatusPostedSuccess)
}

// The lock is lost (111) after the name changed: it is taken again under the name that the document keeps.
func TestSystemIDChangesAndTheLockIsLost(t *testing.T) {
	w := answered(t, posted("D1", "1"), posted("D2", "2"))
	w.rename("NEW")
	w.ok(w.fis.SetStatus("D1", fis.StatusReady, ""))
	w.run(bridge.ExitDone)
	w.status("D1", fis.StatusPostedSuccess)
	if d, _ := w.fis.Document("D1"); d.ERPSystemID != "OURS" {
		t.Errorf("locked for %s", d.ERPSystemID)
	}
}

// Another system took the document: the message names it, and offers to try again, not only to give the confirmation
// up.
func TestConfirmationOfAnothersDocument(t *testing.T) {
	w := answered(t, posted("D1", "1"), posted("D2", "2"))
	w.ok(w.fis.SetStatus("D1", fis.StatusAcknowledged, "THEIRS"))
	w.run(bridge.ExitNeedsPerson)
	w.alarm("posting confirmation",
		"document D1 was acknowledged from here as OURS, but belongs to system THEIRS in Concur now",
		"retry document D1", "mark document D1 settled")
	w.ok(w.fis.SetStatus("D1", fis.StatusAcknowledged, "OURS"))
	_, err := w.j.RetryConfirmation(w.ctx, "D1", "given back")
	w.ok(err)
	w.run(bridge.ExitDone)
	w.quiet()
}

// A result file that a killed run had claimed under the former name is taken all the same.
func TestSystemIDChangesWhileAFileIsClaimed(t *testing.T) {
	w := answered(t, posted("D1", "1"), posted("D2", "2"))
	boxes := w.list("erp/out")
	w.ok(w.claimAs("OURS", boxes[0]))
	w.rename("NEW")
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 posted")
	if left := w.list("erp/out"); len(left) > 0 {
		t.Errorf("left in the return folder: %q", left)
	}
}
