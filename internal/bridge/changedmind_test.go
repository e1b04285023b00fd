package bridge_test

import (
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// The ERP changes its mind before Concur has answered what it was told first. The first word is not sent again: a person
// says which is true. Where Concur has the first word after all, and its answer was lost, that is said then.
func TestChangedMindBeforeConcurAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		fault simfis.Fault
		then  string // what the ERP says afterwards
		kind  string
		words []string
		exit  int // when Concur is told what the person has said
		last  fis.Status
	}{
		"Concur was busy": {simfis.Fault{Kind: simfis.FaultStatus, Call: "posting", Status: 503}, rejected("D1", "closed"), "changed outcome",
			[]string{"document D1 stands here as posted 1, and the ERP now says rejected", `Concur was sent "posted" and has not said that it took it`}, bridge.ExitDone, fis.StatusPostedFailure},
		"the answer was lost": {simfis.Fault{Kind: simfis.FaultLost, Call: "posting"}, rejected("D1", "closed"), "changed outcome",
			[]string{`Concur was sent "posted" and has not said that it took it`}, bridge.ExitNeedsPerson, fis.StatusPostedSuccess},
		"it contradicts itself": {simfis.Fault{Kind: simfis.FaultStatus, Call: "posting", Status: 503}, posted("D1", "7") + rejected("D1", "closed"), "unexpected outcome",
			[]string{"contradict each other"}, bridge.ExitDone, fis.StatusPostedFailure},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, options{})
			w.good("D1")
			w.run(bridge.ExitDone)
			w.faults(c.fault)
			w.answer("1", posted("D1", "1"))
			w.run(bridge.ExitFailed)
			w.answer("2", c.then)
			w.run(bridge.ExitNeedsPerson)
			w.confirmation("D1", records.Stuck)
			w.alarm(c.kind, c.words...)
			w.faults()
			w.clock.add(time.Hour)
			w.run(bridge.ExitNeedsPerson) // and is not sent, though Concur would take it
			w.confirmation("D1", records.Stuck)

			w.ok(w.j.MarkOutcome(w.ctx, "D1", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "closed"}}}, "asked the ERP"))
			w.clock.add(time.Hour)
			w.run(c.exit)
			w.status("D1", c.last)
			if c.exit != bridge.ExitDone {
				w.alarms("posting confirmation")
			}
		})
	}
}
