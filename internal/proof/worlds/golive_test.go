package worlds

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// acmeWorld is a working folder whose one route uses a workbook of the generic CSV, after a first run.
func acmeWorld(t *testing.T, documents ...string) (w *world, book string) {
	t.Helper()
	return acmeWorldIn(t, setup{local: true, plain: true, documents: documents})
}

func acmeWorldIn(t *testing.T, set setup) (w *world, book string) {
	t.Helper()
	w = prepare(t, set)
	book = w.dir + "/mappings/acme.xlsx"
	w.command(0, "mapping", "new", "--template", "generic-csv", "-o", book)
	config, err := os.ReadFile(w.dir + "/fisbridge.yaml")
	w.must(err)
	w.write("fisbridge.yaml", strings.Replace(string(config), "mappings/journal.yaml", "mappings/acme.xlsx", 1))
	w.login()
	if s, e := w.run(); s.Dropped != 1 || e.code != 0 {
		t.Fatalf("nothing was dropped: %s", e)
	}
	return w, book
}

// says fails when a command did not say all of the words.
func (w *world) says(e ended, words ...string) {
	w.t.Helper()
	for _, word := range words {
		if !strings.Contains(e.out+e.err, word) {
			w.t.Errorf("it does not say %q: %s", word, e)
		}
	}
}

// A workbook that would hold what the version in force takes is clean for its sheets and tests, and yet does not go
// live by itself: mapping check says so without being asked for documents, each run says so and ends with 3, and a
// person may accept it with a reason.
func TestWorkbookThatHoldsWaits(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi", hotelInBerlin, hotelInTokyo)
	w.excel(book, func(f *excelize.File) {
		found, err := f.SearchSheet("Accounts", "640100") // taxis
		w.must(err)
		row := strings.TrimLeft(found[0], "AB")
		w.must(f.SetCellStr("Accounts", "A"+row, "640199"))
	})
	would := "it would hold 1 of 3 documents of the last month that the version in force takes"
	w.says(w.command(0, "mapping", "check", book), "documents: 3 of the journal since", "does not go live by itself: "+would, "fisbridge mapping accept books")
	w.says(w.command(0, "check"), would)
	for range 2 {
		e := w.command(3, "run")
		w.says(e, "the changed mappings/acme.xlsx is not used, and the version of ", "until somebody accepts this: ", would, `if that is meant: fisbridge mapping accept books --reason "…"`)
	}
	w.says(w.command(3, "status"), "acme.xlsx that lies there is not used (version ", "doubt; fisbridge show mapping books")
	w.says(w.command(0, "show", "mapping", "books"), "refused: acme.xlsx, version ", `if that is meant: fisbridge mapping accept books --reason "…"`)
	w.command(2, "mapping", "accept", "books")
	w.says(w.command(2, "mapping", "accept", "books", "--reason", "  "), "fisbridge mapping accept … --reason")
	w.says(w.command(1, "mapping", "accept", "boks", "--reason", "x"), `there is no route "boks"`)
	w.says(w.command(0, "mapping", "accept", "books", "--reason", "taxis stop in April"), "accepted for route books", would)
	w.command(0, "status") // nothing waits for a person any more
	w.says(w.command(0, "run"), "the changed mappings/acme.xlsx is in force from this run")
	w.says(w.command(1, "mapping", "accept", "books", "--reason", "again"), "is the version in force")
	w.says(w.command(0, "audit", "verify"))
}

// A workbook by which the file would not say the amounts of documents cannot be accepted: it must be mended, and
// nothing offers to accept it.
func TestFalseAmountsCannotBeAccepted(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi", hotelInBerlin, hotelInTokyo)
	w.excel(book, func(f *excelize.File) {
		w.must(f.SetCellStr("Columns", w.valueOf(f, "Debit"), "IFBLANK(line.debit; 0) * 100"))
		w.must(f.SetCellStr("Columns", w.valueOf(f, "Credit"), "IFBLANK(line.credit; 0) * 100"))
	})
	const told = "the file would not say the amounts of the document: that cannot be accepted, only mended"
	for _, e := range []ended{w.command(4, "mapping", "check", book), w.command(3, "run"), w.command(3, "status"), w.command(1, "mapping", "accept", "books", "--reason", "x")} {
		if strings.Contains(e.out+e.err, "fisbridge mapping accept books") {
			t.Errorf("it offers to accept false amounts: %s", e)
		}
	}
	w.says(w.command(3, "run"), told, "until this is mended: ")
	w.says(w.command(1, "mapping", "accept", "books", "--reason", "I say so"), told, "names the Values that are to be written again")
}

