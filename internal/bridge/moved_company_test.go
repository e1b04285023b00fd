package bridge_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/templates"
)

// companyMapping calls company 1000 by a name in the ERP.
func companyMapping(books string) string {
	return "template: one\nlookups:\n  Companies:\n    columns: [\"Company (key)\", Books]\n    rows:\n      - [\"1000\", " + books + "]\n      - [\"2000\", B2]\n      - [\"*\", \"\"]\n"
}

// companyWorld writes a file for each company (employeeOrgUnit1Code), which the sheet Companies calls otherwise; a later
// document of a report replaces the earlier one.
func companyWorld(t *testing.T, replace ...string) *world {
	t.Helper()
	return newWorld(t, options{routes: oneRouteOf + "    revisions: replace\n", mappings: map[string]string{"one.yaml": companyMapping("B1")}, templates: templateFS("one", companyTemplate(replace...))})
}

func companyTemplate(replace ...string) string {
	return strings.NewReplacer(append(replace,
		"grouping: {by: GROUP}\n", "grouping: {by: run}\ncompany:\n  of: employeeOrgUnit1Code\n  in: [file]\n  told: LOOKUP(Companies; document.company; Books)\n"+
			"lookups:\n  - name: Companies\n    columns:\n      - {name: Company, type: code, key: true}\n      - {name: Books, type: code}\n    rows:\n      - [\"1000\", B1]\n      - [\"2000\", B2]\n      - [\"*\", \"\"]\n",
		"      - {name: account,", "      - {name: books, type: code, hidden: true, required: true, value: 'LOOKUP(Companies; document.company; Books)'}\n      - {name: account,")...).Replace(oneTemplate)
}

func inCompany(company, text string) string {
	return strings.Replace(text, `"employeeOrgUnit1Code":"1000"`, `"employeeOrgUnit1Code":"`+company+`"`, 1)
}

func (w *world) posted(doc, number string) {
	w.Helper()
	w.ok(w.j.MarkOutcome(w.ctx, doc, fis.Outcome{Verdict: fis.Posted, Number: number, FiscalYear: "2026", Posted: fis.Date{Year: 2026, Month: 3, Day: 31}}, "found in the ERP"))
}

// What was posted in the books of one company is not taken back in those of another: a later document of the report that
// moves there is held, and says so, also where its amounts are the same. In the same books it replaces the earlier one.
func TestRevisionInTheBooksOfAnotherCompany(t *testing.T) {
	w := companyWorld(t)
	w.add(fis.Expense, "A", revised("R", 1, "640100=10.01"))
	w.add(fis.Expense, "S1", revised("S", 1, "640100=5.00"))
	w.run(bridge.ExitDone)
	w.posted("A", "77")
	w.posted("S1", "78")
	w.run(bridge.ExitDone)
	w.add(fis.Expense, "B", inCompany("2000", revised("R", 2, "640100=12.34")))
	w.add(fis.Expense, "S2", inCompany("2000", revised("S", 2, "640100=5.00")))
	s := w.run(bridge.ExitNeedsPerson)
	w.states("B held, S2 held")
	w.reason("B", "it stands in the books of company B1", "those of company B2", "--as add")
	w.reason("S2", "it stands in the books of company B1")
	if s.Files != 0 {
		t.Errorf("%d files were made", s.Files)
	}
	for _, doc := range []string{"B", "S2"} {
		if err := w.j.ReleaseAs(w.ctx, doc, records.PostReplace, "x"); err == nil {
			t.Errorf("%s: a difference was let go that cannot be had", doc)
		}
	}
	w.add(fis.Expense, "T1", revised("T", 1, "640100=5.00"))
	w.run(bridge.ExitNeedsPerson)
	w.posted("T1", "79")
	w.add(fis.Expense, "T2", revised("T", 2, "640100=6.00"))
	if s := w.run(bridge.ExitNeedsPerson); s.Files != 1 {
		t.Errorf("%d files were made of a document in the same books", s.Files)
	}
}

// What was written before the company was kept is not replaced by the route's rule: a person looks whether it is the same.
func TestRevisionOfWhatKeptNoCompany(t *testing.T) {
	w := newWorld(t, options{routes: oneRouteOf + "    revisions: replace\n", mappings: map[string]string{"one.yaml": companyMapping("B1")},
		templates: templateFS("one", strings.NewReplacer("GROUP", "run", "records:\n", "settings:\n  - {name: company, type: code, value: \"1000\"}\nrecords:\n").Replace(oneTemplate))})
	w.add(fis.Expense, "A", revised("R", 1, "640100=10.01"))
	w.run(bridge.ExitDone)
	w.posted("A", "77")
	w.run(bridge.ExitDone)
	w.loaded = both{templateFS("one", companyTemplate()), templates.FS()}
	w.load()
	w.add(fis.Expense, "B", revised("R", 2, "640100=12.34"))
	w.run(bridge.ExitNeedsPerson)
	w.states("B held")
	w.ok(w.j.ReleaseAs(w.ctx, "B", records.PostReplace, "the same company"))
	w.run(bridge.ExitDone)
	w.states("B filed")
}

// A document that belongs in the books of no company goes into no file.
func TestDocumentOfNoCompany(t *testing.T) {
	w := companyWorld(t, "      - {name: books, type: code, hidden: true, required: true,", "      - {name: books, type: code, hidden: true,")
	w.write("one.yaml", companyMapping("B1")+"settings:\n  Company by: employeeOrgUnit1Code\n")
	w.load()
	w.add(fis.Expense, "A", inCompany("", revised("R", 1, "640100=10.01")))
	w.add(fis.Expense, "B", revised("S", 1, "640100=10.01"))
	w.run(bridge.ExitNeedsPerson)
	w.states("A held, B filed")
	w.reason("A", "belongs in the books of no company", `write IFBLANK(employeeOrgUnit1Code; "1000") there`)
}

// Concur is told the company whose books the file went into, whatever the sheet says since.
func TestConfirmationNamesTheCompanyOfTheFile(t *testing.T) {
	w := companyWorld(t)
	w.add(fis.Expense, "A", revised("R", 1, "640100=10.01"))
	w.run(bridge.ExitDone)
	w.write("one.yaml", companyMapping("B9"))
	w.posted("A", "77")
	w.run(bridge.ExitDone)
	if sent := w.confirmed("A"); !strings.Contains(sent, `"companyId":"B1"`) {
		t.Error(sent)
	}
}
