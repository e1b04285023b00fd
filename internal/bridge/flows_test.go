package bridge_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/flows"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/mappings"
)

// ledgers are two routes of one kind of ERP into one folder and back from one: EU reports by europe, JP reports by
// japan.
const ledgers = `
  - name: europe
    doc_types: [expense]
    when: ledgerCode = "EU"
    mapping: europe.yaml
    drop: { target: erp, folder: in }
    returns: { folder: out, settle: 0s, min_age: 0s }
  - name: japan
    doc_types: [expense]
    when: ledgerCode = "JP"
    mapping: japan.yaml
    drop: { target: erp, folder: in }
    returns: { target: erp, folder: out, settle: 0s, min_age: 0s }
`

// prefixed is a mapping whose import files are called PREFIX000001.csv.
func prefixed(prefix string) string {
	return fmt.Sprintf("template: batch\nsettings:\n  prefix: %s\n", prefix)
}

// ledgerWorld has both routes, with the prefixes of their import files.
func ledgerWorld(t *testing.T, europe, japan, routes string) *world {
	t.Helper()
	template := strings.Replace(batchTemplate, "ACCEPTANCE", "document", 1)
	template = strings.Replace(template, `"B{sequence:000000}.csv"`, `"{settings.prefix}{sequence:000000}.csv"`, 1)
	template = strings.Replace(template, "settings:\n", "settings:\n  - { name: prefix, type: code, value: X }\n", 1)
	return newWorld(t, options{routes: routes,
		mappings:  map[string]string{"europe.yaml": prefixed(europe), "japan.yaml": prefixed(japan)},
		templates: templateFS("batch", template)})
}

// Two routes that would write one name into one folder, whatever leads there: the later one takes nothing and renders
// nothing until it has names of its own, a person is told, and the other goes on.
func TestTwoRoutesOneName(t *testing.T) {
	for name, drop := range map[string]string{"folder": "{ target: erp, folder: in }",
		"spelling": "{ target: erp, folder: ./in/ }", "link": "{ target: link, folder: in }",
		"root and folder": "{ target: root, folder: erp/in }", "absolute": "{ target: deep, folder: \"\" }"} {
		t.Run(name, func(t *testing.T) {
			w := ledgerWorld(t, "CNQR", "CNQR", ledgers)
			w.ok(os.Symlink(filepath.Join(w.dir, "erp"), filepath.Join(w.dir, "link")))
			at := strings.LastIndex(ledgers, "{ target: erp, folder: in }")
			routes := ledgers[:at] + drop + strings.Replace(ledgers[at:], "{ target: erp, folder: in }", "", 1)
			more := fmt.Sprintf("\n  link: { kind: folder, path: link }\n  root: { kind: folder, path: . }\n  deep: { kind: folder, path: %s }", filepath.Join(w.dir, "erp", "in"))
			w.configure(options{routes: routes, targets: more})
			w.load()
			w.report("E1", "EU", "N")
			w.report("J1", "JP", "N")
			for range 2 {
				w.run(bridge.ExitNeedsPerson)
				w.states("E1 filed, J1 left")
				w.alarm("route", "routes europe and japan both write CNQR000001.csv", "file names of its own",
					"1 document so far: J1")
			}
			if got := strings.Join(w.list("erp/in"), " "); got != "CNQR000001.csv" {
				t.Errorf("dropped %s", got)
			}
			w.write("japan.yaml", prefixed("BBBB"))
			w.run(bridge.ExitDone)
			w.states("E1 filed, J1 filed")
			if got := strings.Join(w.list("erp/in"), " "); got != "BBBB000001.csv CNQR000001.csv" {
				t.Errorf("dropped %s", got)
			}
		})
	}
}

