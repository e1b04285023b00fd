package bridge_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// batchTemplate is a ledger that answers for whole files (.ack), lists rejects by line (.rej) or by document with the
// rest posted (.only), and answers document by document in files with a trailer (.txt).
const batchTemplate = `name: batch
title: Journal of a ledger that answers in batches
documents: [expense]
acceptance: ACCEPTANCE
file: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", header: false, decimals: 2, date_form: yyyy-MM-dd }
file_name: "B{sequence:000000}.csv"
grouping: { by: run }
settings:
  - { name: company, type: code, value: "1000" }
records:
  - name: Line
    repeat: posting
    fields:
      - { name: Account, type: code, width: 20, value: line.account }
      - { name: Debit, type: amount, width: 23, value: line.debit }
      - { name: Credit, type: amount, width: 23, value: line.credit }
      - { name: Reference, type: code, width: 32, required: true, value: document.id }
amounts:
  rows: [{ record: Line, debit: Debit, credit: Credit, document: Reference }]
results:
  - name: ack
    files: "*.ack"
    kind: posting
    level: file
    layout: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", header: false }
    records:
      - name: A
        fields:
          - { name: sequence, type: integer }
          - { name: accepted, type: integer }
          - { name: rejected, type: integer }
          - { name: text, type: text }
    columns:
      - { role: file_sequence, field: sequence }
      - { role: accepted_count, field: accepted }
      - { role: rejected_count, field: rejected }
      - { role: message, field: text }
  - name: rejects
    files: "*.rej"
    name_pattern: '(?<file_sequence>[0-9]{6})\.rej$'
    kind: posting
    level: line
    posted_lines: checked
    default_outcome: rejected
    layout: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", header: false }
    records:
      - name: R
        fields:
          - { name: line, type: integer }
          - { name: text, type: text }
    columns:
      - { role: file_line, field: line }
      - { role: message, field: text }
  - name: only
    files: "*.only"
    name_pattern: '(?<file_sequence>[0-9]{6})\.only$'
    kind: posting
    level: document
    default_outcome: rejected
    rest: posted
    layout: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", header: false }
    records:
      - name: E
        match: { prefix: END }
        fields:
          - { name: mark, type: code }
          - { name: count, type: integer }
      - name: R
        fields:
          - { name: document, type: code }
          - { name: text, type: text }
    uses: { E: trailer }
    columns:
      - { role: doc_id, record: R, field: document }
      - { role: message, record: R, field: text }
      - { role: row_count, record: E, field: count }
  - name: single
    files: "*.txt"
    kind: posting
    level: document
    layout: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", header: false }
    records:
      - name: E
        match: { prefix: END }
        fields:
          - { name: mark, type: code }
          - { name: count, type: integer }
      - name: D
        fields:
          - { name: document, type: code }
          - { name: word, type: code }
          - { name: number, type: code }
    uses: { E: trailer }
    columns:
      - { role: doc_id, record: D, field: document }
      - { role: outcome, record: D, field: word, words: { posted: posted, rejected: rejected } }
      - { role: row_count, record: E, field: count }
`

func templateFS(name, text string) fs.FS {
	return fstest.MapFS{name + "/template.yaml": {Data: []byte(text)}}
}

// batchWorld has one route by the batch template; acceptance is document or file. change are texts of it, and what stands in their place.
func batchWorld(t *testing.T, acceptance string, change ...string) *world {
	t.Helper()
	text := strings.Replace(batchTemplate, "ACCEPTANCE", acceptance, 1)
	for pair := range slices.Chunk(change, 2) {
		if !strings.Contains(text, pair[0]) {
			t.Fatalf("%q is not in the template", pair[0])
		}
		text = strings.Replace(text, pair[0], pair[1], 1)
	}
	return worldOfBatches(t, text)
}

// worldOfBatches is one route with a template of that text.
func worldOfBatches(t *testing.T, template string) *world {
	t.Helper()
	return newWorld(t, options{routes: strings.ReplaceAll(lineRoute, "lines", "batch"),
		mappings: map[string]string{"batch.yaml": "template: batch\n"}, templates: templateFS("batch", template)})
}

