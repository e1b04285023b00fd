package webtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// allPages are the pages of a company that a walk over links finds, by their names for pictures.
func allPages(c *client) map[string]string {
	c.Helper()
	to := "/c/" + c.company
	held := c.held()
	out := map[string]string{
		"today": to + "/", "todo": to + "/todo", "documents": to + "/documents", "document-held": to + "/documents/" + held, "files": to + "/files", "results": to + "/results",
		"payments": to + "/payments", "mappings": to + "/mappings", "nights": to + "/nights", "evidence": to + "/evidence", "settings": to + "/settings", "configuration": to + "/settings/configuration",
		"help": to + "/settings/help", "reject": to + "/documents/" + held + "/reject", "me": "/me", "file": to + "/files/expenses/1", "result": to + "/results/1", "line": to + "/files/expenses/1/lines/2",
		"mapping": to + "/mappings/expenses", "run": to + "/runs/3", "runnew": to + "/runs/new", "all": to + "/?all=1", "signins": to + "/evidence/signins", "people": to + "/settings/people",
		"pack": to + "/evidence/packs/new", "reissue": to + "/files/expenses/1/reissue", "nothing-found": to + "/documents?q=nothing+like+it",
	}
	posted := regexp.MustCompile(`href="(/c/lantern/documents/[0-9a-f]{32})"`).FindStringSubmatch(c.page(to + "/documents?state=posted"))
	if posted != nil {
		out["document-posted"] = posted[1]
	}
	for i, group := range regexp.MustCompile(`href="(/c/lantern/held/[0-9a-f]+)"`).FindAllStringSubmatch(c.page(to+"/todo"), 2) {
		out["held"+strconv.Itoa(i)] = group[1]
	}
	return out
}

// axePackage are the rules for people who see, hear or move otherwise, as others wrote them.
const axePackage = "axe-core@4.14.1"

// axe is their script. Where npm is not there it is empty, but not in CI.
func axe(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("npm", "install", "--no-audit", "--no-fund", "--silent", "--ignore-scripts", axePackage)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
			t.Fatalf("npm: %v\n%s", err, out)
		}
		t.Logf("npm cannot install %s, so its rules are not asked: %v", axePackage, err)
		return ""
	}
	script, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// look changes how wide the window is and which colours the machine wants.
