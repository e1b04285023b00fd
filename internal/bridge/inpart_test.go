package bridge_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/templates"
)

// lineAnswers is a result format whose rows speak of one line each: docId;line of the import file;ok or no;text.
const lineAnswers = `
  - name: lines
    files: "*.lines"
    kind: posting
    level: line
    layout: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", header: false }
    records:
      - name: L
        fields:
          - { name: doc, type: code }
          - { name: line, type: integer }
          - { name: what, type: code }
          - { name: text, type: text }
    columns:
      - { role: doc_id, field: doc }
      - { role: file_line, field: line }
      - { role: outcome, field: what, words: { ok: posted, "no": rejected } }
      - { role: message, field: text }
`

// answeredByLine gives a world whose ERP answers line by line, with document D1 of four lines (2 to 5 of the import
// file) filed. change is made in the template.
func answeredByLine(t *testing.T, change ...string) *world {
	t.Helper()
	text, err := fs.ReadFile(templates.FS(), "generic-csv/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(string(text), "\nresults:\n", "\nresults:"+lineAnswers, 1)
	own = strings.NewReplacer(change...).Replace(own)
	w := newWorld(t, options{templates: fstest.MapFS{"generic-csv/template.yaml": {Data: []byte(own)}}})
	w.add(fis.Expense, "D1", expense("RD1", "640100 640100"))
	w.run(bridge.ExitDone)
	return w
}

// The ERP posts two lines of a document and rejects the third, and gives no document number. A part is in its books:
// that is asked about and nothing is told to Concur, and the corrected document waits for a word about the first one, for it would be booked twice.
func TestPostedInPartWithoutNumbers(t *testing.T) {
	for name, files := range map[string][]string{
		"one file":  {"D1;2;ok;\nD1;3;ok;\nD1;4;no;closed\n"},
		"two files": {"D1;2;ok;\nD1;3;ok;\n", "D1;4;no;closed\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := answeredByLine(t)
			for i, text := range files {
				w.write("erp/out/"+string(rune('a'+i))+".lines", text)
				if i < len(files)-1 {
					w.run(bridge.ExitDone)
				}
			}
			w.run(bridge.ExitNeedsPerson)
			w.states("D1 filed")
			w.alarm("unexpected outcome", "posted a part of document D1, gave no document number", "closed", "rejected")
			w.add(fis.Expense, "D9", expense("RD1", "640100 640100"))
			w.run(bridge.ExitNeedsPerson)
			w.states("D1 filed, D9 acknowledged")
			w.ok(w.j.MarkOutcome(w.ctx, "D1", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "closed"}}}, "taken back in the ERP"))
			w.run(bridge.ExitDone)
			w.states("D1 rejected, D9 filed")
			w.confirmation("D1", records.Done)
			w.quiet()
		})
	}
}

// Where the file is taken whole or not at all, or a line is only checked, nothing of the document is in the books: it
// is a rejection.
func TestCheckedLinesAreNoPart(t *testing.T) {
	for name, change := range map[string][]string{
		"all or nothing": {"acceptance: document", "acceptance: file"},
		"checked":        {"level: line\n", "level: line\n    posted_lines: checked\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := answeredByLine(t, change...)
			w.write("erp/out/a.lines", "D1;2;ok;\nD1;3;ok;\nD1;4;no;closed\n")
			w.run(bridge.ExitDone)
			w.states("D1 rejected")
			w.quiet()
		})
	}
}

