package webtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// revised are documents that are held because their reports were posted before: in another currency, and in the demo's.
func (c *client) revised() (ids []string) {
	c.Helper()
	var page struct {
		Rows []struct {
			ID       string `json:"doc_id"`
			Currency string `json:"currency"`
		} `json:"rows"`
	}
	c.ok(json.Unmarshal([]byte(c.command("list", "documents", "--route", "expenses", "--state", "posted", "--json")), &page))
	seen := map[bool]bool{}
	for _, d := range page.Rows {
		if home := d.Currency == "EUR"; !seen[home] {
			seen[home] = true
			c.concur("/sim/revise", []byte(fmt.Sprintf(`{"docId":%q}`, d.ID)))
		}
	}
	c.runs()
	for _, m := range regexp.MustCompile(`href="/c/lantern/documents/([0-9a-f]{32})/release-replace"`).FindAllStringSubmatch(c.page("/c/lantern/todo"), -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// A shell command, and the name of a text in the catalogue: no page says either.
var (
	shell  = regexp.MustCompile(`fisbridge (?:release|reject|retry|hold|reissue|mark|show|mapping|route|status|report|run)\b|--(?:as|reason|without|number)\b`)
	rawKey = regexp.MustCompile(`(?:^|\s)(?:acceptance|act|beside|cell|cross|done|ended|fact|fault|field|flow|kind|need|posting|role|run|runstep|state|step|term|then|type|verb|would)\.[a-z][a-z._-]*(?:\s|$)`)
)

// Two reports that come back changed are two decisions: a row each, that tells its own numbers and has all that can be
// done. The page of one says that it waits, and what each decision would post. No page tells a command to somebody
// who has no shell, nor the name of a text.
func TestEachRevisionIsADecision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.othersApprove()
	w.simulate()
	w.person("mira", signin.Accountant, signin.Operator, signin.Auditor)
	w.person("ruth", signin.Approver)
	mira, ruth := w.signedIn("mira"), w.signedIn("ruth")
	ids := mira.revised()
	if len(ids) != 2 {
		t.Fatalf("To do has a row to post what changed of %d of 2 revisions", len(ids))
	}
	for _, id := range ids {
		page := mira.page("/c/lantern/documents/" + id)
		seen := seenText(t, page)
		for _, want := range []string{"It is held, and waits for a decision", "posts only the difference, in ", "posts this document as it is: "} {
			if !strings.Contains(seen, want) {
				t.Errorf("the page of a held revision does not say %q:\n%s", want, seen)
			}
		}
		if strings.Contains(page, `<span class="s good"><svg class="i" aria-hidden="true"><use href="#i-tie"></use></svg>yes`) {
			t.Error("it is told that it would go")
		}
	}
	overtaken := w.crossed(mira, ruth)
	if page := mira.page("/c/lantern/mappings/expenses"); !regexp.MustCompile(`changes/2">[^<]*</a>.*?overtaken`).MatchString(page) {
		t.Errorf("the list does not say that the change is overtaken, as its page does")
	}
	if page := seenText(t, mira.page(overtaken)); !regexp.MustCompile(`Columns!C14[^\n]*\n[^\n]*\n?line.text`).MatchString(page) && !strings.Contains(page, "line.text") {
		t.Errorf("a cell of the change that does not meet has nothing in force:\n%s", page)
	}
	list := allPagesOf(mira, ids[0])
	list["overtaken"] = overtaken
	for _, n := range []string{"1", "2"} {
		for _, route := range []string{"expenses", "ledger", "wages"} {
			list["file-"+route+n] = "/c/lantern/files/" + route + "/" + n
		}
	}
	for name, path := range list {
		status, body := mira.get(path)
		if status != http.StatusOK {
			continue // not every route has two files
		}
		for _, n := range textsOf(t, body) {
			if m := shell.FindString(n.text); m != "" && name != "configuration" {
				t.Errorf("%s tells a command: %s", name, n.text)
			}
			if m := rawKey.FindString(n.text); m != "" {
				t.Errorf("%s shows the name of a text: %s", name, n.text)
			}
		}
	}
	if page, _, _ := strings.Cut(seenText(t, mira.page("/c/lantern/files/wages/1")), "\nHistory\n"); !strings.Contains(page, "724.00 EUR") || strings.Contains(page, "Debit\n0.00 EUR") {
		t.Errorf("a file of wages adds up to zero:\n%.600s", page)
	}
	if page := mira.page("/c/lantern/mappings/expenses"); strings.Index(page, "stop-route") < strings.Index(page, "Take the workbook") || strings.Contains(page, ">mira<") || !strings.Contains(page, "Mira") {
		t.Error("the brake comes first, or people appear by the names that they type")
	}
}

// allPagesOf are all pages beside those of one held document.
func allPagesOf(c *client, held string) map[string]string {
	to := "/c/" + c.company
	out := map[string]string{}
	for _, p := range []string{"todo", "documents", "documents/" + held, "documents/" + held + "/release-replace", "documents/" + held + "/reject", "files", "results", "results/1", "payments", "mappings", "mappings/expenses", "nights",
		"evidence", "settings", "settings/configuration", "settings/help", "runs/3", "runs/new", "evidence/packs/new"} {
		out[p] = to + "/" + p
	}
	for i, group := range regexp.MustCompile(`href="(/c/lantern/held/[0-9a-f]+)"`).FindAllStringSubmatch(c.page(to+"/todo"), 5) {
		out[fmt.Sprintf("held%d", i)] = group[1]
	}
	return out
}

// seenText is what a page says, a text a line.
func seenText(t *testing.T, body string) string {
	t.Helper()
	var all []string
	for _, n := range textsOf(t, body) {
		all = append(all, n.text)
	}
	return strings.Join(all, "\n")
}

// crossed has a change go live, and gives the page of another that was made from the version before: one cell meets, and
// one does not.
func (w *world) crossed(mira, ruth *client) string {
	w.Helper()
	book := mira.take()
	send := func(name string, book []byte) string {
		at := strings.Split(mira.send("/c/lantern/mappings/expenses/propose", name, book, url.Values{"reason": {"ticket 4711"}, "seen": {"1"}}), "?")[0]
		w.until("the change is tried", func() bool { return !strings.Contains(mira.page(at), `http-equiv="refresh"`) })
		return at
	}
	first := send("hers.xlsx", w.edited(book, "Accounts", "B6", "640107"))
	mine := send("mine.xlsx", w.edited(book, "Accounts", "B6", "640108", "Columns", textCell, "LEFT(line.text; 10)"))
	if status, _, body := mira.post(first+"/ask", url.Values{"reason": {"ticket 4711"}, "number-of": {"1"}, "seen": {"1"}}); status != http.StatusSeeOther {
		w.Fatalf("it is not asked for: %d %s", status, body)
	}
	w.approve(ruth, 1)
	mira.run()
	return mine
}

// broken gives the pages of changes that cannot be used: a formula with a slip, a number where a text is wanted, and
// debits that are credits.
func (w *world) broken(mira *client) []string {
	w.Helper()
	book := mira.take()
	f, err := excelize.OpenReader(strings.NewReader(string(book)))
	w.ok(err)
	w.ok(f.SetCellStr("Columns", textCell, "LEFFT(line.text; 10)"))
	w.ok(f.SetCellInt("Accounts", "B6", 640107))
	path := w.file("slip.xlsx", nil)
	w.ok(f.SaveAs(path))
	slip, err := os.ReadFile(path)
	w.ok(err)
	var out []string
	for name, body := range map[string][]byte{"slip.xlsx": slip, "swapped.xlsx": w.swapped(book)} {
		at := strings.Split(mira.send("/c/lantern/mappings/expenses/propose", name, body, url.Values{"reason": {"ticket 4711"}, "seen": {"1"}}), "?")[0]
		w.until("the change is tried", func() bool { return !strings.Contains(mira.page(at), `http-equiv="refresh"`) })
		out = append(out, at)
	}
	slices.Sort(out)
	return out
}

// The page of a held revision tells what helps to decide, in the reader's language: that a revision between it and what was
// posted is not known here.
func TestSignsOfARevision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.simulate()
	w.person("mira", signin.Accountant, signin.Operator, signin.Auditor)
	mira := w.signedIn("mira")
	found := regexp.MustCompile(`href="(/c/lantern/documents/[0-9a-f]{32})"`).FindStringSubmatch(mira.page("/c/lantern/documents?state=posted&route=expenses"))
	if found == nil {
		t.Fatal("nothing is posted")
	}
	body := strings.ReplaceAll(mira.page(found[1]+"/payload"), "\n", "")
	body = regexp.MustCompile(`"revisionNumber": ?"?[0-9]*"?`).ReplaceAllString(body, `"revisionNumber":"7"`)
	mira.concur("/sim/documents?docType=expense", []byte(body+"\n"))
	mira.runs()
	held := regexp.MustCompile(`href="(/c/lantern/documents/[0-9a-f]{32})/release-`).FindStringSubmatch(mira.page("/c/lantern/todo"))
	if held == nil {
		t.Fatalf("no revision is held:\n%s", seenText(t, mira.page("/c/lantern/todo")))
	}
	for language, want := range map[string][2]string{
		"en": {"What helps to decide:", "of the report is not known here: when it was posted, too, the difference is not what it changes"},
		"de": {"Was bei der Entscheidung hilft:", "des Berichts ist hier nicht bekannt: wurde sie auch gebucht, ist der Unterschied nicht das, was dieser Beleg ändert"},
		"fr": {"Ce qui aide à décider :", "du rapport n’est pas connue ici : si elle a été comptabilisée aussi, l’écart n’est pas ce que change cette pièce"},
		"es": {"Lo que ayuda a decidir:", "del informe no se conoce aquí: si también se contabilizó, la diferencia no es lo que cambia este documento"},
	} {
		mira.language = language
		if seen := seenText(t, mira.page(held[1])); !strings.Contains(seen, want[0]) || !strings.Contains(seen, want[1]) {
			t.Errorf("%s: the page of the revision does not say its signs:\n%s", language, seen)
		}
	}
}