func (b *browser) look(v view) {
	b.Helper()
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	b.run(emulation.SetDeviceMetricsOverride(v.width, 900, 1, false), emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
}

// violations are the rules that the page breaks, with the first place of each.
func (b *browser) violations() []string {
	b.Helper()
	var text string
	b.run(chromedp.Evaluate(`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((r) => JSON.stringify(r.violations.map((v) => v.id + ": " + v.help + ", at " + v.nodes[0].html.slice(0, 200) + " " + (v.nodes[0].any[0]?.message ?? ""))))`,
		&text, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	var out []string
	b.ok(json.Unmarshal([]byte(text), &out))
	return out
}

// hostile is what somebody may write into a title, a name and an account.
const hostile = `</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1> \u202eevil\u202c 🧾🧾 e\u0301\u0302\u0303`

// submitHostile gives Concur reports like one, whose texts are as bad as texts can be: one will be posted, one held, so
// that its reason has them too.
func (w *world) submitHostile(like string) {
	w.Helper()
	long := " " + strings.Repeat("Donaudampfschifffahrt", 24)
	for i, account := range []string{"", `699</script>` + hostile} {
		one := regexp.MustCompile(`"reportId": ?"[^"]*"`).ReplaceAllString(like, fmt.Sprintf(`"reportId":"AC%018d"`, i))
		one = regexp.MustCompile(`"reportKey": ?"?[^",]*"?`).ReplaceAllString(one, fmt.Sprintf(`"reportKey":"%d"`, 8000000+i))
		one = regexp.MustCompile(`"reportName": ?"[^"]*"`).ReplaceAllLiteralString(one, `"reportName":"`+hostile+long+`"`)
		one = regexp.MustCompile(`"employeeLastName": ?"[^"]*"`).ReplaceAllLiteralString(one, `"employeeLastName":"\"><b>`+hostile+long+`"`)
		one = regexp.MustCompile(`"revisionNumber": ?"?[0-9]*"?`).ReplaceAllString(one, `"revisionNumber":"1"`)
		if account != "" {
			one = regexp.MustCompile(`"journalAccountCode": ?"[^"]*"`).ReplaceAllLiteralString(one, `"journalAccountCode":"`+account+`"`)
		}
		w.concur("/sim/documents?docType=expense", []byte(strings.ReplaceAll(one, "\n", "")))
	}
}

// Each page fits its window at every width, light and dark; the browser has nothing to complain of, axe-core finds
// nothing, and what people wrote runs nowhere. With FISBRIDGE_PICTURES=folder the pictures are kept, to be looked at.
func TestPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant, signin.Operator, signin.Auditor, signin.Administrator)
	w.simulate()
	mira := w.signedIn("mira")
	list := allPages(mira)
	w.hostileRun(mira)
	list["hostile"] = regexp.MustCompile(`/c/lantern/documents/[0-9a-f]{32}`).FindString(mira.page("/c/lantern/documents?q=donaudampf&all=1"))
	list["hostile-list"] = "/c/lantern/documents?rows=100"
	list["hostile-todo"] = "/c/lantern/todo"
	if list["hostile"] == "" {
		t.Fatal("the hostile report is not found by its title")
	}
	w.inspect("mira", list)
}

// The pages that only some companies have look as they should, too: the list of the companies; a change of a mapping
// that may be asked for, one that waits, one that cannot be used, its kinds and documents side by side; a package with
// its members, a workbook, and a line of each.
func TestPagesOfSeveralCompanies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.othersApprove()
	w.person("mira", signin.Accountant, signin.Operator, signin.Auditor, signin.Administrator)
	list := w.changePages(w.signedIn("mira"))
	root := filepath.Dir(w.dir)
	for company, template := range map[string]string{"oracle": "oracle-fbdi-ap", "netsuite": "netsuite-bills", "d365": "d365-journal-workbook"} {
		out, err := exec.CommandContext(t.Context(), w.bin, "demo", "--template", template, filepath.Join(root, company)).CombinedOutput()
		if err != nil {
			t.Fatalf("demo of %s: %v\n%s", template, err, out)
		}
	}
	w.ok(os.Mkdir(filepath.Join(root, "shut"), 0o700))
	w.ok(os.WriteFile(filepath.Join(root, "shut", "fisbridge.yaml"), []byte("nonsense: 1\n"), 0o600))
	stop(w.serve)
	for _, name := range []string{"lantern", "oracle", "netsuite", "d365"} {
		w.append(filepath.Join(root, name, "fisbridge.yaml"), "\nconsole:\n  database: ../lantern/journal/console.db\n")
	}
	w.start("--companies", root)
	p, err := w.book.Called(w.Context(), "mira")
	w.ok(err)
	for _, name := range []string{"oracle", "netsuite", "d365", "shut"} {
		w.ok(w.book.SetRoles(w.Context(), signin.Person{Name: "the test"}, p.ID, name, []signin.Role{signin.Accountant, signin.Auditor}, "looks after all of them"))
	}
	mira := w.signedIn("mira")
	for name, template := range map[string]string{"oracle": "oracle-fbdi-ap", "netsuite": "netsuite-bills", "d365": "d365-journal-workbook"} {
		w.until(name+" is open", func() bool { status, _ := mira.get("/c/" + name + "/"); return status == http.StatusOK })
		file := "/c/" + name + "/files/" + template + "/1"
		list[name+"-file"] = file
		links := regexp.MustCompile(`href="(`+regexp.QuoteMeta(file)+`/lines/2[^"]*)"`).FindAllStringSubmatch(mira.page(file), -1)
		if len(links) == 0 {
			t.Errorf("the page of a file of %s has no line to explain", template)
		}
		for i, m := range links {
			list[fmt.Sprintf("%s-line%d", name, i)] = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if page := mira.page("/c/oracle/files/oracle-fbdi-ap/1"); !strings.Contains(page, "15 lines") || !strings.Contains(page, "debit 2,727.48 credit 357.00") || !strings.Contains(page, "debit 357.00 credit 2,727.48") {
		t.Errorf("the members of a package are not added up each by itself:\n%s", page)
	}
	list["companies"] = "/"
	w.inspect("mira", list)
}

// changePages are the pages of changes of the demo's mapping, by their names for pictures.
func (w *world) changePages(c *client) map[string]string {
	w.Helper()
	book, out := c.take(), map[string]string{}
	propose := func(book []byte) string {
		at := c.send("/c/lantern/mappings/expenses/propose", "generic-csv.xlsx", book, url.Values{"reason": {"other texts"}, "seen": {"1"}})
		w.until("the change is tried", func() bool { return !strings.Contains(c.page(at), `http-equiv="refresh"`) })
		return at
	}
	out["change"] = strings.Split(propose(w.edited(book, "Columns", textCell, "LEFT(line.text; 10)", "Accounts", "B6", "640107")), "?")[0]
	for _, page := range [][2]string{{"change-kind", "kinds"}, {"beside", "documents"}} { // the second is found on the first
		name, what, from := page[0], page[1], out["change"]
		if what == "documents" {
			from = out["change-kind"]
		}
		m := regexp.MustCompile(`href="(` + regexp.QuoteMeta(out["change"]) + `/` + what + `/[^"]+)"`).FindStringSubmatch(c.page(from))
		if m == nil {
			w.Fatalf("the page %s has no link to %s", from, what)
		}
		out[name] = strings.ReplaceAll(m[1], "&amp;", "&")
	}
	return out
}

// append puts lines at the end of a file.
func (w *world) append(path, lines string) {
	w.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	w.ok(err)
	_, err = f.WriteString(lines)
	w.ok(err)
	w.ok(f.Close())
}

// send sends a form with a file, as a browser does, and gives the address it leads to.
func (c *client) send(path, name string, body []byte, fields url.Values) string {
	c.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	for field := range fields {
		c.ok(m.WriteField(field, fields.Get(field)))
	}
	part, err := m.CreateFormFile("file", name)
	c.ok(err)
	_, err = part.Write(body)
	c.ok(err)
	c.ok(m.Close())
	r, err := http.NewRequestWithContext(c.Context(), http.MethodPost, c.base+path, &form)
	c.ok(err)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Origin", c.base)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	status, h, answer := c.do(r)
	if status != http.StatusSeeOther {
		c.Fatalf("%s is answered by %d: %s", path, status, answer)
	}
	return h.Get("Location")
}

// inspect has one person look at pages as TestPages says.
func (w *world) inspect(who string, list map[string]string) {
	t := w.T
	t.Helper()
	rules := axe(t)
	keep, only := os.Getenv("FISBRIDGE_PICTURES"), os.Getenv("FISBRIDGE_PAGE")
	for _, language := range []string{"en", "de"} {
		views := []view{{width: 1280}, {width: 1280, dark: true}, {width: 320}, {width: 390, dark: true}, {width: 2560}}
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "" { // a plain go test has ten minutes
			views = []view{{width: 1280}, {width: 390, dark: true}}
		}
		if language == "de" { // a third longer
			views = []view{{width: 390}}
		}
		b := w.browse(view{width: 1280, language: language})
		b.signIn(who)
		for name, path := range list {
			if only != "" && !strings.Contains(name, only) {
				continue
			}
			b.open(path)
			if rules != "" {
				b.run(chromedp.Evaluate(rules+";0", nil))
			}
			for _, v := range views {
				b.look(v)
				if wide := b.overflow(); wide != "" {
					t.Errorf("%s at %d px is wider than its window: %s", name, v.width, wide)
				}
				if rules != "" && language == "en" {
					for _, broken := range b.violations() {
						t.Errorf("%s at %d px, dark %t: %s", name, v.width, v.dark, broken)
					}
				}
				if keep != "" {
					var picture []byte
					b.run(chromedp.FullScreenshot(&picture, 100))
					file := name + "-" + strconv.FormatInt(v.width, 10) + map[bool]string{true: "-dark"}[v.dark] + map[bool]string{true: "-de"}[language == "de"] + ".png"
					w.ok(os.WriteFile(filepath.Join(keep, file), picture, 0o600))
				}
			}
			b.prints(name, path)
			var hacked bool
			b.run(chromedp.Evaluate(`window.hacked !== undefined`, &hacked))
			if hacked {
				t.Errorf("%s runs what somebody wrote", name)
			}
			b.clean()
		}
	}
}

// prints holds what stands on paper: no navigation, forms and buttons; company, address with filter, person and time on
// top; the headings of tables on each page.
func (b *browser) prints(name, path string) {
	b.Helper()
	b.run(emulation.SetEmulatedMedia().WithMedia("print"))
	var wrong string
	b.run(chromedp.Evaluate(`(() => {
		const seen = (e) => e && e.getClientRects().length > 0;
		const out = [...document.querySelectorAll("nav.nav, main form, button, .button, .menu, .skip")].filter(seen).map((e) => e.outerHTML.slice(0, 120));
		const top = document.querySelector(".print-only");
		if (top && !seen(top)) out.push("nothing on top");
		if (top) for (const word of [location.pathname, "Mira"]) if (!top.textContent.includes(word)) out.push("not on top: " + word);
		for (const head of document.querySelectorAll("thead")) if (seen(head) && getComputedStyle(head).display !== "table-header-group") out.push("a heading that is not repeated");
		return out.slice(0, 3).join("\n");
	})()`, &wrong), emulation.SetEmulatedMedia().WithMedia(""))
	if wrong != "" {
		b.Errorf("%s (%s) on paper: %s", name, path, wrong)
	}
}

// hostileRun has runs take hostile reports; the console is stopped meanwhile, for a run wants the folder for itself.
func (w *world) hostileRun(c *client) {
	w.Helper()
	posted := regexp.MustCompile(`href="(/c/lantern/documents/[0-9a-f]{32})"`).FindStringSubmatch(c.page("/c/lantern/documents?state=posted&q=Vienna"))
	if posted == nil {
		w.Fatal("no report to copy")
	}
	w.submitHostile(c.page(posted[1] + "/payload"))
	stop(w.serve)
	w.command("run")
	w.command("run")
	w.start()
}
