package bridge_test

import (
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

// answeredByLine gives a world whose ERP answers line by line, with document D1 of three lines (2 to 4 of the import
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