// A name that was used in a drop folder is never used there again, by whatever route: of a route that is gone, too. The
// documents wait.
func TestNameIsUsedOnce(t *testing.T) {
	w := ledgerWorld(t, "CNQR", "BBBB", ledgers)
	for _, id := range []string{"E1", "E2"} {
		w.report(id, "EU", "N")
		w.run(bridge.ExitDone)
	}
	w.report("J1", "JP", "N")
	w.run(bridge.ExitDone)
	w.states("E1 filed, E2 filed, J1 filed")
	only := ledgers[strings.Index(ledgers, "  - name: japan"):]
	w.configure(options{routes: "\n" + only})
	w.write("japan.yaml", prefixed("cnqr"))
	w.load()
	w.report("J2", "JP", "N")
	w.run(bridge.ExitFailed)
	w.states("J2 acknowledged")
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	said := ""
	for _, a := range alarms {
		said += a.Kind + " " + a.Message + "\n"
	}
	if !strings.Contains(said, "route the next import file of route japan cannot be numbered: the name cnqr000002.csv was used before in the same drop folder, by number 2 of route europe (dropped)") {
		t.Error(said)
	}
	w.write("japan.yaml", prefixed("DDDD"))
	w.run(bridge.ExitNeedsPerson) // two files of europe have no answer
	w.states("J2 filed")
	if got := strings.Join(w.list("erp/in"),
		" "); got != "BBBB000001.csv CNQR000001.csv CNQR000002.csv DDDD000002.csv" {
		t.Errorf("dropped %s", got)
	}
}

// An answer that names an import file belongs to the route of that file, in whatever order the routes stand and
// whatever their patterns take.
func TestAnswerBelongsToTheFileItNames(t *testing.T) {
	at := strings.Index(ledgers, "  - name: japan")
	swapped := "\n" + ledgers[at:] + strings.TrimPrefix(ledgers[:at], "\n")
	for name, routes := range map[string]string{"as they stand": ledgers, "the other way round": swapped} {
		t.Run(name, func(t *testing.T) {
			w := ledgerWorld(t, "CNQR", "BBBB", routes)
			w.report("E1", "EU", "N")
			w.report("J1", "JP", "N")
			w.run(bridge.ExitDone)
			w.write("erp/out/BBBB000001.rej", "1;account closed\n")
			w.run(bridge.ExitDone)
			w.states("E1 filed, J1 rejected")
			w.write("erp/out/cnqr000001.REJ", "1;account closed\n") // an ERP of capital letters, or of small ones
			w.run(bridge.ExitNeedsPerson)                           // the pattern of the format wants small letters
			w.write("erp/out/cnqr000001.rej", "1;account closed\n")
			w.run(bridge.ExitNeedsPerson)
			w.states("E1 rejected, J1 rejected")
			for _, r := range []struct{ file, route string }{{"BBBB000001.rej", "japan"},
				{"cnqr000001.rej", "europe"}} {
				found, err := w.j.FindResults(w.ctx, r.file)
				w.ok(err)
				if len(found) != 1 || found[0].Route != r.route {
					t.Errorf("%s went to %+v", r.file, found)
				}
			}
		})
	}
}

