package webtest

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// node is a text of a page, and whether the page says that it is in English.
type node struct {
	text    string
	english bool
}

// textsOf are the texts of a page that the program says. What people and other systems wrote stands in code, or in
// elements whose direction is found by what is in them.
func textsOf(t *testing.T, body string) (out []node) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	add := func(s string, english bool) {
		if s = strings.Join(strings.Fields(s), " "); strings.ContainsFunc(s, unicode.IsLetter) {
			out = append(out, node{s, english})
		}
	}
	var walk func(n *html.Node, english bool)
	walk = func(n *html.Node, english bool) {
		if n.Type == html.ElementNode && slices.Contains([]string{"script", "style", "code", "pre", "time", "svg", "datalist"}, n.Data) {
			return
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "dir" && a.Val == "auto":
				return
			case a.Key == "lang":
				english = n.Data != "html" && a.Val == "en"
			case slices.Contains([]string{"title", "aria-label", "placeholder", "alt", "data-th"}, a.Key):
				add(a.Val, english)
			}
		}
		if n.Type == html.TextNode {
			add(n.Data, english)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, english)
		}
	}
	walk(root, false)
	return out
}

var (
	// little are words that stand in nearly every English sentence, and in none of the other languages.
	little = regexp.MustCompile(`(?i)(?:^|[^\p{L}-])(the|of|and|is|are|from|with|by|which|its|this|been|for|not|to be)(?:[^\p{L}-]|$)`)
	// word is one that could be said in another language.
	word = regexp.MustCompile(`\p{L}{4,}`)
	// byOthers is what the demo's company, its ERP and its servers say: columns of its import files, names, messages; what
	// Concur's reference says of a field; places in the configuration; and cells of a workbook before and after.
	byOthers = regexp.MustCompile(`dial tcp|://|BLOCKED FOR POSTING|closed for posting|an entry was added after posting|^other texts$|looks after all of them|` +
		`^[A-Za-z]+![A-Z]+\d+: [^:]+: [^:]+ → [^:]+$|^(Cost centre|Posting date|Document date|Tax code|Credit|Debit|Line Text|Line Account)$|Line Account, Accounts$|^fisbridge v[0-9]|^Line$|^Concur account$|^Name$|^\d+ Account$|^LEFT\(line|^EMPL$|^[0-9a-f]{8}$|^the envelope around the document$|^route \w+$|^\d+ Line$|^Text$|^Account( \d+)*$|^Batch$|^Company$|^Currency$|^Document$|^Employee$|^Reference$|^Source$|^Tax$`)
)

// vocabulary are the words of pages in a language, in English.
func vocabulary(pages map[string][]node) map[string]bool {
	out := map[string]bool{}
	for _, nodes := range pages {
		for _, n := range nodes {
			for _, w := range word.FindAllString(strings.ToLower(n.text), -1) {
				out[w] = true
			}
		}
	}
	return out
}

// No page has English left where another language was asked for: nothing is marked as English, no text of a page is the
// same as in English but names, figures and technical words, and no sentence has an English word in it.
func TestNoEnglishIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant, signin.Operator, signin.Auditor, signin.Administrator)
	mira := w.signedIn("mira")
	list := allPages(mira)
	for name, path := range w.changePages(mira) {
		list[name] = path
	}
	delete(list, "signins") // the history of sign-ins is told as it is kept, in English
	held := list["document-held"]
	for _, act := range []string{"hold", "release", "retry", "add-row", "mark-posted", "mark-rejected"} {
		list["act-"+act] = held + "/" + act
	}
	list["act-propose"], list["act-stop-route"] = "/c/lantern/mappings/expenses/propose", "/c/lantern/mappings/expenses/stop-route"
	list["nothing"], list["older"] = "/c/lantern/nothing", "/c/lantern/evidence?before=400"
	mira.noEnglish(list)
}

