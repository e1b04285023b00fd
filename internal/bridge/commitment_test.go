package bridge_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/mappings"
)

// asking is an obligation of request Q with one share; earlier is what it says was committed before, "" for nothing.
func asking(instruction string, revision int, amount, earlier string) string {
	entries := func(a string) string {
		return fmt.Sprintf(`[{"entryId":"E1","entryApprovedAmount":%s,"entryAccountCode":"640100","allocation":[{"allocationId":"A1","allocationAmount":%s,"allocationAccountResolverKey":"K1","allocationCustom2Code":"1100"}]}]`, a, a)
	}
	head := func(a string) string {
		return fmt.Sprintf(`{"requestId":"Q","requestKey":"4TQN","requestName":"Fair","isTest":"N","revisionNumber":%d,"totalApprovedAmount":%s}`, revision, a)
	}
	before := ""
	if earlier != "" {
		before = fmt.Sprintf(`,"previousRevisionRequestHeader":%s,"previousRevisionRequestEntry":%s`, head(earlier), entries(earlier))
	}
	return fmt.Sprintf(`{"instruction":{"instruction":"%s"},"employee":{"employeeId":"E1","employeeReimbursementCurrency":"EUR"},"requestHeader":%s,"requestEntry":%s%s}`, instruction, head(amount), entries(amount), before)
}

