package bridge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Good lines of a file with bad ones count; the bad ones are listed with line and reason, and the file goes to failed
// with a note (PITFALLS 42).
func TestBadLines(t *testing.T) {
	w := answered(t, posted("D1", "1"), posted("D9", "9"), "D2,post,perhaps,,,,,,,,,,\r\n", "broken\r\n",
		posted("", "4"))
	s := w.run(bridge.ExitNeedsPerson)
	w.states("D1 posted, D2 filed")
	w.alarm("result lines", "4 of 5 lines", "mark result 1 settled")
	if s.Posted != 1 || s.Confirmed != 1 {
		t.Errorf("%+v", s)
	}
	note := w.read("erp/out/failed/" + w.note("1.result"))
	for _, want := range []string{"could not use 4 of 5 lines", "The other lines were used", "mark result 1 settled", "line 3: ", `no document of ours has the reference "D9"`, "line 4: ", "perhaps", "line 5: ", "line 6: "} {
		if !strings.Contains(note, want) {
			t.Errorf("the note does not say %q:\n%s", want, note)
		}
	}
	if said, err := w.j.SaidAbout(w.ctx, "D2"); err != nil || len(said) != 1 || said[0].Kind != records.ExceptionRow || !strings.Contains(note, "(document D2)") {
		t.Errorf("the line that cannot be read is not listed with its document: %+v, %v\n%s", said, err, note)
	}
	if left := w.list("erp/out"); len(left) != 0 {
		t.Errorf("left in the return folder: %q", left)
	}
}

// References of every kind find the document; one that means two is an exception, unless the import file tells them
// apart.
func TestReferences(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2", "D3")
	// another report with the same key
	w.add(fis.Expense, "D4", strings.Replace(expense("RD4", "640100"), "KRD4", "KRD3", 1))
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"), posted("RD2", "2"), posted("KRD3", "3"), posted("D4", "4"))
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 posted, D2 posted, D3 filed, D4 posted")
	if note := w.read("erp/out/failed/" + w.note("1.result")); !strings.Contains(note, `line 4: "KRD3" means 2 documents (D3 (without an outcome yet, route journals), D4 (`) {
		t.Errorf("%s", note)
	}
	w.answer("2", rejected("KRD2", "by its key")) // the same document again, by its report key: a contradiction
	w.run(bridge.ExitNeedsPerson)
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	if len(alarms) != 2 || alarms[1].Kind != "changed outcome" ||
		!strings.Contains(alarms[1].Message, "document D2 stands here as") {
		t.Errorf("%+v", alarms)
	}
}

// "Duplicate" is never told to Concur as an error (PITFALLS 7): with a known outcome it is that one repeated, without
// one a person must look.
func TestDuplicate(t *testing.T) {
	w := answered(t, posted("D1", "1"), duplicate("D2"))
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 posted, D2 filed")
	w.alarm("duplicate", "calls document D2", "mark document D2 posted")
	w.confirmation("D2", "")
	w.status("D2", fis.StatusAcknowledged)

	w.answer("2", duplicate("D1"))
	w.run(bridge.ExitNeedsPerson)
	w.status("D1", fis.StatusPostedSuccess)
	w.alarm("duplicate")

	// The ERP finds it after all: the alarm goes by itself.
	w.answer("3", posted("D2", "2"))
	w.run(bridge.ExitDone)
	w.states("D2 posted")
	w.quiet()
}

