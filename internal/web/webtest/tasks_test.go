package webtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// report is what fisbridge report --json says.
type report struct {
	Currencies []string `json:"currencies"`
	Fetched    figure   `json:"fetched"`
	Documents  []struct {
		Name string `json:"name"`
		figure
	} `json:"documents"`
}

type figure struct {
	Number  int               `json:"number"`
	Amounts map[string]string `json:"amounts"`
}

// tiesOut holds what must be true after each task: the figures tie out, the history is what was written, and To do says
// as many things as status.
func (w *world) tiesOut(c *client) {
	w.Helper()
	w.command("report")
	w.command("audit", "verify")
	var status struct {
		Needs struct {
			Total int `json:"total"`
		} `json:"needs"`
	}
	w.ok(json.Unmarshal([]byte(w.command("status", "--json")), &status))
	page := c.page("/c/lantern/todo")
	if n := status.Needs.Total; n > 0 && !strings.Contains(page, fmt.Sprintf(`<h1>%d thing`, n)) {
		w.Errorf("status says %d things, To do says otherwise", n)
	}
	if _, broken, err := w.book.Verify(w.Context()); err != nil || len(broken) > 0 {
		w.Errorf("the history of sign-ins: %v %v", broken, err)
	}
}

// Task 1: seven in the morning. The operator sees at one press whether it ties out, each figure leads to as many rows
// as it says, and he reads no name of an employee anywhere.
func TestSevenInTheMorning(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("jonas", signin.Operator)
	var r report
	w.ok(json.Unmarshal([]byte(w.command("report", "--json")), &r))
	for _, v := range []view{{width: 1280}, {width: 390, noScript: true}} {
		b := w.browse(v)
		b.signIn("jonas")
		b.open("/c/lantern/?all=1")
		b.mustSee("ties out", "1 thing needs a person", strconv.Itoa(r.Fetched.Number))
		b.clean()
	}
	c := w.signedIn("jonas")
	page := c.page("/c/lantern/?all=1")
	if strings.Count(page, "ties out") < 1+len(r.Currencies) {
		t.Errorf("not each of %d currencies ties out", len(r.Currencies))
	}
	for _, d := range r.Documents {
		term := d.Name
		if d.Number == 0 || term == "filed" || term == "acknowledged" || term == "stored" {
			continue
		}
		rows := c.page("/c/lantern/documents?rows=500&state=" + term)
		if got := strings.Count(rows, `scope="row" class="b1"`); got != d.Number {
			t.Errorf("%s: %d rows, and the report says %d", term, got, d.Number)
		}
	}
	for path := range map[string]bool{"/c/lantern/": true, "/c/lantern/documents?rows=100": true, "/c/lantern/todo": true, "/c/lantern/evidence": true, "/c/lantern/documents/" + w.held(): true, "/c/lantern/files/expenses/1": true, "/c/lantern/results/1": true, "/c/lantern/payments": true} {
		page := c.page(path)
		for _, name := range []string{"Sandholm", "Calloway", "Zumbrunn", "Thackeray", "Odds and ends", "Boston weekend"} {
			if strings.Contains(page, name) {
				t.Errorf("%s shows %q to the operator", path, name)
			}
		}
	}
	if status, _ := c.get("/c/lantern/documents/" + w.held() + "/payload"); status != http.StatusForbidden {
		t.Errorf("the payload is answered by %d to the operator", status)
	}
	w.tiesOut(c)
}

