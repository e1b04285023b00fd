package door

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// wayCookie keeps what is known of a sign-in that is on its way to the provider and back.
const (
	wayCookie = "__Host-fisbridge-way"
	wayGood   = 10 * time.Minute
)

// way is a sign-in that is on its way.
type way struct {
	State, Nonce, Verifier, Next string
	Fresh                        bool
}

// OIDC signs people in at a provider of identities: code flow with PKCE and a nonce.
type OIDC struct {
	mu       sync.Mutex
	provider *oidc.Provider
}

// find is the provider, asked for once; one that does not answer is asked again the next time.
func (o *OIDC) find(ctx context.Context, issuer string) (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider != nil {
		return o.provider, nil
	}
	// The keys are read again as long as the console runs, not as long as this request.
	p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: 20 * time.Second}), issuer)
	if err == nil {
		o.provider = p
	}
	return p, err
}

func (o *OIDC) settings(q *frame.Req) (*oauth2.Config, *oidc.Provider, error) {
	s := q.App.Settings.OIDC
	if s.Issuer == "" {
		return nil, nil, frame.NotFound()
	}
	p, err := o.find(q.Ctx(), s.Issuer)
	if err != nil {
		q.App.Log.Error("console", "provider", s.Issuer, "error", err.Error())
		return nil, nil, &frame.Fault{Status: http.StatusBadGateway, Code: "provider"}
	}
	secret, err := s.ClientSecret.Reveal()
	if err != nil {
		return nil, nil, err
	}
	return &oauth2.Config{ClientID: s.ClientID, ClientSecret: secret, Endpoint: p.Endpoint(), RedirectURL: q.App.Public(q.R) + "/oidc/back",
		Scopes: append([]string{oidc.ScopeOpenID, "profile", "email"}, s.Scopes...)}, p, nil
}

func word() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// Leave sends to the provider. With again he is asked to prove anew who he is.
func (o *OIDC) Leave(q *frame.Req) (frame.Answer, error) {
	config, _, err := o.settings(q)
	if err != nil {
		return nil, err
	}
	w := way{State: word(), Nonce: word(), Verifier: oauth2.GenerateVerifier(), Next: local(q.R.URL.Query().Get("next")), Fresh: q.R.URL.Query().Get("again") != ""}
	options := []oauth2.AuthCodeOption{oidc.Nonce(w.Nonce), oauth2.S256ChallengeOption(w.Verifier)}
	if w.Fresh {
		options = append(options, oauth2.SetAuthURLParam("max_age", "0"), oauth2.SetAuthURLParam("prompt", "login"))
	}
	kept, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	to := config.AuthCodeURL(w.State, options...)
	return frame.Raw(func(out http.ResponseWriter) error {
		cookie(out, wayCookie, base64.RawURLEncoding.EncodeToString(kept), wayGood)
		http.Redirect(out, q.R, to, http.StatusSeeOther)
		return nil
	}), nil
}

// claims are what an identity says of itself.
type claims struct {
	Name     string `json:"name"`
	User     string `json:"preferred_username"`
	Email    string `json:"email"`
	AuthTime int64  `json:"auth_time"`
}

// Back takes what the provider says.
func (o *OIDC) Back(q *frame.Req) (frame.Answer, error) {
	if q.App.Settings.OIDC.Issuer == "" {
		return nil, frame.NotFound()
	}
	w, err := wayOf(q)
	if err != nil {
		return nil, err
	}
	var wait *signin.ErrWait
	if err := q.App.Book.Knock(q.Ctx(), "oidc", q.Address); errors.As(err, &wait) { // each is a call of the provider
		return nil, &frame.Fault{Status: http.StatusTooManyRequests, Code: "wait"}
	} else if err != nil {
		return nil, err
	}
	config, provider, err := o.settings(q)
	if err != nil {
		return nil, err
	}
	token, err := config.Exchange(q.Ctx(), q.R.URL.Query().Get("code"), oauth2.VerifierOption(w.Verifier))
	if err != nil {
		return nil, refused(q, err)
	}
	raw, is := token.Extra("id_token").(string)
	if !is {
		return nil, refused(q, errors.New("the provider gave no id_token"))
	}
	id, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(q.Ctx(), raw)
	if err != nil {
		return nil, refused(q, err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(w.Nonce)) != 1 {
		return nil, refused(q, errors.New("the nonce is another one"))
	}
	var c claims
	var all map[string]any
	if err := errors.Join(id.Claims(&c), id.Claims(&all)); err != nil {
		return nil, refused(q, err)
	}
	if w.Fresh && q.Now.Sub(time.Unix(c.AuthTime, 0)) > signin.Fresh {
		return nil, refused(q, errors.New("the provider did not ask anew"))
	}
	p, err := q.App.Book.ByIdentity(q.Ctx(), identity(q, id, c, all), q.Address)
	if errors.Is(err, signin.ErrNoRole) || errors.Is(err, signin.ErrRefused) {
		return nil, &frame.Fault{Status: http.StatusForbidden, Code: "norole"}
	}
	if err != nil {
		return nil, err
	}
	if err := q.App.Book.Opened(q.Ctx(), "oidc", q.Address); err != nil {
		return nil, err
	}
	return enter(q, p, signin.ByOIDC, signinPage{Next: w.Next, proved: time.Unix(c.AuthTime, 0)}, false) // 1970, where it is not said
}

// wayOf is the sign-in that comes back, if it is the one that left from this browser.
func wayOf(q *frame.Req) (w way, err error) {
	dead := &frame.Fault{Status: http.StatusBadRequest, Code: "link"}
	c, err := q.R.Cookie(wayCookie)
	if err != nil {
		return w, dead
	}
	kept, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || json.Unmarshal(kept, &w) != nil || w.State == "" || subtle.ConstantTimeCompare([]byte(w.State), []byte(q.R.URL.Query().Get("state"))) != 1 {
		return w, dead
	}
	w.Next = local(w.Next)
	return w, nil
}

// refused tells in log and history why nobody came in, and the caller as little as possible.
func refused(q *frame.Req, err error) error {
	q.App.Log.Warn("console", "sign-in", "oidc", "error", err.Error())
	f := &frame.Fault{Status: http.StatusUnauthorized, Code: "provider"}
	return errors.Join(f, q.App.Book.Refused(q.Ctx(), "somebody", "", "oidc, from "+q.Address))
}

// identity is who comes, with the roles that his groups have in each company. What one that is not open would say is not known: there he keeps what his groups gave him the last time.
func identity(q *frame.Req, id *oidc.IDToken, c claims, all map[string]any) signin.Identity {
	i := signin.Identity{Issuer: id.Issuer, Subject: id.Subject, Shown: c.Name, Roles: map[string][]signin.Role{}}
	for _, name := range []string{c.User, c.Email, id.Subject} {
		if i.Name == "" {
			i.Name = name
		}
	}
	groups := texts(all[q.App.Settings.OIDC.GroupsClaim])
	for _, co := range q.App.All() {
		if co.IsOpen() {
			i.Roles[co.Short] = rolesIn(co, groups)
		}
	}
	return i
}

// rolesIn are those that groups have in a company.
func rolesIn(co *frame.Company, groups []string) (roles []signin.Role) {
	for _, known := range signin.Roles() {
		if slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(co.Groups[g], string(known)) }) {
			roles = append(roles, known)
		}
	}
	return roles
}

// texts are the values of a claim that is a text or a list of texts.
func texts(v any) (out []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, e := range v {
			if s, is := e.(string); is {
				out = append(out, s)
			}
		}
	}
	return out
}