// An acceptance is for the workbook as it was: edited again, it waits again; what is wrong cannot be accepted.
func TestAcceptanceIsForOneVersion(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi")
	edit := func(sheet, cell, text string) {
		w.excel(book, func(f *excelize.File) { w.must(f.SetCellStr(sheet, cell, text)) })
	}
	edit("Accounts", "A6", "640199")
	w.command(0, "mapping", "accept", "books", "--reason", "taxis stop in April")
	edit("Accounts", "A7", "640299")
	w.command(3, "run")
	edit("Accounts", "A6", "640100")
	w.says(w.command(0, "run"), "is in force from this run")
	edit("Columns", "C8", "LOOKUP(Acounts; line.account)")
	e := w.command(3, "run")
	w.says(e, "until this is mended: ", "mend what it names; `fisbridge show mapping books` lists all of it")
	if strings.Contains(e.err, "mapping accept") {
		t.Errorf("an error cannot be accepted: %s", e)
	}
	w.says(w.command(1, "mapping", "accept", "books", "--reason", "I say so"), "must be mended")
}

// The most natural formula there is: a line that is no debit is a credit.
func TestDebitOrCredit(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi", hotelInBerlin, hotelInTokyo)
	w.excel(book, func(f *excelize.File) {
		w.must(f.SetCellStr("Columns", w.valueOf(f, "Text"), `=IF(line.debit>0;"S";"H")`))
	})
	w.says(w.command(0, "mapping", "check", book), "tried, 0 would be held")
}

// Accounts that were sorted without their codes give every code another account: that is asked about, whatever the
// documents are.
func TestSortedColumnWaits(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi")
	w.excel(book, func(f *excelize.File) {
		rows, err := f.GetRows("Accounts")
		w.must(err)
		for i := 1; i+1 < len(rows); i++ {
			cell, err := excelize.CoordinatesToCellName(2, i+1)
			w.must(err)
			w.must(f.SetCellStr("Accounts", cell, rows[max(1, (i+1)%len(rows))][1]))
		}
	})
	w.says(w.command(3, "run"), "give another Account: was the column sorted or pasted alone?")
}

// A template that is edited between two runs goes live with the list of what changed; one that breaks, holds documents
// or holds less against them waits, while the former version stays in force. The workbook's author has nothing to do
// with it.
func TestTemplateGoesLiveWithItsChanges(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi", hotelInBerlin, hotelInTokyo)
	const file = "templates/generic-csv/template.yaml"
	builtin, err := os.ReadFile("../../../" + file)
	w.must(err)
	w.must(os.MkdirAll(w.dir+"/templates/generic-csv", 0o700))
	edit := func(old, now string) {
		t.Helper()
		text := strings.Replace(string(builtin), old, now, 1)
		if text == string(builtin) {
			t.Fatalf("the template has no %q", old)
		}
		w.write(file, text)
	}
	w.write(file, "# ours\n"+string(builtin))
	if e := w.command(0, "run"); strings.Contains(e.out+e.err, "in force from this run") {
		t.Errorf("a remark is no change: %s", e)
	}

	edit("type: text, width: 60, overflow: cut", "type: text, width: 50, overflow: cut")
	w.says(w.command(0, "mapping", "diff", "live", book), "Line Text width")
	w.says(w.command(0, "check"), file+" says something else than the version in force since ")
	w.says(w.command(0, "run"), "the changed "+file+" is in force from this run: template generic-csv: Line Text width: 60 → 50")
	shown := w.command(0, "show", "mapping", "books").out
	newest, _, _ := strings.Cut(shown, "was in force")
	if !strings.Contains(newest, "changed "+file) || !strings.Contains(newest, "Line Text width: 60 → 50") || strings.Contains(newest, "saved by") {
		t.Errorf("show mapping says:\n%s", shown)
	}

	edit("{ name: Employee, type", "{ name: Staff, type")
	for range 2 {
		w.says(w.command(3, "run"), "the changed "+file+" is not used, and the version of ", "until this is mended: ", `has no field "Employee"`, "mend what it names; `fisbridge show mapping books`")
	}
	w.says(w.command(1, "mapping", "accept", "books", "--reason", "I say so"), "must be mended")

	edit("{ name: Text, type: text, width: 60, overflow: cut", "{ name: Text, type: text, width: 5")
	w.says(w.command(3, "run"), "the changed "+file+" is not used", "until somebody accepts this: ", "it would hold ", `fisbridge mapping accept books --reason "…"`)
	w.says(w.command(3, "status"), "the "+file+" that lies there is not used")
	w.command(0, "mapping", "accept", "books", "--reason", "short texts are refused from now on")
	w.says(w.command(0, "run"), "the changed "+file+" is in force from this run", "Line Text width: 50 → 5", "Line Text overflow removed: cut")

	edit("    - { record: Line, debit: Debit, credit: Credit, currency: Currency, document: Reference }", "    - { record: Line, debit: Debit, credit: Credit, currency: Currency, document: Reference }\n  not_held:\n    - { documents: [invoice], why: the ERP looks at them itself }")
	w.says(w.command(3, "run"), "held against the documents less than by the version in force: amounts not_held")
	w.says(w.command(0, "audit", "verify"))
}