// Task 2: where is my report? By an id at once, by an amount as one row, by the ERP's number at once; two letters turned
// round find nothing, and what was typed is shown as text.
func TestWhereIsMyReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant)
	b := w.browse(view{width: 1280, language: "de"})
	b.signIn("mira")
	search := func(text string) string {
		b.run(chromedp.SetValue(`form[role=search] input`, text), chromedp.Submit(`form[role=search]`), chromedp.WaitVisible(`.foot`))
		var at string
		b.run(chromedp.Location(&at))
		return strings.TrimPrefix(at, b.base)
	}
	if at := search("242852CF58F88EDFB859"); !strings.Contains(at, "/documents/"+w.held()) {
		t.Errorf("the report id leads to %s", at)
	}
	b.mustSee("angehalten", "61,00")
	if at := search("1900000025"); !regexp.MustCompile(`/documents/[0-9a-f]{32}$`).MatchString(at) {
		t.Errorf("the ERP's number leads to %s", at)
	}
	b.mustSee("gebucht", "1900000025", "an Concur gemeldet", "Andere Belege des Berichts")
	if at := search("987.654,32"); !strings.Contains(at, "/documents?q=") {
		t.Errorf("the amount leads to %s", at)
	}
	b.mustSee("987.654,32", "1 Beleg")
	search("1.234")
	b.mustSee("kann zwei Beträge meinen")
	search("242852CF58F88EDFB895")
	b.mustSee("Nichts gefunden", "242852CF58F88EDFB895")
	search("<script>alert(1)</script>")
	b.mustSee("<script>alert(1)</script>")
	b.clean()
}

// Task 6: reject, and somebody was quicker. The second one does nothing, sees both states and keeps what he typed; a
// reason of blanks is refused; after the next run Concur has one error with exactly the message.
func TestRejectAndSomebodyWasQuicker(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant)
	w.person("daniel", signin.Accountant, signin.Approver)
	held := w.held()
	path := "/c/lantern/documents/" + held + "/reject"
	daniel := w.signedIn("daniel")
	his := daniel.page(path)
	b := w.browse(view{width: 390})
	b.signIn("mira")
	b.press("Accounts has no row for \"699999\"")
	b.press("Reject…")
	b.mustSee("Reject 1 document, 61.00 EUR", "Financial Posting Failed")
	const message = "Please submit the taxi under company 2000"
	b.run(chromedp.SendKeys(`#f-message`, message), chromedp.SendKeys(`#f-reason`, "the budget owner says so"))
	b.press("Reject 1 document, 61.00 EUR")
	b.mustSee("Rejected; Concur is told at the next run", "rejected")
	b.clean()
	form := url.Values{"seen": {field(his, "seen")}, "number-of": {"1"}, "message": {"another message of mine"}, "reason": {"I do it as well"}}
	status, _, body := daniel.post(path, form)
	if status != http.StatusConflict {
		t.Errorf("the second one is answered by %d", status)
	}
	for _, want := range []string{"Nothing was done: somebody was quicker", "another message of mine", "I do it as well", "Mira"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not on the page of who was too late", want)
		}
	}
	again := url.Values{"again": {"1"}, "message": {"another message of mine"}, "reason": {"I do it as well"}}
	if status, _, body := daniel.post(path, again); status != http.StatusOK || !strings.Contains(body, "another message of mine") {
		t.Errorf("what was typed is not in the form again: %d", status)
	}
	for _, reason := range []string{"", "     ", "\u0001\u0002\u0003\u0004\u0005", "abc"} {
		form := url.Values{"seen": {"99999999"}, "number-of": {"1"}, "message": {"kept as it was"}, "reason": {reason}}
		status, _, body := daniel.post(path, form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, "kept as it was") || !strings.Contains(body, "data-focus") {
			t.Errorf("the reason %q is answered by %d", reason, status)
		}
	}
	var life struct {
		History []struct {
			Event, Actor string
		} `json:"history"`
	}
	w.ok(json.Unmarshal([]byte(w.command("show", "document", held, "--json")), &life))
	marked := 0
	for _, e := range life.History {
		if strings.Contains(e.Actor, "console by mira (password, session ") {
			marked++
		}
		if strings.Contains(e.Actor, "daniel") {
			t.Errorf("daniel did %s", e.Event)
		}
	}
	if marked == 0 {
		t.Errorf("mira is not in the history: %+v", life.History)
	}
	w.tiesOut(daniel)
}