// An answer to a file that only another route has a name for, and has not sent, is not an answer to ours of the same
// number.
func TestAnswerToAnUnknownFile(t *testing.T) {
	w := ledgerWorld(t, "CNQR", "BBBB", ledgers)
	w.report("E1", "EU", "N")
	w.run(bridge.ExitDone)
	w.write("erp/out/BBBB000001.rej", "1;account closed\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("E1 filed")
	w.alarm("result lines", "1 of 1 lines of result file BBBB000001.rej")
	if note := w.read("erp/out/failed/" + w.note("BBBB000001")); !strings.Contains(note,
		"BBBB000001 is not the name of an import file of ours; number 1 of route europe is CNQR000001.csv") {
		t.Error(note)
	}
	// Rejects only, the rest is posted: of a file that is not ours nothing is posted.
	w.write("erp/out/BBBB000001.only", "END;0\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("E1 filed")
}

// Where neither the name nor the content of an answer tells its route, it is listed and not used. When the
// configuration tells them apart, it is read again.
func TestAnswerOfNobody(t *testing.T) {
	w := ledgerWorld(t, "CNQR", "BBBB", ledgers)
	w.report("E1", "EU", "N")
	w.report("J1", "JP", "N")
	w.run(bridge.ExitDone)
	w.write("erp/out/today.ack", "1;1;0;\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("E1 filed, J1 filed")
	w.alarm("result file", "it may belong to route europe or japan", "returns.match")
	w.configure(options{routes: strings.Replace(ledgers, "min_age: 0s }", `min_age: 0s, match: ["CNQR*"] }`, 1)})
	w.load()
	w.ok(w.j.RetryResult(w.ctx, 1, "europe has names of its own now"))
	w.run(bridge.ExitDone)
	w.states("E1 filed, J1 posted")
	// Its name or its documents tell the route at once.
	w.configure(options{routes: ledgers})
	w.load()
	w.write("erp/out/CNQR000001.ack", "1;1;0;\n")
	w.run(bridge.ExitDone)
	w.states("E1 posted")
	w.report("J2", "JP", "N")
	w.run(bridge.ExitDone)
	w.write("erp/out/day.txt", "J2;posted;7\nEND;1\n")
	w.run(bridge.ExitDone)
	w.states("J2 posted")
	if found, err := w.j.FindResults(w.ctx, "day.txt"); err != nil || found[0].Route != "japan" {
		t.Errorf("%+v %v", found, err)
	}
}

// The answers to a route that cannot be used now are not read by the formats of another one; mended, they are.
func TestAnswerOfABrokenRoute(t *testing.T) {
	w := ledgerWorld(t, "CNQR", "BBBB", ledgers)
	w.report("E1", "EU", "N")
	w.report("J1", "JP", "N")
	w.run(bridge.ExitDone)
	broken := strings.Replace(ledgers, `ledgerCode = "JP"`, `ledgerCod = "JP"`, 1)
	w.configure(options{routes: broken})
	w.load()
	w.write("erp/out/BBBB000001.rej", "1;account closed\n")
	w.write("erp/out/day.txt", "J1;posted;7\nEND;1\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("E1 filed, J1 filed")
	w.configure(options{routes: ledgers})
	w.load()
	unread, err := w.j.ResultsIn(w.ctx, records.Unreadable)
	w.ok(err)
	if len(unread) != 2 {
		t.Fatalf("%+v", unread)
	}
	w.ok(w.j.RetryResult(w.ctx, unread[0].ID, "the route is mended"))
	w.run(bridge.ExitNeedsPerson)
	w.states("E1 filed, J1 rejected")
}

// What the check says of flows that get into each other's way; flows that do not, say nothing.
func TestCheckFlows(t *testing.T) {
	const two = `
  - name: a
    doc_types: [expense]
    mapping: europe.yaml
    drop: { target: erp, folder: A-DROP, done_marker: "{stem}.ok" }
    returns: { target: erp, folder: A-BACK }
  - name: b
    doc_types: [invoice]
    mapping: japan.yaml
    drop: { target: erp, folder: B-DROP, done_marker: "{name}.done" }
    returns: { target: erp, folder: B-BACK }
`
	for _, c := range []struct {
		name                   string
		aDrop, aBack           string
		bDrop, bBack           string
		prefixA, prefixB       string
		route, want            string
		warning, reads, silent bool
	}{
		{name: "apart", aDrop: "in", aBack: "out", bDrop: "in2", bBack: "out2", prefixA: "X", prefixB: "X",
			silent: true},
		{name: "one drop folder, names of their own", aDrop: "in", aBack: "out", bDrop: "in", bBack: "out2",
			prefixA: "X", prefixB: "Y", silent: true},
		{name: "one name", aDrop: "in", aBack: "out", bDrop: "in", bBack: "out2", prefixA: "X", prefixB: "x",
			route: "b", want: "routes a and b both write x000001.csv"},
		{name: "one return folder", aDrop: "in", aBack: "out", bDrop: "in", bBack: "out/", prefixA: "X", prefixB: "Y",
			route: "b", want: "a result file such as X000001.ack may belong to route a or b", warning: true},
		{name: "the archive of one is the return folder of the other", aDrop: "in", aBack: "out", bDrop: "in2",
			bBack: "out/archive", prefixA: "X", prefixB: "Y", route: "b",
			want: "route b would read the result files that route a has moved into", reads: true},
		{name: "the failed files of one lie in the drop folder of the other", aDrop: "in", aBack: "out",
			bDrop: "out/failed", bBack: "out2", prefixA: "X", prefixB: "Y", route: "b",
			want: "where route a moves result files"},
		{name: "parent and child", aDrop: "in", aBack: "out", bDrop: "in/sub", bBack: "out/sub", prefixA: "X",
			prefixB: "X", silent: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := ledgerWorld(t, c.prefixA, c.prefixB, ledgers)
			w.configure(options{routes: strings.NewReplacer("A-DROP", c.aDrop, "A-BACK", c.aBack, "B-DROP", c.bDrop,
				"B-BACK", c.bBack).Replace(two)})
			var all []flows.Flow
			for _, r := range w.cfg.Routes {
				plan, found := mapping.Load(w.loaded, w.cfg.Path(r.Mapping))
				if plan == nil {
					t.Fatal(found)
				}
				all = append(all, flows.Flow{Route: r, Plan: plan})
			}
			got := flows.Check(w.cfg, all)
			switch {
			case c.silent && len(got) == 0:
			case c.silent || len(got) != 1:
				t.Errorf("%+v", got)
			case got[0].Route != c.route || !strings.Contains(got[0].Text.String(), c.want) || got[0].Warning != c.warning ||
				got[0].Reads != c.reads:
				t.Errorf("%+v, want %q of route %s", got[0], c.want, c.route)
			}
		})
	}
}

// A route that drops where another one reads, without a pattern that tells them apart, reads nothing; what it would
// take stays in Concur.
func TestRouteThatWouldReadImportFiles(t *testing.T) {
	routes := strings.Replace(ledgers, "drop: { target: erp, folder: in }", "drop: { target: erp, folder: out }", 1)
	template := strings.Replace(strings.Replace(batchTemplate, "ACCEPTANCE", "document", 1), `"B{sequence:000000}.csv"`, `"{route}{sequence:000000}.txt"`, 1)
	w := newWorld(t, options{routes: strings.Replace(routes, "folder: out, settle: 0s, min_age: 0s", `folder: back, settle: 0s, min_age: 0s`, 1),
		mappings:  map[string]string{"europe.yaml": "template: batch\n", "japan.yaml": "template: batch\n"},
		templates: templateFS("batch", template)})
	w.ok(os.MkdirAll(filepath.Join(w.dir, "erp", "back"), 0o750))
	w.report("E1", "EU", "N")
	w.report("J1", "JP", "N")
	w.run(bridge.ExitNeedsPerson)
	w.states("E1 filed, J1 left")
	w.alarm("route", "route japan would read europe000001.txt, which route europe drops into", "returns.match")
	w.run(bridge.ExitNeedsPerson)
	if got := strings.Join(w.list("erp/out"), " "); got != "europe000001.txt" {
		t.Errorf("left: %s", got)
	}
}

// Files that lie side by side are not sealed one by one: the route takes nothing, check and a person are told so.
func TestSealedSideBySide(t *testing.T) {
	ready, err := fs.ReadFile(mappings.FS(), "netsuite-bills.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	sealed := sealedWorld(t, 0)
	w := newWorld(t, options{mappings: map[string]string{"bills.xlsx": string(ready)},
		targets: fmt.Sprintf("\n  bank: { kind: folder, path: erp, seal: { to: [%s/bank.pub], sign: %[1]s/us.sec } }", filepath.ToSlash(sealed.keys)),
		routes: `
  - name: bills
    doc_types: [invoice]
    mapping: bills.xlsx
    drop: { target: bank, folder: in }
    returns: { target: erp, folder: out, settle: 0s, min_age: 0s }
`})
	w.add(fis.Invoice, "I", invoice("Q1", "640100"))
	w.run(bridge.ExitNeedsPerson)
	w.states("I left")
	w.alarm("route", "route bills seals its import files", "template netsuite-bills lie side by side", "as: zip")
}
