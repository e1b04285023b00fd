package bridge_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/mappings"
)

// revised is a document of a report with one entry for each "account=amount".
func revised(report string, revision int, entries ...string) string {
	var list []string
	total := fis.Zero
	for i, e := range entries {
		account, amount, _ := strings.Cut(e, "=")
		a, err := fis.ParseAmount(amount)
		if err != nil {
			panic(err)
		}
		total = total.Add(a)
		payer, payee := "COMP", "EMPL"
		if a.IsNegative() {
			payer, payee = payee, payer
		}
		list = append(list, fmt.Sprintf(`{"entryId":"%s-%d-%d","entryDescription":"Entry %d","expenseTypeCode":"TAXIX","reportEntryPatKey":"CASH","entryIsPersonal":"N","entryApprovedAmount":%s,
			"entryDate":"2026-03-01T00:00:00.000Z","allocation":[{"allocationId":"%s-%d-%d-1","allocationPercentage":100,"allocationCustom2Code":"1100",
			"journal":[{"journalAccountCode":"%s","journalPayer":"%s","journalPayee":"%s","amountGross":%s,"amountNetOfTax":%s,"amountNetOfReclaim":%s}]}]}`,
			report, revision, i, i+1, amount, report, revision, i, account, payer, payee, amount, amount, amount))
	}
	return fmt.Sprintf(`{"employee":{"employeeId":"E1","employeeOrgUnit1Code":"1000"},"report":{"reportId":"%s","reportKey":"K%s","reportName":"%s","isTest":"N","ledgerCode":"EU","revisionNumber":"%d",
		"totalApprovedAmount":%s,"employeeCurrencyAlphaCode":"EUR","reportSubmitDate":"2026-03-01T00:00:00.000Z"},"expenseEntry":[%s]}`, report, report, report, revision, total, strings.Join(list, ","))
}

const revisionRoute = `
  - name: journals
    doc_types: [expense, invoice, cashadvance]
    mapping: csv.xlsx
    revisions: %s
    drop: { target: erp, folder: in }
    returns: { folder: out, settle: 0s, min_age: 0s }
`

// postedReport is a world in which document A of report R, 100.00 on account 640100, is posted as 4711, and Concur
// knows it.
func postedReport(t *testing.T, rule string) *world {
	t.Helper()
	w := newWorld(t, options{routes: fmt.Sprintf(revisionRoute, rule)})
	w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
	w.run(bridge.ExitDone)
	w.answer("1", posted("A", "4711"))
	w.run(bridge.ExitDone)
	w.states("A posted")
	return w
}

// doc is a document of the journal.
func (w *world) doc(id string) records.Doc {
	w.Helper()
	d, err := w.j.Document(w.ctx, id)
	w.ok(err)
	return d
}

// reason checks that the reason of a document's state says all of the words.
func (w *world) reason(id string, words ...string) {
	w.Helper()
	d := w.doc(id)
	for _, word := range words {
		if !strings.Contains(d.Reason, word) {
			w.Errorf("document %s (%s): the reason does not say %q: %s", id, d.State, word, d.Reason)
		}
	}
}

// lastFile is the rows of the newest import file, without its heading.
func (w *world) lastFile() []string {
	w.Helper()
	names := w.list("erp/in")
	return strings.Split(strings.TrimSpace(w.read("erp/in/"+names[len(names)-1])), "\r\n")[1:]
}

// booked adds up account, debit and credit of rows, as "640100 120.00 0".
func booked(rows []string) map[string]string {
	sums := map[string][2]fis.Amount{}
	for _, row := range rows {
		f := strings.Split(row, ",")
		s := sums[f[6]]
		for i, text := range f[8:10] {
			if text != "" {
				a, err := fis.ParseAmount(text)
				if err != nil {
					panic(row)
				}
				s[i] = s[i].Add(a)
			}
		}
		sums[f[6]] = s
	}
	out := map[string]string{}
	for account, s := range sums {
		out[account] = s[0].StringFixed(2) + "/" + s[1].StringFixed(2)
	}
	return out
}

func (w *world) booked(want map[string]string) {
	w.Helper()
	if got := booked(w.lastFile()); fmt.Sprint(got) != fmt.Sprint(want) {
		w.Errorf("booked %v, want %v\n%s", got, want, strings.Join(w.lastFile(), "\n"))
	}
}