// Task 8: watching a night. Run now tells what it would do, and the page shows the run; a second one is refused; the
// heading changes by itself. It is in the history who asked for it.
func TestRunNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.simulate()
	w.person("jonas", signin.Operator)
	b := w.browse(view{width: 1280})
	b.signIn("jonas")
	b.press("Nights")
	b.press("Run now…")
	b.mustSee("What happens then", "Run now")
	b.run(chromedp.SendKeys(`#f-reason`, "the ERP was closed last night"))
	b.press("Run now")
	w.until("the run is done", func() bool { return strings.Contains(b.seen(), "is done") })
	b.mustSee("What it did")
	b.clean()
	c := w.signedIn("jonas")
	history := w.command("show", "document", w.held(), "--json")
	_ = history
	w.person("tomas", signin.Auditor)
	if page := w.signedIn("tomas").page("/c/lantern/evidence?kind=runs"); !strings.Contains(page, "run asked for") || !strings.Contains(page, "the ERP was closed last night") {
		t.Error("the history does not tell who asked for the run and why")
	}
	w.tiesOut(c)
}

// Task 10: the administrator starts it, and lets people in.
func TestFirstStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := regexp.MustCompile(`http://\S+(/link/\S+)`).FindStringSubmatch(w.errors.String())
	if link == nil {
		t.Fatalf("serve printed no link:\n%s", w.errors)
	}
	b := w.browse(view{width: 1280})
	b.open(link[1])
	b.run(chromedp.SendKeys(`#u`, "aiko"), chromedp.SendKeys(`#s`, "Aiko Tanaka"), chromedp.SendKeys(`#p`, password))
	b.press("Set the password and sign in")
	b.run(chromedp.WaitVisible(`.foot`))
	b.mustSee("Aiko Tanaka", "administrator")
	if status, _ := w.anon().get(link[1]); status != http.StatusNotFound {
		t.Errorf("the link is not dead: %d", status)
	}
	b.press("Settings")
	b.press("People")
	b.run(chromedp.SendKeys(`#in`, "mira"), chromedp.SendKeys(`#is`, "Mira Anders"), chromedp.Click(`section:last-of-type input[value=accountant]`))
	b.press("Invite")
	b.mustSee("Give this link to mira")
	b.clean()
	invitation := regexp.MustCompile(`http://\S+(/link/\S+)`).FindStringSubmatch(b.seen())
	if invitation == nil {
		t.Fatal("the page shows no link for her")
	}
	mira := w.anon()
	if status, _, body := mira.post(invitation[1], url.Values{"password": {password}}); status != http.StatusSeeOther {
		t.Fatalf("her link is answered by %d: %s", status, body)
	}
	if status, _ := mira.get("/c/lantern/todo"); status != http.StatusOK {
		t.Errorf("To do is answered by %d", status)
	}
	for _, path := range []string{"/c/other/", "/c/other/todo", "/c/lantern/nothing", "/c/lantern/documents/ffffffffffffffffffffffffffffffff"} {
		if status, _ := mira.get(path); status != http.StatusNotFound {
			t.Errorf("%s is answered by %d", path, status)
		}
	}
	aiko, err := w.book.Called(t.Context(), "aiko")
	w.ok(err)
	c := w.signedIn("aiko")
	if status, _, body := c.post("/c/lantern/settings/people/"+strconv.FormatInt(aiko.ID, 10), url.Values{"do": {"roles"}, "role": {"approver", "administrator"}, "reason": {"I want to approve"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Nobody changes his own roles") {
		t.Errorf("she gives herself a role: %d", status)
	}
	held := w.held()
	form := mira.page("/c/lantern/documents/" + held + "/release")
	her, err := w.book.Called(t.Context(), "mira")
	w.ok(err)
	if status, _, _ := c.post("/c/lantern/settings/people/"+strconv.FormatInt(her.ID, 10), url.Values{"do": {"sessions"}}); status != http.StatusSeeOther {
		t.Errorf("ending her sessions is answered by %d", status)
	}
	sent := url.Values{"seen": {field(form, "seen")}, "number-of": {"1"}, "reason": {"the account is there now"}}
	status, _, body := mira.post("/c/lantern/documents/"+held+"/release", sent)
	if status != http.StatusUnauthorized || !strings.Contains(body, "the account is there now") {
		t.Fatalf("her form after the end of the session is answered by %d", status)
	}
	carry := url.Values{"name": {"mira"}, "password": {password}, "next": {field(body, "next")}}
	for _, m := range regexp.MustCompile(`name="(carry\.[a-z-]+)" value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		carry.Add(m[1], m[2])
	}
	if status, _, body = mira.post("/signin", carry); status != http.StatusOK || !strings.Contains(body, "the account is there now") {
		t.Errorf("what she typed does not come back: %d %s", status, body)
	}
	if got := w.held(); got != held {
		t.Error("the form was sent by itself")
	}
	w.tiesOut(mira)
}

// What may not be done by a role is refused at its address, is in the history, and names who may.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("tomas", signin.Auditor)
	c := w.signedIn("tomas")
	path := "/c/lantern/documents/" + w.held() + "/release"
	status, _, body := c.post(path, url.Values{"reason": {"I am curious"}, "seen": {"99999"}})
	if status != http.StatusForbidden || !strings.Contains(body, "accountant") {
		t.Errorf("the auditor releases: %d", status)
	}
	rows, err := w.book.History(t.Context(), 0, 5)
	w.ok(err)
	if rows[0].Event != "refused" || rows[0].Who != "tomas" || !strings.Contains(rows[0].Detail, path) {
		t.Errorf("the refusal is not in the history: %+v", rows[0])
	}
	if page := c.page("/c/lantern/documents/" + w.held()); strings.Contains(page, "Release…") || strings.Contains(page, "Reject…") {
		t.Error("a page of the auditor has buttons that change business")
	}
	for _, next := range []string{"//evil.example/", "https://evil.example/", `/\evil.example`, "javascript:alert(1)"} {
		_, head, _ := w.anon().post("/signin", url.Values{"name": {"tomas"}, "password": {password}, "next": {next}})
		if got := head.Get("Location"); got != "/" {
			t.Errorf("next=%s sends on to %q", next, got)
		}
	}
	_, head, _ := w.anon().post("/signin", url.Values{"name": {"tomas"}, "password": {password}})
	for _, want := range []string{"__Host-fisbridge=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(head.Get("Set-Cookie"), want) {
			t.Errorf("the cookie has no %s: %s", want, head.Get("Set-Cookie"))
		}
	}
}

// Machines read what the commands write with --json, act on what they saw, and cannot do more than their roles.
func TestAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m, err := w.book.AddMachine(t.Context(), "test", "robot", "", "lantern", []signin.Role{signin.Accountant})
	w.ok(err)
	token, err := w.book.MakeToken(t.Context(), "test", m, "test", 3600e9)
	w.ok(err)
	described := w.described()
	call := func(method, path, body, token string) (int, map[string]any) {
		r, err := http.NewRequestWithContext(t.Context(), method, w.base+"/api/v1/lantern"+path, strings.NewReader(body))
		w.ok(err)
		r.Header.Set("Authorization", "Bearer "+token)
		status, _, text := w.anon().do(r)
		described.judge(method, "/api/v1/lantern"+path, status, text)
		var v map[string]any
		_ = json.Unmarshal([]byte(text), &v)
		return status, v
	}
	held := w.held()
	if status, v := call(http.MethodGet, "/documents?state=held", "", token); status != http.StatusOK || v["total"] != 1.0 {
		t.Errorf("%d %v", status, v)
	}
	var own map[string]any
	w.ok(json.Unmarshal([]byte(w.command("show", "document", held, "--json")), &own))
	if status, v := call(http.MethodGet, "/documents/"+held, "", token); status != http.StatusOK || fmt.Sprint(v) != fmt.Sprint(own) {
		t.Errorf("%d: the API and show --json differ", status)
	}
	status, standing := call(http.MethodGet, "/documents/"+held+"/standing", "", token)
	if status != http.StatusOK || standing["seen"] == nil {
		t.Fatalf("%d %v", status, standing)
	}
	seen := int64(standing["seen"].(float64))
	if status, v := call(http.MethodPost, "/documents/"+held+"/release", fmt.Sprintf(`{"reason":"goes again","seen":%d}`, seen), token); status != http.StatusOK || v["state"] != "acknowledged" {
		t.Errorf("%d %v", status, v)
	}
	if status, v := call(http.MethodPost, "/documents/"+held+"/hold", fmt.Sprintf(`{"reason":"stop it","seen":%d}`, seen), token); status != http.StatusConflict || v["code"] != "moved" {
		t.Errorf("it moved since: %d %v", status, v)
	}
	for body, want := range map[string]int{`{"reason":"  "}`: 422, `{"reason":"ok then","odd":1}`: 422, `nonsense`: 422} {
		if status, _ := call(http.MethodPost, "/documents/"+held+"/hold", body, token); status != want {
			t.Errorf("%s is answered by %d", body, status)
		}
	}
	// Until a day: it is the company's, ahead, and told.
	for body, want := range map[string]int{`{"reason":"belongs later","until":"2001-01-01"}`: 422, `{"reason":"belongs later","until":"soon"}`: 422} {
		if status, v := call(http.MethodPost, "/documents/"+held+"/hold", body, token); status != want {
			t.Errorf("%s is answered by %d %v", body, status, v)
		}
	}
	day := time.Now().AddDate(0, 0, 10).Format(time.DateOnly)
	if status, v := call(http.MethodPost, "/documents/"+held+"/hold", `{"reason":"belongs later","until":"`+day+`"}`, token); status != http.StatusOK || v["state"] != "held" || !strings.HasPrefix(fmt.Sprint(v["held_until"]), day[:8]) {
		t.Errorf("%d %v", status, v)
	}
	if status, v := call(http.MethodGet, "/status", "", token); status != http.StatusOK || strings.Contains(fmt.Sprint(v["needs"]), "held document") {
		t.Errorf("what is held until a day needs a person: %d %v", status, v["needs"])
	}
	if out := w.command("show", "document", held); !strings.Contains(out, "held until") {
		t.Errorf("show does not say until when:\n%s", out)
	}

	// A route is stopped and goes on, each once; the pages say so.
	w.person("jonas", signin.Operator)
	jonas := w.signedIn("jonas")
	if status, v := call(http.MethodPost, "/routes/expenses/stop", `{"reason":"wrong accounts"}`, token); status != http.StatusOK || v["stopped"] == nil {
		t.Errorf("%d %v", status, v)
	}
	if status, v := call(http.MethodPost, "/routes/expenses/stop", `{"reason":"wrong accounts"}`, token); status != http.StatusConflict {
		t.Errorf("stopped twice: %d %v", status, v)
	}
	if status, _ := call(http.MethodPost, "/routes/nothing/stop", `{"reason":"wrong accounts"}`, token); status != http.StatusNotFound {
		t.Errorf("a route that there is not: %d", status)
	}
	for _, path := range []string{"/c/lantern/", "/c/lantern/documents", "/c/lantern/todo", "/c/lantern/settings"} {
		page := jonas.page(path)
		if !strings.Contains(page, "Route expenses is stopped by robot") {
			t.Errorf("%s does not say that the route is stopped", path)
		}
		if strings.Contains(page, "wrong accounts") {
			t.Errorf("%s tells an operator the reason that somebody wrote", path)
		}
	}
	if out := w.command("check", "--offline"); !strings.Contains(out, "is stopped since") {
		t.Errorf("check does not say that the route is stopped:\n%s", out)
	}
	on := "/c/lantern/mappings/expenses/start-route"
	page := jonas.page(on)
	form := url.Values{"reason": {"mended by now"}, "seen": {field(page, "seen")}, "number-of": {field(page, "number-of")}}
	if status, _, body := jonas.post(on, form); status != http.StatusSeeOther {
		t.Errorf("go on is answered by %d: %s", status, body)
	}
	if status, _, _ := jonas.post(on, form); status != http.StatusConflict {
		t.Errorf("twice is answered by %d", status)
	}
	if out := w.command("route", "list"); strings.Contains(out, "robot") {
		t.Errorf("it is still stopped:\n%s", out)
	}

	// A changed workbook goes the way of the pages.
	w.person("mira", signin.Accountant)
	book := w.signedIn("mira")
	upload := func(body []byte, reason string) (int, map[string]any) {
		var form bytes.Buffer
		m := multipart.NewWriter(&form)
		part, err := m.CreateFormFile("file", "../expenses of January.xlsx")
		w.ok(err)
		_, err = part.Write(body)
		w.ok(err)
		w.ok(errors.Join(m.WriteField("reason", reason), m.Close()))
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.base+"/api/v1/lantern/mappings/expenses/changes", &form)
		w.ok(err)
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", m.FormDataContentType())
		status, _, text := w.anon().do(r)
		described.judge(http.MethodPost, "/api/v1/lantern/mappings/expenses/changes", status, text)
		var v map[string]any
		_ = json.Unmarshal([]byte(text), &v)
		return status, v
	}
	taken := book.take()
	for reason, want := range map[string]int{"  ": 422, "the same again": 422} {
		if status, v := upload(taken, reason); status != want {
			t.Errorf("%q is answered by %d %v", reason, status, v)
		}
	}
	status, change := upload(w.edited(taken, "Accounts", "A90", "699999", "Accounts", "B90", "650900"), "accounts of January")
	if status != http.StatusOK || change["state"] != "checked" {
		t.Fatalf("%d %v", status, change)
	}
	at := fmt.Sprintf("/mappings/expenses/changes/%v", change["id"])
	if status, v := call(http.MethodGet, at, "", token); status != http.StatusOK || v["state"] != "checked" || v["given_by"] == nil {
		t.Errorf("%d %v", status, v)
	}
	if status, v := call(http.MethodPost, at+"/ask", `{"reason":"for January"}`, token); status != http.StatusOK || v["state"] == "checked" {
		t.Errorf("%d %v", status, v)
	}
	if status, v := call(http.MethodPost, "/runs", `{"reason":"now please"}`, "fisb_wrong"); status != http.StatusUnauthorized || v["error"] == nil {
		t.Errorf("a wrong token: %d %v", status, v)
	}

	// Each answer is as it is described, and what is nowhere or wrong is answered in JSON, too.
	for path, want := range map[string]int{"/nothing": 404, "/documents?state=bogus": 422, "/files?state=held": 422, "/documents?type=bogus": 422, "/history?before=soon": 422, "/runs?limit=0": 422} {
		if status, v := call(http.MethodGet, path, "", token); status != want || v["error"] == nil {
			t.Errorf("%s is answered by %d %v", path, status, v)
		}
	}
	if status, v := call(http.MethodPost, at+"/approve", "{}", token); status != http.StatusNotFound || v["error"] == nil {
		t.Errorf("what nobody may do here is answered by %d %v", status, v)
	}
	names := described.all(func(path string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.base+path, nil)
		w.ok(err)
		r.Header.Set("Authorization", "Bearer "+token)
		status, _, text := w.anon().do(r)
		return status, text
	})
	// The box finds the documents of an import file and of a result file by the name that pages, mails and the ERP show.
	if len(names) < 4 {
		t.Errorf("too few files: %q", names)
	}
	for _, name := range names {
		if status, page := book.get("/c/lantern/documents?all=1&q=" + url.QueryEscape(name)); status != http.StatusOK && status != http.StatusSeeOther || status == http.StatusOK && !strings.Contains(page, "/c/lantern/documents/") {
			t.Errorf("%s is answered by %d, and finds nothing", name, status)
		}
	}
}

// A list is read page by page, forward and back: each document comes once. Amounts are narrowed exactly.
func TestPagesOfAList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant)
	c := w.signedIn("mira")
	ids := func(page string) (out []string) {
		for _, m := range regexp.MustCompile(`scope="row" class="b1"><a href="/c/lantern/documents/([0-9a-f]{32})"`).FindAllStringSubmatch(page, -1) {
			out = append(out, m[1])
		}
		return out
	}
	link := func(page, rel string) string {
		m := regexp.MustCompile(`href="([^"]+)" rel="` + rel + `"`).FindStringSubmatch(page)
		if m == nil {
			return ""
		}
		return strings.ReplaceAll(m[1], "&amp;", "&")
	}
	all := ids(c.page("/c/lantern/documents?rows=500"))
	var forward []string
	var back [][]string
	page := c.page("/c/lantern/documents?rows=25")
	for {
		forward, back = append(forward, ids(page)...), append(back, ids(page))
		next := link(page, "next")
		if next == "" {
			break
		}
		page = c.page(next)
	}
	if strings.Join(forward, " ") != strings.Join(all, " ") || len(all) < 50 {
		t.Errorf("forward %d documents, and %d there are", len(forward), len(all))
	}
	for n := len(back) - 2; n >= 0; n-- {
		page = c.page(link(page, "prev"))
		if strings.Join(ids(page), " ") != strings.Join(back[n], " ") {
			t.Errorf("page %d is another one on the way back", n)
		}
	}
	for query, want := range map[string]int{"from=987654.32&to=987654.32": 1, "from=987654.33": 0, "from=61&to=61.00&state=held": 1, "from=61.01&to=62&state=held": 0, "q=E10017&state=held": 1} {
		if got := len(ids(c.page("/c/lantern/documents?rows=500&" + query))); got != want {
			t.Errorf("%s finds %d, want %d", query, got, want)
		}
	}
	if page := c.page("/c/lantern/documents.csv"); strings.Count(page, "\n") != len(all)+1 {
		t.Errorf("the CSV has %d lines", strings.Count(page, "\n"))
	}
}

