package concur

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

const tokenPath = "/oauth2/v0/token"

// granted is an answer of the token endpoint.
type granted struct {
	access, refresh, geolocation, scope string
	life                                time.Duration
}

// exchange makes one call of the token endpoint at base, with client id and secret in the form. When the service
// answers that the company lives elsewhere (code 16), it follows once, to an allowed address only. Errors are
// *TokenError. Once begun it is not interrupted: the answer may hold the only refresh token that is still good.
func (m *tokens) exchange(ctx context.Context, op, base string, form url.Values) (granted, error) {
	if ctx.Err() != nil {
		return granted{}, &TokenError{Op: op, Err: ctx.Err()}
	}
	// The time is for both: a lease on the token lasts longer than that.
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), m.cfg.Timeout, ErrTimeout)
	defer cancel()
	got, err := m.exchangeAt(ctx, op, base, form)
	var te *TokenError
	if errors.As(err, &te) && te.Code == 16 && te.Geolocation != "" && !strings.EqualFold(te.Geolocation, base) {
		return m.exchangeAt(ctx, op, te.Geolocation, form)
	}
	return got, err
}

func (m *tokens) exchangeAt(ctx context.Context, op, base string, form url.Values) (granted, error) {
	at, err := m.places.check(base)
	if err != nil {
		return granted{}, &TokenError{Op: op, Err: err, Hint: hintDomains}
	}
	seen := &tokenTrip{below: m.http.Transport, agent: m.cfg.UserAgent}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: seen, CheckRedirect: noRedirect})
	source := clientcredentials.Config{
		ClientID: m.cfg.ClientID, ClientSecret: m.cfg.clientSecret,
		TokenURL: at.String() + tokenPath, EndpointParams: form, AuthStyle: oauth2.AuthStyleInParams,
	}
	tok, err := source.Token(ctx)
	if err != nil {
		return granted{}, m.tokenError(ctx, op, err, seen, form)
	}
	got := granted{access: tok.AccessToken, refresh: tok.RefreshToken, life: time.Duration(tok.ExpiresIn) * time.Second}
	got.geolocation, _ = tok.Extra("geolocation").(string)
	got.scope, _ = tok.Extra("scope").(string)
	if got.life <= 0 {
		got.life = time.Hour
	}
	if got.geolocation == "" {
		got.geolocation = at.String()
	}
	return got, nil
}

// tokenError turns what x/oauth2 returns into a *TokenError without request or answer bodies in it.
func (m *tokens) tokenError(ctx context.Context, op string, err error, seen *tokenTrip, form url.Values) error {
	e := &TokenError{Op: op, Status: seen.status, Correlation: seen.correlation}
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused):
		e.Code, e.Reason, e.Description, e.Geolocation = tokenErrorBody(refused.Body)
		e.Reason = m.scrub(e.Reason, form)
		e.Description = m.scrub(e.Description, form)
		e.Hint = tokenHint(e.Code, e.Status)
		if e.Status >= 500 || e.Status == http.StatusTooManyRequests {
			e.RetryAfter = retryAfter(seen.retryAfter, m.cfg.Now(), e.Status, m.cfg.AfterTimeout)
		}
	case errors.Is(context.Cause(ctx), ErrTimeout):
		e.Err, e.RetryAfter, e.Hint = ErrTimeout, m.cfg.AfterTimeout, unreachableHint(ErrTimeout)
	case ctx.Err() != nil:
		e.Err = ctx.Err()
	case seen.status == 0:
		e.Err, e.RetryAfter = unwrapURL(err), firstPause
		e.Hint = unreachableHint(e.Err)
	default: // an answer of status 200 that broke off, or is none: what it held is lost, and the same token may be good for another
		e.Err, e.RetryAfter = errors.New(m.scrub(err.Error(), form)), firstPause
		e.Hint = "something between us and the service may have changed the answer (a proxy?)"
	}
	return e
}

func (m *tokens) scrub(s string, form url.Values) string {
	return scrub(s, m.cfg.clientSecret, form.Get("password"), form.Get("refresh_token"), m.have.Access, m.have.Refresh)
}

// tokenTrip carries one token call and notes what x/oauth2 does not hand on.
type tokenTrip struct {
	below                   http.RoundTripper
	agent                   string
	status                  int
	correlation, retryAfter string
}

// RoundTrip notes status and headers.
func (t *tokenTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", t.agent)
	r.Header.Set("Accept", "application/json")
	resp, err := t.below.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	t.status = resp.StatusCode
	t.correlation = correlation(resp.Header)
	t.retryAfter = resp.Header.Get("Retry-After")
	return resp, nil
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// unwrapURL takes the address off a transport error; what remains says what went wrong.
func unwrapURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return fmt.Errorf("%s %s: %w", strings.ToUpper(u.Op), hostOf(u.URL), u.Err)
	}
	return err
}

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "the service"
	}
	return u.Host
}
