package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/web/door"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/internal/words"
)

// outside is what nobody needs a company for.
var outside = []string{"/{$}", "/signin", "/oidc", "/oidc/back", "/signout", "/link/{word}", "/me", "/help", "/me/password", "/me/sessions", "/me/passkeys/begin", "/me/passkeys/add", "/me/passkeys/end", "/signin/passkey/begin", "/signin/passkey", "/api/v1/openapi.json"}

// ofAuditors is what an auditor may do: prove the history, and make and take evidence.
var ofAuditors = []string{"/c/{company}/evidence/verify", "/c/{company}/evidence/packs/new", "/c/{company}/evidence/packs/{pack}"}

// gate is the console's door with one company, and handlers that only tell that somebody came in.
func gate(t *testing.T, list []address) (*guard, http.Handler) {
	t.Helper()
	book, err := signin.Open(t.Context(), filepath.Join(t.TempDir(), "console.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	app := &frame.App{Book: book, Words: catalogue, Now: time.Now, Log: discard(), Companies: []*frame.Company{{Short: "lantern", Name: "Lantern", Zone: time.UTC, Live: frame.NewLive()}, {Short: "other", Name: "Other", Zone: time.UTC, Live: frame.NewLive()},
		{Short: "third", Name: "Third", Zone: time.UTC, Live: frame.NewLive()}, frame.Closed("shut", "its key is secret")}}
	app.Settings.Passwords = true
	if err := app.Prepare(); err != nil {
		t.Fatal(err)
	}
	g := &guard{app: app, hosts: map[string]bool{}}
	return g, g.handlerOf(list)
}

// came is the answer of a handler that was reached.
const came = 299

func reached(list []address) []address {
	for i := range list {
		list[i].Do = func(*frame.Req) (frame.Answer, error) {
			return frame.Raw(func(w http.ResponseWriter) error { w.WriteHeader(came); return nil }), nil
		}
	}
	return list
}

var placeholder = regexp.MustCompile(`\{[a-z$]+\}`)

// pathOf is an address with values.
func pathOf(pattern, company string) string {
	p := strings.ReplaceAll(pattern, "{company}", company)
	return placeholder.ReplaceAllStringFunc(p, func(s string) string {
		if s == "{$}" {
			return ""
		}
		return "1"
	})
}