// Who cannot get in gets a link on the machine, which is in the history.
func TestPersonReset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("aiko", signin.Administrator)
	link := strings.TrimSpace(w.command("person", "reset", "aiko", "--reason", "forgotten over the holidays"))
	at := link[strings.Index(link, "/link/"):]
	if status, _, _ := w.anon().post(at, url.Values{"password": {password + " again"}}); status != http.StatusSeeOther {
		t.Errorf("the link is answered by %d", status)
	}
	if out := w.command("person", "list"); !strings.Contains(out, "aiko") || !strings.Contains(out, "lantern: administrator") {
		t.Error(out)
	}
	if out := w.command("audit", "verify"); !strings.Contains(out, "sign-ins") {
		t.Error(out)
	}
}

// The end of the program is clean while somebody watches a run: pages end, the journal closes, nothing hangs. Whoever
// was signed in still is after the next start.
func TestServeEndsCleanly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("jonas", signin.Operator)
	c := w.signedIn("jonas")
	c.page("/c/lantern/")
	w.ok(w.serve.Process.Signal(syscall.SIGTERM))
	begun := time.Now()
	if err := w.serve.Wait(); err != nil {
		t.Errorf("serve ends with %v:\n%s", err, w.errors)
	}
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("it took %s", took)
	}
	w.start()
	if status, _ := c.get("/c/lantern/"); status != http.StatusOK {
		t.Errorf("the session is gone after a start: %d", status)
	}
}