func commitments(t *testing.T, instructions string) *world {
	t.Helper()
	ready, err := fs.ReadFile(mappings.FS(), "obligations.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, options{mappings: map[string]string{"obligations.xlsx": string(ready)}, routes: fmt.Sprintf(`
  - name: commitments
    doc_types: [requestobligation, reportobligation]
    mapping: obligations.xlsx
    drop: { target: erp, folder: in }
    returns: { folder: out, settle: 0s, min_age: 0s }
%s`, instructions)})
}

// committed answers an import file: what the budget system made of a document.
func (w *world) committed(name, id, number string) {
	w.Helper()
	w.write("erp/out/"+name+".result.csv", "doc_id;status;company;document_number;fiscal_year;date;message_code;message\r\n"+id+";ok;1000;"+number+";2026;2026-04-01;;\r\n")
}

// lines are role, debit and credit of the newest import file's lines.
func (w *world) lines() string {
	w.Helper()
	names := w.list("erp/in")
	var out []string
	for _, row := range strings.Split(strings.TrimSpace(w.read("erp/in/"+names[len(names)-1])), "\r\n")[1:] {
		if f := strings.Split(row, ";"); f[0] == "LINE" {
			out = append(out, strings.TrimSpace(f[13]+" "+f[16]+"/"+f[17]+" "+f[18]))
		}
	}
	return strings.Join(out, ", ")
}

// What a further obligation posts is the difference to what was committed, as the journal knows it; a release gives
// that back, whatever its rows say. Where nothing changes there is no file, and Concur is told success with the number
// there is.
func TestCommitmentsGoByTheJournal(t *testing.T) {
	w := commitments(t, "")
	w.add(fis.RequestObligation, "A", asking("obligate", 1, "100.00", ""))
	w.run(bridge.ExitDone)
	if got := w.lines(); got != "commitment 100.00/ N, commitment_offset /100.00 N" {
		t.Error(got)
	}
	w.committed("1", "A", "CM-1")
	w.run(bridge.ExitDone)
	w.states("A posted")
	sent := w.confirmed("A")
	for _, want := range []string{`"type":"DOCUMENT","id":"Q"}`, `"type":"ENTRY","id":"E1","parentId":"Q"`, `"type":"ALLOCATION","id":"K1","parentId":"E1"`} {
		if !strings.Contains(sent, want) {
			t.Errorf("the confirmation lacks %s: %s", want, sent)
		}
	}

	// told anew, with nothing that tells it from a first one
	files := len(w.list("erp/in"))
	w.add(fis.RequestObligation, "B", asking("obligate", 2, "100.00", ""))
	w.run(bridge.ExitDone)
	w.states("B posted")
	if c := w.confirmation("B", records.Done); c.Outcome.Number != "CM-1" || len(w.list("erp/in")) != files {
		t.Errorf("%+v %v", c, w.list("erp/in"))
	}
	// a dearer one, with an earlier revision that agrees: the document's own difference
	w.add(fis.RequestObligation, "C", asking("obligate", 3, "130.00", "100.00"))
	w.run(bridge.ExitDone)
	if got := w.lines(); got != "commitment 130.00/ N, commitment_offset /130.00 N, commitment /100.00 Y, commitment_offset 100.00/ Y" {
		t.Error(got)
	}
	// the next one waits for the answer
	w.add(fis.RequestObligation, "D", asking("obligate", 4, "150.00", ""))
	w.run(bridge.ExitDone)
	w.states("C filed, D acknowledged")
	w.committed("2", "C", "CM-2")
	w.run(bridge.ExitDone)
	w.run(bridge.ExitDone)
	w.states("C posted, D filed")
	// what C took back is not taken back again
	if got := w.lines(); got != "commitment /130.00 Y, commitment_offset 130.00/ Y, commitment 150.00/ N, commitment_offset /150.00 N" {
		t.Error(got)
	}
	w.committed("3", "D", "CM-3")
	w.run(bridge.ExitDone)

	// an earlier revision that is not what was committed from here
	w.add(fis.RequestObligation, "E", asking("obligate", 5, "170.00", "120.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("E held")
	w.reason("E", "Concur says that 120.00 EUR was committed before, and from here 150.00 was", "as CM-3", "--as add")
	w.ok(w.j.ReleaseAs(w.ctx, "E", records.PostAdd, "the other system committed less"))
	w.run(bridge.ExitDone)
	if got := w.lines(); got != "commitment 170.00/ N, commitment_offset /170.00 N, commitment /120.00 Y, commitment_offset 120.00/ Y" {
		t.Error(got)
	}
	w.committed("4", "E", "CM-4")
	w.run(bridge.ExitDone)

	// the release gives back 200.00, though its rows say 170.00; then nothing is left, and a further one is answered at
	// once
	w.add(fis.RequestObligation, "F", asking("release", 6, "170.00", ""))
	w.run(bridge.ExitDone)
	sum := fis.Zero
	for _, l := range strings.Split(w.lines(), ", ") {
		f := strings.Fields(l)
		if f[0] == "commitment" {
			debit, credit, _ := strings.Cut(f[1], "/")
			if debit != "" {
				a, _ := fis.ParseAmount(debit)
				sum = sum.Add(a)
			} else {
				a, _ := fis.ParseAmount(credit)
				sum = sum.Sub(a)
			}
		}
	}
	if sum.String() != "-200" {
		t.Errorf("gave back %s: %s", sum, w.lines())
	}
	w.committed("5", "F", "CM-5")
	w.run(bridge.ExitDone)
	w.add(fis.RequestObligation, "G", asking("release", 7, "170.00", ""))
	w.run(bridge.ExitDone)
	w.states("F posted, G posted")
	w.confirmation("G", records.Done)
}

// A first obligation that speaks of an earlier one was committed elsewhere: it is held. A release of what nobody
// committed is answered at once.
func TestCommitmentsOfOthers(t *testing.T) {
	w := commitments(t, "")
	w.add(fis.RequestObligation, "A", asking("obligate", 2, "130.00", "100.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A held")
	w.reason("A", "Concur says that 100.00 EUR was committed before, and from here 0.00 was", "nothing of it from here")

	w = commitments(t, "")
	w.add(fis.RequestObligation, "A", asking("release", 2, "130.00", ""))
	w.run(bridge.ExitDone)
	w.states("A posted")
	if c := w.confirmation("A", records.Done); c.Outcome.Number != "ZERO-RELEA" {
		t.Errorf("%+v", c)
	}
}

// An obligation that names a total and no rows sets nothing aside, and takes nothing back: it is held, as a first one and
// after others. So is one that speaks of an earlier one without its total.
func TestCommitmentsWithoutRows(t *testing.T) {
	bare := func(revision int, total string) string {
		text := asking("obligate", revision, total, "")
		return text[:strings.Index(text, `"requestEntry":`)] + `"requestEntry":[]}`
	}
	w := commitments(t, "")
	w.add(fis.RequestObligation, "A", bare(1, "1200.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A held")
	w.reason("A", "there is nothing to commit, and no earlier revision either")
	if w.effects("posting", "A") != 0 {
		t.Error("Concur was told")
	}

	w = commitments(t, "")
	w.add(fis.RequestObligation, "A", asking("obligate", 1, "1200.00", ""))
	w.run(bridge.ExitDone)
	w.committed("1", "A", "CM-1")
	w.run(bridge.ExitDone)
	files := len(w.list("erp/in"))
	w.add(fis.RequestObligation, "B", bare(2, "1200.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A posted, B held")
	w.reason("B", "there is nothing to commit, and no earlier revision either")
	w.add(fis.RequestObligation, "C", strings.Replace(asking("obligate", 3, "1300.00", "1200.00"), `"previousRevisionRequestHeader":{"requestId":"Q","requestKey":"4TQN","requestName":"Fair","isTest":"N","revisionNumber":3,"totalApprovedAmount":1200.00}`, `"previousRevisionRequestHeader":{"requestId":"Q"}`, 1))
	w.ok(w.j.MarkOutcome(w.ctx, "B", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "no rows"}}}, "asked for again"))
	w.run(bridge.ExitNeedsPerson)
	w.states("C held")
	w.reason("C", "Concur does not say how much was committed before; from here 1200.00 EUR was")
	if n := len(w.list("erp/in")); n != files {
		t.Errorf("%d files", n-files)
	}
}

// confirmed is the posting confirmation of a document as Concur received it.
func (w *world) confirmed(id string) string {
	w.Helper()
	for _, c := range w.fis.Record() {
		for _, item := range c.Items {
			if c.Call == "posting" && item.DocID == id {
				return string(item.Content)
			}
		}
	}
	w.Fatalf("no posting confirmation of %s", id)
	return ""
}

// A funds check is answered at once by the route's rule, in the run that fetched it, and nothing of it goes to the ERP;
// the others go into the file, and what the route leaves stays in Concur.
func TestFundsCheckIsAnsweredAtOnce(t *testing.T) {
	w := commitments(t, `
    instructions:
      fundsCheck: { do: answer, success_when: document.total <= 500, message: "above 500 ask the budget office" }
      release: { do: leave }