// An import file that was read twice, and of which only the second answer came, is one question and not one for each of
// its documents. It ends when all of them are settled.
func TestDuplicatesOfAWholeFile(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2", "D3")
	w.run(bridge.ExitDone)
	w.answer("1", duplicate("D1"), duplicate("D2"), duplicate("D3"))
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 filed, D3 filed")
	w.alarm("duplicate file", "all 3 documents", "mark document DOC posted")
	for i, id := range []string{"D1", "D2", "D3"} {
		w.alarms("duplicate file")
		w.ok(w.j.MarkOutcome(w.ctx, id, fis.Outcome{Verdict: fis.Posted, Number: fmt.Sprint(i), Company: "1000"}, "found in the ERP"))
	}
	w.quiet()
	w.run(bridge.ExitDone)

	// one of them is answered otherwise: the others are asked about one by one
	w = newWorld(t, options{})
	w.good("D1", "D2", "D3")
	w.run(bridge.ExitDone)
	w.answer("1", duplicate("D1"), duplicate("D2"))
	w.run(bridge.ExitNeedsPerson)
	w.alarms("duplicate", "duplicate")
	w.answer("2", posted("D1", "1"), posted("D2", "2"), posted("D3", "3"))
	w.run(bridge.ExitDone)
	w.quiet()
}

// The same content is a no-op, under the same name or another; the same name with other content is another file
// (PITFALLS 39).
func TestSameAgain(t *testing.T) {
	w := answered(t, posted("D1", "1"))
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"))
	w.answer("other", posted("D1", "1"))
	s := w.run(bridge.ExitDone)
	if s.Results != 0 || s.Posted != 0 || s.Confirmed != 0 {
		t.Errorf("%+v", s)
	}
	w.answer("1", posted("D2", "2"))
	s = w.run(bridge.ExitDone)
	if s.Results != 1 || s.Posted != 1 || s.Confirmed != 1 {
		t.Errorf("%+v", s)
	}
	if left := w.list("erp/out"); len(left) != 0 {
		t.Errorf("left in the return folder: %q", left)
	}
	if n := w.asked("posting", "D1"); n != 1 {
		t.Errorf("D1 confirmed %d times", n)
	}
}

// The ERP changes its mind: before Concur is told nothing is sent, after it a person is told what Concur was told.
func TestChangedOutcome(t *testing.T) {
	w := answered(t, posted("D1", "1"), posted("D2", "2"))
	w.run(bridge.ExitDone)
	w.answer("2", rejected("D1", "taken back"))
	w.run(bridge.ExitNeedsPerson)
	w.alarm("changed outcome", "document D1 stands here as posted 1, and the ERP now says rejected", `Concur was told "posted"`, "recall report RD1")
	w.states("D1 posted")

	w = newWorld(t, options{})
	w.good("D1")
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"))
	w.clock.add(time.Second)
	w.answer("2", rejected("D1", "taken back"))
	w.run(bridge.ExitNeedsPerson)
	w.confirmation("D1", records.Stuck)
	w.status("D1", fis.StatusAcknowledged)
	w.ok(w.j.MarkOutcome(w.ctx, "D1", fis.Outcome{Verdict: fis.Posted, Company: "1000", Number: "1"},
		"looked in the ERP"))
	w.run(bridge.ExitDone)
	w.status("D1", fis.StatusPostedSuccess)
}

// A file as a whole that cannot be read changes nothing, raises an alarm, and is read again after the mapping was
// mended.
func TestUnreadableThenMended(t *testing.T) {
	w := newWorld(t, options{routes: lineRoute, mappings: map[string]string{"lines.yaml": "template: lines\n"},
		templates: templateFS("lines", lineTemplate)})
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.write("erp/out/answer.csv", "doc_id|line|status|company|document_number|date|message\nD1|1|ok||71||\n")
	w.run(bridge.ExitNeedsPerson)
	a := w.alarm("result file", "answer.csv could not be read", "retry result 1")
	if !strings.Contains(a.Message, "doc_id") {
		t.Errorf("the message does not say why: %s", a.Message)
	}
	w.states("D1 filed, D2 filed")
	if note := w.read("erp/out/failed/" + w.note("answer")); !strings.Contains(note,
		"could not read the result file answer.csv") {
		t.Errorf("%s", note)
	}
	w.run(bridge.ExitNeedsPerson) // it stays so

	mended := strings.Replace(lineTemplate, `delimiter: ",", quoting: minimal, header: true`, `delimiter: "|", quoting: minimal, header: true`, 1)
	w.loaded = both{templateFS("lines", mended), w.loaded}
	w.load()
	w.ok(w.j.RetryResult(w.ctx, 1, "the ERP writes bars"))
	s, err := w.b.Run(w.ctx)
	w.ok(err)
	if results, err := w.j.FindResults(w.ctx, "1"); err != nil || results[0].State != records.Applied {
		t.Errorf("%+v, %v; %q", results, err, s.Problems)
	}
	if said, err := w.j.SaidAbout(w.ctx, "D1"); err != nil || len(said) != 1 {
		t.Errorf("%+v, %v", said, err)
	}
}

