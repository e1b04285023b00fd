//go:build linux

package worlds

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// visitor is somebody with a browser, or a machine with a token.
type visitor struct {
	t     *testing.T
	base  string
	token string
	jar   map[string]*http.Cookie
}

func (v *visitor) call(method, path string, form url.Values) (int, string) {
	v.t.Helper()
	body, kind := io.Reader(strings.NewReader(form.Encode())), "application/x-www-form-urlencoded"
	if text := form.Get("json"); text != "" {
		body, kind = strings.NewReader(text), "application/json"
	}
	r, err := http.NewRequest(method, v.base+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", kind)
	}
	if v.token != "" {
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	for _, c := range v.jar {
		r.AddCookie(c)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 30 * time.Second}
	answer, err := client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	for _, c := range answer.Cookies() {
		v.jar[c.Name] = c
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func (v *visitor) get(path string) (int, string) {
	v.t.Helper()
	return v.call(http.MethodGet, path, nil)
}

// at is the same visitor at another node.
func (v *visitor) at(base string) *visitor { return &visitor{v.t, base, v.token, maps.Clone(v.jar)} }

// until waits for something that a process does.
func (f *fleet) until(what string, is func() bool) {
	f.t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			f.t.Fatalf("in vain: %s", what)
		}
	}
}

var (
	linkOf    = regexp.MustCompile(`https?://\S+/link/(\S+)`)
	consoleAt = regexp.MustCompile(`the console is at (http://\S+)`)
	hrefs     = regexp.MustCompile(`(?:href|action|data-live)="(/[^"#]*)`)
	token     = regexp.MustCompile(`fisb_[A-Za-z0-9_-]{20,}`)
	personAt  = regexp.MustCompile(`settings/people/(\d+)`)
)

// console starts a node with the console.
func (f *fleet) console(i int) (n *nodeProcess, base string) {
	f.t.Helper()
	n = f.node(i, 2, "1s")
	n.command = []string{"serve", "--fleet", "--listen", "127.0.0.1:0"}
	n.begin(f.t)
	f.t.Cleanup(func() {
		n.end(syscall.SIGTERM)
		if f.t.Failed() {
			f.t.Logf("%s said:\n%s", n.dir, tail(n.errs.String(), 4000))
		}
	})
	f.until("the console stands", func() bool {
		if m := consoleAt.FindStringSubmatch(n.errs.String()); m != nil {
			base = m[1]
		}
		return base != ""
	})
	return n, base
}

// invited is a new person with roles in a company, who is signed in by the link that the command printed.
func (f *fleet) invited(base, company, name string, roles ...string) *visitor {
	f.t.Helper()
	args := []string{"fleet", "grant", company, name, "--reason", "a test"}
	for _, r := range roles {
		args = append(args, "--role", r)
	}
	m := linkOf.FindStringSubmatch(f.want(0, args...).out)
	if m == nil {
		f.t.Fatal("a new person gets no link")
	}
	v := &visitor{f.t, base, "", map[string]*http.Cookie{}}
	if status, body := v.call(http.MethodPost, "/link/"+m[1], url.Values{"password": {"five white horses at noon"}}); status != http.StatusSeeOther {
		f.t.Fatalf("the link is answered by %d %s", status, body)
	}
	return v
}

// walk follows all links from an address that stay in the company, and gives what each was answered.
func (v *visitor) walk(from string, most int) map[string]string {
	v.t.Helper()
	seen, next := map[string]string{}, []string{from}
	for len(next) > 0 && len(seen) < most {
		path := next[0]
		next = next[1:]
		if _, is := seen[path]; is {
			continue
		}
		status, body := v.get(path)
		if status >= 500 {
			v.t.Errorf("%s is answered by %d", path, status)
		}
		seen[path] = body
		for _, m := range hrefs.FindAllStringSubmatch(body, -1) {
			link := strings.ReplaceAll(m[1], "&amp;", "&")
			if strings.HasPrefix(link, from) && !strings.Contains(link, "?") && !slices.Contains(next, link) {
				next = append(next, link)
			}
		}
	}
	return seen
}

// One console for all companies, on each node: people, sessions and rights lie in the database. Who has a role in one company reaches nothing of another one,
// whatever he guesses, and what is disabled or erased is gone at once.
func TestFleetConsole(t *testing.T) {
	if !onServer() {
		return
	}
	f := openFleet(t)
	a := f.company("acme", setup{documents: []string{"14-tax-deductible", "29-three-cost-centres"}})
	b := f.company("beta", setup{documents: []string{"01-cash-taxi"}})
	f.parallel(func(w *world) {
		w.login()
		f.want(0, "fleet", "publish", w.dir, "--reason", "a test")
	})
	f.do("run", "--fleet")
	a.answer()
	b.answer()
	f.do("run", "--fleet")
	f.says(f.do("fleet", "grant", "acme", "annabel", "--reason", "x"), 2, "--role")
	f.says(f.do("fleet", "grant", "acme", "annabel", "--role", "boss", "--reason", "x"), 2, "accountant, approver")
	f.says(f.do("fleet", "grant", "acne", "ann", "--role", "auditor", "--reason", "x"), 1, "did you mean acme?")
	one, first := f.console(1)
	two, second := f.console(2)
	if !strings.Contains(one.errs.String(), "nobody has an account yet") {
		t.Error("the node does not say how the first one comes in")
	}
	all := []string{"accountant", "approver", "operator", "auditor", "administrator"}
	ann, bob := f.invited(first, "acme", "annabel", all...), f.invited(second, "beta", "bob", all...)
	f.says(f.do("fleet", "grant", "acme", "bob", "--role", "auditor", "--reason", "x"), 1, "bob has an account already, of the companies beta,", "--existing")
	open := func(v *visitor, path string) func() bool {
		return func() bool { status, _ := v.get(path); return status == http.StatusOK }
	}
	f.until("the companies are open on both nodes", func() bool {
		return open(ann, "/c/acme/")() && open(ann.at(second), "/c/acme/")() && open(bob, "/c/beta/")() && open(bob.at(first), "/c/beta/")()
	})

	// a machine of acme
	if status, body := ann.call(http.MethodPost, "/c/acme/settings/people", url.Values{"name": {"robot"}, "machine": {"1"}, "role": all[:1]}); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	made := ""
	_, people := ann.get("/c/acme/settings/people")
	for _, m := range personAt.FindAllStringSubmatch(people, -1) {
		if _, body := ann.call(http.MethodPost, "/c/acme/settings/people/"+m[1], url.Values{"do": {"token"}, "label": {"test"}}); made == "" {
			made = token.FindString(body)
		}
	}
	robot := &visitor{t, second, made, map[string]*http.Cookie{}}

	pages := ann.walk("/c/acme/", 150)
	if len(pages) < 40 {
		t.Fatalf("only %d pages of acme are reached", len(pages))
	}
	var secrets []string
	for _, d := range a.input {
		secrets = append(secrets, d.id, d.id[:12])
	}
	secrets = append(secrets, pgtest.Ask[string](t, f.server, `SELECT sha256 FROM acme.files WHERE id = 1`)[:12], "three cost", "acme", "annabel", "robot")
	refused := func(v *visitor, path string, want ...int) {
		status, body := v.get(path)
		if len(want) > 0 && !slices.Contains(want, status) {
			t.Errorf("%s is answered by %d", path, status)
		}
		for _, s := range secrets {
			if !strings.Contains(path, s) && strings.Contains(strings.ToLower(body), strings.ToLower(s)) {
				t.Errorf("%s tells of %q", path, s)
			}
		}
	}
	for path := range pages {
		refused(bob, path, http.StatusNotFound)
		refused(bob.at(first), strings.Replace(path, "/c/acme", "/c/beta", 1))
	}
	for _, path := range []string{"/", "/me", "/c/nowhere/", "/c/acme/documents?q=taxi", "/c/beta/documents?q=" + a.input[0].id, "/c/beta/evidence/signins", "/c/beta/settings/people", "/c/acme/runs/1/events", "/c/acme/runs/now", "/api/v1/acme/status"} {
		refused(bob, path)
	}
	for _, path := range []string{"/c/acme/runs/new", "/c/acme/check", "/c/acme/evidence/packs/new", "/c/acme/settings/people", "/c/acme/documents/" + a.input[0].id + "/hold"} {
		if status, _ := bob.call(http.MethodPost, path, url.Values{"reason": {"let me in"}}); status != http.StatusNotFound {
			t.Errorf("%s is answered by %d", path, status)
		}
	}
	// tokens hold in their company alone
	if status, body := robot.get("/api/v1/acme/documents"); status != http.StatusOK || !strings.Contains(body, a.input[0].id) {
		t.Errorf("the machine's own company is answered by %d %s", status, body)
	}
	for _, path := range []string{"/api/v1/beta/documents", "/api/v1/beta/documents/" + b.input[0].id, "/api/v1/beta/status", "/api/v1/nowhere/documents"} {
		if status, body := robot.get(path); status != http.StatusNotFound || strings.Contains(body, b.input[0].id) {
			t.Errorf("%s is answered by %d %s", path, status, body)
		}
	}

	// a run is made by whichever node comes first, and what people do lies in the journal with their names
	b.offer("29-three-cost-centres")
	b.must(b.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultSlow, Delay: 3 * time.Second, Times: 4})) // so that somebody sees it going on
	if status, body := bob.call(http.MethodPost, "/c/beta/runs/new", url.Values{"reason": {"they wait for it"}}); status != http.StatusSeeOther {
		t.Errorf("a run cannot be asked for: %d %s", status, body)
	}
	for _, at := range []string{first, second} { // whichever node makes it
		f.until("the steps of the run are shown", func() bool {
			_, page := bob.at(at).get("/c/beta/runs/now")
			_, row, _ := strings.Cut(page, `data-put="state-fetch">`)
			return strings.Contains(row[:min(len(row), 200)], "running")
		})
	}
	f.until("the run was made", func() bool { return pgtest.Ask[int](t, f.server, `SELECT COUNT(*) FROM beta.documents`) == 2 })
	if who := pgtest.Ask[string](t, f.server, `SELECT string_agg(actor, ' ') FROM beta.history`); !strings.Contains(who, "console by bob (") {
		t.Error("the history does not say who asked for the run")
	}

	// what is disabled is gone at once, wherever somebody looks
	f.want(0, "fleet", "disable", "acme", "--reason", "a test")
	for _, v := range []*visitor{ann, ann.at(second)} {
		if status, _ := v.get("/c/acme/"); status != http.StatusNotFound {
			t.Errorf("a disabled company is answered by %d", status)
		}
		if _, body := v.get("/"); strings.Contains(body, "acme") {
			t.Error("the list of companies tells of one that is disabled")
		}
	}
	if status, _ := robot.get("/api/v1/acme/documents"); status != http.StatusNotFound {
		t.Errorf("a disabled company is answered by %d", status)
	}
	f.want(0, "fleet", "enable", "acme", "--reason", "a test")
	f.until("it is back", open(ann.at(second), "/c/acme/"))

	// a new version is shown without a new start
	text, err := os.ReadFile(filepath.Join(a.dir, "fisbridge.yaml"))
	a.must(err)
	a.write("fisbridge.yaml", string(text)+"console: {name: Acme of the north}\n")
	f.want(0, "fleet", "publish", a.dir, "--reason", "a name")
	f.until("the new version is shown", func() bool { _, body := ann.get("/c/acme/"); return strings.Contains(body, "Acme of the north") })

	// a right that is taken counts at once, at every node
	f.says(f.do("fleet", "grant", "acme", "annabel", "--none", "--reason", "x"), 1, "there must be an administrator")
	f.invited(first, "acme", "aiko", "administrator")
	f.want(0, "fleet", "grant", "acme", "annabel", "--none", "--reason", "she left")
	for _, v := range []*visitor{ann, ann.at(second)} {
		if status, body := v.get("/c/acme/"); status != http.StatusSeeOther || strings.Contains(body, "north") {
			t.Errorf("who has lost the role is answered by %d", status)
		}
	}
	f.says(f.do("fleet", "grants", "acme"), 0, "aiko", "robot", "she left", "roles changed annabel")
	if e := f.do("fleet", "grants", "beta"); strings.Contains(e.out, "robot") || strings.Contains(e.out, "aiko") {
		t.Error(e)
	}

	// a link for an account that is there, a new password, tokens that end, and an account that ends: at once, at every node
	way := func(e ended) string {
		m := linkOf.FindStringSubmatch(e.out)
		if m == nil {
			t.Fatalf("no link: %s", e)
		}
		return m[1]
	}
	former := way(f.want(0, "fleet", "grant", "acme", "aiko", "--role", "administrator", "--link", "--reason", "her first was lost"))
	word := way(f.want(0, "fleet", "person", "reset", "aiko", "--reason", "forgotten"))
	for link, want := range map[string]int{former: http.StatusNotFound, word: http.StatusSeeOther} {
		v := &visitor{t, second, "", map[string]*http.Cookie{}}
		if status, _ := v.call(http.MethodPost, "/link/"+link, url.Values{"password": {"six white horses at noon"}}); status != want {
			t.Errorf("a link is answered by %d, want %d", status, want)
		}
	}
	f.says(f.do("fleet", "grant", "acme", "robot", "--role", "auditor", "--link", "--existing", "--reason", "x"), 1, "is a machine")
	f.says(f.do("fleet", "person", "reset", "robot", "--reason", "forgotten"), 1, "is a machine")
	f.says(f.do("fleet", "person", "reset", "nobody", "--reason", "forgotten"), 1, "nobody is called", "fleet grants")
	f.says(f.do("fleet", "person", "tokens", "aiko"), 1, "no machine")
	f.says(f.do("fleet", "person", "tokens", "robot"), 0, "test")
	f.says(f.do("fleet", "person", "tokens", "robot", "--end", "1"), 2, "--reason")
	f.says(f.do("fleet", "person", "tokens", "robot", "--end", "77", "--reason", "seen in a log"), 1, "no token 77")
	if status, _ := robot.get("/api/v1/acme/documents"); status != http.StatusOK {
		t.Errorf("the machine is answered by %d", status)
	}
	f.want(0, "fleet", "person", "tokens", "robot", "--end", "1", "--reason", "seen in a log")
	if status, _ := robot.get("/api/v1/acme/documents"); status != http.StatusUnauthorized {
		t.Errorf("a token that has ended is answered by %d", status)
	}
	f.says(f.do("fleet", "person", "end", "aiko", "--reason", "she left"), 1, "there must be an administrator", "fleet grant")
	eve := f.invited(second, "acme", "evelyn", "accountant")
	f.want(0, "fleet", "person", "end", "evelyn", "--reason", "she left")
	if status, _ := eve.at(first).get("/c/acme/"); status != http.StatusSeeOther {
		t.Errorf("an account that has ended is answered by %d", status)
	}
	f.says(f.do("fleet", "grants", "acme"), 0, "reset on the machine aiko", "token ended robot", "ended evelyn")
	dora := f.invited(second, "acme", "dora", "accountant")
	if status, _ := dora.at(first).get("/c/acme/documents"); status != http.StatusOK {
		t.Errorf("who is invited is answered by %d", status)
	}

	// of an erased company nothing is left, and no node shows it
	f.want(0, "fleet", "disable", "acme", "--reason", "a test")
	f.want(0, "fleet", "erase", "acme", "--confirm", "acme", "--unfinished", "--reason", "a test")
	for _, v := range []*visitor{dora, dora.at(first)} {
		if status, _ := v.get("/c/acme/documents"); status != http.StatusNotFound {
			t.Errorf("an erased company is answered by %d", status)
		}
	}
	if n := pgtest.Ask[int](t, f.server, `SELECT COUNT(*) FROM fisbridge_fleet.roles WHERE company = 'acme'`); n != 0 {
		t.Errorf("%d rights in an erased company are left", n)
	}
	if code := two.end(syscall.SIGTERM); code != 0 {
		t.Errorf("the node ended with %d", code)
	}
	two.begin(t)
	if status, _ := bob.at(first).get("/c/beta/"); status != http.StatusOK {
		t.Errorf("the other node answers %d", status)
	}
}