// A second document of a posted report is held, and says why; as replace it posts what it changes against what was
// written, and its own answer is told to Concur.
func TestRevisionIsHeldAndReplaces(t *testing.T) {
	w := postedReport(t, "hold")
	w.add(fis.Expense, "B", revised("R", 2, "640100=80.00", "640200=50.00"))
	s := w.run(bridge.ExitNeedsPerson)
	w.states("B held")
	if s.Files != 0 || w.doc("B").Cause != records.CauseRevision {
		t.Errorf("%+v", s)
	}
	w.reason("B", "report R was posted before", "document A (revision 1, 100.00 EUR", "as 4711", "revision 2",
		"130.00 EUR", "640100 -20.00", "640200 +50.00", "240100 -30.00",
		"`fisbridge release B --as replace --reason …`", "--as add")
	var c records.RevisionCase
	if ok, err := w.j.CauseData(w.ctx, "B", &c); err != nil || !ok || len(c.Accounts) != 3 || c.OldLines != 2 ||
		c.NewLines != 4 || c.Missing != "" {
		t.Errorf("%+v %v", c, err)
	}
	// both sides line by line, and when the first was posted
	gone, fresh := c.Apart()
	if len(gone) != 2 || len(fresh) != 4 || gone[0].Account != "640100" || gone[0].Debit.String() != "100" ||
		!slices.Contains(gone[0].Codes, "1100") || fresh[2].Account != "640200" || fresh[2].Debit.String() != "50" {
		t.Errorf("gone %+v\nnew %+v", gone, fresh)
	}
	if e := c.Earlier[0]; e.Told == "" || !strings.Contains(e.Words().String(), "as 4711 on 2026-") {
		t.Errorf("%+v %s", e, e.Words())
	}
	// nothing that moves many documents at once lets it go
	if n, left, err := w.j.RetryHeld(w.ctx, "", "all"); err != nil || n != 0 || left != 1 {
		t.Errorf("%d %d %v", n, left, err)
	}
	w.ok(w.j.ReleaseAs(w.ctx, "B", records.PostReplace, "the report was edited"))
	w.run(bridge.ExitDone)
	w.states("B filed")
	w.booked(map[string]string{"640100": "80.00/100.00", "640200": "50.00/0.00", "240100": "100.00/130.00"})
	w.answer("2", posted("B", "4712"))
	w.run(bridge.ExitDone)
	w.states("A posted, B posted")
	w.status("B", fis.StatusPostedSuccess)
	w.confirmation("B", records.Done)
	w.quiet()

	// a third one stands against both
	w.add(fis.Expense, "C", revised("R", 3, "640200=50.00"))
	w.run(bridge.ExitNeedsPerson)
	w.reason("C", "document A", "document B", "replace", "640100 -80.00", "240100 +80.00")
	w.ok(w.j.ReleaseAs(w.ctx, "C", records.PostReplace, "again"))
	w.run(bridge.ExitDone)
	// of what A and B wrote, what B took back stands no more: only the lines that stand are taken back
	w.booked(map[string]string{"640100": "0.00/80.00", "640200": "50.00/50.00", "240100": "130.00/50.00"})
}

// The route's rule does without a person; add posts the document as it is.
func TestRevisionRules(t *testing.T) {
	w := postedReport(t, "replace")
	w.add(fis.Expense, "B", revised("R", 2, "640100=80.00"))
	w.run(bridge.ExitDone)
	w.booked(map[string]string{"640100": "80.00/100.00", "240100": "100.00/80.00"})

	w = postedReport(t, "add")
	w.add(fis.Expense, "B", revised("R", 2, "640100=-20.00"))
	w.run(bridge.ExitDone)
	w.booked(map[string]string{"640100": "0.00/20.00", "240100": "20.00/0.00"})
}

// While the first one is unanswered the second waits, without a person; what becomes of the first decides.
func TestRevisionWaitsForTheAnswer(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		exit         int
		state        string
	}{
		{"posted", posted("A", "1"), bridge.ExitNeedsPerson, "B held"},
		{"rejected", rejected("A", "closed"), bridge.ExitDone, "B filed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, options{})
			w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
			w.run(bridge.ExitDone)
			w.add(fis.Expense, "B", revised("R", 2, "640100=100.00", "640200=1.00"))
			s := w.run(bridge.ExitDone)
			w.states("A filed, B acknowledged")
			w.reason("B", "waits for document A of the same report: the ERP's answer to import file")
			if s.Files != 0 {
				t.Errorf("%+v", s)
			}
			w.answer("1", test.answer)
			w.run(test.exit)
			w.states(test.state)
		})
	}
}