// A name that no result format takes is left alone and told, and stops nothing.
func TestUnknownName(t *testing.T) {
	w := answered(t, posted("D1", "1"))
	w.write("erp/out/readme.txt", "hello")
	w.write("erp/out/~$1.result.csv", "lock")
	s := w.run(bridge.ExitNeedsPerson)
	w.alarm("return folder", "readme.txt in return folder erp:out is taken by no result format", "Results sheet")
	if s.Posted != 1 {
		t.Errorf("posted %d", s.Posted)
	}
	if got := w.list("erp/out"); len(got) != 2 {
		t.Errorf("%q", got)
	}
	w.ok(os.Remove(filepath.Join(w.dir, "erp/out/readme.txt")))
	w.run(bridge.ExitDone)
	w.quiet()
}

// A return folder that is gone is named as the trouble it is, never taken for an empty one; the other routes go on
// (PITFALLS 41).
func TestReturnFolderGone(t *testing.T) {
	w := newWorld(t, options{routes: oneRoute + strings.NewReplacer("journals", "invoices", "[expense, invoice]",
		"[payroll]", "folder: out", "folder: gone").Replace(oneRoute)})
	w.good("D1")
	w.run(bridge.ExitFailed)
	w.answer("1", posted("D1", "1"))
	s := w.run(bridge.ExitFailed)
	if len(s.Problems) == 0 || !strings.Contains(s.Problems[0], "erp:gone") {
		t.Errorf("%q", s.Problems)
	}
	w.states("D1 posted")
	w.status("D1", fis.StatusPostedSuccess)
	w.ok(os.MkdirAll(filepath.Join(w.dir, "erp", "gone"), 0o750))
	w.run(bridge.ExitDone)
}

// A file that misses its declared end is still being written: that is said, it is left for the next run, and after an
// hour it is broken (PITFALLS 36).
func TestIncomplete(t *testing.T) {
	w := batchWorld(t, "document")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	half := "D1;posted;71\n"
	w.write("erp/out/a.txt", half)
	w.run(bridge.ExitNeedsPerson)
	w.alarm("return folder", "a.txt", "the trailer is missing")
	w.states("D1 filed")
	if left := w.list("erp/out"); len(left) != 1 || left[0] != "a.txt" {
		t.Errorf("%q", left)
	}
	w.write("erp/out/a.txt", half+"END;1\n")
	w.run(bridge.ExitDone)
	w.quiet()
	w.states("D1 posted")

	w.write("erp/out/b.txt", "D2;posted;72\n")
	w.clock.add(2 * time.Hour)
	w.run(bridge.ExitNeedsPerson)
	w.states("D2 filed")
	w.alarm("result file", "b.txt could not be read", "trailer is missing")
}

