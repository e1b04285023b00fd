package fis

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// tokenBook is what the token endpoint has issued.
type tokenBook struct {
	access  map[string]time.Time
	refresh map[string]*refreshToken
	// application are access tokens of the application, which are no company's
	application map[string]bool
}

// refreshToken is one of a chain: a rotation makes a child; the parent ends when the child is used.
type refreshToken struct {
	until  time.Time
	dead   bool
	parent string
	child  string
}

type tokenRefusal struct {
	code                int
	reason, description string
	geolocation         string
}

// serveToken is POST /oauth2/v0/token.
func (f *Service) serveToken(w http.ResponseWriter, r *http.Request) {
	x, ok := f.begin(w, r, callToken, nil)
	if !ok {
		return
	}
	reasons, odd := tokenForm(r)
	if len(reasons) > 0 {
		f.refuse(w, x.call, reasons...)
		return
	}
	form := r.PostForm
	x.call.Grant = form.Get("grant_type")
	f.mu.Lock()
	for _, reason := range odd {
		f.odd(callToken, reason)
	}
	refusal := f.tokenRefusal(form)
	var body []byte
	status := http.StatusOK
	if refusal != nil {
		status, body = http.StatusBadRequest, f.refusalBody(*refusal)
		x.call.Items = []Item{{Code: refusal.code, Result: refusal.reason}}
	} else {
		body = f.issue(r, form)
	}
	x.call.Status, x.call.Answered = status, x.answered()
	f.note(x.call)
	f.mu.Unlock()
	x.answer(status, body)
}

// tokenForm checks the shape of a token request: reasons to refuse it, and what is odd about it. Fields that it does
// not know an authorization server ignores.
func tokenForm(r *http.Request) (reasons, odd []string) {
	if r.Method != http.MethodPost {
		return []string{"the token endpoint takes POST, not " + r.Method}, nil
	}
	if ct := r.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/x-www-form-urlencoded") {
		return []string{"the token endpoint takes a form, not " + ct}, nil
	}
	if auth := r.Header.Get("Authorization"); strings.HasPrefix(auth, "Basic ") {
		reasons = append(reasons, "client id and secret belong into the form, not into an Authorization header")
	} else if auth != "" {
		odd = append(odd, "an Authorization header at the token endpoint")
	}
	if err := r.ParseForm(); err != nil {
		return append(reasons, "the form cannot be read"), odd
	}
	known := []string{"client_id", "client_secret", "grant_type", "username", "password", "credtype", "refresh_token",
		"scope"}
	for name, values := range r.PostForm {
		if !slices.Contains(known, name) {
			odd = append(odd, "unknown form field "+name)
		}
		if len(values) > 1 {
			reasons = append(reasons, "form field "+name+" is sent twice")
		}
	}
	return reasons, odd
}

// tokenRefusal decides whether a grant is refused. The lock is held.
func (f *Service) tokenRefusal(form url.Values) *tokenRefusal {
	if f.behaviour.MovedTo != "" {
		return &tokenRefusal{16, "invalid_request", "user lives elsewhere", f.behaviour.MovedTo}
	}
	if form.Get("client_id") != f.cfg.ClientID {
		return &tokenRefusal{61, "invalid_client", "client not found", ""}
	}
	if form.Get("client_secret") != f.cfg.ClientSecret {
		return &tokenRefusal{64, "invalid_client", "incorrect credentials", ""}
	}
	if scope := form.Get("scope"); scope != "" && scope != "FISVC" && scope != scopes {
		return &tokenRefusal{54, "invalid_scope", "scope exceeds grant", ""}
	}
	switch form.Get("grant_type") {
	case "password":
		if form.Get("credtype") != "authtoken" {
			return &tokenRefusal{120, "invalid_request", "credtype is invalid", ""}
		}
		if form.Get("username") != f.cfg.CompanyUUID || form.Get("password") != f.cfg.RequestToken {
			return &tokenRefusal{5, "invalid_grant", "incorrect credentials", ""}
		}
	case "client_credentials":
	case "refresh_token":
		return f.refreshRefusal(form.Get("refresh_token"))
	default:
		return &tokenRefusal{0, "unsupported_grant_type", "grant type is not supported", ""}
	}
	return nil
}