// Both in one night: the earlier one goes out, whatever the order in which they are offered, and the later one waits.
func TestRevisionInOneNight(t *testing.T) {
	w := newWorld(t, options{})
	w.add(fis.Expense, "B", revised("R", 2, "640100=100.00", "640200=1.00"))
	w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
	w.run(bridge.ExitDone)
	w.states("A filed, B acknowledged")
	w.reason("B", "waits for document A")
}

// By another route, after `mark posted`, and posted by hand without an import file: never silently.
func TestRevisionByAnotherRouteAndByHand(t *testing.T) {
	w := newWorld(t, options{routes: strings.Replace(fmt.Sprintf(revisionRoute, "replace"), "    mapping", "    when: ledgerCode = \"EU\"\n    mapping", 1) + `
  - name: others
    doc_types: [expense]
    mapping: csv.xlsx
    revisions: replace
    drop: { target: erp, folder: in }
`})
	w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
	w.run(bridge.ExitDone)
	w.ok(w.j.MarkOutcome(w.ctx, "A",
		fis.Outcome{Verdict: fis.Posted, Number: "77", Company: "1000", FiscalYear: "2026",
			Posted: fis.Date{Year: 2026, Month: 3, Day: 31}}, "found in the ERP"))
	w.run(bridge.ExitDone)
	w.add(fis.Expense, "B", strings.Replace(revised("R", 2, "640100=80.00"), `"EU"`, `"US"`, 1))
	w.run(bridge.ExitNeedsPerson)
	w.states("B held")
	w.reason("B", "was posted by route journals", "cannot be posted", "--as add")
	if err := w.j.ReleaseAs(w.ctx, "B", records.PostReplace, "x"); err == nil {
		t.Error("a difference was let go that cannot be had")
	}

	w.add(fis.Expense, "P", revised("S", 1, "640100=10.00"))
	w.run(bridge.ExitNeedsPerson)
	w.ok(w.j.Reissue(w.ctx, w.doc("P").FileID, nil, "the ERP lost it"))
	w.ok(w.j.Hold(w.ctx, "P", "booked by hand"))
	w.ok(w.j.MarkOutcome(w.ctx, "P", fis.Outcome{Verdict: fis.Posted, Number: "78"}, "booked by hand"))
	w.add(fis.Expense, "H", revised("T", 1, "649999=10.00")) // never in an import file
	w.run(bridge.ExitNeedsPerson)
	w.ok(w.j.MarkOutcome(w.ctx, "H", fis.Outcome{Verdict: fis.Posted, Number: "79"}, "booked by hand"))
	w.add(fis.Expense, "I", revised("T", 2, "640100=10.00"))
	w.run(bridge.ExitNeedsPerson)
	w.reason("I", "document H was said to be posted by hand: fisbridge wrote nothing of it", "--as add")
	w.add(fis.Expense, "Q", revised("S", 2, "640100=12.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("Q held")
	w.reason("Q", "document P was said to be posted after its import file", "withdrawn", "--as add")
}

// A resubmission after a rejection is no revision, whatever its number; a revision of which no first document is known
// is held.
func TestRevisionOfWhatIsNotPosted(t *testing.T) {
	w := newWorld(t, options{})
	w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
	w.add(fis.Expense, "E", revised("S", 3, "640100=100.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A filed, E held")
	w.reason("E", "revision 3 of report S", "no earlier document", "release E --as add")
	w.answer("1", rejected("A", "closed"))
	w.run(bridge.ExitNeedsPerson)
	w.add(fis.Expense, "B", revised("R", 2, "640100=90.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("B filed")
	w.booked(map[string]string{"640100": "90.00/0.00", "240100": "0.00/90.00"})
	w.ok(w.j.ReleaseAs(w.ctx, "E", records.PostAdd, "the first went by the extract"))
	w.run(bridge.ExitDone)
	w.states("E filed")
}

// A second document that changes nothing posts nothing: by a person's word Concur is told success with the number there
// is. A rule alone does not.
func TestRevisionWithoutDifference(t *testing.T) {
	w := postedReport(t, "replace")
	w.add(fis.Expense, "B", revised("R", 2, "640100=100.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("B held")
	w.reason("B", "changes nothing", "success with the number of the posting there is")
	w.ok(w.j.ReleaseAs(w.ctx, "B", records.PostReplace, "only a receipt was added"))
	s := w.run(bridge.ExitDone)
	w.states("B posted")
	w.status("B", fis.StatusPostedSuccess)
	if c := w.confirmation("B", records.Done); c.Outcome.Number != "4711" || s.Files != 0 {
		t.Errorf("%+v %+v", c, s)
	}
	// and the next one stands against the first still
	w.add(fis.Expense, "C", revised("R", 3, "640100=101.00"))
	w.run(bridge.ExitDone)
	w.booked(map[string]string{"640100": "101.00/100.00", "240100": "100.00/101.00"})
}

// What was written is taken back, not what today's mapping would make of the old document; and it outlives the payload.
func TestRevisionTakesBackWhatWasWritten(t *testing.T) {
	w := postedReport(t, "hold")
	w.clock.add(48 * 60 * 60 * 1e9)
	if _, err := w.j.Age(w.ctx, w.clock.now()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.j.Payload(w.ctx, "A"); err == nil {
		t.Fatal("the payload of A is still there")
	}
	w.remap("640100", "640199")
	w.add(fis.Expense, "B", revised("R", 2, "640100=80.00"))
	w.run(bridge.ExitNeedsPerson)
	w.reason("B", "640100 -100.00", "640199 +80.00")
	w.ok(w.j.ReleaseAs(w.ctx, "B", records.PostReplace, "edited"))
	w.run(bridge.ExitDone)
	w.booked(map[string]string{"640100": "0.00/100.00", "640199": "80.00/0.00", "240100": "100.00/80.00"})
}

// A person's decision is about what was posted then: when that changes before the run, the document is held again.
func TestRevisionDecisionIsAboutWhatWasSeen(t *testing.T) {
	w := postedReport(t, "hold")
	w.add(fis.Expense, "B", revised("R", 2, "640100=80.00"))
	w.add(fis.Expense, "C", revised("R", 3, "640100=70.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("B held, C held")
	w.ok(w.j.ReleaseAs(w.ctx, "B", records.PostReplace, "edited"))
	w.ok(w.j.ReleaseAs(w.ctx, "C", records.PostReplace, "edited twice"))
	w.run(bridge.ExitDone)
	w.states("B filed, C acknowledged")
	w.answer("2", posted("B", "4712"))
	w.run(bridge.ExitNeedsPerson)
	w.states("B posted, C held")
	w.reason("C", "document B", "640100 -10.00")
}

// An older document that comes loose after a newer one was posted is never posted by the rule alone.
func TestRevisionThatIsOlderIsHeld(t *testing.T) {
	w := newWorld(t, options{routes: fmt.Sprintf(revisionRoute, "replace")})
	w.add(fis.Expense, "A", revised("R", 1, "649999=100.00")) // an account that is not mapped
	w.run(bridge.ExitNeedsPerson)
	w.states("A held")
	w.add(fis.Expense, "B", revised("R", 2, "640100=80.00"))
	w.run(bridge.ExitDone)
	w.states("A acknowledged, B filed")
	w.reason("A", "waits for document B")
	w.answer("1", posted("B", "1"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A held, B posted")
	if w.doc("A").Cause != records.CauseRevision {
		t.Errorf("%+v", w.doc("A"))
	}
}

// advanceOf is a cash advance, or with a negative amount what is given back of it.
func advanceOf(id, amount string) string {
	payer, payee := "COMP", "EMPL"
	if strings.HasPrefix(amount, "-") {
		payer, payee = payee, payer
	}
	return fmt.Sprintf(`{"employeeData":{"employeeId":"E1","employeeOrgUnit1Code":"1000"},"cashAdvanceData":{"cashAdvanceId":"%s","name":"Trip","employeeCurrencyAlphaCode":"EUR","requestAmount":%s,
		"clearingAccountCode":"150100","isTest":"N"},"journalData":[{"amount":%s,"accountCode":"150100","payer":"%s","payee":"%s"}]}`, id, amount, amount, payer, payee)
}

// An advance that is handed back is no revision; a second one in the same direction is.
func TestRevisionOfAdvances(t *testing.T) {
	w := newWorld(t, options{routes: fmt.Sprintf(revisionRoute, "hold")})
	w.add(fis.CashAdvance, "A", advanceOf("CA1", "100.00"))
	w.run(bridge.ExitDone)
	w.answer("1", posted("A", "1"))
	w.run(bridge.ExitDone)
	w.add(fis.CashAdvance, "B", advanceOf("CA1", "-40.00"))
	w.run(bridge.ExitDone)
	w.states("B filed")
	w.add(fis.CashAdvance, "C", advanceOf("CA1", "100.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("C held")
}

// A template with rows of the document itself takes the rows of the earlier one back, as they were written; what is
// missing for that is said.
func TestRevisionOfDocumentRows(t *testing.T) {
	ready, err := fs.ReadFile(mappings.FS(), "concur-sae.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	sae := func(t *testing.T) *world {
		w := newWorld(t, options{routes: strings.ReplaceAll(fmt.Sprintf(revisionRoute, "hold"), "csv.xlsx", "sae.xlsx"),
			mappings: map[string]string{"sae.xlsx": string(ready)}})
		w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
		w.run(bridge.ExitDone)
		w.answer("1", posted("A", "4711"))
		w.run(bridge.ExitDone)
		w.add(fis.Expense, "B", revised("R", 2, "640100=80.00", "640200=50.00"))
		return w
	}
	t.Run("replace", func(t *testing.T) {
		w := sae(t)
		w.run(bridge.ExitNeedsPerson)
		w.reason("B", "640100 -20.00", "640200 +50.00", "--as replace")
		w.ok(w.j.ReleaseAs(w.ctx, "B", records.PostReplace, "edited"))
		w.run(bridge.ExitDone)
		var got []string
		names := w.list("erp/in")
		for _, line := range strings.Split(w.read("erp/in/"+names[len(names)-1]), "\n") {
			if f := strings.Split(strings.TrimSpace(line), "|"); f[0] == "DETAIL" {
				got = append(got, f[166]+" "+f[167]+" "+strings.TrimRight(strings.TrimRight(f[168], "0"), "."))
			}
		}
		if want := "[640100 CR -100 640100 DR +80 640200 DR +50]"; fmt.Sprint(got) != want {
			t.Errorf("%v, want %s", got, want)
		}
	})
	t.Run("ids that survive", func(t *testing.T) { // nobody says that an entry gets another id when its report is opened again
		w := sae(t)
		w.run(bridge.ExitNeedsPerson)
		w.add(fis.Expense, "T", revised("T", 1, "640100=100.00"))
		w.run(bridge.ExitNeedsPerson)
		w.answer("2", posted("T", "4712"))
		w.run(bridge.ExitNeedsPerson)
		w.add(fis.Expense, "U", strings.ReplaceAll(revised("T", 2, "640100=80.00"), `"T-2-0`, `"T-1-0`))
		w.run(bridge.ExitNeedsPerson)
		w.reason("U", "640100 -20.00", "--as replace")
		w.ok(w.j.ReleaseAs(w.ctx, "U", records.PostReplace, "edited"))
		w.run(bridge.ExitNeedsPerson)
		w.states("U filed")
		w.add(fis.Expense, "V", strings.ReplaceAll(revised("V", 1, "640100=80.00", "640100=80.00"), `"V-1-1`, `"V-1-0`))
		w.run(bridge.ExitNeedsPerson)
		w.reason("V", "would be booked twice")
	})
	t.Run("aged out", func(t *testing.T) {
		w := sae(t)
		w.clock.add(48 * 60 * 60 * 1e9)
		_, err := w.j.Age(w.ctx, w.clock.now())
		w.ok(err)
		w.run(bridge.ExitNeedsPerson)
		w.reason("B", "cannot be posted", "document A has aged out (retention)", "--as add")
	})
	t.Run("the same again", func(t *testing.T) {
		w := sae(t)
		w.add(fis.Expense, "C", revised("S", 1, "640100=100.00"))
		w.run(bridge.ExitNeedsPerson)
		w.answer("2", posted("C", "4712"))
		w.run(bridge.ExitNeedsPerson)
		w.add(fis.Expense, "D", revised("S", 2, "640100=100.00"))
		w.run(bridge.ExitNeedsPerson)
		w.reason("D", "changes nothing")
	})
}

// A wage type is not paid twice: a second payroll document of a report takes the first one's rows back.
func TestRevisionOfPayroll(t *testing.T) {
	ready, err := fs.ReadFile(mappings.FS(), "payroll-obligation-csv.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	payroll := func(revision int, amount string) string {
		return fmt.Sprintf(`{"employee":{"employeeId":"E1"},"report":{"reportId":"R","reportKey":"K","reportName":"R","isTest":"N","revisionNumber":%d,"employeeCurrencyAlphaCode":"EUR","totalApprovedAmount":%s},
			"expenseEntry":[{"entryId":"E-%d","entryApprovedAmount":%s,"payrollData":[{"wageType":"M410","entryApprovedAmount":%s,"payrollPayIndicator":"Y"}]}]}`, revision, amount, revision, amount, amount)
	}
	w := newWorld(t, options{mappings: map[string]string{"wages.xlsx": string(ready)}, routes: `
  - name: wages
    doc_types: [payroll, requestobligation]
    mapping: wages.xlsx
    drop: { target: erp, folder: in }
`})
	w.add(fis.Payroll, "A", payroll(1, "28.00"))
	w.run(bridge.ExitDone)
	w.ok(w.j.MarkOutcome(w.ctx, "A", fis.Outcome{Verdict: fis.Posted, Number: "77", Company: "1000"}, "imported"))
	w.add(fis.Payroll, "B", payroll(2, "30.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("B held")
	w.reason("B", "M410 +2.00")
	w.ok(w.j.ReleaseAs(w.ctx, "B", records.PostReplace, "edited"))
	w.run(bridge.ExitDone)
	names := w.list("erp/in")
	if text := w.read("erp/in/" + names[len(names)-1]); !strings.Contains(text, ";M410;-28.00;EUR") ||
		!strings.Contains(text, ";M410;30.00;EUR") {
		t.Error(text)
	}

	// Obligations are told anew at each step, each time with the whole amount: none is a revision.
	obligation := func(revision int) string {
		return fmt.Sprintf(`{"instruction":{"instruction":"obligate"},"employee":{"employeeId":"E1","employeeReimbursementCurrency":"EUR"},"requestHeader":{"requestId":"Q","isTest":"N","revisionNumber":%d,"totalApprovedAmount":10.00,"employeeCurrencyAlphaCode":"EUR"},
			"requestEntry":[{"entryId":"1","entryApprovedAmount":10.00,"entryAccountCode":"640100","allocation":[{"allocationAmount":10.00}]}]}`, revision)
	}
	w.add(fis.RequestObligation, "O1", obligation(2))
	w.add(fis.RequestObligation, "O2", obligation(3))
	w.run(bridge.ExitDone)
	w.states("O1 filed, O2 filed")
}

// A revision that the journal does not know may be posted: before a restore, or by another system. No rule decides
// beside it, and nothing goes out by itself; a person who is told can.
func TestRevisionBetweenIsUnknown(t *testing.T) {
	w := postedReport(t, "replace")
	w.add(fis.Expense, "C", revised("R", 3, "640100=120.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A posted, C held")
	w.reason("C", "revision 2 is not known here, and may be posted, too", "--as replace", "--as add")
	w.ok(w.j.ReleaseAs(w.ctx, "C", records.PostReplace, "revision 2 was never posted"))
	w.run(bridge.ExitDone)
	w.states("A posted, C filed")

	// the one that is known was rejected: the report may be posted all the same
	w = newWorld(t, options{})
	w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
	w.run(bridge.ExitDone)
	w.answer("1", rejected("A", "no"))
	w.run(bridge.ExitDone)
	w.add(fis.Expense, "C", revised("R", 3, "640100=120.00"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A rejected, C held")
	w.reason("C", "this journal does not know revision 2, which may have been posted", "--as add")
}

// fixedLedger is a world with the ready workbook of the fixed-width ledger, whose revisions go as it is said.
func fixedLedger(t *testing.T, revisions string) *world {
	t.Helper()
	ready, err := fs.ReadFile(mappings.FS(), "legacy-fixed.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, options{mappings: map[string]string{"ledger.xlsx": string(ready)}, routes: `
  - name: ledger
    doc_types: [expense, cashadvance]
    mapping: ledger.xlsx
    revisions: ` + revisions + `
    drop: { target: erp, folder: in }
    returns: { folder: out, settle: 0s, min_age: 0s }
`})
}

// A ledger that knows its documents by a key of twelve characters: what a revision changes has a key of its own, answers
// and payments of that key are the revision's, and "posted before" is told to nobody as a rejection.
func TestRevisionForALedgerThatPostsAKeyOnce(t *testing.T) {
	w := fixedLedger(t, "replace")
	keys := func(file string) (out []string) {
		for _, line := range strings.Split(w.read("erp/in/"+file), "\n") {
			if key := ""; strings.HasPrefix(line, "D") {
				if key = strings.TrimSpace(line[61:73]); !slices.Contains(out, key) {
					out = append(out, key)
				}
			}
		}
		return out
	}
	ack := func(batch, accepted, rejected string) {
		w.write("erp/out/"+batch+".ack", fmt.Sprintf("A%s%s%sJ004711   \n", batch, accepted, rejected))
	}
	w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
	w.run(bridge.ExitDone)
	ack("CNQR000001", "0000001", "0000000")
	w.run(bridge.ExitDone)
	w.add(fis.Expense, "B", revised("R", 2, "640100=80.00"))
	w.run(bridge.ExitDone)
	w.states("A posted, B filed")
	if one, two := keys("CNQR000001.dat"), keys("CNQR000002.dat"); !slices.Equal(one, []string{"KR"}) || !slices.Equal(two, []string{"KR-2"}) {
		t.Errorf("the first posting is %v, that of the revision %v", one, two)
	}
	ack("CNQR000002", "0000001", "0000000")
	w.run(bridge.ExitDone)
	w.states("A posted, B posted")
	w.add(fis.Expense, "C", revised("R", 3, "640100=90.00"))
	w.run(bridge.ExitDone)
	if three := keys("CNQR000003.dat"); !slices.Equal(three, []string{"KR-3"}) {
		t.Errorf("the third posting is %v", three)
	}
	ack("CNQR000003", "0000001", "0000000")
	pay := fmt.Sprintf("P%-12s%-10s%s%s%s\nT0000001\n", "KR-3", "PY77", "000000000100{", "EUR", "20260401")
	w.write("erp/out/PAY1.dat", pay)
	w.run(bridge.ExitDone)
	w.payment("C", "PY77/KR-3", records.Done)

	// the ledger says "posted before" of one that it has not posted from here
	w.add(fis.Expense, "D", revised("S", 1, "640100=10.00"))
	w.run(bridge.ExitDone)
	lines := strings.Split(strings.TrimSuffix(w.read("erp/in/CNQR000004.dat"), "\n"), "\n")
	var rejects strings.Builder
	for i, line := range lines {
		if strings.HasPrefix(line, "D") {
			fmt.Fprintf(&rejects, "%07d%-120sDUP%-40s\n", i+1, line, "DOCUMENT KS WAS POSTED BEFORE")
		}
	}
	ack("CNQR000004", "0000000", "0000001")
	w.write("erp/out/CNQR000004.rej", rejects.String())
	w.run(bridge.ExitNeedsPerson)
	if d := w.doc("D"); d.State == records.Rejected || d.State == records.Posted {
		t.Errorf("D is %s: nobody knows what the ledger has of it", d.State)
	}
	w.status("D", fis.StatusAcknowledged)
}

// Where further documents of a report are posted beside the first ones, each answers to the key that was written of it.
func TestEachAddedDocumentAnswersToItsKey(t *testing.T) {
	w := fixedLedger(t, "add")
	for i, id := range []string{"A", "B", "C"} {
		w.add(fis.Expense, id, revised("R", i+1, "640100=10.00"))
		w.run(bridge.ExitDone)
		w.write(fmt.Sprintf("erp/out/CNQR00000%d.ack", i+1), fmt.Sprintf("ACNQR00000%d00000010000000J004711   \n", i+1))
		w.run(bridge.ExitDone)
	}
	w.states("A posted, B posted, C posted")
	if third := w.read("erp/in/CNQR000003.dat"); !strings.Contains(third, "KR-3 ") {
		t.Error(third)
	}
	for i, id := range []string{"B", "C"} {
		key := fmt.Sprintf("KR-%d", i+2)
		w.write(fmt.Sprintf("erp/out/PAY%d.dat", i), fmt.Sprintf("P%-12s%-10s%s%s%s\nT0000001\n", key, "PY7", "000000000100{", "EUR", "20260401"))
		w.run(bridge.ExitDone)
		w.payment(id, "PY7/"+key, records.Done)
	}
	w.quiet()
}
