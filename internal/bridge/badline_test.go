package bridge_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// headedFormat is of a ledger that answers for several import files in one: a header with the number of each, and the
// lines of it below.
const headedFormat = `  - name: headed
    files: "*.day"
    kind: posting
    level: document
    layout: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", header: false }
    records:
      - name: H
        match: { prefix: HEAD }
        fields:
          - { name: mark, type: code }
          - { name: sequence, type: integer }
          - { name: day, type: date }
      - name: D
        match: { prefix: LINE }
        fields:
          - { name: mark, type: code }
          - { name: line, type: integer }
          - { name: word, type: code }
          - { name: number, type: code }
    uses: { H: header }
    columns:
      - { role: file_sequence, record: H, field: sequence }
      - { role: posting_date, record: H, field: day }
      - { role: file_line, record: D, field: line }
      - { role: outcome, record: D, field: word, words: { posted: posted, rejected: rejected } }
      - { role: document_number, record: D, field: number }
`

// Below a header that cannot be read nobody knows which import file is meant: its lines never count for the file of the
// header before. What stands below other headers holds.
func TestLinesBelowAHeaderThatCannotBeRead(t *testing.T) {
	for name, header := range map[string]string{
		"number":          "HEAD;2x;2026-04-01",
		"day":             "HEAD;2;2026-04-31",
		"columns":         "HEAD;2",
		"no record of it": "HAED;2;2026-04-01",
	} {
		t.Run(name, func(t *testing.T) {
			w := batchWorld(t, "document", "results:\n", "results:\n"+headedFormat)
			for _, id := range []string{"D1", "D2", "D3"} {
				w.good(id)
				w.run(bridge.ExitDone)
			}
			w.write("erp/out/a.day", "HEAD;1;2026-04-01\n"+header+"\nLINE;1;posted;77\nHEAD;3;2026-04-01\nLINE;1;posted;78\n")
			w.run(bridge.ExitNeedsPerson)
			w.states("D1 filed, D2 filed, D3 posted")
			note := w.read("erp/out/failed/" + w.note("a.day"))
			for _, word := range []string{"line 2", "line 3", "line 2 above it"} {
				if !strings.Contains(note, word) {
					t.Errorf("the note does not say %q: %s", word, note)
				}
			}
		})
	}
}

// A line that cannot be used, of a list of rejects with the rest posted, keeps back the document that it names. Only
// where nobody knows which one it is, it may be any of the file.
func TestRestIsPostedButForTheDocumentOfABadLine(t *testing.T) {
	dated := []string{"          - { name: document, type: code }\n          - { name: text, type: text }\n    uses: { E: trailer }\n    columns:\n      - { role: doc_id, record: R, field: document }\n",
		"          - { name: document, type: code }\n          - { name: text, type: text }\n          - { name: day, type: date }\n    uses: { E: trailer }\n    columns:\n      - { role: doc_id, record: R, field: document }\n      - { role: posting_date, record: R, field: day }\n"}
	for name, c := range map[string]struct {
		lines, states string
		change        []string
	}{
		"names it, one cell is no date":    {"D2;closed;31.4.26\nEND;1\n", "D1 posted, D2 filed, D3 posted", dated},
		"names it, and its own day is bad": {"D2;closed;1926-04-01\nEND;1\n", "D1 posted, D2 filed, D3 posted", dated},
		"names none of ours":               {"D?;closed;2026-04-01\nEND;1\n", "D1 filed, D2 filed, D3 filed", dated},
		"too few columns":                  {"D2\nEND;1\n", "D1 filed, D2 filed, D3 filed", dated},
	} {
		t.Run(name, func(t *testing.T) {
			w := batchWorld(t, "document", c.change...)
			w.good("D1", "D2", "D3")
			w.run(bridge.ExitDone)
			w.write("erp/out/B000001.only", c.lines)
			w.run(bridge.ExitNeedsPerson)
			w.states(c.states)
			if w.state("D1") != records.Posted {
				w.alarm("result lines", "not taken as posted")
				return
			}
			w.status("D1", fis.StatusPostedSuccess)
			w.status("D2", fis.StatusAcknowledged)
			w.alarm("result lines", "D2")
			// the corrected line settles it, alone
			w.write("erp/out/B000001.only", "D2;closed;2026-04-01\nEND;1\n")
			w.run(bridge.ExitNeedsPerson)
			w.states("D1 posted, D2 rejected, D3 posted")
		})
	}
}