// The sheets that guard a mapping are not lost in silence: a Tests or Results sheet under another name must be mended,
// one that is gone waits until a person has said that it is meant.
func TestLostGuardsWait(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi")
	w.excel(book, func(f *excelize.File) {
		w.must(f.SetSheetRow("Tests", "A2", &[]any{"taxi", "a639004eb41f67c745e94fc338255c98", "Line", "1", "Account", "640100"}))
		found, err := f.SearchSheet("Results", "duplicate = duplicate")
		w.must(err)
		w.must(f.SetCellStr("Results", found[0], "twice = duplicate")) // the ERP's word
	})
	w.says(w.command(0, "run"), "the changed mappings/acme.xlsx is in force from this run: Results!", "; Tests!A2: taxi ")
	for _, sheet := range []string{"Tests", "Results"} {
		w.excel(book, func(f *excelize.File) { w.must(f.SetSheetName(sheet, "our "+sheet)) })
		w.says(w.command(3, "run"), "until this is mended: ", "call it "+sheet+" again")
		w.excel(book, func(f *excelize.File) { w.must(f.DeleteSheet("our " + sheet)) })
		w.says(w.command(3, "run"), "until somebody accepts this: ", "and this one has none", "fisbridge mapping accept books --reason")
		w.command(0, "mapping", "accept", "books", "--reason", "we have none of these any more")
		w.says(w.command(0, "run"), "is in force from this run")
	}
}

// A workbook that was opened and only saved again is no new version and has no list of changes: neither run, nor check,
// nor the list of versions tells of it.
func TestOnlySavedAgainIsNoVersion(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi")
	before, err := os.ReadFile(book)
	w.must(err)
	w.excel(book, func(f *excelize.File) {
		w.must(f.SetDocProps(&excelize.DocProperties{LastModifiedBy: "Ruth"}))
		w.must(f.SetColWidth("Accounts", "A", "A", 33))
	})
	after, err := os.ReadFile(book)
	w.must(err)
	if string(before) == string(after) {
		t.Fatal("the file is the same: nothing is tried")
	}
	for _, e := range []ended{w.command(0, "run"), w.command(0, "check"), w.command(0, "status")} {
		if strings.Contains(e.out+e.err, "in force from this run") || strings.Contains(e.out+e.err, "something else") || strings.Contains(e.out+e.err, "not used") {
			t.Errorf("it tells of a change: %s", e)
		}
	}
	w.says(w.command(0, "show", "mapping", "books"), "1 version,")
	w.says(w.command(1, "mapping", "accept", "books", "--reason", "it was saved again"), "is the version in force")
}

// A newer program may not take the version in force any more. Where what lies in the folder does not replace it by itself, the route has no mapping in the
// night, and check says so before.
func TestCheckTellsOfAVersionInForceThatIsNotUsable(t *testing.T) {
	w, _ := acmeWorld(t, "01-cash-taxi")
	j, err := w.journalAt().OpenBeside(t.Context(), time.Now, "test")
	w.must(err)
	live, _, err := j.LiveMapping(t.Context(), "books")
	w.must(err)
	live.Hash = "of another program"
	live.TemplateBody = []byte(strings.Replace(string(live.TemplateBody), "width: ", "breadth: ", 1))
	w.must(j.PutMappingLive(t.Context(), live))
	w.must(j.Close())
	w.says(w.command(0, "check"), "the next run puts it in force")
	w.approvalIs("other")
	w.says(w.command(4, "check"), "does not go live by itself", "problem  route books: the version in force since", "cannot be used by this program", "breadth")
	w.says(w.command(4, "run"), "breadth")
}