// A document needs all its lines: half of them wait, and the rest may come in another file (PITFALLS 42).
func TestLinesInTwoFiles(t *testing.T) {
	w := newWorld(t, options{routes: lineRoute, mappings: map[string]string{"lines.yaml": "template: lines\n"},
		templates: templateFS("lines", lineTemplate)})
	w.add(fis.Expense, "D1", expense("R1", "640100 640200"))
	w.add(fis.Expense, "D2", expense("R2", "640100"))
	w.run(bridge.ExitDone)
	parts, err := w.j.Parts(w.ctx, 1)
	w.ok(err)
	line := func(part, i int) string { return itoa(parts[part].FirstLine + i) }
	if len(parts) != 2 || parts[0].Rows != 4 {
		t.Fatalf("%+v", parts)
	}
	const head = "doc_id,line,status,company,document_number,date,message\n"
	w.write("erp/out/a.csv", head+"D1,"+line(0, 0)+",ok,1000,71,,\nD1,"+line(0, 1)+",ok,1000,71,,\nD1,"+line(0,
		2)+",ok,1000,71,,\nD2,"+line(1, 0)+",ok,,,,\nD2,"+line(1, 1)+",error,,,,closed\n")
	w.run(bridge.ExitDone)
	w.states("D1 filed, D2 rejected")
	w.write("erp/out/b.csv", head+"D1,"+line(0, 3)+",ok,1000,71,,\n")
	w.run(bridge.ExitDone)
	w.states("D1 posted")
	if c := w.confirmation("D1", records.Done); c.Outcome.Number != "71" {
		t.Errorf("%+v", c.Outcome)
	}
}

// PITFALLS 41: the empty mount point of a share that is away is no empty return folder; a new folder is one.
func TestMountPointWithoutItsShare(t *testing.T) {
	w := newWorld(t, options{})
	for _, sub := range []string{"archive", "failed"} {
		w.ok(os.Remove(filepath.Join(w.dir, "erp", "out", sub)))
	}
	w.good("D1")
	w.run(bridge.ExitDone) // a new folder, in which nothing was ever moved
	w.answer("1", "D1,post,ok,1000,42,2026,2026-04-01,,,,,,\r\n")
	w.run(bridge.ExitDone)
	share := filepath.Join(w.dir, "share")
	w.ok(os.Rename(filepath.Join(w.dir, "erp", "out"), share))
	w.ok(os.Mkdir(filepath.Join(w.dir, "erp", "out"), 0o755))
	s := w.run(bridge.ExitFailed)
	if text := strings.Join(s.Problems, "\n"); !strings.Contains(text,
		"is empty, and the folders archive and failed in it") {
		t.Errorf("%s", text)
	}
	if hint := exchange.Hint(s.Err()); !strings.Contains(hint, "mounted") {
		t.Errorf("hint %q", hint)
	}
	w.ok(os.Remove(filepath.Join(w.dir, "erp", "out")))
	w.ok(os.Rename(share, filepath.Join(w.dir, "erp", "out")))
	w.run(bridge.ExitDone)
	w.ok(os.RemoveAll(filepath.Join(w.dir, "erp", "out", "archive"))) // somebody tidied up, and a file lies there
	w.answer("2", "D1,post,ok,1000,42,2026,2026-04-01,,,,,,\r\n")
	w.run(bridge.ExitDone)
}

