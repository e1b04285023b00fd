package bridge_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

const companyAnswers = `results:
  - name: answers
    files: "*.answer.csv"
    kind: posting
    level: document
    layout: {kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", quoting: minimal}
    records:
      - name: A
        fields:
          - {name: doc, type: code, required: true}
          - {name: state, type: code, required: true}
          - {name: number, type: code}
          - {name: company, type: code}
    columns:
      - {role: doc_id, field: doc}
      - {role: outcome, field: state, words: {ok: posted, no: rejected}}
      - {role: document_number, field: number}
      - {role: company, field: company}
  - name: whole
    files: "*.whole.csv"
    kind: posting
    level: file
    layout: {kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", quoting: minimal}
    records:
      - name: W
        fields:
          - {name: sequence, type: integer}
          - {name: state, type: code, required: true}
          - {name: company, type: code}
    columns:
      - {role: file_sequence, field: sequence}
      - {role: outcome, field: state, words: {ok: posted}}
      - {role: company, field: company}
`

// answeringCompanies has two companies, which the ERP calls B1 and B2, and answers that name the company.
func answeringCompanies(t *testing.T) *world {
	t.Helper()
	text := companyTemplate() + companyAnswers
	return newWorld(t, options{routes: strings.TrimRight(oneRouteOf, "\n") + "\n    returns: { folder: out, settle: 0s, min_age: 0s }\n", mappings: map[string]string{"one.yaml": companyMapping("B1")},
		templates: templateFS("one", text)})
}

// An answer that names another company than the one whose books the document went into is not told to Concur: it is listed,
// and asked about once for each route and pair of companies. When a person says that both are one company, its lines count
// without any further act, and nobody is asked again.
func TestAnswerOfAnotherCompany(t *testing.T) {
	w := answeringCompanies(t)
	for _, id := range []string{"A", "B", "C"} {
		w.add(fis.Expense, id, revised("R"+id, 1, "640100=10.01"))
	}
	w.add(fis.Expense, "D", inCompany("2000", revised("RD", 1, "640100=10.01")))
	w.run(bridge.ExitDone)
	w.write("erp/out/1.answer.csv", "A;ok;71;B1\nB;ok;72;ZZZZ\nC;ok;73;ZZZZ\nD;ok;74;b2\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("A posted, B filed, C filed, D posted")
	w.alarms("other company", "result lines")
	var asked records.Alarm
	open, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	for _, a := range open {
		if a.Kind == "other company" {
			asked = a
		}
	}
	for _, word := range []string{"route one", "company ZZZZ", "company B1", "mark alarm N resolved", "sheet Companies"} {
		if !strings.Contains(asked.Message+asked.Remedy, word) {
			t.Errorf("the question does not say %q: %s; %s", word, asked.Message, asked.Remedy)
		}
	}
	if sent := w.confirmed("A"); !strings.Contains(sent, `"companyId":"B1"`) {
		t.Error(sent)
	}
	w.ok(w.j.ResolveAlarm(w.ctx, asked.ID, "ZZZZ is what the new ledger calls B1"))
	w.run(bridge.ExitDone)
	w.states("B posted, C posted")
	w.quiet()
	if sent := w.confirmed("B"); !strings.Contains(sent, `"companyId":"ZZZZ"`) {
		t.Error(sent)
	}

	w.add(fis.Expense, "E", revised("RE", 1, "640100=10.01"))
	w.add(fis.Expense, "F", inCompany("2000", revised("RF", 1, "640100=10.01")))
	w.run(bridge.ExitDone)
	w.write("erp/out/2.answer.csv", "E;ok;75;ZZZZ\nF;ok;76;B1\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("E posted, F filed") // B1 is a company, and not the one of F
	w.alarms("other company", "result lines")

	// what was corrected in the ERP needs no word about names
	w.posted("F", "77")
	w.run(bridge.ExitNeedsPerson)
	w.alarms("result lines")
	w.add(fis.Expense, "G", inCompany("2000", revised("RG", 1, "640100=10.01")))
	w.run(bridge.ExitNeedsPerson)
	w.write("erp/out/3.answer.csv", "G;ok;78;B1\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("G filed")
}

// A rejection names no books, and an answer without a company is told with the one of the file.
func TestAnswerWithoutACompany(t *testing.T) {
	w := answeringCompanies(t)
	w.add(fis.Expense, "A", revised("RA", 1, "640100=10.01"))
	w.add(fis.Expense, "B", revised("RB", 1, "640100=10.01"))
	w.run(bridge.ExitDone)
	w.write("erp/out/1.answer.csv", "A;no;;ZZZZ\nB;ok;72;\n")
	w.run(bridge.ExitDone)
	w.states("A rejected, B posted")
	if sent := w.confirmed("B"); !strings.Contains(sent, `"companyId":"B1"`) {
		t.Error(sent)
	}
}

// The same holds for a word about a whole import file.
func TestFileOfAnotherCompany(t *testing.T) {
	w := answeringCompanies(t)
	w.add(fis.Expense, "A", revised("RA", 1, "640100=10.01"))
	w.run(bridge.ExitDone)
	w.add(fis.Expense, "B", revised("RB", 1, "640100=10.01"))
	w.run(bridge.ExitDone)
	w.write("erp/out/1.whole.csv", "1;ok;B1\n2;ok;ZZZZ\n")
	w.run(bridge.ExitNeedsPerson)
	w.states("A filed, B filed") // nobody knows of which documents a line speaks that cannot be used
	w.alarms("other company", "result lines")
	open, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	for _, a := range open {
		if a.Kind == "other company" {
			w.ok(w.j.ResolveAlarm(w.ctx, a.ID, "its name in the new ledger"))
		}
	}
	w.run(bridge.ExitDone)
	w.states("A posted, B posted")
	w.quiet()
}