// A document that an earlier result file posted, and of which a later one refuses a line, is not told to Concur as
// posted: what was not sent yet is stopped, and a person looks. Rows may say which line they mean or not, and the later
// file may repeat lines that are posted.
func TestLaterRefusalStopsThePosting(t *testing.T) {
	for name, c := range map[string]struct{ posts, refuses, alarm string }{
		"lines":                {"D1;2;ok;\nD1;3;ok;\nD1;4;ok;\nD1;5;ok;\n", "D1;4;no;closed\n", "changed outcome"},
		"no lines":             {"D1;;ok;\nD1;;ok;\nD1;;ok;\nD1;;ok;\n", "D1;;no;closed\n", "changed outcome"},
		"with a repeated line": {"D1;2;ok;\nD1;3;ok;\nD1;4;ok;\nD1;5;ok;\n", "D1;2;ok;\nD1;4;no;closed\n", "unexpected outcome"},
		"against itself":       {"D1;2;ok;\nD1;3;ok;\nD1;4;ok;\nD1;5;ok;\n", "D1;4;ok;\nD1;4;no;closed\n", "unexpected outcome"},
	} {
		t.Run(name, func(t *testing.T) {
			w := answeredByLine(t)
			w.write("erp/out/a.lines", c.posts)
			w.write("erp/out/b.lines", c.refuses)
			w.run(bridge.ExitNeedsPerson)
			w.confirmation("D1", records.Stuck)
			if n := w.effects("posting", "D1"); n != 0 {
				t.Errorf("Concur was told %d times", n)
			}
			w.alarms(c.alarm)
			w.run(bridge.ExitNeedsPerson)
			w.confirmation("D1", records.Stuck)
			w.ok(w.j.MarkOutcome(w.ctx, "D1", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "closed"}}}, "taken back in the ERP"))
			w.run(bridge.ExitDone)
			w.states("D1 rejected")
			w.confirmation("D1", records.Done)
			w.quiet()

			// Concur was told already: a person must say so, and is not sent to a command that cannot do it
			w = answeredByLine(t)
			w.write("erp/out/a.lines", c.posts)
			w.run(bridge.ExitDone)
			w.confirmation("D1", records.Done)
			w.write("erp/out/b.lines", c.refuses)
			w.run(bridge.ExitNeedsPerson)
			w.confirmation("D1", records.Done)
			if a := w.alarm(c.alarm, "Concur was told"); strings.Contains(a.Remedy, "mark document") {
				t.Errorf("the remedy is refused: %s", a.Remedy)
			}
		})
	}
}

// A rejection that was not told to Concur yet waits for a person, when the ERP says then that it has posted the rest.
func TestLaterPostingOfTheRestStopsTheRejection(t *testing.T) {
	for name, posts := range map[string]string{"lines": "D1;2;ok;\nD1;3;ok;\n", "no lines": "D1;;ok;\nD1;;ok;\n"} {
		t.Run(name, func(t *testing.T) {
			w := answeredByLine(t)
			w.write("erp/out/a.lines", "D1;4;no;closed\n")
			w.write("erp/out/b.lines", posts)
			w.run(bridge.ExitNeedsPerson)
			w.confirmation("D1", "")
			w.alarms("unexpected outcome", "unexpected outcome") // nothing was said of the rest, and then that it is posted
			w.states("D1 filed")
		})
	}
}

// numberedAndRefused is a world in which the ERP takes import files whole or not at all, and has refused a line of document
// D2 after it gave a document number for all of them. D3 is in the same import file; nothing of the refusal is read yet.
func numberedAndRefused(t *testing.T) *world {
	t.Helper()
	w := answeredByLine(t, "acceptance: document", "acceptance: file", "role: message, field: text }\n", "role: document_number, field: text }\n")
	w.add(fis.Expense, "D2", expense("RD2", "640100 640100"))
	w.ok(w.j.MarkOutcome(w.ctx, "D1", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "closed"}}}, "for a file of two"))
	w.add(fis.Expense, "D3", expense("RD3", "640100 640100"))
	w.run(bridge.ExitDone)
	w.write("erp/out/a.lines", "D2;2;ok;4711\nD2;3;ok;4711\nD2;4;ok;4711\nD2;5;ok;4711\n")
	w.run(bridge.ExitDone)
	w.confirmation("D2", records.Waiting)
	w.write("erp/out/b.lines", "D2;4;no;\n")
	return w
}

