package bridge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// A cell that went through a spreadsheet, or a word for nothing, is no document number: Concur is not told of it, and a
// person reads what the cell says. What the ERP refuses has no number, whatever stands there.
func TestNoDocumentNumber(t *testing.T) {
	bad := []string{"#N/A", "#REF!", "NULL", "-", "0", "000000", "1.9E+09", "1900001008.0"}
	w := newWorld(t, options{})
	rows := []string{posted("D0", "4711"), posted("R1", "0")}
	rows[1] = strings.NewReplacer(",ok,", ",error,", ",,,,,,\r\n", ",,,,,,closed\r\n").Replace(rows[1])
	ids := []string{"D0", "R1"}
	for i, n := range bad {
		id := "N" + string(rune('A'+i))
		ids, rows = append(ids, id), append(rows, posted(id, n))
	}
	w.good(ids...)
	w.run(bridge.ExitDone)
	w.answer("1", rows...)
	w.run(bridge.ExitNeedsPerson)
	w.status("D0", fis.StatusPostedSuccess)
	w.status("R1", fis.StatusPostedFailure)
	note := w.read("erp/out/failed/" + w.note("1"))
	for i, n := range bad {
		w.status(ids[2+i], fis.StatusAcknowledged)
		if !strings.Contains(note, `the document number is "`+n+`": `) {
			t.Errorf("%s is not listed: %s", n, note)
		}
	}
	w.answer("2", paid("D0", "paid", "#VALUE!"))
	w.run(bridge.ExitNeedsPerson)
	if told := w.told(); len(told) > 0 {
		t.Error(told)
	}
}

// Concur wants a document number of what is posted. Where a person says that the ERP gives none it is told the import file, and
// of a later document of the report that changes nothing that of the one before it. A number that the ERP gives afterwards is
// kept.
func TestPostedWithoutANumber(t *testing.T) {
	w := newWorld(t, options{routes: fmt.Sprintf(revisionRoute, "hold")})
	w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
	w.run(bridge.ExitDone)
	file := w.list("erp/in")[0]
	w.ok(w.j.MarkOutcome(w.ctx, "A", fis.Outcome{Verdict: fis.Posted, Company: "1000"}, "the ERP has no numbers"))
	w.run(bridge.ExitDone)
	if sent := w.confirmed("A"); !strings.Contains(sent, `"documentNumber":"`+file+`"`) {
		t.Error(sent)
	}
	w.add(fis.Expense, "B", revised("R", 2, "640100=100.00"))
	w.run(bridge.ExitNeedsPerson)
	w.reason("B", "changes nothing")
	w.ok(w.j.ReleaseAs(w.ctx, "B", records.PostReplace, "nothing to do"))
	w.run(bridge.ExitDone)
	w.states("B posted")
	if sent := w.confirmed("B"); !strings.Contains(sent, `"documentNumber":"`+file+`"`) {
		t.Error(sent)
	}
	w.answer("1", posted("A", "4711"))
	w.run(bridge.ExitDone)
	w.quiet()
}