// Every address is in the table with a right, and each role comes in exactly where its rights let it: at every address
// of the console, by GET and by POST. Nobody comes in who is not signed in, and what is another company's is not there.
func TestEveryAddressAsksForItsRight(t *testing.T) {
	t.Parallel()
	g, h := gate(t, reached(addresses()))
	sessions := map[signin.Role]string{}
	elsewhere, _, err := g.app.Book.Invite(t.Context(), "test", "who-else", "", "third", signin.Roles())
	if err != nil {
		t.Fatal(err)
	}
	for i, role := range signin.Roles() {
		_, word, err := g.app.Book.Invite(t.Context(), "test", "who-"+string(role), "", "lantern", []signin.Role{role})
		if err != nil {
			t.Fatal(err)
		}
		p, err := g.app.Book.UseLink(t.Context(), word, "five white horses at noon")
		if err != nil {
			t.Fatal(err)
		}
		// In a third company each is something else: what one is there counts nothing here, and the other way round.
		if err := g.app.Book.SetRoles(t.Context(), elsewhere, p.ID, "third", []signin.Role{signin.Roles()[(i+1)%len(signin.Roles())]}, "helps out there"); err != nil {
			t.Fatal(err)
		}
		if sessions[role], err = g.app.Book.SignedIn(t.Context(), p, signin.ByPassword, "127.0.0.1", "", ""); err != nil {
			t.Fatal(err)
		}
	}
	call := func(a address, company, session string) int {
		r := httptest.NewRequest(a.Method, "http://127.0.0.1"+pathOf(a.Pattern, company), nil)
		if session != "" {
			r.AddCookie(&http.Cookie{Name: door.SessionCookie, Value: session})
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	seen := map[string]bool{}
	for _, a := range addresses() {
		key := a.Method + " " + a.Pattern
		if seen[key] {
			t.Errorf("%s stands twice in the table", key)
		}
		seen[key] = true
		if len(signin.Holders(a.Right)) == 0 {
			t.Errorf("%s wants %q, which nobody has", key, a.Right)
		}
		if inside := strings.Contains(a.Pattern, "{company}"); !inside && !slices.Contains(outside, a.Pattern) {
			t.Errorf("%s is of no company: is that meant?", key)
		}
		if a.Method == http.MethodPost && strings.Contains(a.Pattern, "{company}") && signin.May([]signin.Role{signin.Auditor}, a.Right) && !slices.Contains(ofAuditors, a.Pattern) {
			t.Errorf("%s does something, and an auditor may: no act that changes business is open to him", key)
		}
		if a.Method == http.MethodPost && a.Right == signin.Look && a.Pattern != "/c/{company}/evidence/verify" {
			t.Errorf("%s does something, and everybody may who may look", key)
		}
		if got := call(a, "lantern", ""); (got == came) != (a.Right == signin.Anybody) {
			t.Errorf("%s is answered by %d to somebody who is not signed in", key, got)
		}
		for role, session := range sessions {
			got := call(a, "lantern", session)
			may := a.Right == signin.Anybody || a.Right == signin.Somebody || signin.May([]signin.Role{role}, a.Right)
			switch {
			case may && got != came:
				t.Errorf("%s: %s may %s, and is answered by %d", key, role, a.Right, got)
			case !may && got != http.StatusForbidden:
				t.Errorf("%s: %s may not %s, and is answered by %d", key, role, a.Right, got)
			}
			if strings.Contains(a.Pattern, "{company}") {
				third := signin.Roles()[(slices.Index(signin.Roles(), role)+1)%len(signin.Roles())]
				if got, may := call(a, "third", session), signin.May([]signin.Role{third}, a.Right); (got == came) != may {
					t.Errorf("%s: %s is %s in another company, and is answered by %d there", key, role, third, got)
				}
				if got := call(a, "shut", session); got != http.StatusNotFound {
					t.Errorf("%s: %s has no role in a company whose folder is shut, and is answered by %d", key, role, got)
				}
				for _, company := range []string{"other", "nowhere"} {
					if got := call(a, company, session); got != http.StatusNotFound {
						t.Errorf("%s: %s has no role in %s, and is answered by %d", key, role, company, got)
					}
				}
			}
		}
	}
}

// A form of another site is refused wherever it is sent, also with a session; so is a host that is not ours.
func TestFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	g, h := gate(t, reached(addresses()))
	for _, a := range addresses() {
		if a.Method != http.MethodPost {
			continue
		}
		for name, set := range map[string]func(*http.Request){
			"Sec-Fetch-Site": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
			"same site":      func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
			"Origin":         func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
			"null":           func(r *http.Request) { r.Header.Set("Origin", "null") },
		} {
			r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1"+pathOf(a.Pattern, "lantern"), nil)
			set(r)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusForbidden {
				t.Errorf("%s from another site (%s) is answered by %d", a.Pattern, name, w.Code)
			}
		}
	}
	r := httptest.NewRequest(http.MethodGet, "http://evil.example/signin", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusMisdirectedRequest {
		t.Errorf("another host is answered by %d", w.Code)
	}
	rows, err := g.app.Book.History(t.Context(), 0, 10)
	if err != nil || !slices.ContainsFunc(rows, func(r signin.Row) bool { return strings.Contains(r.Detail, "a form of another site") }) {
		t.Errorf("the refusal is not in the history: %v %v", rows, err)
	}
}

// The word of a link is a way in, and the history is for many to read: the word does not get there, however the address is spelt.
func TestWordsOfLinksInTheHistory(t *testing.T) {
	t.Parallel()
	g, h := gate(t, reached(addresses()))
	for _, path := range []string{"/link/a-secret-word", "/link/a-secret-word/more", "//link/a-secret-word", "/link//a-secret-word", "/LINK/a-secret-word", "/./link/a-secret-word"} {
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1"+path, nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	all, err := g.app.Book.History(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, row := range all {
		if strings.Contains(row.Detail, "a-secret-word") {
			t.Errorf("the word of a link stands in the history: %s", row.Detail)
		}
		if strings.Contains(row.Detail, "to /link/… from") {
			links++
		}
	}
	if links < 6 {
		t.Error("the history does not say that the form went to a link")
	}
}

// Every page has the headers that keep foreign things out.
func TestHeaders(t *testing.T) {
	t.Parallel()
	_, h := gate(t, reached(addresses()))
	for _, path := range []string{"/signin", "/c/lantern/", "/nothing", "/static/nothing", "/api/v1/lantern/status", "/healthz"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
			if got := w.Header().Get(name); !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if strings.Contains(w.Header().Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: the policy lets unsafe things in", path)
		}
	}
}

// Behind a proxy nobody comes in round it without TLS; that it lives may be asked from anywhere, under any name.
func TestNobodyComesRoundTheProxy(t *testing.T) {
	t.Parallel()
	g, h := gate(t, reached(addresses()))
	g.proxies = prefixes(t, "10.0.0.7/32")
	g.hosts["bridge.example.com"] = true
	for _, c := range []struct {
		remote, host, path string
		want               int
	}{
		{"10.0.0.7:1", "bridge.example.com", "/signin", came}, {"[::ffff:10.0.0.7]:1", "bridge.example.com", "/signin", came}, {"127.0.0.1:1", "bridge.example.com", "/signin", came},
		{"10.0.0.8:1", "bridge.example.com", "/signin", http.StatusForbidden}, {"10.0.0.8:1", "10.0.0.9:8420", "/healthz", http.StatusOK}, {"10.0.0.7:1", "evil.example", "/signin", http.StatusMisdirectedRequest},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://"+c.host+c.path, nil)
		r.RemoteAddr = c.remote
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s of %s from %s is answered by %d, want %d", c.path, c.host, c.remote, w.Code, c.want)
		}
	}
}

// What a proxy says about where a call comes from is believed of the proxies alone.
func TestCallerBehindProxies(t *testing.T) {
	t.Parallel()
	g, _ := gate(t, nil)
	g.proxies = prefixes(t, "10.0.0.0/8", "127.0.0.1/32")
	for _, c := range []struct{ remote, said, want string }{
		{"203.0.113.9:1", "1.2.3.4", "203.0.113.9"}, {"10.0.0.1:1", "1.2.3.4", "1.2.3.4"}, {"10.0.0.1:1", "6.6.6.6, 1.2.3.4", "1.2.3.4"}, {"10.0.0.1:1", "1.2.3.4, 10.0.0.2", "1.2.3.4"},
		{"127.0.0.1:1", "", "127.0.0.1"}, {"10.0.0.1:1", "nonsense", "10.0.0.1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		if c.said != "" {
			r.Header.Set("X-Forwarded-For", c.said)
		}
		if got := g.caller(r); got != c.want {
			t.Errorf("%s said %q: %s, want %s", c.remote, c.said, got, c.want)
		}
	}
}

// Who is not signed in cannot fill the history with forms of other sites: the first ones stand there, in short.
func TestForgedFormsDoNotFillTheHistory(t *testing.T) {
	t.Parallel()
	g, h := gate(t, reached(addresses()))
	for range 300 {
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/"+strings.Repeat("x", 5000), nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden {
			t.Fatalf("a form of another site is answered by %d", w.Code)
		}
	}
	rows, err := g.app.Book.History(t.Context(), 0, 1000)
	if err != nil || len(rows) == 0 || len(rows) > 110 {
		t.Errorf("the history has %d rows of it (%v)", len(rows), err)
	}
	for _, r := range rows {
		if len(r.Detail) > 300 {
			t.Fatalf("a row of %d bytes", len(r.Detail))
		}
	}
}

