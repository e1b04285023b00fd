package worlds

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/records"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
)

// A result file whose writer stalls in the middle, longer than two looks are apart: it is too young to be believed, and
// read when it is whole.
func TestResultFileWrittenSlowly(t *testing.T) {
	w := begin(t, setup{returns: "      min_age: 20m\n", faults: simerp.Faults{Slow: true}})
	w.step = 0
	w.idle()
	w.answer() // the first halves
	s := w.idle()
	if s.Results != 0 || len(w.names("out")) == 0 {
		t.Errorf("half a file was taken: %+v", s)
	}
	w.answer() // the second halves
	w.clock += time.Hour
	w.idle()
	w.erp.SetFaults(simerp.Faults{})
	w.pay(simerp.PayInFull)
	w.clock += time.Hour
	w.idle()
	w.check()
}

// A result file of which only a part ever came, cut in the middle of a line: it waits for its rest, then asks for a
// person; nothing of it is believed. The whole file, sent again under the same name, settles everything.
func TestResultFileCutInTheMiddle(t *testing.T) {
	for _, part := range []int{30, 50, 80, 95, 97, 98, 99} {
		t.Run(fmt.Sprintf("%d per cent", part), func(t *testing.T) {
			t.Parallel()
			w := begin(t, setup{files: 100})
			w.idle()
			w.answer()
			names := w.names("out")
			whole := map[string][]byte{}
			for _, name := range names {
				text, err := os.ReadFile(w.path("out", name))
				w.must(err)
				whole[name] = rejectedLast(text)
				w.must(os.WriteFile(w.path("out", name), whole[name][:len(text)*part/100], 0o644))
			}
			if s := w.idle(); s.Results != 0 {
				t.Errorf("a file that is not whole was taken at once: %+v", s)
			}
			w.clock += 2 * time.Hour // its rest will not come any more
			if s := w.idle(); s.Exit != 3 || !slices.Contains(s.alarmsOf(), "result file") {
				t.Errorf("half a file must ask for a person: exit code %d, alarms %v", s.Exit, s.alarmsOf())
			}
			w.guessed()
			for name, text := range whole {
				w.must(os.WriteFile(w.path("out", name), text, 0o644))
			}
			w.idle()
			w.settleAlarms()
			w.pay(simerp.PayInFull)
			w.idle()
			w.extraAnswers = names
			w.check()
		})
	}
}

// rejectedLast puts the row of the rejected document at the end: a message that is cut still looks like one.
func rejectedLast(text []byte) []byte {
	rows := strings.SplitAfter(string(text), "\r\n")
	slices.SortStableFunc(rows[1:len(rows)-1], func(a, b string) int { return strings.Count(a, "KI235") - strings.Count(b, "KI235") })
	return []byte(strings.Join(rows, ""))
}

// guessed fails when Concur was told something that the ERP did not say.
func (w *world) guessed() {
	w.t.Helper()
	calls, books := tally(w.fis.Record()), w.erp.Books()
	v := &violations{w: w}
	for _, k := range w.input {
		if len(calls.postings[k.id]) > 0 {
			v.confirmed(k, books, calls)
		}
	}
	for _, text := range v.list {
		w.t.Errorf("guessed: %s", text)
	}
}

// settleAlarms closes the open alarms about result files, as a person does who has looked at them.
func (w *world) settleAlarms() {
	w.t.Helper()
	s, _ := w.run()
	for _, a := range s.Alarms {
		if strings.HasPrefix(a.Subject, "result ") {
			w.command(0, "mark", "result", strings.TrimPrefix(a.Subject, "result "), "settled", "--reason", "looked at the file")
		}
	}
}

// The ERP writes each answer twice, under two names: the second changes nothing. A file of payments is read again row
// by row, for a second payment of the same amount on the same day looks like this too; its references are known, and
// nothing more is paid.
func TestResultFileTwice(t *testing.T) {
	w := begin(t, setup{faults: simerp.Faults{Twice: true}})
	s := w.cycle()
	if len(s.Alarms) > 0 {
		t.Errorf("a repeated file is no alarm: %v", s.Alarms)
	}
	w.check()
	if applied, repeated := w.results(records.Applied), w.results(records.Repeated); repeated != 3 || applied != repeated+2 {
		t.Errorf("%d result files were applied and %d recognised as repeated, want 3 answers applied and recognised, and 2 files of payments applied", applied, repeated)
	}
}

// The ERP writes its answers under a name that no format knows: the files stay, a person is asked, and after a rename
// all goes on.
func TestResultFileUnderAnotherName(t *testing.T) {
	w := begin(t, setup{faults: simerp.Faults{OtherName: true}})
	w.idle()
	w.answer()
	s := w.idle()
	if !slices.ContainsFunc(s.Alarms, func(a alarm) bool { return strings.HasPrefix(a.Subject, "REPLY-1.out in ") }) || s.Exit != 3 || s.Results != 0 {
		t.Errorf("want exit code 3 and an alarm that names the file: %+v", s)
	}
	var renamed []string
	for _, name := range w.names("out") {
		renamed = append(renamed, name+".result.csv")
		w.must(os.Rename(w.path("out", name), w.path("out", name+".result.csv")))
	}
	w.idle()
	w.erp.SetFaults(simerp.Faults{})
	w.pay(simerp.PayInFull)
	w.idle()
	w.answerNames = append(renamed, "payments-4.result.csv")
	w.check()
}

// Half of the rows are about documents that nobody knows: the others count, each unknown one is listed with its line
// and reason.
func TestUnknownRows(t *testing.T) {
	w := begin(t, setup{faults: simerp.Faults{Unknown: true}})
	s := w.cycle()
	if s.Exit != 3 || !slices.Contains(s.alarmsOf(), "result lines") {
		t.Errorf("unknown rows must ask for a person: exit code %d, alarms %v", s.Exit, s.alarmsOf())
	}
	rows, listed := 0, 0
	for _, name := range w.names("out/failed") {
		text, err := os.ReadFile(w.path("out/failed", name))
		w.must(err)
		if strings.HasSuffix(name, ".txt") {
			listed += strings.Count(string(text), "\nline ")
		} else {
			rows += strings.Count(string(text), "\n") - 1
		}
	}
	if listed == 0 || listed*2 != rows {
		t.Errorf("%d rows came, half of them unknown; the notes list %d", rows, listed)
	}
	w.check()
	w.settleAlarms()
	if s := w.idle(); len(s.Alarms) > 0 {
		t.Errorf("the alarms were settled and are still open: %v", s.Alarms)
	}
}

// The return folder is gone (a share that is not mounted) and comes back: that is an error, never "nothing to do".
func TestReturnFolderGone(t *testing.T) {
	for _, local := range []bool{false, true} {
		t.Run(fmt.Sprintf("local %v", local), func(t *testing.T) {
			w := begin(t, setup{local: local})
			w.idle()
			w.answer()
			away := filepath.Join(filepath.Dir(w.root), "away")
			w.must(os.Rename(w.path("out"), away))
			s, e := w.run()
			if e.code != 1 || !strings.Contains(strings.Join(s.Problems, "\n"), "out") {
				t.Errorf("want exit code 1 and a problem that names the folder, got %s", e)
			}
			if _, err := os.Stat(w.path("out")); err == nil {
				t.Error("the folder was made anew, on what may be the wrong disk")
			}
			w.must(os.Rename(away, w.path("out")))
			w.cycle()
			w.check()
		})
	}
}
