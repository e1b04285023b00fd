package worlds

import (
	"strings"
	"testing"

	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// marksSet is invoices that the ERP posts and pays, and that Concur marks paid, beside a report.
func marksSet() setup {
	return setup{documents: []string{taxi, "47-invoice-plain", "48-invoice-tax", "49-invoice-shipping"}, marks: true}
}

// The service that marks invoices knows no repeats. The program dies at each boundary around the mark, with the answers
// to the call that way lost: each invoice is marked paid once, and the report beside them is confirmed once.
func TestKillAroundTheMark(t *testing.T) {
	skipShort(t)
	var around []cut
	for _, c := range cuts(t, marksSet()) {
		if c.phase == "pay" && (strings.HasPrefix(c.name, "mark.") || long()) {
			around = append(around, c)
		}
	}
	for _, name := range []string{"mark.intended", "mark.acted", "mark.done"} {
		found := false
		for _, c := range around {
			found = found || c.name == name
		}
		if !found {
			t.Errorf("no run visits the boundary %s", name)
		}
	}
	killAt(t, marksSet(), around)
}

// The answer to the call is lost, in each of the ways there are: paid once.
func TestMarksWithLostAnswers(t *testing.T) {
	for _, kind := range []string{simfis.FaultLost, simfis.FaultAfter, simfis.FaultCut} {
		t.Run(kind, func(t *testing.T) {
			w := begin(t, marksSet())
			w.must(w.fis.SetFaults(1, simfis.Fault{Kind: kind, Call: "mark", Times: 1},
				simfis.Fault{Kind: simfis.FaultStatus, Call: "look", Status: 503, Times: 1}))
			w.cycle()
			w.answers()
			w.check()
			w.command(0, "report")
			w.command(0, "audit", "verify")
		})
	}
}
