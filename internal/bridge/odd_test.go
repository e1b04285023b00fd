package bridge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// What lies in a return folder and cannot be taken as it is: each is said in the first run that sees it, by an alarm
// that lasts as long as it lies there, and none stops the others. Links are not followed.
func TestOddThingsInReturnFolder(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.run(bridge.ExitDone)
	out := func(name string) string { return filepath.Join(w.dir, "erp", "out", name) }
	w.write("elsewhere.csv", answerHead+posted("D1", "666"))
	w.ok(os.Symlink(filepath.Join(w.dir, "elsewhere.csv"), out("link.result.csv")))
	w.ok(os.Symlink(filepath.Join(w.dir, "nowhere"), out("dangling.result.csv")))
	w.ok(os.Mkdir(out("folder.result.csv"), 0o750))
	w.write("erp/out/unknown.xyz", "what is this")
	w.write(`erp/out/back\slash.result.csv`, answerHead+posted("D1", "667"))
	w.write("erp/out/"+strings.Repeat("n", 240)+".result.csv", answerHead+posted("D1", "668"))
	w.answer("1", posted("D1", "1"))
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 posted")
	if c := w.confirmation("D1", records.Done); c.Outcome.Number != "1" {
		t.Errorf("number %s", c.Outcome.Number)
	}
	said := w.oddities()
	for name, reason := range map[string]string{"link.result.csv": "is a link", "dangling.result.csv": "is a link",
		"folder.result.csv": "is a folder", "unknown.xyz": "no result format",
		`back\slash.result.csv`: "character", strings.Repeat("n", 240) + ".result.csv": "bytes"} {
		if !strings.Contains(said[name], reason) {
			t.Errorf("%s: said %q, want %q", name, said[name], reason)
		}
	}
	if len(said) != 6 {
		t.Errorf("%d alarms: %v", len(said), said)
	}
	for _, name := range []string{"link.result.csv", "dangling.result.csv", "folder.result.csv", "unknown.xyz", `back\slash.result.csv`, strings.Repeat("n", 240) + ".result.csv"} {
		w.ok(os.Remove(out(name)))
	}
	w.run(bridge.ExitDone)
	w.quiet()
}

// oddities are the open alarms about return folders, by the name of the entry.
func (w *world) oddities() map[string]string {
	w.Helper()
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	out := map[string]string{}
	for _, a := range alarms {
		if a.Kind != "return folder" {
			w.Errorf("alarm %+v", a)
		}
		out[strings.TrimSuffix(a.Subject, " in erp:out")] = a.Message + " " + a.Remedy
	}
	return out
}

// A file that has no end yet is said at once, is read when it has one, and is set aside as unreadable when it never
// gets one. It is fetched once a look, not twice.
func TestHalfWrittenIsSaid(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.write("erp/out/1.result.csv", answerHead+strings.TrimRight(posted("D1", "1"), "\r\n"))
	w.run(bridge.ExitNeedsPerson)
	said := w.oddities()
	if !strings.Contains(said["1.result.csv"], "is not whole yet: the last line is not ended") {
		t.Errorf("%v", said)
	}
	w.states("D1 filed")
	w.answer("1", posted("D1", "1"))
	w.run(bridge.ExitDone)
	w.quiet()
	w.states("D1 posted")

	w.write("erp/out/2.result.csv", answerHead+strings.TrimRight(posted("D2", "2"), "\r\n"))
	w.run(bridge.ExitNeedsPerson)
	w.clock.add(2 * time.Hour)
	w.run(bridge.ExitNeedsPerson)
	w.alarm("result file", "2.result.csv", "the last line is not ended")
	if names := w.list("erp/out"); len(names) != 0 {
		t.Errorf("left in the folder: %q", names)
	}
}

// A file beyond limits.result_file_mib is not read at all: it is told once and set aside, and the next night costs
// nothing and says nothing new.
func TestTooLargeIsSetAside(t *testing.T) {
	w := newWorld(t, options{extra: "limits: { result_file_mib: 1 }\n"})
	w.good("D1")
	w.run(bridge.ExitDone)
	large := filepath.Join(w.dir, "erp", "out", "big.result.csv")
	w.write("erp/out/big.result.csv", answerHead)
	w.ok(os.Truncate(large, 3<<30)) // sparse
	w.ok(os.Chtimes(large, w.clock.now(), w.clock.now()))
	w.answer("1", posted("D1", "1"))
	began := time.Now()
	w.run(bridge.ExitNeedsPerson)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s: the file was read", took)
	}
	w.states("D1 posted")
	a := w.alarm("result file", "big.result.csv", "3072 MiB", "limits.result_file_mib", "mark alarm")
	if names := w.list("erp/out"); len(names) != 0 {
		t.Errorf("left in the folder: %q", names)
	}
	if note := w.note("big.result.csv"); !strings.Contains(w.read("erp/out/failed/"+note), "was not read") {
		t.Error("the note does not say why")
	}
	s := w.run(bridge.ExitNeedsPerson)
	if len(s.Notes) != 0 || s.Results != 0 {
		t.Errorf("said again: %q", s.Notes)
	}
	w.ok(w.j.ResolveAlarm(w.ctx, a.ID, "the ERP writes smaller files"))
	w.run(bridge.ExitDone)
	w.quiet()
}
