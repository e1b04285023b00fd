package bridge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
)

// twoRoutes: one for reports in a ledger, one for what is left of expense.
const twoRoutes = `
  - name: japan
    doc_types: [expense]
    when: ledgerCode = "JP"
    mapping: japan.xlsx
    drop: { target: erp, folder: in }
    returns: { folder: out, settle: 0s, min_age: 0s, match: ["jp-*"] }
  - name: others
    doc_types: [expense]
    when: ledgerCode = "EU"
    include_test: true
    mapping: csv.xlsx
    drop: { target: erp, folder: in }
    returns: { folder: ./out/, settle: 0s, min_age: 0s, match: ["eu-*"] }
`

// routed makes a world with both routes; the mapping of the first is the ready one unless it is given.
func routed(t *testing.T, japan string) *world {
	t.Helper()
	o := options{routes: twoRoutes}
	if japan != "" {
		o.mappings = map[string]string{"japan.xlsx": japan}
	} else {
		text, err := os.ReadFile(filepath.Join("..", "..", "mappings", "generic-csv.xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		o.mappings = map[string]string{"japan.xlsx": string(text)}
	}
	return newWorld(t, o)
}

func (w *world) report(id, ledger, test string) {
	w.Helper()
	body := strings.NewReplacer(`"ledgerCode":"EU"`, `"ledgerCode":"`+ledger+`"`, `"isTest":"N"`, `"isTest":"`+test+`"`).Replace(expense("R"+id, "640100"))
	w.add(fis.Expense, id, body)
}

// A document goes by the first route whose condition it meets; test users only where they are wanted; what no route takes stays in Concur,
// and is taken when a route wants it.
func TestRoutes(t *testing.T) {
	w := routed(t, "")
	w.report("J1", "JP", "N")
	w.report("J2", "JP", "Y")
	w.report("E1", "EU", "N")
	w.report("E2", "EU", "Y")
	w.report("U1", "US", "N")
	s := w.run(bridge.ExitDone)
	w.states("J1 filed, J2 left, E1 filed, E2 filed, U1 left")
	if s.Left != 2 || s.Acknowledged != 3 || s.Files != 2 {
		t.Errorf("%+v", s)
	}
	for id, want := range map[string]string{"J1": "japan", "E1": "others", "J2": "", "U1": ""} {
		if d, err := w.j.Document(w.ctx, id); err != nil || d.Route != want {
			t.Errorf("%s went by %q, want %q (%v)", id, d.Route, want, err)
		}
	}
	w.status("J2", fis.StatusReady)
	w.status("U1", fis.StatusReady)
	if s = w.run(bridge.ExitDone); s.Left != 2 || s.Stored != 0 {
		t.Errorf("%+v", s)
	}

	// Each route has its own files in the shared return folder.
	w.answer("jp-1", posted("J1", "1"))
	w.answer("eu-1", posted("E1", "2"))
	w.run(bridge.ExitDone)
	results, err := w.j.ResultsIn(w.ctx, journal.Applied)
	w.ok(err)
	if len(results) != 2 || results[0].Route == results[1].Route {
		t.Errorf("%+v", results)
	}
	w.states("J1 posted, E1 posted")

	// A changed configuration takes what was left.
	w.configure(options{routes: strings.Replace(twoRoutes, `ledgerCode = "EU"`, `OR(ledgerCode = "EU"; ledgerCode = "US")`, 1)})
	w.load()
	w.run(bridge.ExitDone)
	w.states("U1 filed, J2 left")
}

// A route whose mapping is broken: its documents stay in Concur, the other route goes on, and the exit code tells; mended, they are taken.
func TestBrokenMapping(t *testing.T) {
	w := routed(t, "this is no workbook")
	w.report("J1", "JP", "N")
	w.report("E1", "EU", "N")
	s := w.run(bridge.ExitNeedsPerson)
	w.states("J1 left, E1 filed")
	if len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "japan") {
		t.Errorf("%q", s.Notes)
	}
	w.write("japan.xlsx", w.read("csv.xlsx"))
	w.load()
	w.run(bridge.ExitDone)
	w.states("J1 filed, E1 filed")
}

// The mapping breaks when its documents are on their way: the former version stays in force, so that nothing waits, and a person is told.
func TestMappingBreaksLater(t *testing.T) {
	w := routed(t, "")
	w.report("J1", "JP", "N")
	w.run(bridge.ExitDone)
	w.report("J2", "JP", "N")
	w.answer("jp-1", posted("J1", "1"))
	w.write("japan.xlsx", "broken")
	w.load()
	s := w.run(bridge.ExitNeedsPerson)
	w.states("J1 posted, J2 filed")
	if !strings.Contains(strings.Join(s.Notes, "\n"), "japan.xlsx") {
		t.Errorf("%q", s.Notes)
	}
}

// A route that the configuration does not have any more: what waits for it is told, in every run, until it is back.
func TestRouteGone(t *testing.T) {
	w := routed(t, "")
	w.report("J1", "JP", "N")
	w.report("J2", "JP", "N")
	w.run(bridge.ExitDone)
	w.ok(w.j.Reissue(w.ctx, 1, nil, "wrong period"))
	w.ok(w.j.Hold(w.ctx, "J2", "to be looked at"))
	w.configure(options{})
	w.load()
	s := w.run(bridge.ExitNeedsPerson)
	if len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "1 acknowledged documents wait for route japan") {
		t.Errorf("%q", s.Notes)
	}
	w.states("J1 acknowledged, J2 held")
}