// An acknowledgement that counts rejects is believed only when the rejects are listed, in whichever order the two files
// come; the rest of the file is posted then.
func TestAcknowledgementAndRejects(t *testing.T) {
	const ack, rejects = "1;2;1;\n", "3;account closed\n" // D2 has lines 3 and 4; the ERP counts documents
	for _, c := range []struct {
		name          string
		first, second string // names
	}{{"acknowledgement first", "B000001.ack", "B000001.rej"}, {"rejects first", "B000001.rej", "B000001.ack"},
		{"at once", "", ""}} {
		t.Run(c.name, func(t *testing.T) {
			w := batchWorld(t, "document")
			w.good("D1", "D2", "D3")
			w.run(bridge.ExitDone)
			bodies := map[string]string{"B000001.ack": ack, "B000001.rej": rejects}
			if c.first != "" {
				w.write("erp/out/"+c.first, bodies[c.first])
				w.run(bridge.ExitDone)
				if w.state("D1") != records.Filed || w.state("D3") != records.Filed {
					t.Errorf("posted before the other file came: %s, %s", w.state("D1"), w.state("D3"))
				}
				w.write("erp/out/"+c.second, bodies[c.second])
			} else {
				for name, body := range bodies {
					w.write("erp/out/"+name, body)
				}
			}
			w.run(bridge.ExitDone)
			w.states("D1 posted, D2 rejected, D3 posted")
			w.status("D1", fis.StatusPostedSuccess)
			w.status("D2", fis.StatusPostedFailure)
			// This ERP gives no document numbers: Concur is told the import file's name.
			if d, _ := w.fis.Document("D1"); !strings.Contains(string(d.Posting), `"documentNumber":"B000001.csv"`) {
				t.Errorf("%s", d.Posting)
			}
		})
	}
}

// A ledger that accepts whole files by one format and numbers documents by another: the acceptance is confirmed with
// the import file's name, and a number that comes before Concur was told takes its place. A number that comes later is
// no contradiction.
func TestAcceptanceBesideNumbers(t *testing.T) {
	numbers := "      - { role: document_number, record: D, field: number }\n"
	w := worldOfBatches(t, strings.Replace(batchTemplate, "ACCEPTANCE", "document", 1)+numbers)
	w.good("D1", "D2", "D3")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.ack", "1;3;0;\n")
	w.write("erp/out/a.txt", "D1;posted;4711\nEND;1\n")
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 posted, D3 posted")
	for id, want := range map[string]string{"D1": "4711", "D2": "B000001.csv"} {
		if d, _ := w.fis.Document(id); !strings.Contains(string(d.Posting), `"documentNumber":"`+want+`"`) {
			t.Errorf("%s: %s", id, d.Posting)
		}
	}
	w.write("erp/out/b.txt", "D2;posted;4712\nEND;1\n")
	w.run(bridge.ExitDone)
	w.quiet()
	// A second number for a document that has one is.
	w.write("erp/out/c.txt", "D1;posted;9999\nEND;1\n")
	w.run(bridge.ExitNeedsPerson)
	w.alarm("changed outcome", "9999")
}

// The ERP counts lines and names the documents that it refuses: it has refused all lines of them, or, by its count, posted
// some. Then Concur is not told of the refusal before a person has looked.
func TestCountsOfLinesBesideRefusedDocuments(t *testing.T) {
	for name, c := range map[string]struct {
		ack, want string
		exit      int
		told      records.ConfirmState
	}{
		"all lines of it":  {"1;4;2;\n", "D1 posted, D2 rejected, D3 posted", bridge.ExitDone, records.Done},
		"documents":        {"1;2;1;\n", "D1 posted, D2 rejected, D3 posted", bridge.ExitDone, records.Done},
		"one line of it":   {"1;5;1;\n", "D1 filed, D2 rejected, D3 filed", bridge.ExitNeedsPerson, records.Stuck},
		"more than listed": {"1;3;3;\n", "D1 filed, D2 rejected, D3 filed", bridge.ExitDone, records.Done}, // the rest of the list may come
	} {
		for _, first := range []string{"", "B000001.ack"} {
			t.Run(name+first, func(t *testing.T) {
				w := batchWorld(t, "document")
				w.good("D1", "D2", "D3") // of two lines each
				w.run(bridge.ExitDone)
				w.write("erp/out/B000001.ack", c.ack)
				if first != "" {
					w.run(bridge.ExitDone)
				}
				w.write("erp/out/a.txt", "D2;rejected;\nEND;1\n")
				w.run(c.exit)
				w.states(c.want)
				w.confirmation("D2", c.told)
				if c.told == records.Stuck {
					w.alarm("file verdict", "refused 1, but 2 lines of 1 documents are listed")
				}
			})
		}
	}
}

// What the counts say must be what the import file holds; else nothing is believed.
func TestAcknowledgementContradicts(t *testing.T) {
	w := batchWorld(t, "document")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.ack", "1;7;0;\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 filed")
	w.alarm("file verdict", "contradicts itself", "7 accepted")
}

