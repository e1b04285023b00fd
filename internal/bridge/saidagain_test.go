package bridge_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// refusedOnce is a world in which document A of report R was rejected by the report's key, and B, which was submitted
// after that, is in an import file without an answer. The name of each import file is in files.
func refusedOnce(t *testing.T) (w *world, files []string) {
	t.Helper()
	w = newWorld(t, options{routes: fmt.Sprintf(revisionRoute, "add")})
	w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
	w.run(bridge.ExitDone)
	w.answer("1", rejected("KR", "account is closed"), rejected("KR", "cost centre is closed"))
	w.run(bridge.ExitDone)
	w.add(fis.Expense, "B", revised("R", 2, "640100=100.00"))
	w.run(bridge.ExitDone)
	w.states("A rejected, B filed")
	return w, w.list("erp/in")
}

// An ERP that repeats its rejections (the same rows in the file of each night) does not reject the next document of
// the report by that: Concur would be told so, the employee would submit it once more, and the ERP would post two.
func TestRejectionSaidAgainIsNotTheNextDocuments(t *testing.T) {
	w, _ := refusedOnce(t)
	w.answer("2", rejected("KR", "account is closed"), posted("X", "1"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A rejected, B filed")
	w.confirmation("B", "")
	note := w.read("erp/out/failed/" + w.note("2.result"))
	for _, word := range []string{`"KR" says again why document A was rejected`, "document B", "the docId or the import file", "fisbridge mark document B rejected"} {
		if !strings.Contains(note, word) {
			t.Errorf("the note does not say %q: %s", word, note)
		}
	}
	// in the file that posts the next one, too
	w.answer("3", rejected("KR", "account is closed"), rejected("KR", "cost centre is closed"), posted("B", "4711"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A rejected, B posted")
	w.status("B", fis.StatusPostedSuccess)
	// and when nothing is open any more
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	w.answer("4", rejected("KR", "cost centre is closed"))
	w.run(bridge.ExitNeedsPerson)
	if now, err := w.j.OpenAlarms(w.ctx); err != nil || len(now) != len(alarms) {
		t.Errorf("a rejection that is known, of a document that is settled, needs nobody: %+v", now)
	}
	// three documents: the third is on its way
	w.add(fis.Expense, "C", revised("R", 3, "640100=50.00"))
	w.run(bridge.ExitNeedsPerson)
	w.answer("5", rejected("KR", "account is closed"), rejected("KR", "cost centre is closed"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A rejected, B posted, C filed")
	w.confirmation("C", "")
}

// What says who is meant is heard: other words, the docId, the name of the import file in that of the result file.
func TestRejectionOfTheNextDocumentIsHeard(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		file func(files []string) string
		want string
		exit int
	}{
		"other words":                       {rejected("KR", "period is closed"), func([]string) string { return "2" }, "B rejected", bridge.ExitDone},
		"no words":                          {strings.Replace(rejected("KR", ""), ",F5,", ",,", 1), func([]string) string { return "2" }, "B rejected", bridge.ExitDone},
		"its docId":                         {rejected("B", "account is closed"), func([]string) string { return "2" }, "B rejected", bridge.ExitDone},
		"its import file":                   {rejected("KR", "account is closed"), func(f []string) string { return "REPORT_" + f[1] }, "B rejected", bridge.ExitDone},
		"the first one's import file":       {rejected("KR", "account is closed"), func(f []string) string { return "REPORT_" + f[0] }, "B filed", bridge.ExitDone},
		"the first one's, with other words": {rejected("KR", "period is closed"), func(f []string) string { return "REPORT_" + f[0] }, "B filed", bridge.ExitDone},
	} {
		t.Run(name, func(t *testing.T) {
			w, files := refusedOnce(t)
			w.answer(strings.TrimSuffix(c.file(files), ".csv"), c.line)
			w.run(c.exit)
			w.states("A rejected, " + c.want)
		})
	}
}

// The ERP refuses the next document of a report in the very words of the first one, in a file of the same content: the file
// is no mere copy that can be passed over.
func TestSameContentMayMeanTheNextDocument(t *testing.T) {
	lines := []string{rejected("KR", "account is closed"), rejected("KR", "cost centre is closed")}
	for _, name := range []string{"1", "2"} {
		w, _ := refusedOnce(t)
		w.answer(name, lines...)
		w.run(bridge.ExitNeedsPerson)
		w.states("A rejected, B filed")
		w.alarm("result lines", "has come again with the same content", "B")
		w.ok(w.j.MarkOutcome(w.ctx, "B", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "closed"}}}, "it is about B"))
		w.quiet() // there is no question left
		w.answer("3", lines...)
		w.run(bridge.ExitDone)
		w.quiet()

		w, _ = refusedOnce(t)
		w.answer(name, lines...)
		w.run(bridge.ExitNeedsPerson)
		w.answer("4", rejected("B", "period is closed")) // the answer to B comes later
		w.run(bridge.ExitDone)
		w.states("A rejected, B rejected")
		w.quiet()

		w, _ = refusedOnce(t)
		w.answer(name, lines...)
		w.run(bridge.ExitNeedsPerson)
		w.ok(w.j.ResolveAbout(w.ctx, "result 1", "it is about A")) // a result file without a listed line
		w.run(bridge.ExitDone)
		w.states("A rejected, B filed")
		w.quiet()
	}
}

// A list that comes each night, and names the document by its number in the ERP, is no question about the next one.
func TestSameContentWithNumbersMeansWhatItMeant(t *testing.T) {
	w := newWorld(t, options{routes: fmt.Sprintf(revisionRoute, "add")})
	w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
	w.run(bridge.ExitDone)
	w.answer("1", posted("A", "4711"))
	w.run(bridge.ExitDone)
	w.add(fis.Expense, "B", revised("R", 2, "640100=120.00"))
	w.run(bridge.ExitDone)
	w.states("A posted, B filed")
	w.answer("2", posted("A", "4711"))
	w.run(bridge.ExitDone)
	w.quiet()
}

// An ERP that repeats what it has posted (the same rows in the file of each night), and gives no document number, does
// not post the next document of the report by that: Concur would be told that it is posted.
func TestPostingSaidAgainIsNotTheNextDocuments(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		file func(files []string) string
		want string
		exit int
	}{
		"the same":                    {posted("KR", ""), func([]string) string { return "2" }, "B filed", bridge.ExitNeedsPerson},
		"our own key as the number":   {posted("KR", "KR"), func([]string) string { return "2" }, "B filed", bridge.ExitNeedsPerson},
		"another number":              {posted("KR", "4712"), func([]string) string { return "2" }, "B posted", bridge.ExitDone},
		"the number of the first one": {posted("KR", "4711"), func([]string) string { return "2" }, "B filed", bridge.ExitDone},
		"its docId":                   {posted("B", "4712"), func([]string) string { return "2" }, "B posted", bridge.ExitDone},
		"its import file":             {posted("KR", "KR"), func(f []string) string { return "REPORT_" + f[1] }, "B posted", bridge.ExitDone},
		"the first one's import file": {posted("KR", "KR"), func(f []string) string { return "REPORT_" + f[0] }, "B filed", bridge.ExitNeedsPerson},
		"another day":                 {strings.Replace(posted("KR", "KR"), "03-31", "03-30", 1), func([]string) string { return "2" }, "B posted", bridge.ExitDone},
	} {
		t.Run(name, func(t *testing.T) {
			w := postedReport(t, "add")
			w.add(fis.Expense, "B", revised("R", 2, "640100=120.00"))
			w.run(bridge.ExitDone)
			w.states("A posted, B filed")
			w.answer(strings.TrimSuffix(c.file(w.list("erp/in")), ".csv"), c.line)
			w.run(c.exit)
			w.states("A posted, " + c.want)
			if w.state("B") == records.Filed && w.effects("posting", "B") != 0 {
				t.Error("Concur was told that B is posted")
			}
		})
	}
}

// A rejection without any words says nothing again: it is about the document that is not rejected, and stops what
// Concur was not told yet.
func TestRejectionWithoutWordsIsNotSaidAgain(t *testing.T) {
	w, _ := refusedOnce(t)
	w.answer("2", posted("B", "4711"))
	w.answer("3", strings.Replace(rejected("KR", ""), ",F5,", ",,", 1))
	w.run(bridge.ExitNeedsPerson)
	w.states("A rejected, B posted")
	w.confirmation("B", records.Stuck)
	w.alarms("changed outcome")

	w, _ = refusedOnce(t)
	w.answer("2", posted("B", "4711"))
	w.run(bridge.ExitDone)
	w.answer("3", strings.Replace(rejected("KR", ""), ",F5,", ",,", 1))
	w.run(bridge.ExitNeedsPerson)
	w.confirmation("B", records.Done)
	w.alarms("changed outcome")
}

// A key with a number that no import file wrote leads to no document by itself; a person is offered those of the
// report, and what was lost with the journal is found.
func TestKeyOfAFurtherPostingThatNoFileWrote(t *testing.T) {
	w := postedReport(t, "hold")
	w.add(fis.Expense, "B", revised("R", 2, "640100=120.00"))
	w.run(bridge.ExitNeedsPerson)
	w.ok(w.j.MarkOutcome(w.ctx, "B", fis.Outcome{Verdict: fis.Posted, Number: "4712", Company: "1000"}, "booked by hand"))
	w.run(bridge.ExitDone)
	w.answer("2", pays("KR-2", "paid", "PY1", "20.00", "EUR"))
	w.run(bridge.ExitNeedsPerson)
	page, err := w.j.ListAsked(w.ctx, records.Filter{})
	lines := page.Rows
	w.ok(err)
	if len(lines) != 1 || len(lines[0].May) != 2 {
		t.Fatalf("a person is offered %+v", lines)
	}

	// the journal was put back: the file in which B is KR-2 is lost, and B is held
	w = postedReport(t, "add")
	w.add(fis.Expense, "B", revised("R", 2, "640100=120.00"))
	w.run(bridge.ExitDone)
	w.states("B filed")
	db := pgtest.Raw(w.TB, filepath.Join(w.dir, "journal.db"))
	for _, query := range []string{`DELETE FROM file_documents WHERE doc_id = 'B'`,
		`UPDATE documents SET state = 'held', cause = 'doubt', in_doubt = 1, lost_file = 1, file_id = 0 WHERE doc_id = 'B'`} {
		_, err := db.ExecContext(w.ctx, query)
		w.ok(err)
	}
	w.ok(db.Close())
	w.answer("2", posted("KR-2", "4712"))
	(&keyStory{world: w}).pass()
	w.states("A posted, B posted")
	if c := w.confirmation("B", records.Done); c.Outcome.Number != "4712" {
		t.Errorf("%+v", c)
	}
}
