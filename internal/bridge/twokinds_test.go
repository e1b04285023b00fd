package bridge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// An answer that names a document by a word which is the id of one report and the number of another is listed: it may be of
// either, whatever has become of them. A docId is no such word, and what never reached the ERP is not meant.
func TestWordThatIsAKeyOfTwoKinds(t *testing.T) {
	for _, c := range []struct{ name, first, a, b string }{
		{"both open", "", "filed", "filed"},
		{"the first one has its outcome", posted("A", "70"), "posted", "filed"},
		{"the second one has its outcome", posted("B", "70"), "filed", "posted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, options{routes: fmt.Sprintf(revisionRoute, "hold")})
			w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
			w.add(fis.Expense, "B", strings.Replace(revised("S", 1, "640100=7.00"), `"reportKey":"KS"`, `"reportKey":"R"`, 1))
			w.run(bridge.ExitDone)
			if c.first != "" {
				w.answer("1", c.first)
				w.run(bridge.ExitDone)
			}
			w.answer("2", posted("R", "71"))
			w.run(bridge.ExitNeedsPerson)
			w.states("A " + c.a + ", B " + c.b)
			note := w.read("erp/out/failed/" + w.note("2"))
			for _, word := range []string{`"R" is the id of the report of document A`, "the number of the report of B"} {
				if !strings.Contains(note, word) {
					t.Errorf("it does not say %q: %s", word, note)
				}
			}
		})
	}
	w := newWorld(t, options{routes: fmt.Sprintf(revisionRoute, "hold")})
	w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
	w.run(bridge.ExitDone)
	w.add(fis.Expense, "B", strings.Replace(revised("S", 1, "640999=7.00"), `"reportKey":"KS"`, `"reportKey":"R"`, 1))
	w.run(bridge.ExitNeedsPerson)
	w.states("B held")
	w.answer("1", posted("R", "71"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A posted, B held")
}