// A file that the ERP imports all or nothing: one reject brings the others into a new file with the next number, once.
func TestReissue(t *testing.T) {
	w := batchWorld(t, "file")
	w.good("D1", "D2", "D3")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.rej", "3;account closed\n")
	s := w.run(bridge.ExitDone)
	w.states("D1 filed, D2 rejected, D3 filed")
	if s.Files != 1 || s.Dropped != 1 || s.Filed != 2 {
		t.Errorf("%+v", s)
	}
	if names := w.list("erp/in"); len(names) != 2 || strings.Contains(w.read("erp/in/B000002.csv"), "D2") {
		t.Errorf("%q", names)
	}
	// A late word about the withdrawn file changes nothing.
	w.write("erp/out/late_B000001.rej", "1;late\n")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000002.ack", "2;2;0;\n")
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 rejected, D3 posted")
	w.quiet()
	for _, id := range []string{"D1", "D2", "D3"} {
		if n := w.asked("posting", id); n != 1 {
			t.Errorf("%s was confirmed %d times", id, n)
		}
	}
}

// Nothing is confirmed as posted of an all-or-nothing file before the whole file is.
func TestAllOrNothingWaits(t *testing.T) {
	w := batchWorld(t, "file")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.write("erp/out/a.txt", "D1;posted;\nEND;1\n")
	w.run(bridge.ExitDone)
	w.confirmation("D1", records.Waiting)
	w.status("D1", fis.StatusAcknowledged)
	w.write("erp/out/b.txt", "D2;posted;\nEND;1\n")
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 posted")
	w.status("D1", fis.StatusPostedSuccess)
}

// A file was withdrawn by hand, and the ERP has taken it all the same: its word, which lies in the return folder, is
// read before anything goes out again, and nothing does.
func TestLateAcceptanceOfAWithdrawnFile(t *testing.T) {
	w := batchWorld(t, "file")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.ok(w.j.Reissue(w.ctx, 1, nil, "no answer for a week"))
	w.write("erp/out/B000001.ack", "1;2;0;\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 held, D2 held")
	if names := w.list("erp/in"); len(names) != 1 {
		t.Errorf("they went out again: %q", names)
	}
	for _, id := range []string{"D1", "D2"} {
		w.ok(w.j.MarkOutcome(w.ctx, id, fis.Outcome{Verdict: fis.Posted, Number: "47" + id}, "found in the ERP"))
	}
	w.run(bridge.ExitDone)
	w.quiet()
	w.status("D1", fis.StatusPostedSuccess)
}

// A file refused as a whole, without a word about documents: they are held, and a person has it issued again.
func TestRefusedFile(t *testing.T) {
	w := batchWorld(t, "file")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.ack", "1;0;2;period 2026-03 is closed\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 held, D2 held")
	w.alarm("refused file", "period 2026-03 is closed", "fisbridge reissue B000001.csv")
	w.ok(w.j.Reissue(w.ctx, 1, map[string]fis.Outcome{"D2": {Verdict: fis.Rejected,
		Messages: []fis.Message{{Text: "wrong period"}}}}, "the period is open again"))
	w.run(bridge.ExitDone)
	w.states("D1 filed, D2 rejected")
	w.quiet()
	w.status("D2", fis.StatusPostedFailure)
}

// The ERP refuses a file as a whole, somebody imports it again when the period is open, and the ERP names each of its
// documents: they are posted, and nobody is asked to have the file issued again.
func TestRefusedFileThatIsTakenAfterAll(t *testing.T) {
	w := batchWorld(t, "file")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.ack", "1;0;2;period 2026-03 is closed\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 held, D2 held")
	w.write("erp/out/a.txt", "D1;posted;\nEND;1\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 held, D2 held")
	w.write("erp/out/b.txt", "D2;posted;\nEND;1\n")
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 posted")
	w.quiet()

	// a person says the last word
	w = batchWorld(t, "file")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.ack", "1;0;2;period 2026-03 is closed\n")
	w.run(bridge.ExitNeedsPerson)
	w.write("erp/out/a.txt", "D1;posted;\nEND;1\n")
	w.run(bridge.ExitNeedsPerson)
	w.ok(w.j.MarkOutcome(w.ctx, "D2", fis.Outcome{Verdict: fis.Posted, Number: "72", Company: "1000"}, "found in the ERP"))
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 posted")
	w.quiet()
}

