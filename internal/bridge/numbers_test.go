package bridge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// letteredWorld has both routes of a ledger that is told its batch in each row, and gives it back in its acknowledgement.
func letteredWorld(t *testing.T, name, europe, japan, routes string) *world {
	t.Helper()
	template := strings.Replace(batchTemplate, "ACCEPTANCE", "document", 1)
	for old, new := range map[string]string{
		`"B{sequence:000000}.csv"`:                 `"` + name + `"`,
		"settings:\n":                              "settings:\n  - { name: prefix, type: code, value: X }\n",
		"amounts:\n":                               "      - { name: Batch, type: code, width: 20, value: 'CONCAT(settings.prefix; TEXT(file.sequence; \"000000\"))' }\namounts:\n",
		"{ name: sequence, type: integer }":        "{ name: sequence, type: code }",
		"{ role: file_sequence, field: sequence }": `{ role: file_sequence, field: sequence, pattern: "([0-9]{6})$" }`,
	} {
		if !strings.Contains(template, old) {
			t.Fatal(old)
		}
		template = strings.Replace(template, old, new, 1)
	}
	w := newWorld(t, options{routes: routes,
		mappings:  map[string]string{"europe.yaml": prefixed(europe), "japan.yaml": prefixed(japan)},
		templates: templateFS("batch", template)})
	w.ok(os.Mkdir(filepath.Join(w.dir, "erp", "in2"), 0o700))
	return w
}

// apart are the routes with a drop folder each.
var apart = strings.Replace(ledgers, "folder: in }", "folder: in2 }", 1)

// The number of an import file is not its name: each feeder of an ERP has a number 1. The letters of a batch that an
// answer gives back are those that stand in the file or its name, or a person is asked. Digits alone say the number.
func TestAnswerToTheBatchOfAnotherSystem(t *testing.T) {
	for name, own := range map[string][]string{
		"{settings.prefix}{sequence:000000}.csv": {"CNQR000001", "cnqr000001", "000001", "CNQR-000001"},
		"J{sequence:000000}_{date:yyyyMMdd}.csv": {"CNQR000001", "J000001", "000001"},
		"{sequence:000000}.csv":                  {"CNQR000001", "000001"},
		"{route}_{sequence:000000}.csv":          {"CNQR000001", "europe_000001"},
	} {
		for _, word := range own {
			t.Run(name+" "+word, func(t *testing.T) {
				t.Parallel()
				w := letteredWorld(t, name, "CNQR", "ZZZZ", apart)
				w.report("E1", "EU", "N")
				w.run(bridge.ExitDone)
				for _, other := range []string{"BBBB000001", "QR000001", "XCNQR000001", "B_000001"} {
					w.write("erp/out/"+other+"x.ack", other+";1;0;\n")
					w.run(bridge.ExitNeedsPerson)
					w.states("E1 filed")
				}
				if note := w.read("erp/out/failed/" + w.note("BBBB000001x")); !strings.Contains(note,
					"BBBB000001 is not the name of an import file of ours; number 1 of route europe is ") {
					t.Error(note)
				}
				w.write("erp/out/own.ack", word+";1;0;\n")
				w.run(bridge.ExitNeedsPerson) // the lines that are listed still do
				w.states("E1 posted")
			})
		}
	}
}

// The same of the name of a result file, with and without a mark before the number. A word that the pattern of the names
// asks for is the answer's own.
func TestAnswerNamedAsTheFileOfAnotherSystem(t *testing.T) {
	for name, answers := range map[string]struct{ others, own []string }{
		"{route}_{sequence:000000}.csv": {[]string{"other_000001", "other000001", "pope_000001"}, []string{"europe_000001", "EUROPE000001", "2026-03-31_000001", "000001"}},
		"CNQR{sequence:000000}.csv":     {[]string{"other_000001", "REPLY-BBBB-000001", "R_000001"}, []string{"CNQR-000001", "REPLY-CNQR000001"}},
	} {
		for _, own := range answers.own {
			t.Run(name+" "+own, func(t *testing.T) {
				t.Parallel()
				w := letteredWorld(t, name, "X", "ZZZZ", apart)
				w.report("E1", "EU", "N")
				w.run(bridge.ExitDone)
				for i, other := range answers.others {
					w.write("erp/out/"+other+".only", "END;0\n")
					w.run(bridge.ExitNeedsPerson)
					w.states("E1 filed")
					if i > 0 {
						continue
					}
					if note := w.read("erp/out/failed/" + w.note(other)); !strings.Contains(note, "name_pattern") {
						t.Error(note)
					}
				}
				w.write("erp/out/"+own+".only", "END;0\n")
				w.b.Run(w.ctx) //nolint:errcheck // what is listed still is
				w.states("E1 posted")
			})
		}
	}
	w := worldOfBatches(t, strings.NewReplacer("ACCEPTANCE", "document", `'(?<file_sequence>[0-9]{6})\.only$'`, `'^reply_(?<file_sequence>[0-9]{6})\.only$'`).Replace(batchTemplate))
	w.good("D1")
	w.run(bridge.ExitDone)
	w.write("erp/out/reply_000001.only", "END;0\n")
	w.run(bridge.ExitDone)
	w.states("D1 posted")
}

