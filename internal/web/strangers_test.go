package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/secret"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/pages"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// A sign-in by passkey that began on one node ends on another one, and strangers who begin thousands keep nobody from theirs.
func TestPasskeysOnSeveralNodes(t *testing.T) {
	t.Parallel()
	one, first := gate(t, addresses())
	two, second := gate(t, addresses())
	two.app.Book = one.app.Book // both have one database
	call := func(h http.Handler, path, body string, cookies []*http.Cookie) *http.Response {
		r := httptest.NewRequest(http.MethodPost, "http://localhost"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	begun := call(first, "/signin/passkey/begin", "", nil)
	var options struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
		} `json:"publicKey"`
	}
	if err := json.NewDecoder(begun.Body).Decode(&options); err != nil || options.PublicKey.Challenge == "" {
		t.Fatalf("%d %v", begun.StatusCode, err)
	}
	for _, c := range begun.Cookies() {
		if strings.Contains(c.Value, options.PublicKey.Challenge) || len(c.Value) > 3000 {
			t.Errorf("the cookie %s is open, or too long: %s", c.Name, c.Value)
		}
	}
	for range 1500 {
		if a := call(first, "/signin/passkey/begin", "", nil); a.StatusCode != http.StatusOK {
			t.Fatalf("strangers keep others from beginning: %d", a.StatusCode)
		}
	}
	if a := call(second, "/signin/passkey", `{}`, begun.Cookies()); a.StatusCode != http.StatusUnauthorized { // the key is looked at, and is none
		t.Errorf("the other node answers %d", a.StatusCode)
	}
	if a := call(second, "/signin/passkey", `{}`, nil); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a sign-in that nobody began is answered by %d", a.StatusCode)
	}
	before, _, err := one.app.Book.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		call(second, "/signin/passkey", `{}`, begun.Cookies())
	}
	after, broken, err := one.app.Book.Verify(t.Context())
	if err != nil || len(broken) > 0 || after-before > 30 {
		t.Errorf("200 wrong keys make %d rows of the history (%v %v)", after-before, broken, err)
	}
}

// Somebody who makes up ways back from the provider of identities neither has it asked for ever, nor fills the history; others come in meanwhile.
func TestOIDCStrangers(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	g, h := gate(t, addresses())
	g.app.Settings.OIDC = config.OIDC{Issuer: p.URL, ClientID: "fisbridge", ClientSecret: secret.Text("s"), GroupsClaim: "groups"}
	g.app.Company("lantern").Groups = map[string][]string{"finance": {"accountant"}}
	call := func(address, path string, cookies []*http.Cookie) *http.Response {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil)
		r.RemoteAddr = address
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	leave := func(address string) (url.Values, []*http.Cookie) {
		a := call(address, "/oidc", nil)
		to, err := a.Location()
		if err != nil {
			t.Fatal(a.StatusCode, err)
		}
		return to.Query(), a.Cookies()
	}
	asked, cookies := leave("[2001:db8::1]:1000")
	asks := map[int]int{}
	for i := range 150 {
		asks[call(fmt.Sprintf("[2001:db8::%x]:1000", i+1), "/oidc/back?code=made-up&state="+asked.Get("state"), cookies).StatusCode]++
	}
	if asks[http.StatusUnauthorized] > 21 || asks[http.StatusTooManyRequests] < 100 {
		t.Errorf("the provider was asked by one network: %v", asks)
	}
	rows, err := g.app.Book.History(t.Context(), 0, 1000)
	if err != nil || len(rows) > 30 {
		t.Errorf("%d rows of the history (%v)", len(rows), err)
	}
	asked, cookies = leave("203.0.113.9:1000")
	p.codes["code"] = asked
	if a := call("203.0.113.9:1000", "/oidc/back?code=code&state="+asked.Get("state"), cookies); a.StatusCode != http.StatusSeeOther {
		t.Errorf("another network is answered by %d", a.StatusCode)
	}
}

// What is no company's stands in the history of sign-ins for who reads the people of every company, and for nobody of one alone.
func TestHistoryOfNoCompany(t *testing.T) {
	t.Parallel()
	g, _ := gate(t, addresses())
	if err := g.app.Book.Refused(t.Context(), "a name that is not known", "", "password, from 203.0.113.77"); err != nil {
		t.Fatal(err)
	}
	boss := signin.Person{Name: "test"}
	for name, in := range map[string][]string{"one": {"lantern"}, "all": {"lantern", "other", "third", "shut"}} {
		_, word, err := g.app.Book.Invite(t.Context(), "test", name+"-auditor", "", in[0], []signin.Role{signin.Auditor})
		if err != nil {
			t.Fatal(err)
		}
		p, err := g.app.Book.UseLink(t.Context(), word, "five white horses at noon")
		if err != nil {
			t.Fatal(err)
		}
		for _, company := range in[1:] {
			if err := g.app.Book.SetRoles(t.Context(), boss, p.ID, company, []signin.Role{signin.Auditor}, "a test"); err != nil {
				t.Fatal(err)
			}
		}
		p, err = g.app.Book.Person(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		q := &frame.Req{App: g.app, R: httptest.NewRequest(http.MethodGet, "/", nil), Who: &signin.Session{Person: p}, Co: g.app.Company("lantern")}
		rows, err := pages.SignInRows(q, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(rows, func(r signin.Row) bool { return strings.Contains(r.Detail, "203.0.113.77") }); got != (name == "all") {
			t.Errorf("the auditor of %v is told of it: %v", in, got)
		}
	}
}
