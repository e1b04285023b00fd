package bridge_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Texts from outside hold what some databases do not take: a NUL that JSON can write, the bytes of another encoding in a
// file's name, the NULs with which a mainframe fills its columns. None stops the document beside it, nor its own way.
func TestTextsThatDatabasesRefuse(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D3")
	w.add(fis.Expense, "D2", strings.NewReplacer(`"RD2"`, `"RD2\u0000"`).Replace(expense("RD2", "640100")))
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 held")
	w.write("erp/out/R\xfcckgabe.result.csv", answerHead+posted("D1", "666"))
	w.answer("1", posted("D1", "1900000001"), rejected("D3", "closed\x00\x00"))
	w.run(bridge.ExitNeedsPerson)
	if c := w.confirmation("D1", records.Done); c.Outcome.Number != "1900000001" {
		t.Errorf("number %s", c.Outcome.Number)
	}
	w.states("D1 posted, D2 held, D3 rejected")
	if said := w.oddities(); !strings.Contains(said["R\uFFFDckgabe.result.csv"], "UTF-8") {
		t.Errorf("%q", said)
	}
	first := w.alarm("return folder").ID
	w.run(bridge.ExitNeedsPerson)
	if again := w.alarm("return folder").ID; again != first {
		t.Errorf("what lasts was told again: alarm %d, then %d", first, again)
	}
	if _, _, breaks, err := w.j.VerifyHistory(w.ctx); err != nil || len(breaks) > 0 {
		t.Error(breaks, err)
	}
}
