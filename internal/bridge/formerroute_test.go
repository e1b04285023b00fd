package bridge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// A route is retired, and its ERP with it: a person says once that no answer to its last files will come, and the nights
// are quiet again, also when the documents have waited for long. An answer that comes all the same is heard, and a file
// that was sent after that word is asked about.
func TestNoAnswerWillComeToARetiredRoute(t *testing.T) {
	w := letteredWorld(t, "{settings.prefix}{sequence:000000}.csv", "CNQR", "BBBB", apart)
	w.report("E1", "EU", "N")
	w.report("E2", "EU", "N")
	w.run(bridge.ExitDone)
	renamed := strings.Replace(strings.Replace(apart, "name: europe", "name: payables", 1), "folder: in2 }", "folder: in3 }", 1)
	w.ok(os.Mkdir(filepath.Join(w.dir, "erp", "in3"), 0o700))
	retire := func() {
		w.configure(options{routes: renamed, extra: "warn_after_days: 5\n"})
		w.load()
	}
	retire()
	w.run(bridge.ExitNeedsPerson)
	a := w.alarm("removed route", "1 import file of route europe", "where no answer will come", "mark alarm N resolved")
	w.ok(w.j.ResolveAlarm(w.ctx, a.ID, "that ERP was switched off; its last file was booked by hand"))
	w.run(bridge.ExitDone)
	w.quiet()
	w.clock.add(30 * 24 * time.Hour)
	if s := w.run(bridge.ExitDone); len(s.Needs.Counts) > 0 {
		t.Errorf("%+v", s.Needs)
	}
	w.states("E1 filed, E2 filed")

	// it is used once more, and retired again
	w.configure(options{routes: apart})
	w.load()
	w.report("E3", "EU", "N")
	w.run(bridge.ExitDone)
	retire()
	w.run(bridge.ExitNeedsPerson)
	w.alarm("removed route", "1 import file of route europe", "CNQR000002.csv")

	w.write("erp/out/day.txt", "E1;posted;71\nEND;1\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("E1 posted, E2 filed, E3 filed")
}
