package proof

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// hledger asks the program about a journal.
type hledger struct{ program, path string }

func openHledger(t *testing.T, journal []byte) hledger {
	t.Helper()
	h := hledger{external(t, "hledger"), filepath.Join(t.TempDir(), "out.journal")}
	if err := os.WriteFile(h.path, journal, 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h hledger) check(t *testing.T) (string, bool) {
	t.Helper()
	return run(t.Context(), t, h.program, "-f", h.path, "check", "--strict", "ordereddates")
}

// table runs a command that answers with CSV: its rows by heading.
func (h hledger) table(t *testing.T, args ...string) []map[string]string {
	t.Helper()
	out, ok := run(t.Context(), t, h.program, append([]string{"-f", h.path}, append(args, "-O", "csv")...)...)
	if !ok {
		t.Fatal(out)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = r[i]
		}
		list = append(list, m)
	}
	return list
}

// entries are the journal as hledger prints it, and how many transactions it has.
func (h hledger) entries(t *testing.T) (out []entry, transactions int) {
	t.Helper()
	plan, seen := readyPlan(t, "hledger-journal"), map[string]bool{}
	tag := regexp.MustCompile(`concur-doc:([0-9a-zA-Z]+)`)
	for _, r := range h.table(t, "print") {
		doc := tag.FindStringSubmatch(r["comment"])
		if doc == nil || r["status"] != "*" || r["code"] == "" {
			t.Fatalf("transaction without its tag, status or code: %v", r)
		}
		seen[r["txnidx"]] = true
		out = append(out, entry{booking{doc[1], numberOfName(t, plan, r["account"]), r["commodity"]}, amountOf(t, r["amount"])})
	}
	return out, len(seen)
}

// balances are hledger's own sums by account, of one currency.
func (h hledger) balances(t *testing.T, currency string) books {
	t.Helper()
	plan, b := readyPlan(t, "hledger-journal"), books{}
	for _, r := range h.table(t, "bal", "-N", "--flat", "cur:"+currency) {
		if number, ok := strings.CutPrefix(r["balance"], currency+" "); ok {
			b.add("", numberOfName(t, plan, r["account"]), currency, amountOf(t, number))
		} else {
			t.Errorf("%v is not of %s", r, currency)
		}
	}
	return b
}

func amountOf(t *testing.T, text string) fis.Amount {
	t.Helper()
	a, err := fis.ParseAmount(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// sampleJournal is the hledger journal of all samples.
func sampleJournal(t *testing.T) *importFile {
	t.Helper()
	files, refused := render(t, oneBook(t, "hledger-journal"), sampleDocuments(t), 42)
	checkRefused(t, refused)
	if len(files) != 1 {
		t.Fatalf("%d files", len(files))
	}
	return files[0]
}

// hledger accepts every document, strictly, has a transaction for each, and its books are the posting lines.
func TestHledgerBooksEveryDocument(t *testing.T) {
	f := sampleJournal(t)
	h := openHledger(t, f.data)
	if out, ok := h.check(t); !ok {
		t.Fatal(out)
	}
	got, n := h.entries(t)
	if n != len(f.envelopes) || n < 50 {
		t.Errorf("%d transactions for %d documents", n, len(f.envelopes))
	}
	compareEntries(t, "(-posting lines +hledger)", postingEntries(t, f.envelopes), got)
}

// What hledger finds: the check that accepts our journals is able to refuse them.
func TestHledgerFindsDamage(t *testing.T) {
	f := sampleJournal(t)
	tests := []struct{ name, from, to, complaint string }{
		{"a cent", " -23.40 ", " -23.41 ", "balance"},
		{"a currency", "EUR         -23.40", "USD         -23.40", "balance"},
		{"an account nobody declared", "account expenses:rail\n", "", "expenses:rail"},
		{"a commodity nobody declared", "commodity USD 1000.00\n", "", "USD"},
		{"a date before the last one", "2026-11-02 * (33796AC683041B6503EB)", "2026-11-01 * (33796AC683041B6503EB)", "order"},
		{"a posting gone", "    liabilities:employees:E10017                  EUR         -23.40  ; line:2, text:Taxi to the airport\n", "", "balance"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			damaged := strings.Replace(string(f.data), test.from, test.to, 1)
			if damaged == string(f.data) {
				t.Fatal("the journal does not hold what the test wants to damage")
			}
			out, ok := openHledger(t, []byte(damaged)).check(t)
			if ok || !strings.Contains(out, test.complaint) {
				t.Errorf("accepted: %v\n%s", ok, out)
			}
		})
	}
}

// The other journals say what hledger has in its books: the same amount for each document and account, and the same
// sums.
func TestJournalsAgreeWithHledger(t *testing.T) {
	docs := sampleDocuments(t)
	h := openHledger(t, sampleJournal(t).data)
	booked, _ := h.entries(t)
	want := sum(booked)

	plan := readyPlan(t, "generic-csv")
	files, refused := render(t, plan, docs, 7)
	checkRefused(t, refused)
	table := sum(csvEntries(t, plan, files[0]))
	compareBooks(t, "generic-csv (-hledger +file)", want, table)

	plan = readyPlan(t, "legacy-fixed")
	files, refused = render(t, plan, docs, 7)
	checkRefused(t, refused, "KWD")
	fixed := sum(fixedEntries(t, plan, files))
	compareBooks(t, "legacy-fixed (-hledger +file)", want.without("KWD"), fixed)

	currencies := map[string]bool{}
	for k := range want {
		currencies[k.currency] = true
	}
	sums := books{}
	for c := range currencies {
		for k, a := range h.balances(t, c) {
			sums.add("", k.account, c, a)
		}
	}
	compareBooks(t, "sums of generic-csv (-hledger +file)", sums, table.overDocuments())
	compareBooks(t, "sums of legacy-fixed (-hledger +file)", sums.without("KWD"), fixed.overDocuments())
}

// The journal of the worked case is what its README says.
func TestHledgerAcceptsTheWorkedCase(t *testing.T) {
	s := newStory(t, openCase(t, "../../samples/plain-text-books"))
	if out, ok := openHledger(t, s.files[0].data).check(t); !ok {
		t.Error(out)
	}
}