`)
	w.add(fis.RequestObligation, "A", asking("fundsCheck", 1, "100.00", ""))
	w.add(fis.RequestObligation, "B", strings.ReplaceAll(asking("FundsCheck", 1, "700.00", ""), `"Q"`, `"Q2"`))
	w.add(fis.RequestObligation, "C", strings.ReplaceAll(asking("release", 1, "700.00", ""), `"Q"`, `"Q3"`))
	w.run(bridge.ExitDone)
	w.states("A posted, B rejected, C left")
	if len(w.list("erp/in")) != 0 {
		t.Error(w.list("erp/in"))
	}
	if c := w.confirmation("A", records.Done); c.Outcome.Number != "FUNDSCHECK" {
		t.Errorf("%+v", c)
	}
	if sent := w.confirmed("B"); !strings.Contains(sent, "above 500 ask the budget office") {
		t.Error(sent)
	}
	sent := w.confirmed("A")
	if !strings.Contains(sent, `"paymentRelevantLineItems":[]`) || !strings.Contains(sent, `"companyId":"1000"`) {
		t.Error(sent)
	}
	// the check commits nothing: the obligation behind it is the first
	w.add(fis.RequestObligation, "D", asking("obligate", 2, "100.00", ""))
	w.run(bridge.ExitDone)
	if got := w.lines(); got != "commitment 100.00/ N, commitment_offset /100.00 N" {
		t.Error(got)
	}
}