// The ERP has refused a file, and calls one of its documents a duplicate: that may be in the books, and a person is asked before the file is issued
// again. Of a file that it takes after all nobody is asked any more.
func TestDuplicateOfAFileThatIsTakenAsAWhole(t *testing.T) {
	for ack, want := range map[string]string{"1;0;2;period closed\n": "D1 held, D2 held", "1;2;0;\n": "D1 posted, D2 posted"} {
		for _, first := range []string{"B000001.ack", "a.txt"} {
			w := batchWorld(t, "file", "rejected: rejected }", "rejected: rejected, duplicate: duplicate }")
			w.good("D1", "D2")
			w.run(bridge.ExitDone)
			texts := map[string]string{"B000001.ack": ack, "a.txt": "D1;duplicate;\nEND;1\n"}
			w.write("erp/out/"+first, texts[first])
			delete(texts, first)
			_, err := w.b.Run(w.ctx)
			w.ok(err)
			for name, text := range texts {
				w.write("erp/out/"+name, text)
			}
			w.clock.add(10 * time.Minute)
			_, err = w.b.Run(w.ctx)
			w.ok(err)
			w.states(want)
			if strings.Contains(want, "held") {
				w.alarms("duplicate", "refused file")
			} else {
				w.quiet()
			}
		}
	}
}

// The list of what was refused calls a document a duplicate, and the rest is posted: nobody is asked about a document that
// this has settled.
func TestDuplicateBesideTheRestThatIsPosted(t *testing.T) {
	w := batchWorld(t, "document", "    default_outcome: rejected\n    rest: posted\n", "    default_outcome: duplicate\n    rest: posted\n")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.only", "D2;known\nEND;1\n")
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 posted")
	w.quiet()
}

// A list of rejects with the rest posted: nothing is taken as posted when a line of it cannot be used, for that may be
// the reject of any document.
func TestRestPosted(t *testing.T) {
	w := batchWorld(t, "document")
	w.good("D1", "D2", "D3")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.only", "D2;closed\nD?;smudged\nEND;2\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 rejected, D3 filed")
	w.alarm("result lines", "not taken as posted")
	w.write("erp/out/B000001.only", "D2;closed\nD3;closed\nEND;2\n")
	s := w.run(bridge.ExitNeedsPerson) // the alarm about the first file is still open
	w.states("D1 posted, D2 rejected, D3 rejected")
	if s.Posted != 1 || s.Rejected != 1 {
		t.Errorf("posted %d, rejected %d", s.Posted, s.Rejected)
	}
}

// A list of rejects that is empty posts the file that its name means.
func TestRestPostedWithoutRejects(t *testing.T) {
	w := batchWorld(t, "document")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000007.only", "END;0\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 filed")
	w.alarms("older journal", "result lines") // number 7 was never ours: another company's, or the journal was put back
	w.ok(w.j.ResolveAbout(w.ctx, "result 1", "another company's"))
	w.ok(w.j.ResolveAbout(w.ctx, "route batch", "another company's"))
	w.write("erp/out/B000001.only", "END;0\n")
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 posted")
}

// An ERP that answers by lines of the import file names no entry: fisbridge knows which entry the line was made of, and the employee reads the message there.
func TestMessageReachesTheEntry(t *testing.T) {
	w := batchWorld(t, "document")
	w.good("D1")
	w.add(fis.Expense, "D2", revised("R", 1, "640100=10.00", "640200=20.00", "640300=30.00"))
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.rej", "5;account 640200 is closed\n7;account 640300 is closed\n") // D1 has lines 1 and 2, each entry of D2 two more
	w.run(bridge.ExitDone)
	w.states("D2 rejected")
	c := w.confirmation("D2", records.Done)
	if m := c.Outcome.Messages; len(m) != 2 || m[0].LineItem != "R-1-1" || m[1].LineItem != "R-1-2" {
		t.Errorf("%+v", m)
	}
	if sent := w.confirmed("D2"); !strings.Contains(sent, `"concurTransactionLineItemId":"R-1-1"`) {
		t.Error(sent)
	}
}

// A document that the ERP has posted in part is no plain rejection: nothing is told to Concur, and the alarm says that all of it must be taken back, by the ERP's
// numbers.
func TestPostedInPartMustBeTakenBack(t *testing.T) {
	w := lineWorld(t)
	w.add(fis.Expense, "D1", revised("R", 1, "640100=10.00", "640200=20.00"))
	w.run(bridge.ExitDone)
	w.write("erp/out/a.csv", "doc_id,line,status,company,document_number,date,message\nD1,1,ok,1000,71,,\nD1,2,ok,1000,71,,\nD1,3,error,,,,account closed\nD1,4,ok,1000,72,,\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed")
	a := w.alarm("unexpected outcome", "posted a part of document D1 as 71, 72", "account closed")
	if !strings.Contains(a.Remedy, "take back in the ERP everything that it posted of this document (71, 72)") {
		t.Error(a.Remedy)
	}
}

