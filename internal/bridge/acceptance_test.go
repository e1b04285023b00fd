package bridge_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// wholeFiles are result formats beside lineAnswers: sequence;accepted;rejected of a whole import file, and a word about
// one without counts.
const wholeFiles = `
  - name: counts
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
    columns:
      - { role: file_sequence, field: sequence }
      - { role: accepted_count, field: accepted }
      - { role: rejected_count, field: rejected }
  - name: log
    files: "*.log"
    kind: posting
    level: file
    layout: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", header: false }
    records:
      - name: A
        fields:
          - { name: sequence, type: integer }
          - { name: word, type: code }
    columns:
      - { role: file_sequence, field: sequence }
      - { role: outcome, field: word, words: { OK: posted } }
`

// answeredAsWhole is answeredByLine with an ERP that speaks of whole import files too, and with a document D2 beside D1.
func answeredAsWhole(t *testing.T, change ...string) *world {
	t.Helper()
	w := answeredByLine(t, append([]string{"\n  - name: lines\n", wholeFiles + "  - name: lines\n"}, change...)...)
	w.ok(w.j.MarkOutcome(w.ctx, "D1", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "closed"}}}, "for a file of two"))
	w.add(fis.Expense, "D2", expense("RD2", "640100 640100"))
	w.add(fis.Expense, "D3", expense("RD3", "640100 640100"))
	w.run(bridge.ExitDone)
	w.states("D2 filed, D3 filed")
	return w
}

// An acknowledgement of the import file as a whole posts the documents of which nothing else was said. One that was
// posted in part, of which the lines contradict each other, or that was posted with another amount, waits for a person.
func TestAcceptanceLeavesWhatIsAskedAbout(t *testing.T) {
	const amounts = "{ role: message, field: text }\n"
	for name, c := range map[string]struct {
		said, ack, alarm string
		change           []string
	}{
		"posted in part":  {"D2;2;ok;\nD2;3;no;closed\n", "2;1;1\n", "unexpected outcome", nil},
		"contradiction":   {"D2;2;ok;\nD2;2;no;closed\n", "2;1;1\n", "unexpected outcome", nil},
		"without a count": {"D2;2;ok;\nD2;3;no;closed\n", "2;OK\n", "unexpected outcome", nil},
		"another amount": {"D2;2;ok;99.00\nD2;3;ok;99.00\nD2;4;ok;99.00\nD2;5;ok;99.00\n", "2;2;0\n", "booked amount",
			[]string{"name: text, type: text }", "name: text, type: amount }", amounts, "{ role: amount, field: text }\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := answeredAsWhole(t, c.change...)
			w.write("erp/out/a.lines", c.said)
			w.run(bridge.ExitNeedsPerson)
			w.states("D2 filed, D3 filed")
			w.alarms(c.alarm)
			if strings.Contains(c.ack, "OK") {
				w.write("erp/out/b.log", c.ack)
			} else {
				w.write("erp/out/b.ack", c.ack)
			}
			w.run(bridge.ExitNeedsPerson)
			if w.state("D2") != records.Filed || w.effects("posting", "D2") != 0 {
				t.Errorf("D2 is %s, and Concur was told %d times", w.state("D2"), w.effects("posting", "D2"))
			}
			if name != "without a count" { // a plain word that all is posted contradicts the rejection: nothing is believed
				w.states("D2 filed, D3 posted")
			}
			w.ok(w.j.MarkOutcome(w.ctx, "D2", fis.Outcome{Verdict: fis.Posted, Number: "71", Company: "1000"}, "looked in the ERP"))
			if name != "without a count" {
				w.run(bridge.ExitDone)
				w.states("D2 posted, D3 posted")
			}
		})
	}
}

