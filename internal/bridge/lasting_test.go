package bridge_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// What Concur will not do in three runs needs a person, whatever it is, until it is done: 199 to every acknowledgement,
// posting, or payment.
func TestUndoneNeedsAPerson(t *testing.T) {
	three := func(w *world, words ...string) {
		w.Helper()
		w.run(bridge.ExitDone)
		w.run(bridge.ExitDone)
		w.run(bridge.ExitNeedsPerson)
		w.alarm("undone", words...)
		w.run(bridge.ExitNeedsPerson)
		w.alarm("undone", strings.Replace(words[0], "3 runs", "4 runs", 1))
		w.faults()
		w.run(bridge.ExitDone)
		w.quiet()
	}
	w := newWorld(t, options{})
	w.good("D1", "D2")
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "acknowledge", Code: 199})
	three(w, "2 documents could not be acknowledged, for 3 runs now", "D1, D2", "199")
	w.states("D1 filed, D2 filed")

	w.answer("1", posted("D1", "1"), posted("D2", "2"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "posting", DocID: "D1", Code: 199})
	three(w, "1 posting could not be confirmed to Concur, for 3 runs now", "D1", "199")
	w.confirmation("D1", records.Done)

	w.answer("2", paid("D1", "paid", "P1"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "payment", DocID: "D1", Code: 199})
	three(w, "1 payment could not be confirmed to Concur, for 3 runs now", "payment P1 of document D1", "199")
	w.payment("D1", "P1", records.Done)
}

// What is undone in one run and done in the next is nothing; the count begins anew.
func TestUndoneOneAfterTheOther(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	for range 4 {
		w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "acknowledge", Code: 199, Times: 1})
		w.run(bridge.ExitDone)
		w.run(bridge.ExitDone)
		w.ok(w.fis.Recall("D1"))
		_, err := w.fis.Add(fis.Envelope{ID: "D" + time.Now().Format("150405.000000"), DocType: fis.Expense,
			Document: []byte(expense("RX", "640100"))})
		w.ok(err)
	}
	w.quiet()
}

// Documents that stay in Concur because no route takes them are asked about after some runs; test users, who are left
// on purpose, never.
func TestUnwantedDocuments(t *testing.T) {
	w := routed(t, "")
	w.report("U1", "US", "N")
	w.report("J1", "JP", "Y")
	w.run(bridge.ExitDone)
	w.run(bridge.ExitDone)
	w.run(bridge.ExitNeedsPerson)
	w.alarm("undone", "1 document left in Concur because no route takes such documents, for 3 runs now", "U1")
	// Resolved by a person, it is asked about again when it has lasted for some more runs.
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	w.ok(w.j.ResolveAlarm(w.ctx, alarms[0].ID, "they are posted by hand"))
	w.run(bridge.ExitDone)
	w.run(bridge.ExitDone)
	w.run(bridge.ExitNeedsPerson)
	// A run that cannot read the list knows nothing new.
	w.faults(simfis.Fault{Kind: simfis.FaultStatus, Call: "list", Status: 500})
	w.run(bridge.ExitFailed)
	w.alarm("undone", "U1")
	w.faults()
	w.ok(w.fis.SetStatus("U1", fis.StatusAcknowledged, "THEIRS"))
	w.run(bridge.ExitDone)
	w.quiet()
}

// A result file that never comes to its end is asked about, and so is one that grows with every look.
func TestUnsettledResultFile(t *testing.T) {
	w := newWorld(t, options{routes: strings.Replace(oneRoute, "settle: 0s", "settle: 40s", 1)})
	text := answerHead
	for i := range 3 {
		text += posted("D1", "1")
		w.write("erp/out/1.result.csv", text)
		w.run(map[bool]int{true: bridge.ExitNeedsPerson}[i == 2])
	}
	w.alarm("undone", "1 result file never stood still", "1.result.csv")
}

// endless is a service whose list still had new documents when the walk was given up.
type endless struct {
	bridge.Service
	on bool
}

func (e *endless) Walk(ctx context.Context, t fis.DocType,
	handle func(context.Context, concur.Page) error) (concur.WalkStats, error) {
	stats, err := e.Service.Walk(ctx, t, handle)
	if e.on && t == fis.Expense {
		stats.Passes, stats.Unfinished = 25, true
	}
	return stats, err
}

// An unfinished walk of the list is said, and needs a person until a walk comes to its end.
func TestUnfinishedWalk(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	e := &endless{w.client, true}
	w.service = e
	w.load()
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed")
	w.alarm("ready list", "the list of ready expense documents came to no end", "25 passes", "concur.page_size")
	e.on = false
	w.run(bridge.ExitDone)
	w.quiet()
}

// A run that comes before the next try of a thing, as one that a result file wakes, has not left that thing undone.
func TestRunsBeforeTheNextTryDoNotCount(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"), posted("D2", "2"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "posting", DocID: "D1", Code: 199})
	w.run(bridge.ExitDone)
	w.answer("2", paid("D2", "paid", "P1"))
	w.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "posting", DocID: "D1", Code: 199}, simfis.Fault{Kind: simfis.FaultItem, Call: "payment", DocID: "D2", Code: 199})
	w.run(bridge.ExitDone)
	w.answer("3", paid("D2", "reversed", "P2"))
	for range 5 {
		w.clock.add(-10*time.Minute + time.Second) // a second goes by between these
		w.run(bridge.ExitDone)
	}
	w.quiet()
	w.run(bridge.ExitNeedsPerson)
	w.alarm("undone", "1 posting could not be confirmed to Concur, for 3 runs now", "D1", "199")
}