// A second and a third ERP number for one document are two alarms: neither hides the other, and each is resolved for
// itself. So is the same number in another company; the same words again are no new alarm.
func TestEachContradictionIsKept(t *testing.T) {
	w := answered(t, posted("D1", "1901"), posted("D2", "1"))
	w.run(bridge.ExitDone)
	w.answer("2", posted("D1", "1902"))
	w.run(bridge.ExitNeedsPerson)
	w.answer("3", posted("D1", "1903"))
	w.run(bridge.ExitNeedsPerson)
	w.answer("4", strings.Replace(posted("D1", "1901"), ",1000,", ",2000,", 1))
	w.run(bridge.ExitNeedsPerson)
	w.answer("5", strings.Replace(posted("D1", "1902"), "2026-03-31", "2026-03-30", 1))
	w.run(bridge.ExitNeedsPerson)
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	var said []string
	for _, a := range alarms {
		said = append(said, a.Message)
	}
	want := []string{"document D1 stands here as posted 1901, and the ERP now says posted 1902",
		"document D1 stands here as posted 1901, and the ERP now says posted 1903",
		"document D1 stands here as posted 1901 in company 1000, and the ERP now says posted 1901 in company 2000"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
	w.ok(w.j.ResolveAlarm(w.ctx, alarms[0].ID, "1902 was reversed"))
	if left, err := w.j.OpenAlarms(w.ctx); err != nil || len(left) != 2 {
		t.Errorf("%+v %v", left, err)
	}
}

// Two rows of one file that give two ERP numbers for one document are asked about, as they are when they come in two
// files: Concur is told nothing.
func TestTwoNumbersInOneFile(t *testing.T) {
	w := answered(t, posted("D1", "1901"), posted("D1", "1902"), posted("D2", "1"))
	w.run(bridge.ExitNeedsPerson)
	w.alarm("unexpected outcome", "document D1 contradict each other", "1901", "1902",
		"mark document D1 posted --number N")
	w.states("D1 filed, D2 posted")
	if n := w.asked("posting", "D1"); n != 0 {
		t.Errorf("Concur was told %d times", n)
	}
	w.ok(w.j.MarkOutcome(w.ctx, "D1", fis.Outcome{Verdict: fis.Posted, Number: "1901", Company: "1000"},
		"1902 was reversed"))
	w.run(bridge.ExitDone)
	if c := w.confirmation("D1", records.Done); c.Outcome.Number != "1901" {
		t.Errorf("%+v", c.Outcome)
	}
	w.quiet()
}

// Two routes read one folder, and only the second one's format says how its files end: a half-written file of the
// second is not believed, by neither route, whichever stands first; one of the first, which says nothing of its end, is
// taken at once.
func TestIncompleteInASharedFolder(t *testing.T) {
	const route = `
  - name: NAME
    doc_types: [expense]
    when: ledgerCode = "LEDGER"
    mapping: NAME.yaml
    drop: { target: erp, folder: in }
    returns: { folder: out, settle: 0s, min_age: 0s }
`
	named := func(name, ledger string) string {
		return strings.NewReplacer("NAME", name, "LEDGER", ledger).Replace(route)
	}
	ended := strings.Replace(batchTemplate, "ACCEPTANCE", "document", 1)
	head, single, _ := strings.Cut(ended, "  - name: single\n") // the format of *.txt
	open := strings.NewReplacer("name: batch", "name: plain", `"B`, `"P`).Replace(head) + "  - name: single\n" +
		strings.NewReplacer("{ E: trailer }", "{ E: ignore }", "      - { role: row_count, record: E, field: count }\n",
			"").Replace(single)
	for name, routes := range map[string]string{"the open one first": named("plain", "JP") + named("batch", "EU"),
		"the open one last": named("batch", "EU") + named("plain", "JP")} {
		t.Run(name, func(t *testing.T) {
			loaded := fstest.MapFS{"batch/template.yaml": {Data: []byte(ended)},
				"plain/template.yaml": {Data: []byte(open)}}
			w := newWorld(t, options{routes: routes,
				mappings:  map[string]string{"batch.yaml": "template: batch\n", "plain.yaml": "template: plain\n"},
				templates: loaded})
			w.report("D1", "JP", "N")
			w.report("D2", "EU", "N")
			w.run(bridge.ExitDone)
			w.states("D1 filed, D2 filed")
			w.write("erp/out/a.txt", "D2;posted;72\n")
			w.run(bridge.ExitNeedsPerson)
			w.states("D1 filed, D2 filed")
			w.alarm("return folder", "a.txt", "the trailer is missing")
			w.write("erp/out/b.txt", "D1;posted;71\n")
			w.run(bridge.ExitNeedsPerson)
			w.states("D1 posted, D2 filed")
			w.write("erp/out/a.txt", "D2;posted;72\nEND;1\n")
			w.run(bridge.ExitDone)
			w.states("D1 posted, D2 posted")
			w.quiet()
		})
	}
}
