package journaltest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// sumWords are the sums that are kept, each as "kind route state currency number amount".
func sumWords(t testing.TB, j *journal.Journal) string {
	t.Helper()
	sums, err := j.Sums(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range sums {
		out = append(out, strings.Join(strings.Fields(fmt.Sprint(s.Kind, " ", s.Route, " ", s.State, " ", s.Currency, " ", s.Number, " ", s.Amount)), " "))
	}
	return strings.Join(out, "\n")
}

// Sums follow each transaction: nobody who looks has to count.
func testSumsFollowTheirRows(t *testing.T) {
	j, _ := full(t)
	const before = `confirmations pending 1 0
documents r acknowledged EUR 1 10.5
documents r filed EUR 1 10.5
documents r posted EUR 1 10.5
files r dropped 1 0
payments waiting 1 0
results r applied 2 0`
	if got := sumWords(t, j); got != before {
		t.Errorf("%s\nwant\n%s", got, before)
	}
	confirmNow(t, j, "A")
	answer(t, j, "b", map[string]fis.Outcome{"B": {Verdict: fis.Rejected}}, 1, nil)
	if err := j.Hold(context.Background(), "C", "x"); err != nil {
		t.Fatal(err)
	}
	const after = `confirmations done 1 0
confirmations pending 1 0
documents r held EUR 1 10.5
documents r posted EUR 1 10.5
documents r rejected EUR 1 10.5
files r answered 1 0
payments pending 1 0
results r applied 3 0`
	if got := sumWords(t, j); got != after {
		t.Errorf("%s\nwant\n%s", got, after)
	}
	if err := j.Hold(context.Background(), "C", "x"); err == nil { // a step that fails changes no sum
		t.Error("held twice")
	}
	if got := sumWords(t, j); got != after {
		t.Errorf("%s\nwant\n%s", got, after)
	}
}

// What another hand changes in the sums, in the keys, or in the rows that they follow from, is found by a new count.
func testNewCountFindsWhatIsNotKeptAsItMustBe(t *testing.T) {
	for statement, want := range map[string]string{
		`UPDATE sums SET number = 7 WHERE state = 'posted'`:                               "documents r posted EUR",
		`UPDATE sums SET amount = '1' WHERE state = 'posted'`:                             "documents r posted EUR",
		`DELETE FROM sums WHERE kind = 'payments'`:                                        "payments",
		`INSERT INTO sums VALUES ('files', 'other', 'dropped', '', 1, '0')`:               "files other dropped",
		`UPDATE documents SET state = 'held' WHERE doc_id = 'C'`:                          "documents r held EUR",
		`UPDATE documents SET amount = '99' WHERE doc_id = 'C'`:                           "documents r acknowledged EUR",
		`DELETE FROM doc_keys WHERE doc_id = 'B' AND kind = 'report'`:                     "what document B can be found by",
		`UPDATE doc_keys SET key = 'X' WHERE doc_id = 'B' AND kind = 'report'`:            "what document B can be found by",
		`INSERT INTO doc_keys (key, kind, doc_id) VALUES ('S4711', 'employee', 'nobody')`: "what document nobody can be found by",
		`UPDATE confirmations SET number = '77' WHERE doc_id = 'A'`:                       "what document A can be found by",
		`UPDATE payments SET reference = 'P9'`:                                            "what document A can be found by",
	} {
		j, _ := full(t)
		tampered[j] = true
		if n, diffs, err := j.VerifyDerived(context.Background()); n == 0 || len(diffs) > 0 || err != nil {
			t.Fatalf("untouched: %d, %v, %v", n, diffs, err)
		}
		if _, err := byHand(j, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		if _, diffs, err := j.VerifyDerived(context.Background()); err != nil || !strings.Contains(fmt.Sprint(diffs), want) {
			t.Errorf("%s: %v %v", statement, diffs, err)
		}
	}
}

// A journal of an older program, which kept neither sums nor keys, has both after it was opened.
func testOlderJournalIsCounted(t *testing.T) {
	ctx := context.Background()
	_, c := open(t)
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := database.Open(ctx, path, c.now, "test")
	if err != nil {
		t.Fatal(err)
	}
	acknowledged(t, j, "A", "B", "C")
	f := filed(t, j, "document", 1, "A", "B")
	answer(t, j, "a", map[string]fis.Outcome{"A": {Verdict: fis.Posted, Number: "5100000042"}}, f.ID, nil)
	pay(t, j)
	sums := sumWords(t, j)
	dialect, steps := database.Dialect.Migrations()
	p, err := goose.NewProvider(dialect, raw(j), steps)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(ctx, 32); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if j, err = database.Open(ctx, path, c.now, "test"); err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if got := sumWords(t, j); got != sums || sums == "" {
		t.Errorf("%s\nwant\n%s", got, sums)
	}
	for name, verify := range map[string]func(context.Context) (int64, []ledger.Difference, error){"facts": j.VerifyFacts, "derived": j.VerifyDerived} {
		if _, diffs, err := verify(ctx); len(diffs) > 0 || err != nil {
			t.Errorf("%s: %v %v", name, diffs, err)
		}
	}
	if got := foundBy(t, j, "51000000"); got != "A" {
		t.Errorf("found %q", got)
	}
}

// An upgrade that was killed before everything was counted goes on with the next opening; until then nobody is shown a
// journal that seems to be empty.
func testUnfinishedUpgradeIsNotLookedAt(t *testing.T) {
	ctx := context.Background()
	j, c := full(t)
	want := sumWords(t, j)
	if _, err := byHand(j, `DELETE FROM meta WHERE name = 'sealed'; DELETE FROM sums; DELETE FROM doc_keys`); err != nil {
		t.Fatal(err)
	}
	if _, err := database.OpenRead(ctx, j.Path(), c.now); !errors.Is(err, ledger.ErrOlder) || !strings.Contains(err.Error(), "not brought to version") {
		t.Errorf("looked at: %v", err)
	}
	again, err := database.Open(ctx, j.Path(), c.now, "test")
	if err != nil {
		t.Fatal(err)
	}
	if got := sumWords(t, again); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	look, err := database.OpenRead(ctx, j.Path(), c.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := look.Close(); err != nil {
		t.Error(err)
	}
}

// foundBy are the documents that a text finds.
func foundBy(t testing.TB, j *journal.Journal, text string) string {
	t.Helper()
	p, err := j.ListDocuments(context.Background(), records.Filter{Find: text, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range p.Rows {
		ids = append(ids, d.ID)
	}
	if p.Total != len(ids) {
		t.Errorf("%q: %d rows of %d", text, len(ids), p.Total)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// Whatever people read aloud finds the document, by its letters and digits, and by how it begins.
func testDocumentsAreFoundByWhatPeopleReadAloud(t *testing.T) {
	j, c := open(t)
	ctx := context.Background()
	var list []journal.Arrival
	for _, id := range []string{"0A1B2C", "0A1B99", "FFFF00"} {
		a := arrival(id)
		a.ReportID, a.ReportKey, a.ReportNumber, a.EmployeeID = "RPT-"+id, "77"+id[3:4], "FI-"+id[4:], "S-"+id[:4]
		list = append(list, a)
	}
	list[0].Title, list[0].Person = "Messe Köln, Abend", "Noirin O'Hanlon"
	list[1].Title, list[1].Person = "Abendessen", "Jean Lefe\u0300vre-Bru\u0302le\u0301" // marks of their own
	list[2].Amount = must("1284.00")
	list[1].Currency = "U|D" // what a document says is data
	if _, err := j.StoreArrivals(ctx, list, c.at, "c"); err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		if err := j.SettleAck(ctx, []journal.AckOutcome{{DocID: a.Envelope.ID, State: records.Acknowledged}}); err != nil {
			t.Fatal(err)
		}
	}
	f := filed(t, j, "document", 1, "0A1B2C", "FFFF00")
	answer(t, j, "a", map[string]fis.Outcome{"0A1B2C": {Verdict: fis.Posted, Number: "51-000/42"}, "FFFF00": {Verdict: fis.Posted}}, f.ID, nil)
	r, err := j.CollectResult(ctx, "r", "paid.csv", "x", 4, strings.NewReader("paid"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.ApplyResult(ctx, r, "csv", func(a *journal.Apply) error {
		d, err := a.Document("0A1B2C")
		if err != nil {
			return err
		}
		p := fis.Payment{Reference: "Zahlung 4711", Status: fis.PaidCompletely, Amount: must("10.50"), Currency: "EUR"}
		_, err = a.Payment(d, p, p, 1, true)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"0A1B2C": "0A1B2C", "0a1b": "0A1B2C 0A1B99", "rpt 0a1b99": "0A1B99", "RPT-": "0A1B2C 0A1B99 FFFF00", "fi-2c": "0A1B2C", "FI 00": "FFFF00",
		"5100042": "0A1B2C", "51-000": "0A1B2C", "zahlung4711": "0A1B2C", "Zahlung 4711": "0A1B2C", "s-0a1b": "0A1B2C 0A1B99", "S-FFFF": "FFFF00",
		"10.50": "0A1B2C 0A1B99", "10,5": "0A1B2C 0A1B99", "1284": "FFFF00", "-1284.00": "FFFF00", "84": "", "F1.csv": "0A1B2C FFFF00", "f1": "0A1B2C FFFF00",
		"r/1": "0A1B2C FFFF00", "r/0001": "0A1B2C FFFF00", "r/2": "", "S-0A1B FI-99": "0A1B99", "S-0A1B 10.50 r/1": "0A1B2C", "nothing": "", "%": "", "--": "", "771": "",
		"messe": "0A1B2C", "koeln": "", "koln": "0A1B2C", "KÖLN messe": "0A1B2C", "abend": "0A1B2C 0A1B99", "abend lefèvre": "0A1B99", "o'hanlon": "0A1B2C", "hanlon": "0A1B2C", "brule": "0A1B99", "Lefèvre-Brûlé": "0A1B99", "messe hanlon 10.50": "0A1B2C", "anlon": "", "77B": "0A1B2C 0A1B99",
	} {
		if got := foundBy(t, j, text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	p, err := j.ListDocuments(ctx, records.Filter{Text: "messe hanlon", Impersonal: true})
	if err != nil || p.Total != 0 {
		t.Errorf("who may not see persons finds %v by a name and a title (%v)", p.Rows, err)
	}
	amount := must("10.5")
	if p, err := j.ListDocuments(ctx, records.Filter{Amount: &amount}); err != nil || p.Total != 2 {
		t.Errorf("%v %v", p, err)
	}
}

// Keys age out with what they say of a person: nobody is found by it any more, and it is gone.
func testKeysAgeOut(t *testing.T) {
	j, c := personal(t)
	ctx := context.Background()
	if got := foundBy(t, j, "E-4711"); got != "A B" {
		t.Fatalf("%q is found before", got)
	}
	c.at = c.at.AddDate(1, 0, 0)
	if _, err := j.Age(ctx, c.at); err != nil {
		t.Fatal(err)
	}
	for _, by := range []string{"e4711", "personal", "graz emma"} {
		if got := foundBy(t, j, by); got != "B" { // which is not finished
			t.Errorf("%q is found by %s", got, by)
		}
	}
	if got := foundBy(t, j, "A"); got != "A" {
		t.Errorf("the docId finds %q", got)
	}
}
