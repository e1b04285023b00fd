package bridge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// statement is an MT940 of one booked debit, whose reference is ours and whose bank has none of its own.
func statement(reference, amount string) string {
	return ":20:S\n:25:A\n:28C:1\n:60F:C260402EUR100,00\n:61:2604020402D" + amount + ",NTRFNONREF\n:86:166?00X?20EREF+" + reference + "\n:62F:C260402EUR" + map[string]string{"8": "92", "10": "90"}[amount] + ",00\n-\n"
}

// Two files tell of one part, and neither has the bank's own reference: the references that are made of them differ.
// The part is told once, and a person says whether the second one is another.
func TestPartWithTwoMadeReferences(t *testing.T) {
	w := banked(t)
	w.write("erp/out/a.xml", strings.NewReplacer("<AcctSvcrRef>B1</AcctSvcrRef>", "", "RD1", "D1").Replace(camt("DBIT 04-02 8.00 B1 RD1")))
	w.run(bridge.ExitDone)
	w.write("erp/out/day.sta", statement("RD1", "8"))
	w.run(bridge.ExitNeedsPerson)
	if told := w.told(); len(told) != 1 || !strings.HasPrefix(told[0], "D1 PP 8.00 ") {
		t.Errorf("%q", told)
	}
	if note := w.read("erp/out/failed/" + w.note("day")); !strings.Contains(note, "told again") || !strings.Contains(note, "neither has the bank's own reference") {
		t.Error(note)
	}
}

// Payments of an ERP have references of their own: two equal parts of one day are two.
func TestTwoPartsWithTheERPsReferences(t *testing.T) {
	w := banked(t)
	w.answer("5", pays("D1", "part", "P1", "8.00", "EUR"))
	w.run(bridge.ExitDone)
	w.answer("6", pays("D1", "part", "P2", "8.00", "EUR"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 PP 8.00 P1", "D1 PP 8.00 P2"}, w.told()); diff != "" {
		t.Error(diff)
	}
}

// A payment did not fit and was listed. A later file tells of it when it does: nobody is asked about the former any
// more.
func TestListedLineEndsWhenItIsTold(t *testing.T) {
	w := banked(t)
	w.write("erp/out/a.xml", camt("DBIT 04-02 8.00 B1 RD1", "DBIT 04-02 14.00 B2 RD1"))
	w.run(bridge.ExitNeedsPerson)
	w.write("erp/out/b.xml", camt("CRDT 04-03 8.00 B3 RD1 AC04", "DBIT 04-02 14.00 B2 RD1"))
	w.run(bridge.ExitNeedsPerson) // by day the 14.00 come before the return
	w.write("erp/out/c.xml", camt("DBIT 04-02 14.00 B2 RD1"))
	w.run(bridge.ExitDone)
	w.quiet()
	if diff := cmp.Diff([]string{"D1 PP 8.00 B1", "D1 RE 8.00 B3 AC04", "D1 PP 14.00 B2"}, w.told()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"B2"}, w.listed("told")); diff != "" {
		t.Error(diff)
	}
	w.sound()
}

// A line that names nothing may be of a document, and people are asked. The document is paid by another line: then the
// first one is nobody's, as it would be if it came now.
func TestQuestionEndsWhenTheDocumentIsPaid(t *testing.T) {
	w := banked(t)
	w.write("erp/out/a.xml", notification(entry("20.00", "B1", "")))
	w.run(bridge.ExitNeedsPerson)
	w.write("erp/out/b.xml", camt("DBIT 04-02 20.00 B2 RD1"))
	w.run(bridge.ExitDone)
	w.quiet()
	if diff := cmp.Diff([]string{"B1"}, w.listed("unclaimed")); diff != "" {
		t.Error(diff)
	}
	w.write("erp/out/c.xml", notification(entry("20.00", "B1", ""))) // told again
	w.run(bridge.ExitDone)
	w.quiet()
	w.sound()
}

// sound: the history verifies.
func (w *world) sound() {
	w.Helper()
	_, _, breaks, err := w.j.VerifyHistory(w.ctx)
	if w.ok(err); len(breaks) > 0 {
		w.Error(breaks)
	}
}