// A list of rejects names a line of a document and says nothing of its others: they may be in the books of an ERP that
// books lines. A person is asked, also when the file is acknowledged with counts of lines, by which the others were
// taken. It is not asked where the ERP books a document whole or not at all, or all lines are named.
func TestRejectsThatDoNotNameAllLines(t *testing.T) {
	w := batchWorld(t, "document", "    posted_lines: checked\n", "")
	w.good("D1", "D2", "D3")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.rej", "3;account closed\n5;closed\n6;closed\n") // D2 has lines 3 and 4, D3 5 and 6
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 filed, D3 rejected")
	w.confirmation("D2", "")
	a := w.alarm("unexpected outcome", "refused lines of document D2", "1 of the 2 lines", "account closed")
	if !strings.Contains(a.Remedy, "posted_lines: checked") {
		t.Error(a.Remedy)
	}
	w.write("erp/out/B000001.ack", "1;3;3;\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 posted, D2 filed, D3 rejected")
	w.ok(w.j.MarkOutcome(w.ctx, "D2", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "closed"}}}, "taken back in the ERP"))
	w.run(bridge.ExitDone)
	w.states("D2 rejected")
	w.quiet()

	// the ERP refuses the rest, too
	w = batchWorld(t, "document", "    posted_lines: checked\n", "")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	w.write("erp/out/B000001.rej", "3;account closed\n")
	w.run(bridge.ExitNeedsPerson)
	w.alarms("unexpected outcome")
	w.write("erp/out/B000001.rej", "4;account closed\n")
	w.run(bridge.ExitDone)
	w.states("D1 filed, D2 rejected")
	w.quiet()
}

// A late list of refused lines about an import file that was withdrawn says nothing of the new file that its documents are in.
func TestRejectsOfAWithdrawnFile(t *testing.T) {
	w := batchWorld(t, "document", "    posted_lines: checked\n", "")
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	files, err := w.j.FilesIn(w.ctx, records.Dropped)
	w.ok(err)
	w.ok(w.j.Reissue(w.ctx, files[0].ID, nil, "the ERP has lost it"))
	w.run(bridge.ExitDone)
	w.states("D1 filed, D2 filed")
	w.write("erp/out/B000001.rej", "3;account closed\n")
	w.run(bridge.ExitDone)
	w.states("D1 filed, D2 filed")
	w.quiet()
}

// The ERP has posted the lines of a document in several documents of its own: Concur is told all of them, and a payment
// or a further word by any of the numbers is about this document.
func TestSeveralNumbersOfOneDocument(t *testing.T) {
	w := lineWorld(t)
	w.add(fis.Expense, "D1", revised("R", 1, "640100=10.00", "640200=20.00"))
	w.run(bridge.ExitDone)
	const head = "doc_id,line,status,company,document_number,date,message\n"
	w.write("erp/out/a.csv", head+"D1,1,ok,1000,71,,\nD1,2,ok,1000,71,,\nD1,3,ok,2000,72,2026-03-31,\nD1,4,ok,2000,72,,\n")
	w.run(bridge.ExitDone)
	w.states("D1 posted")
	sent := w.confirmed("D1")
	for _, want := range []string{`"companyId":"1000","documentNumber":"71"`, `"companyId":"2000","documentNumber":"72"`, `"postingDate":"2026-03-31"`} {
		if !strings.Contains(sent, want) {
			t.Errorf("%s is not in %s", want, sent)
		}
	}
	w.write("erp/out/b.csv", head+"D1,1,ok,1000,71,,\nD1,2,ok,1000,71,,\nD1,3,ok,2000,72,,\nD1,4,ok,2000,72,,\n")
	w.run(bridge.ExitDone)
	w.quiet()
	w.write("erp/out/c.csv", head+"D1,1,ok,1000,71,,\nD1,2,ok,1000,71,,\nD1,3,ok,2000,73,,\nD1,4,ok,2000,73,,\n")
	w.run(bridge.ExitNeedsPerson)
	w.alarm("changed outcome", "71, 73")
}

// A line with two numbers was booked twice, perhaps: a person is asked.
func TestTwoNumbersOfOneLine(t *testing.T) {
	w := lineWorld(t)
	w.good("D1")
	w.run(bridge.ExitDone)
	w.write("erp/out/a.csv", "doc_id,line,status,company,document_number,date,message\nD1,1,ok,1000,71,,\nD1,2,ok,1000,71,,\nD1,1,ok,1000,72,,\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed")
	w.alarm("unexpected outcome", "71", "72")
}