// A document that cannot be read stays in Concur and is told; those beside it go on.
func TestUnreadableDocument(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D3")
	w.add(fis.Expense, "D2", `["not a document"]`)
	s := w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D3 filed")
	if len(s.Notes) == 0 || !strings.Contains(strings.Join(s.Notes, "\n"), "D2") {
		t.Errorf("%q", s.Notes)
	}
	w.status("D2", fis.StatusReady)
}

// A payload that was damaged in the journal holds its document, with the way out, and stops no other.
func TestDamagedPayload(t *testing.T) {
	w := newWorld(t, options{routes: strings.Replace(oneRoute, "[expense, invoice]", "[expense]", 1)})
	w.good("D1", "D2", "D3")
	m := meddle(w, &meddler{})
	m.before = func(string) { w.damage("D2") }
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 held, D3 filed")
	d, err := w.j.Document(w.ctx, "D2")
	w.ok(err)
	if !strings.Contains(d.Reason, "damaged") || !strings.Contains(d.Reason, "backup") {
		t.Errorf("%s", d.Reason)
	}
}

// One broken thing in the middle of ten, of every kind at once: the others are through, and the exit code tells (PITFALLS 71).
func TestOneInTheMiddle(t *testing.T) {
	w := newWorld(t, options{})
	var answer []string
	for _, id := range strings.Fields("D1 D2 D3 D4 D5 D6 D7 D8 D9") {
		body := expense("R"+id, "640100")
		if id == "D5" {
			body = expense("R"+id, "999999") // no account for it
		}
		w.add(fis.Expense, id, body)
		switch id {
		case "D5":
		case "D6":
			answer = append(answer, "D6,post,perhaps\r\n")
		default:
			answer = append(answer, posted(id, "1"))
		}
	}
	s := w.run(bridge.ExitNeedsPerson)
	if s.Filed != 8 || s.Held != 1 {
		t.Errorf("filed %d, held %d", s.Filed, s.Held)
	}
	d, err := w.j.Document(w.ctx, "D5")
	w.ok(err)
	if !strings.Contains(d.Reason, "999999") {
		t.Errorf("the reason does not name the account: %s", d.Reason)
	}
	w.answer("1", answer...)
	s = w.run(bridge.ExitNeedsPerson)
	if s.Confirmed != 7 {
		t.Errorf("confirmed %d", s.Confirmed)
	}
	w.states("D4 posted, D5 held, D6 filed, D7 posted")
	// Mended and released, the held one follows in a file of its own.
	n, _, err := w.j.RetryHeld(w.ctx, "", "account added")
	w.ok(err)
	if n != 1 {
		t.Errorf("released %d", n)
	}
	w.run(bridge.ExitNeedsPerson) // nobody added it in truth
	w.states("D5 held")
	w.ok(w.j.MarkOutcome(w.ctx, "D5", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "no such account"}}}, "sent back"))
	w.run(bridge.ExitNeedsPerson) // the line about D6
	w.status("D5", fis.StatusPostedFailure)
}
