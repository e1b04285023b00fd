package bridge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
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

// A document goes by the first route whose condition it meets; test users only where they are wanted; what no route
// takes stays in Concur, and is taken when a route wants it.
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
	w.run(bridge.ExitNeedsPerson) // for the third time no route takes U1
	results, err := w.j.ResultsIn(w.ctx, records.Applied)
	w.ok(err)
	if len(results) != 2 || results[0].Route == results[1].Route {
		t.Errorf("%+v", results)
	}
	w.states("J1 posted, E1 posted")

	// A changed configuration takes what was left.
	w.configure(options{routes: strings.Replace(twoRoutes, `ledgerCode = "EU"`, `OR(ledgerCode = "EU"; ledgerCode = "US")`, 1)})
	w.load()
	w.run(bridge.ExitDone)
	w.quiet()
	w.states("U1 filed, J2 left")
}

// A route whose mapping is broken: its documents stay in Concur, the other route goes on, and the exit code tells;
// mended, they are taken.
func TestBrokenMapping(t *testing.T) {
	w := routed(t, "this is no workbook")
	w.report("J1", "JP", "N")
	w.report("E1", "EU", "N")
	w.run(bridge.ExitNeedsPerson)
	w.states("J1 left, E1 filed")
	w.alarm("route", "route japan", "japan.xlsx", "1 document so far: J1", "fisbridge check")
	w.write("japan.xlsx", w.read("csv.xlsx"))
	w.load()
	w.run(bridge.ExitDone)
	w.states("J1 filed, E1 filed")
	w.quiet()
}

// A route that cannot be used, or not be asked, keeps in Concur what it takes or might take: nothing of it falls to a
// route behind. What it would never take goes its way. It is an alarm until it is mended, and then the documents go
// where they belong.
func TestBrokenRouteKeepsItsDocuments(t *testing.T) {
	const catchAll = `
  - name: first
    doc_types: [expense]
    when: ledgerCode = "FR"
    mapping: csv.xlsx
    drop: { target: erp, folder: first }
  - name: japan
    doc_types: [expense]
    when: ledgerCode = "JP"
    mapping: japan.xlsx
    drop: { target: erp, folder: japan }
  - name: rest
    doc_types: [expense, invoice]
    include_test: true
    mapping: csv.xlsx
    drop: { target: erp, folder: rest }
`
	for _, c := range []struct {
		name         string
		break_, mend func(w *world)
		when         string
		states       string
		words        []string
		kind         string
	}{
		{name: "workbook", break_: func(w *world) { w.write("japan.xlsx", "this is no workbook") },
			states: "F1 filed, J1 left, E1 filed, J2 filed, I1 filed", kind: "route",
			words: []string{"route japan", "japan.xlsx", "1 document so far: J1"}},
		{name: "missing workbook", break_: func(w *world) { w.ok(os.Remove(filepath.Join(w.dir, "japan.xlsx"))) },
			states: "F1 filed, J1 left, E1 filed, J2 filed, I1 filed", kind: "route",
			words: []string{"route japan", "there is no such file"}},
		{name: "template", break_: func(w *world) {
			w.write("japan.xlsx", strings.Replace(`template: generic-cvs`, "", "", 1))
		}, states: "F1 filed, J1 left, E1 filed, J2 filed, I1 filed", kind: "route", words: []string{"route japan"}},
		{name: "mistyped condition", when: `ledgerCod = "JP"`,
			states: "F1 filed, J1 left, E1 left, J2 filed, I1 filed", kind: "route",
			words: []string{"route japan: when", "ledgerCod", "might take", "2 documents so far: J1, E1"}},
		{name: "condition that is no formula", when: `ledgerCode = `,
			states: "F1 filed, J1 left, E1 left, J2 filed, I1 filed", kind: "route",
			words: []string{"route japan: when"}},
		{name: "failing condition", when: `VALUE(reportName) > 3`,
			states: "F1 filed, J1 left, E1 left, J2 filed, I1 filed", kind: "condition",
			words: []string{"route japan", "fails for 2 documents", "J1, E1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken := catchAll
			if c.when != "" {
				broken = strings.Replace(broken, `ledgerCode = "JP"`, c.when, 1)
			}
			w := newWorld(t, options{routes: broken})
			w.write("japan.xlsx", w.read("csv.xlsx"))
			for _, dir := range []string{"first", "japan", "rest"} {
				w.ok(os.MkdirAll(filepath.Join(w.dir, "erp", dir), 0o750))
			}
			if c.break_ != nil {
				c.break_(w)
			}
			w.load()
			w.report("F1", "FR", "N")
			w.report("J1", "JP", "N")
			w.report("E1", "EU", "N")
			w.report("J2", "JP", "Y") // a test user, whom the route never takes
			w.add(fis.Invoice, "I1", invoice("RI1", "650100"))
			for range 2 {
				w.run(bridge.ExitNeedsPerson)
				w.states(c.states)
				w.status("J1", fis.StatusReady)
				w.alarm(c.kind, c.words...)
			}
			if files := w.list("erp/japan"); len(files) > 0 {
				t.Errorf("dropped %q", files)
			}
			w.write("japan.xlsx", w.read("csv.xlsx"))
			w.configure(options{routes: catchAll})
			w.load()
			w.run(bridge.ExitDone)
			w.states("J1 filed, E1 filed")
			w.quiet()
			for id, want := range map[string]string{"F1": "first", "J1": "japan", "E1": "rest", "J2": "rest",
				"I1": "rest"} {
				if d, err := w.j.Document(w.ctx, id); err != nil || d.Route != want {
					t.Errorf("%s went by %q, want %q (%v)", id, d.Route, want, err)
				}
			}
		})
	}
}

// The mapping breaks when its documents are on their way: the former version stays in force, so that nothing waits, and
// a person is told.
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
	w.run(bridge.ExitNeedsPerson)
	w.alarm("removed route", "1 acknowledged documents wait for route japan")
	w.states("J1 acknowledged, J2 held")
}

// A workbook that was refused asks for nobody any more when its route is gone from the configuration: nothing would
// ever read it again.
func TestRefusedMappingOfARouteThatIsGone(t *testing.T) {
	w := routed(t, "")
	w.report("J1", "JP", "N")
	w.run(bridge.ExitDone)
	w.write("japan.xlsx", "no workbook")
	w.load()
	w.run(bridge.ExitNeedsPerson)
	w.ok(w.j.MarkOutcome(w.ctx, "J1", fis.Outcome{Verdict: fis.Posted, Number: "77", Company: "1000", FiscalYear: "2026",
		Posted: fis.Date{Year: 2026, Month: 3, Day: 31}}, "found in the ERP"))
	w.configure(options{})
	w.load()
	w.run(bridge.ExitDone)
}

// A document that cannot be read stays in Concur and is told; those beside it go on.
func TestUnreadableDocument(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D3")
	w.add(fis.Expense, "D2", `["not a document"]`)
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D3 filed")
	w.alarm("ready list", "1 item", "D2", "stay in Concur")
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

// One broken thing in the middle of ten, of every kind at once: the others are through, and the exit code tells
// (PITFALLS 71).
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
	w.ok(w.j.MarkOutcome(w.ctx, "D5",
		fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "no such account"}}}, "sent back"))
	w.run(bridge.ExitNeedsPerson) // the line about D6
	w.status("D5", fis.StatusPostedFailure)
}
