package bridge_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// corrected gives a world in which report R1 was rejected as D1, came back corrected as D2, and went out again.
func corrected(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, options{})
	w.add(fis.Expense, "D1", expense("R1", "640100"))
	w.run(bridge.ExitDone)
	w.answer("1", rejected("R1", "cost center closed"))
	w.run(bridge.ExitDone)
	w.states("D1 rejected")
	w.add(fis.Expense, "D2", expense("R1", "640100"))
	w.run(bridge.ExitDone)
	w.states("D1 rejected, D2 filed")
	return w
}

// An ERP that answers by report id answers a corrected report: the open document is meant, and the run says which. So
// it is with payments by report key, and with whatever the ERP repeats later.
func TestReportIDOfACorrectedReport(t *testing.T) {
	w := corrected(t)
	w.answer("2", posted("R1", "1901"))
	s := w.run(bridge.ExitDone)
	w.states("D1 rejected, D2 posted")
	if notes := strings.Join(s.Notes, "\n"); !strings.Contains(notes, `"R1" is the reference of D1 (rejected, route journals), D2 (without an outcome yet, route journals); D2 is meant, the one without an outcome`) {
		t.Errorf("%q", s.Notes)
	}
	w.answer("3", paid("KR1", "paid", "P1"), posted("R1", "1901"))
	w.run(bridge.ExitDone)
	w.payment("D2", "P1", records.Done)
	w.quiet()
	w.status("D1", fis.StatusPostedFailure)
	w.status("D2", fis.StatusPostedSuccess)
}

// A payment that comes before the answer waits for the document that can be paid.
func TestReportKeyBeforeTheAnswer(t *testing.T) {
	w := corrected(t)
	w.answer("2", paid("KR1", "paid", "P1"))
	w.run(bridge.ExitDone)
	w.payment("D2", "P1", records.Waiting)
	w.answer("3", posted("D2", "1901"))
	w.run(bridge.ExitDone)
	w.payment("D2", "P1", records.Done)
}

// What is still ambiguous is listed with the candidates: two open documents of one report.
func TestReportIDOfTwoOpenDocuments(t *testing.T) {
	w := newWorld(t, options{})
	w.add(fis.Expense, "D1", expense("R1", "640100"))
	w.add(fis.Expense, "D2", expense("R2", "640100"))
	w.run(bridge.ExitDone)
	w.sameReport("D1", "D2")
	w.answer("2", posted("R1", "1901"), paid("R1", "paid", "P1"))
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 filed")
	note := w.read("erp/out/failed/" + w.note("2.result"))
	if !strings.Contains(note, `"R1" means 2 documents (D1 (without an outcome yet, route journals), D2 (without an outcome yet, route journals)); the ERP must give back the docId or the import file`) {
		t.Error(note)
	}
}

// Ids that come back in other letters are the same ids: docIds, report ids, report keys. (Field case F21.)
func TestIDsInOtherLetters(t *testing.T) {
	w := newWorld(t, options{})
	for _, id := range []string{"a639004eb41f67c7", "B639004EB41F67C7", "c639004eb41f67c7"} {
		w.add(fis.Expense, id, expense("rep-"+id, "640100"))
	}
	w.run(bridge.ExitDone)
	w.answer("1", posted("A639004EB41F67C7", "1"), posted("b639004eb41f67c7", "2"), posted("REP-C639004EB41F67C7", "3"),
		paid("kREP-a639004eb41f67c7", "paid", "P1"))
	w.run(bridge.ExitDone)
	w.states("a639004eb41f67c7 posted, B639004EB41F67C7 posted, c639004eb41f67c7 posted")
	w.status("a639004eb41f67c7", fis.StatusPostedSuccess)
	w.payment("a639004eb41f67c7", "P1", records.Done)
}

// Two documents of one report are posted, such as a report and what changed in it: a payment that names the ERP's
// document number is that document's.
func TestPaymentNamesThePosting(t *testing.T) {
	w := newWorld(t, options{})
	w.add(fis.Expense, "D1", expense("R1", "640100"))
	w.add(fis.Expense, "D2", expense("R2", "640100"))
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "a1901"), posted("D2", "A1902"))
	w.run(bridge.ExitDone)
	w.sameReport("D1", "D2")
	w.answer("2", strings.Replace(paid("R1", "paid", "P1"), ",1000,,", ",1000,a1902,", 1),
		strings.Replace(paid("R1", "paid", "P2"), ",1000,,", ",1000,A1901,", 1))
	w.run(bridge.ExitDone)
	w.payment("D2", "P1", records.Done)
	w.payment("D1", "P2", records.Done)
	// a number that is neither's decides nothing
	w.answer("3", strings.Replace(paid("R1", "part", "P3"), ",1000,,", ",1000,7,", 1))
	w.run(bridge.ExitNeedsPerson)
}

// An ERP whose result files list everything of the last days says again what it said of the first document of a report
// while the second one is on its way: the document number tells that it speaks of the first.
func TestRepeatedAnswerIsNotTheNextDocuments(t *testing.T) {
	w := newWorld(t, options{})
	w.add(fis.Expense, "D1", expense("R1", "640100"))
	w.run(bridge.ExitDone)
	w.answer("1", posted("R1", "1901"))
	w.run(bridge.ExitDone)
	w.add(fis.Expense, "D2", expense("R2", "640100"))
	w.run(bridge.ExitDone)
	w.sameReport("D1", "D2")
	w.answer("2", posted("R1", "1901"), posted("D1", "1901"))
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 filed")
	w.answer("3", posted("R1", "1901"), posted("R1", "1902"))
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 posted")
	w.quiet()
}