// Two companies have their own drop folders and one return folder, and files of the same batch: an answer that names it
// alone is one to either.
func TestAnswerToOneOfTwoFilesOfTheSameBatch(t *testing.T) {
	for word, name := range map[string]string{"CNQR000001": "{settings.prefix}{sequence:000000}.csv", "000001": "{route}-{sequence:000000}.csv"} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			w := letteredWorld(t, name, "CNQR", "CNQR", apart)
			w.report("E1", "EU", "N")
			w.report("J1", "JP", "N")
			w.run(bridge.ExitDone)
			w.write("erp/out/a.ack", word+";1;0;\n")
			w.run(bridge.ExitNeedsPerson)
			w.states("E1 filed, J1 filed")
		})
	}
}

// A route that gets another name begins again with number 1. The late answer to its former number 1 is none to the new
// one.
func TestAnswerToAFileOfARenamedRoute(t *testing.T) {
	for word, name := range map[string]string{"CNQR000001": "{settings.prefix}{sequence:000000}.csv", "000001": "{sequence:000000}.csv"} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			w := letteredWorld(t, name, "CNQR", "BBBB", apart)
			w.report("E1", "EU", "N")
			w.run(bridge.ExitDone)
			renamed := strings.Replace(strings.Replace(apart, "name: europe", "name: payables", 1), "folder: in2 }", "folder: in3 }", 1)
			w.ok(os.Mkdir(filepath.Join(w.dir, "erp", "in3"), 0o700))
			w.configure(options{routes: renamed})
			w.load()
			w.report("E2", "EU", "N")
			w.run(bridge.ExitNeedsPerson) // nothing reads the former return folder
			w.states("E1 filed, E2 filed")
			w.alarm("removed route", "1 import file of route europe, which the configuration does not have any more",
				"put the route back", "mark document DOC")
			w.write("erp/out/a.ack", word+";1;0;\n")
			w.run(bridge.ExitNeedsPerson)
			w.states("E1 filed, E2 filed")
		})
	}
}

// What a route posted under its former name is replaced, when mapping and drop folder are the same.
func TestRevisionOfARenamedRoute(t *testing.T) {
	for drop, want := range map[string]string{"folder: in }": "B filed", "folder: in2 }": "B held"} {
		t.Run(drop, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{routes: fmt.Sprintf(revisionRoute, "replace")})
			w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
			w.run(bridge.ExitDone)
			w.ok(w.j.MarkOutcome(w.ctx, "A", fis.Outcome{Verdict: fis.Posted, Number: "77", Company: "1000", FiscalYear: "2026",
				Posted: fis.Date{Year: 2026, Month: 3, Day: 31}}, "found in the ERP"))
			w.run(bridge.ExitDone)
			w.ok(os.Mkdir(filepath.Join(w.dir, "erp", "in2"), 0o700))
			renamed := strings.Replace(fmt.Sprintf(revisionRoute, "replace"), "name: journals", "name: travel", 1)
			w.configure(options{routes: strings.Replace(renamed, "folder: in }", drop, 1)})
			w.load()
			w.add(fis.Expense, "B", revised("R", 2, "640100=80.00"))
			exit := bridge.ExitDone
			if want == "B held" {
				exit = bridge.ExitNeedsPerson
			}
			w.run(exit)
			w.states(want)
		})
	}
}