// The same in the states that days of work leave: held revisions, changes that wait, are overtaken or cannot be used, one in
// force with its run, a row that is to be added.
func TestNoEnglishIsLeftAfterDaysOfWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.othersApprove()
	w.simulate()
	w.person("mira", signin.Accountant, signin.Operator, signin.Auditor)
	w.person("ruth", signin.Approver)
	mira, ruth := w.signedIn("mira"), w.signedIn("ruth")
	waits := w.held()
	ids := mira.revised()
	if len(ids) != 2 {
		t.Fatalf("%d revisions", len(ids))
	}
	list := map[string]string{"overtaken": w.crossed(mira, ruth)}
	run := mira.lastRun().ID
	for i, at := range w.broken(mira) {
		list[fmt.Sprintf("broken%d", i)] = at
	}
	_, h, _ := mira.post("/c/lantern/documents/"+waits+"/add-row", url.Values{"reason": {"ticket 4711"}, "number-of": {"1"}, "seen": {"999999"}, "col-0": {"650900"}})
	added := strings.Split(h.Get("Location"), "?")[0]
	w.until("the row is tried", func() bool { return !strings.Contains(mira.page(added), `http-equiv="refresh"`) })
	if status, _, body := mira.post(added+"/ask", url.Values{"reason": {"ticket 4711"}, "number-of": {added[strings.LastIndex(added, "/")+1:]}, "seen": {"999999"}}); status != http.StatusSeeOther {
		t.Fatalf("it is not asked for: %d %s", status, body)
	}
	list["added"], list["reject"] = added, "/c/lantern/documents/"+ids[1]
	if status, _, body := mira.post("/c/lantern/documents/"+ids[1]+"/reject", url.Values{"reason": {"ticket 4711"}, "message": {"ticket 4711"}, "number-of": {"1"}, "seen": {"999999"}}); status != http.StatusSeeOther {
		t.Fatalf("it is not rejected: %d %s", status, body)
	}
	for name, path := range allPagesOf(mira, ids[0]) {
		list[name] = path
	}
	delete(list, "settings/configuration")
	list["run"], list["mappings/expenses"] = fmt.Sprintf("/c/lantern/runs/%d", run), "/c/lantern/mappings/expenses"
	mira.noEnglish(list)
}

// noEnglish is the search for it in pages, by their names.
func (c *client) noEnglish(list map[string]string) {
	t, mira := c.T, c
	t.Helper()
	read := func(language string) map[string][]node {
		mira.language = language
		out := map[string][]node{}
		for name, path := range list {
			status, body := mira.get(path)
			if status != http.StatusOK && name != "nothing" {
				t.Fatalf("%s (%s) is answered by %d", name, path, status)
			}
			out[name] = textsOf(t, body)
		}
		return out
	}
	english := read("en")
	common := vocabulary(english)
	for _, language := range []string{"de", "fr", "es"} {
		told, pages := map[string]bool{}, read(language)
		for name, nodes := range pages {
			for _, n := range nodes {
				if told[n.text] || byOthers.MatchString(n.text) || n.text == "English" {
					continue
				}
				told[n.text] = true
				switch {
				case n.english:
					t.Errorf("%s: %s is marked as English: %s", language, name, n.text)
				case little.MatchString(n.text):
					t.Errorf("%s: %s has English in it: %s", language, name, n.text)
				case slices.ContainsFunc(english[name], func(e node) bool { return e.text == n.text }) && !same(language, n.text, common):
					t.Errorf("%s: %s says the same as in English: %s", language, name, n.text)
				}
			}
		}
	}
}

// equal are words that are the same in English and another language.
var equal = map[string][]string{
	"de": {"alarm", "name", "text", "status", "filter", "november", "september", "august", "april", "revision", "passkeys", "administration", "code", "version", "mira", "route"},
	"fr": {"cause", "date", "code", "page", "type", "version", "route", "documents", "configuration", "notes", "total", "alarme", "instructions", "mira", "note", "session", "messages"},
	"es": {"total", "error", "control", "local", "mira", "revisión", "roles", "auditor"},
}

// same reports whether a text has a right to be the same: it has no word of the console, or only those that are equal.
func same(language, text string, common map[string]bool) bool {
	if !strings.Contains(text, " ") && strings.ContainsAny(text, "/._0123456789") { // a file, an id, a key
		return true
	}
	for _, w := range word.FindAllString(strings.ToLower(text), -1) {
		if common[w] && !slices.Contains(equal[language], w) && !slices.Contains(demoNames, w) {
			return false
		}
	}
	return true
}

// demoNames are those of the demo: its company, routes, templates; languages; technical words.
var demoNames = []string{"fisbridge", "lantern", "expenses", "ledger", "wages", "mira", "ruth", "ticket", "deutsch", "español", "français", "english", "json", "yaml", "xlsx", "sha256", "generic", "legacy", "fixed", "payroll", "obligation",
	"development", "sftp", "events", "login", "concur", "file", "files", "temp", "folders", "targets", "password", "client", "secret", "journal", "path", "python", "link", "accounts", "columns", "settings", "net", "http", "client"}