// A word without counts about a whole import file is not believed beside lines that could not be used: these may tell
// of documents that were not posted.
func TestAcceptanceBesideUnusableLines(t *testing.T) {
	w := answeredAsWhole(t)
	w.write("erp/out/b.log", "2;OK\n2;EF04\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("D2 filed, D3 filed")
	w.alarm("result lines", "not taken as posted")
	w.ok(w.j.ResolveAbout(w.ctx, "result 1", "the ERP has posted the line too"))
	w.write("erp/out/c.log", "2;OK\n")
	w.run(bridge.ExitDone)
	w.states("D2 posted, D3 posted")
}

// In a file that is taken whole or not at all, a document that has a document number for some of its lines is in the
// books, perhaps: it is held when another document of the file is refused, and does not go out again by itself.
func TestPartWithNumberIsNotIssuedAgain(t *testing.T) {
	w := answeredAsWhole(t, "acceptance: document", "acceptance: file", "role: message, field: text }\n", "role: document_number, field: text }\n")
	w.write("erp/out/a.lines", "D2;2;ok;4711\nD2;3;ok;4711\n")
	w.run(bridge.ExitDone)
	w.confirmation("D2", "")
	w.write("erp/out/b.lines", "D3;6;no;\n")
	w.run(bridge.ExitNeedsPerson)
	w.run(bridge.ExitNeedsPerson)
	w.states("D2 held, D3 rejected")
	w.alarms("contradiction")
	if files := w.list("erp/in"); len(files) != 2 {
		t.Errorf("import files %q: D2 went out again", files)
	}
	w.ok(w.j.MarkOutcome(w.ctx, "D2", fis.Outcome{Verdict: fis.Posted, Number: "4711", Company: "1000"}, "looked in the ERP"))
	w.run(bridge.ExitDone)
	w.states("D2 posted, D3 rejected")
}

// Some ERPs count a duplicate among what they refuse: the others are posted by that count, and the duplicate is asked about.
func TestCountsWithDuplicates(t *testing.T) {
	for _, ack := range []string{"2;1;1\n", "2;4;4\n"} { // documents, lines
		w := answeredAsWhole(t, `"no": rejected }`, `"no": rejected, dup: duplicate }`)
		w.write("erp/out/a.lines", "D2;2;dup;\nD2;3;dup;\nD2;4;dup;\nD2;5;dup;\n")
		w.write("erp/out/b.ack", ack)
		w.run(bridge.ExitNeedsPerson)
		w.states("D2 filed, D3 posted")
		w.alarms("duplicate")
		w.ok(w.j.MarkOutcome(w.ctx, "D2", fis.Outcome{Verdict: fis.Posted, Number: "71", Company: "1000"}, "found in the ERP"))
		w.run(bridge.ExitDone)
		w.quiet()
	}
}

// besideTemplate writes two files side by side, and has answers for whole import files.
func besideTemplate(t *testing.T) *world {
	t.Helper()
	text := strings.Replace(batchTemplate, "ACCEPTANCE", "document", 1)
	for old, now := range map[string]string{
		`file: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", header: false, decimals: 2, date_form: yyyy-MM-dd }`: `file: { kind: package, own: { as: beside, members: [
    { name: "{stem}_EXP.csv", records: [Line], file: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", decimals: 2 } },
    { name: "{name}", records: [Head], file: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";" } } ] } }`,
		"records:\n  - name: Line\n": "records:\n  - name: Head\n    repeat: document\n    fields: [ { name: Reference, type: code, width: 32, required: true, value: document.id } ]\n  - name: Line\n",
		"  - name: rejects\n    files: \"*.rej\"\n    name_pattern: '(?<file_sequence>[0-9]{6})\\.rej$'\n    kind: posting\n    level: line\n    posted_lines: checked": "  - name: rejects\n    files: \"*.rej\"\n    kind: posting\n    level: document",
		"          - { name: line, type: integer }\n":     "          - { name: line, type: code }\n",
		"      - { role: file_line, field: line }\n":      "      - { role: doc_id, field: line }\n",
		"(?<file_sequence>[0-9]{6})\\.only$":              "(?<file_name>.*)\\.only$",
		"          - { name: sequence, type: integer }\n": "          - { name: sequence, type: code }\n",
		"{ role: file_sequence, field: sequence }":        "{ role: file_name, field: sequence }",
	} {
		if !strings.Contains(text, old) {
			t.Fatalf("%q is not in the template", old)
		}
		text = strings.Replace(text, old, now, 1)
	}
	w := worldOfBatches(t, text)
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	return w
}

// The ERP takes one file of a package: that says nothing of the other one, and no document is posted by it. A package of
// which it refuses a file is refused.
func TestVerdictAboutOneFileOfAPackage(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"taken":                   {"a.ack", "B000001_EXP.csv;2;0;\n", "D1 filed, D2 filed"},
		"no rejects":              {"B000001_EXP.only", "END;0\n", "D1 filed, D2 filed"},
		"other rejects":           {"B000001_EXP.only", "D1;closed\nEND;1\n", "D1 rejected, D2 filed"},
		"refused":                 {"a.ack", "B000001_EXP.csv;0;2;period closed\n", "D1 held, D2 held"},
		"the whole is taken":      {"a.ack", "B000001.csv;2;0;\n", "D1 posted, D2 posted"},
		"no rejects of the whole": {"B000001.only", "END;0\n", "D1 posted, D2 posted"},
	} {
		t.Run(name, func(t *testing.T) {
			w := besideTemplate(t)
			w.write("erp/out/"+c.file, c.text)
			exit := bridge.ExitNeedsPerson
			if strings.Contains(name, "whole") {
				exit = bridge.ExitDone
			}
			w.run(exit)
			w.states(c.want)
		})
	}
}