// An administrator of one company does nothing to the account of who has or had a role in another one: with a link he would be that person there. Who never was
// of his company is not there for him.
func TestLinksDoNotReachIntoAnotherCompany(t *testing.T) {
	t.Parallel()
	g, _ := gate(t, nil)
	book := g.app.Book
	person := func(name, company string, machine bool, role signin.Role) (p signin.Person) {
		var err error
		if machine {
			p, err = book.AddMachine(t.Context(), "test", name, "", company, []signin.Role{role})
		} else {
			p, _, err = book.Invite(t.Context(), "test", name, "", company, []signin.Role{role})
		}
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	aiko, other := person("aiko", "lantern", false, signin.Administrator), person("otto", "other", false, signin.Administrator)
	mira, robot := person("mira", "lantern", false, signin.Auditor), person("robot", "lantern", true, signin.Operator)
	left, leftRobot := person("left", "other", false, signin.Accountant), person("left-robot", "other", true, signin.Operator)
	for _, p := range []signin.Person{left, leftRobot} { // no role anywhere
		if err := book.SetRoles(t.Context(), other, p.ID, "other", nil, "went away"); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []signin.Person{mira, robot} {
		if err := book.SetRoles(t.Context(), other, p.ID, "other", []signin.Role{signin.Accountant}, "helps out"); err != nil {
			t.Fatal(err)
		}
	}
	word, err := book.SignedIn(t.Context(), aiko, signin.ByPassword, "127.0.0.1", "", "")
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		p  signin.Person
		do string
	}
	var rows []row
	for do, here := range door.Acts() {
		for _, p := range []signin.Person{mira, robot, left, leftRobot} {
			if !here || p.ID == left.ID || p.ID == leftRobot.ID {
				rows = append(rows, row{p, do})
			}
		}
	}
	if len(rows) != 6*4-2 {
		t.Fatalf("%d rows: an act is missing", len(rows))
	}
	for _, c := range rows {
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/c/lantern/settings/people/"+strconv.FormatInt(c.p.ID, 10), strings.NewReader(url.Values{"do": {c.do}, "reason": {"because I can"}, "role": {"administrator"}, "token": {"1"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: door.SessionCookie, Value: word})
		r.SetPathValue("company", "lantern")
		r.SetPathValue("person", strconv.FormatInt(c.p.ID, 10))
		s, err := book.Session(t.Context(), word)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.ParseForm(); err != nil {
			t.Fatal(err)
		}
		q := &frame.Req{App: g.app, R: r, Who: s, Co: g.app.Company("lantern"), Lang: g.app.Words.Of("en", ""), Now: time.Now(), Zone: time.UTC}
		func() {
			defer func() { _ = recover() }() // the page wants a folder; what counts is what was done
			_, _ = door.Change(q)
		}()
	}
	told, err := book.History(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range told {
		if row.Who == "aiko" && row.Event != "signed in" {
			t.Errorf("aiko of lantern did what reaches into other: %s %s", row.Event, row.About)
		}
	}
}

// A page that cannot be made for a mistake of ours is an answer with a number, and the log has the cause.
func TestAMistakeOfOursIsTold(t *testing.T) {
	t.Parallel()
	_, h := gate(t, []address{{Method: http.MethodGet, Pattern: "/signin", Right: signin.Anybody, Do: func(*frame.Req) (frame.Answer, error) { panic("a nil map, say") }}})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost/signin", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "nil map") {
		t.Errorf("it is answered by %d: %s", w.Code, w.Body)
	}
}