func (f *Service) refreshRefusal(token string) *tokenRefusal {
	if token == "" {
		return &tokenRefusal{106, "invalid_request", "refresh token is missing", ""}
	}
	t := f.tokens.refresh[token]
	if t == nil || t.dead || !f.cfg.Now().Before(t.until) {
		return &tokenRefusal{108, "invalid_grant", "bad or expired refresh token", ""}
	}
	return nil
}

// scopes are what the application may do: FIS, and marking invoices paid.
const scopes = "FISVC invoice.paymentconfirmation.write"

// issue makes the tokens of a grant that is allowed. The lock is held.
func (f *Service) issue(r *http.Request, form url.Values) []byte {
	now := f.cfg.Now()
	access := newSecret("sim-access")
	f.tokens.access[access] = now.Add(f.cfg.AccessLife)
	answer := map[string]any{
		"expires_in": int(f.cfg.AccessLife / time.Second), "scope": scopes, "token_type": "Bearer",
		"access_token": access,
		"geolocation":  f.geolocation(r),
	}
	if f.behaviour.TextNumbers {
		answer["expires_in"] = itoa(int(f.cfg.AccessLife / time.Second))
	}
	if form.Get("grant_type") == "client_credentials" {
		f.tokens.application[access] = true
		answer["scope"] = "FISVC events.topic.read"
	} else if refresh := f.rotate(form.Get("refresh_token"), now); refresh != "" {
		answer["refresh_token"] = refresh
	}
	body, _ := json.Marshal(answer)
	return body
}

// rotate uses a refresh token and returns the one to send.
func (f *Service) rotate(used string, now time.Time) string {
	until := now.AddDate(0, 6, 0)
	if used == "" {
		first := newSecret("sim-refresh")
		f.tokens.refresh[first] = &refreshToken{until: until}
		return first
	}
	t := f.tokens.refresh[used]
	if parent := f.tokens.refresh[t.parent]; parent != nil {
		parent.dead = true
	}
	switch {
	case f.behaviour.KeepRefresh:
		return used
	case f.behaviour.NoRefresh:
		return ""
	}
	if f.behaviour.SingleUse {
		t.dead = true
	}
	if child := f.tokens.refresh[t.child]; child != nil {
		child.dead = true // used again although it was rotated: that child never arrived
	}
	t.child = newSecret("sim-refresh")
	f.tokens.refresh[t.child] = &refreshToken{until: until, parent: used}
	return t.child
}

func (f *Service) geolocation(r *http.Request) string {
	if f.behaviour.Geolocation != "" {
		return f.behaviour.Geolocation
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	prefix := ""
	if at, _, _ := strings.Cut(r.RequestURI, "?"); strings.HasSuffix(at, r.URL.Path) {
		prefix = strings.TrimSuffix(at, r.URL.Path)
	}
	return scheme + "://" + r.Host + prefix
}

func (f *Service) refusalBody(t tokenRefusal) []byte {
	answer := map[string]any{"code": t.code, "error": t.reason, "error_description": t.description}
	if t.geolocation != "" {
		answer["geolocation"] = t.geolocation
	}
	if f.behaviour.TextNumbers {
		answer["code"] = itoa(t.code)
	}
	body, _ := json.Marshal(answer)
	return body
}

// RememberLogin makes the service know tokens that it gave in a former life: an access token until it expires, and a
// refresh token for six months.
func (f *Service) RememberLogin(access string, until time.Time, refresh string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tokens.access[access] = until
	f.tokens.refresh[refresh] = &refreshToken{until: f.cfg.Now().AddDate(0, 6, 0)}
}

// ExpireAccess ends all access tokens now.
func (f *Service) ExpireAccess() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.tokens.access)
}

// ExpireRefresh ends all refresh tokens now: an administrator must make a new request token.
func (f *Service) ExpireRefresh() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.tokens.refresh {
		t.dead = true
	}
}
