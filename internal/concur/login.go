package concur

import (
	"context"
	"errors"
	"fmt"
	"net/url"
)

// Login trades a company request token (it lives 24 hours) for the first refresh token, and stores it. What was stored
// before is replaced. Errors of the service are *TokenError.
func (c *Client) Login(ctx context.Context, requestToken string) (Status, error) {
	m := c.tokens
	if requestToken == "" {
		return Status{}, errors.New("log in: the request token is empty")
	}
	if err := m.lock(ctx); err != nil {
		return Status{}, err
	}
	defer m.unlock()
	form := url.Values{
		"grant_type": {"password"}, "username": {c.cfg.CompanyUUID}, "password": {requestToken}, "credtype": {"authtoken"},
	}
	got, err := m.exchange(ctx, "log in", "", form)
	if err != nil {
		return Status{}, err
	}
	if _, err := m.places.check(got.geolocation); err != nil {
		return Status{}, &TokenError{Op: "log in", Err: err, Hint: hintDomains}
	}
	if got.refresh == "" {
		return Status{}, &TokenError{Op: "log in", Err: errors.New("the service sent no refresh token"),
			Hint: "the application must be allowed the grant refresh_token"}
	}
	t, err := m.locked(ctx, func(old Token) (Token, error) {
		n := m.next(Token{Version: old.Version}, "", got)
		return m.save(ctx, n)
	}, "")
	if err != nil {
		return Status{}, err
	}
	m.have = t
	return StatusOf(t, c.cfg.Now()), nil
}

// Status describes the stored token without any call.
func (c *Client) Status(ctx context.Context) (Status, error) {
	t, err := c.cfg.Tokens.LoadToken(ctx)
	if err != nil && !errors.Is(err, ErrNoToken) {
		return Status{}, err
	}
	return StatusOf(t, c.cfg.Now()), nil
}

// Authorize sees to it that there is a good access token, refreshing it when it must; it is what `check` tries.
func (c *Client) Authorize(ctx context.Context) error {
	_, err := c.token(ctx, "")
	return err
}

// KeepFresh refreshes when the last refresh is a week ago, so that an idle installation keeps its token alive. It
// reports whether it did.
func (c *Client) KeepFresh(ctx context.Context) (bool, error) {
	t, err := c.cfg.Tokens.LoadToken(ctx)
	if err != nil && !errors.Is(err, ErrNoToken) {
		return false, err
	}
	if err == nil && c.cfg.Now().Sub(t.AccessExpires) < idleRefresh {
		return false, nil
	}
	_, err = c.token(ctx, "")
	return err == nil, err
}

// token returns a good token; failures that may pass are waited for within the configured limit.
func (c *Client) token(ctx context.Context, refused string) (Token, error) {
	pause := c.newPause()
	for {
		t, err := c.tokens.get(ctx, refused)
		var te *TokenError
		if err == nil || !errors.As(err, &te) || !pause.allows(te.RetryAfter) {
			return t, err
		}
		c.cfg.Log.WarnContext(ctx, "token endpoint is not ready, waiting", "status", te.Status, "wait", pause.next, keyCorrelation, te.Correlation)
		if err := pause.wait(ctx, te); err != nil {
			return Token{}, fmt.Errorf("%w; stopped while waiting: %w", te, err)
		}
	}
}