// A document number means that the ERP has booked, also where it takes a file whole or not at all: a line that it refuses
// then stops the document and its file until a person has looked.
func TestLaterRefusalOfANumberedDocumentOfAWholeFile(t *testing.T) {
	w := numberedAndRefused(t)
	w.write("erp/out/c.lines", "D3;6;ok;4712\nD3;7;ok;4712\nD3;8;ok;4712\nD3;9;ok;4712\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D2 filed, D3 filed")
	w.confirmation("D2", records.Stuck)
	w.confirmation("D3", records.Waiting)
	w.alarms("unexpected outcome")
	w.write("erp/out/d.lines", "D2;3;ok;4711\nD2;2;ok;4711\nD2;4;ok;4711\nD2;5;ok;4711\n") // once more
	w.run(bridge.ExitNeedsPerson)
	w.states("D2 filed, D3 filed")
	w.confirmation("D2", records.Stuck)
	for name, act := range map[string]func(context.Context, string, string) (int64, error){"retry": w.j.RetryConfirmation, "settled": w.j.SettleByHand} {
		if n, err := act(w.ctx, "D2", "now"); n != 0 || err != nil {
			t.Errorf("%s: %d %v: only what the document's outcome is can be said of it", name, n, err)
		}
	}
	w.confirmation("D2", records.Stuck)
	w.ok(w.j.MarkOutcome(w.ctx, "D2", fis.Outcome{Verdict: fis.Posted, Number: "4711", Company: "1000"}, "looked in the ERP"))
	w.run(bridge.ExitDone)
	w.states("D2 posted, D3 posted")
}

// When another document of the file is refused, the one with the number is held, and not issued again by itself.
func TestNumberedDocumentOfARefusedFileIsHeld(t *testing.T) {
	w := numberedAndRefused(t)
	w.write("erp/out/c.lines", "D3;6;no;\n")
	w.run(bridge.ExitNeedsPerson)
	w.run(bridge.ExitNeedsPerson)
	w.states("D2 held, D3 rejected")
	w.confirmation("D2", "")
	w.alarms("contradiction", "unexpected outcome")
	w.ok(w.j.Release(w.ctx, "D2", "not in the ERP"))
	w.run(bridge.ExitNeedsPerson)
	w.states("D2 filed")
	w.write("erp/out/d.lines", "D2;2;ok;4713\nD2;3;ok;4713\nD2;4;ok;4713\nD2;5;ok;4713\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D2 posted")
}

// Of an import file that is taken whole or not at all the last word holds: a document whose lines were all accepted,
// and one of which is refused before the rest of the file is answered, is rejected, and the file is issued again.
func TestLaterRefusalOfAWholeFile(t *testing.T) {
	for name, c := range map[string]struct{ posts, refuses string }{
		"lines":                {"D1;2;ok;\nD1;3;ok;\nD1;4;ok;\nD1;5;ok;\n", "D1;4;no;closed\n"},
		"no lines":             {"D1;;ok;\nD1;;ok;\nD1;;ok;\nD1;;ok;\n", "D1;;no;closed\n"},
		"with a repeated line": {"D1;2;ok;\nD1;3;ok;\nD1;4;ok;\nD1;5;ok;\n", "D1;2;ok;\nD1;4;no;closed\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := answeredByLine(t, "acceptance: document", "acceptance: file")
			w.ok(w.j.MarkOutcome(w.ctx, "D1", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "closed"}}}, "for a file of two"))
			w.add(fis.Expense, "D2", expense("RD2", "640100 640100"))
			w.add(fis.Expense, "D3", expense("RD3", "640100 640100"))
			w.run(bridge.ExitDone)
			w.states("D2 filed, D3 filed")
			w.write("erp/out/a.lines", strings.ReplaceAll(c.posts, "D1", "D2"))
			w.run(bridge.ExitDone)
			w.confirmation("D2", records.Waiting)
			w.write("erp/out/b.lines", strings.ReplaceAll(c.refuses, "D1", "D2"))
			w.run(bridge.ExitDone)
			w.states("D2 rejected")
			w.run(bridge.ExitDone)
			w.status("D2", fis.StatusPostedFailure)
			w.states("D2 rejected, D3 filed")
			if files := w.list("erp/in"); len(files) != 3 {
				t.Errorf("import files %q: D3 is not issued again", files)
			}
			w.quiet()
		})
	}
}
