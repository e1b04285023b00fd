package web

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/secret"
	"github.com/fisbridge/fisbridge/internal/web/door"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// idp is a provider of identities as others see one: it signs what it is told to say.
type idp struct {
	*httptest.Server
	key    *rsa.PrivateKey
	claims map[string]any // beside the usual ones; they come before these
	codes  map[string]url.Values
}

func part(v any) string {
	b, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(b)
}

func newIDP(t *testing.T) *idp {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &idp{key: key, claims: map[string]any{}, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]string{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k", "n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		asked := p.codes[r.PostFormValue("code")]
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if asked == nil || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.token(asked.Get("nonce"))})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *idp) token(nonce string) string {
	now := time.Now()
	said := map[string]any{"iss": p.URL, "aud": "fisbridge", "sub": "subject-1", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(), "auth_time": now.Unix(), "nonce": nonce, "preferred_username": "Mira.Anders@lantern.example", "name": "Mira Anders", "groups": []string{"finance", "others"}}
	for k, v := range p.claims {
		said[k] = v
	}
	text := part(map[string]string{"alg": "RS256", "kid": "k"}) + "." + part(said)
	sum := sha256.Sum256([]byte(text))
	sig, _ := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

// People come in by a provider: with PKCE and a nonce, known by issuer and subject, with the roles of their groups; not
// with what another browser began, not twice, and not without a group.
func TestOIDC(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	g, h := gate(t, addresses())
	g.app.Settings.OIDC = config.OIDC{Issuer: p.URL, ClientID: "fisbridge", ClientSecret: secret.Text("s"), GroupsClaim: "groups"}
	g.app.Company("lantern").Groups = map[string][]string{"finance": {"accountant"}, "audit": {"auditor"}}
	g.app.Company("other").Groups = map[string][]string{"finance": {"approver"}, "others": {"no-role"}, "bosses": {"administrator"}}
	g.app.Settings.OIDC.Roles = map[string][]string{"others": {"administrator"}} // of the company whose console it is: nothing in others'

	call := func(path string, cookies []*http.Cookie) *http.Response {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	leave := func() (url.Values, []*http.Cookie) {
		a := call("/oidc?next=/c/lantern/todo", nil)
		to, err := a.Location()
		if err != nil || !strings.HasPrefix(to.String(), p.URL+"/auth") {
			t.Fatalf("%d %v %v", a.StatusCode, to, err)
		}
		p.codes["code"] = to.Query()
		return to.Query(), a.Cookies()
	}
	asked, cookies := leave()
	if asked.Get("code_challenge_method") != "S256" || asked.Get("nonce") == "" || asked.Get("state") == "" {
		t.Errorf("%v", asked)
	}
	back := call("/oidc/back?code=code&state="+asked.Get("state"), cookies)
	if back.StatusCode != http.StatusSeeOther || back.Header.Get("Location") != "/c/lantern/todo" {
		t.Fatalf("%d %s", back.StatusCode, back.Header.Get("Location"))
	}
	mira, err := g.app.Book.Called(t.Context(), "mira.anders@lantern.example")
	if err != nil || len(mira.In("lantern")) != 1 || mira.In("lantern")[0] != "accountant" || mira.Shown != "Mira Anders" {
		t.Fatalf("%+v %v", mira, err)
	}
	if in := fmt.Sprint(mira.Roles); in != "map[lantern:[accountant] other:[approver]]" {
		t.Errorf("the groups of each company are its own: %s", in)
	}
	if s := sessionOf(t, g, back); time.Since(s.Proved) > time.Minute {
		t.Errorf("she was asked just now, and it counts as of %s", s.Proved)
	}
	p.claims = map[string]any{"auth_time": time.Now().Add(-time.Hour).Unix()}
	asked, cookies = leave()
	if s := sessionOf(t, g, call("/oidc/back?code=code&state="+asked.Get("state"), cookies)); time.Since(s.Proved) < 59*time.Minute {
		t.Errorf("the provider asked an hour ago, and it counts as fresh")
	}
	if a := call("/oidc/back?code=code&state=other", cookies); a.StatusCode != http.StatusBadRequest {
		t.Errorf("another state is answered by %d", a.StatusCode)
	}
	if a := call("/oidc/back?code=code&state="+asked.Get("state"), nil); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a browser that began nothing is answered by %d", a.StatusCode)
	}
	for name, c := range map[string]struct {
		claims map[string]any
		want   int
	}{
		"another nonce":    {map[string]any{"nonce": "other"}, http.StatusUnauthorized},
		"another audience": {map[string]any{"aud": "somebody"}, http.StatusUnauthorized},
		"another issuer":   {map[string]any{"iss": "https://evil.example"}, http.StatusUnauthorized},
		"too old":          {map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}, http.StatusUnauthorized},
		"no group":         {map[string]any{"groups": []string{"others"}, "sub": "subject-2"}, http.StatusForbidden},
		"no groups at all": {map[string]any{"groups": nil, "sub": "subject-3"}, http.StatusForbidden},
	} {
		p.claims = c.claims
		asked, cookies := leave()
		if a := call("/oidc/back?code=code&state="+asked.Get("state"), cookies); a.StatusCode != c.want {
			t.Errorf("%s is answered by %d", name, a.StatusCode)
		}
	}
	// Another subject of the same name is another person, and new groups bring new roles.
	p.claims = map[string]any{"sub": "subject-4", "groups": []string{"audit"}}
	asked, cookies = leave()
	call("/oidc/back?code=code&state="+asked.Get("state"), cookies)
	other, err := g.app.Book.Called(t.Context(), "mira.anders@lantern.example-2")
	if err != nil || other.ID == mira.ID || other.In("lantern")[0] != "auditor" {
		t.Errorf("%+v %v", other, err)
	}
	p.claims = map[string]any{"groups": []string{}}
	asked, cookies = leave()
	call("/oidc/back?code=code&state="+asked.Get("state"), cookies)
	if mira, err = g.app.Book.Called(t.Context(), "mira.anders@lantern.example"); err != nil || len(mira.In("lantern")) != 0 {
		t.Errorf("she left the group, and keeps %v (%v)", mira.In("lantern"), err)
	}
}

// sessionOf is the session that an answer gives.
func sessionOf(t *testing.T, g *guard, a *http.Response) *signin.Session {
	t.Helper()
	for _, c := range a.Cookies() {
		if c.Name == door.SessionCookie {
			s, err := g.app.Book.Session(t.Context(), c.Value)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	}
	t.Fatalf("nobody came in: %d", a.StatusCode)
	return nil
}
