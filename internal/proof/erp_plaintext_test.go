package proof

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// asked writes the file and asks a program about it.
func asked(t *testing.T, program, name string, data []byte, args ...string) (string, bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		args[i] = strings.Replace(a, "FILE", path, 1)
	}
	return run(t.Context(), t, external(t, program), args...)
}

// plainJournal renders all documents with posting lines.
func plainJournal(t *testing.T, name string) *importFile {
	t.Helper()
	plan := oneBook(t, name)
	if name == "beancount" { // a file that is checked alone opens its accounts
		plan = settled(t, name, "\nsettings:\n", "\nsettings:\n"+allInOne, `open: "N"`, `open: "Y"`)
	}
	files, refused := render(t, plan, sampleDocuments(t), 42)
	checkRefused(t, refused)
	if len(files) != 1 {
		t.Fatalf("%d files", len(files))
	}
	return files[0]
}

// ledger takes every document, strictly, and refuses damaged journals; hledger reads the same file, and has the books
// that it has of the journal that is made for it.
func TestLedgerBooksEveryDocument(t *testing.T) {
	f := plainJournal(t, "ledger-journal")
	ledger := func(data []byte) (string, bool) {
		out, ok := asked(t, "ledger", "out.ledger", data, "-f", "FILE", "--strict", "--pedantic", "bal")
		return out, ok && !strings.Contains(out, "Error:")
	}
	if out, ok := ledger(f.data); !ok {
		t.Fatal(out)
	}
	for _, d := range []damage{
		{"a cent", " -23.40 ", " -23.41 ", "does not balance"},
		{"a currency", "EUR         -23.40", "USD         -23.40", ""},
		{"an account nobody declared", "account expenses:rail\n", "", "expenses:rail"},
		{"a tag nobody declared", "tag employee\n", "", "employee"},
	} {
		damaged := strings.Replace(string(f.data), d.from, d.to, 1)
		if damaged == string(f.data) {
			t.Fatalf("%s: the journal does not hold %q", d.name, d.from)
		}
		out, ok := ledger([]byte(damaged))
		if ok && d.name == "a currency" {
			_, ok = openHledger(t, []byte(damaged)).check(t) // ledger makes a price of it
		}
		if ok || !strings.Contains(out, d.complaint) {
			t.Errorf("%s: accepted %v\n%s", d.name, ok, out)
		}
	}
	own, _ := run(t.Context(), t, external(t, "hledger"), "-f", openHledger(t, sampleJournal(t).data).path, "bal", "-N", "--flat")
	same, ok := run(t.Context(), t, external(t, "hledger"), "-f", openHledger(t, f.data).path, "bal", "-N", "--flat")
	if !ok || own != same {
		t.Errorf("hledger has other books of the journal for ledger:\n%s", same)
	}
}

// bean-check takes every document and refuses damaged journals, a tenth of a cent too.
func TestBeancountBooksEveryDocument(t *testing.T) {
	f := plainJournal(t, "beancount")
	if out, ok := asked(t, "bean-check", "out.beancount", f.data, "FILE"); !ok || strings.TrimSpace(out) != "" {
		t.Fatal(out)
	}
	if n := strings.Count(string(f.data), "#concur\n"); n != len(f.envelopes) {
		t.Errorf("%d transactions of %d documents", n, len(f.envelopes))
	}
	books := strings.Replace(string(f.data), "plugin \"beancount.plugins.auto_accounts\"\n", "", 1) // as books read it that include it
	if books == string(f.data) {
		t.Error("a file cannot be checked alone")
	}
	for _, d := range []damage{
		{"a cent", " -23.40 EUR", " -23.41 EUR", "does not balance"},
		{"a tenth of a cent", " -23.40 EUR", " -23.401 EUR", "does not balance"},
		{"a currency", " -23.40 EUR", " -23.40 USD", "does not balance"},
		{"an account nobody opened", "1970-01-01 open Expenses:Travel:Rail\n", "", "Expenses:Travel:Rail"},
		{"an account twice", "1970-01-01 open Expenses:Travel:Rail\n", "1970-01-01 open Expenses:Travel:Rail\n1970-01-01 open Expenses:Travel:Rail\n", "Duplicate open"},
		{"a quotation mark", `"Taxi to the airport"`, `"Taxi to "the" airport"`, "Invalid token"},
	} {
		damaged := strings.Replace(books, d.from, d.to, 1)
		if damaged == books {
			t.Fatalf("%s: the journal does not hold %q", d.name, d.from)
		}
		out, ok := asked(t, "bean-check", "out.beancount", []byte(damaged), "FILE")
		if ok || !strings.Contains(out, d.complaint) {
			t.Errorf("%s: accepted %v\n%s", d.name, ok, out)
		}
	}
}
