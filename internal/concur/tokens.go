package concur

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// tokens holds the access token of this process and renews it through the store that all processes share.
type tokens struct {
	cfg    *Config
	http   *http.Client
	places places
	// busy is a lock that a context can end the wait for.
	busy chan struct{}
	have Token
	// unsaved is a token that was issued but could not be stored: it is not used before it is.
	unsaved *Token
	// lost is true when the answer to a refresh did not arrive: the service may have replaced the refresh token by one
	// that nobody has.
	lost bool
}

// lease is how long a refresh may take before somebody else may try: longer than one exchange.
func (m *tokens) lease() time.Duration { return m.cfg.Timeout + 30*time.Second }

func (m *tokens) lock(ctx context.Context) error {
	select {
	case m.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *tokens) unlock() { <-m.busy }

// get returns a token whose access token is good for five more minutes and is not the one that the service refused.
func (m *tokens) get(ctx context.Context, refused string) (Token, error) {
	if err := m.lock(ctx); err != nil {
		return Token{}, err
	}
	defer m.unlock()
	if m.usable(m.have, refused) {
		return m.have, nil
	}
	t, err := m.obtain(ctx, refused)
	if err != nil {
		return Token{}, err
	}
	m.have = t
	return t, nil
}

func (m *tokens) usable(t Token, refused string) bool {
	return t.Access != "" && t.Access != refused && t.AccessExpires.Sub(m.cfg.Now()) > refreshEarly
}

// obtain takes the stored token, or refreshes it; the store's lease sees to it that one process does so at a time.
func (m *tokens) obtain(ctx context.Context, refused string) (Token, error) {
	for changed := 0; ; changed++ {
		t, err := m.locked(ctx, func(t Token) (Token, error) {
			if m.usable(t, refused) {
				return t, nil
			}
			return m.refresh(ctx, t)
		}, refused)
		if !errors.Is(err, ErrTokenChanged) || changed == 2 {
			return t, err
		}
	}
}

// locked runs work with the stored token under the lease. While somebody else holds the lease it waits for what they
// store.
func (m *tokens) locked(ctx context.Context, work func(Token) (Token, error), refused string) (Token, error) {
	const poll = 250 * time.Millisecond
	lease := m.lease()
	for waited := time.Duration(0); ; waited += poll {
		unlock, ok, err := m.cfg.Tokens.LockToken(ctx, m.cfg.Owner, lease)
		if err != nil {
			return Token{}, fmt.Errorf("take the lease on the token: %w", err)
		}
		if ok {
			defer unlock()
			t, err := m.load(ctx)
			if err != nil {
				return Token{}, err
			}
			return work(t)
		}
		if waited > 2*lease {
			return Token{}, errors.New("refresh the access token: another process holds the lease and does not finish")
		}
		if err := m.cfg.Sleep(ctx, poll); err != nil {
			return Token{}, err
		}
		if t, err := m.cfg.Tokens.LoadToken(ctx); err == nil && m.usable(t, refused) {
			return t, nil
		}
	}
}

// load reads the stored token, after storing what could not be stored before.
func (m *tokens) load(ctx context.Context) (Token, error) {
	if m.unsaved != nil {
		if _, err := m.save(ctx, *m.unsaved); err != nil && !errors.Is(err, ErrTokenChanged) {
			return Token{}, err
		}
		m.unsaved = nil
	}
	t, err := m.cfg.Tokens.LoadToken(ctx)
	if err != nil && !errors.Is(err, ErrNoToken) {
		return Token{}, fmt.Errorf("read the stored token: %w", err)
	}
	return t, nil
}

// refresh buys a new access token and stores what came with it before anything else happens.
func (m *tokens) refresh(ctx context.Context, t Token) (Token, error) {
	if t.Refresh == "" {
		return Token{}, &TokenError{Err: ErrNoToken, Hint: "have an administrator make a company request token and run fisbridge auth login"}
	}
	killpoint.Here("token.intended")
	used := t.Refresh
	got, err := m.buy(ctx, t, used)
	if isInvalidGrant(err) {
		again, lerr := m.cfg.Tokens.LoadToken(ctx)
		switch {
		case lerr == nil && again.Refresh != t.Refresh:
			if t = again; m.usable(t, "") {
				return t, nil
			}
			used = t.Refresh
			got, err = m.buyAgain(ctx, t, used)
		case t.Former != "" && t.Former != t.Refresh:
			former, ferr := m.buyAgain(ctx, t, t.Former)
			if ferr == nil {
				used, got, err = t.Former, former, nil
			}
		}
	}
	if err != nil {
		return Token{}, m.answerLost(err)
	}
	m.lost = false
	killpoint.Here("token.acted")
	n := m.next(t, used, got)
	_, refused := m.places.check(n.Geolocation)
	if refused != nil { // keep what was issued, use none of it
		n.Geolocation, n.Access = t.Geolocation, ""
	}
	saved, err := m.save(ctx, n)
	killpoint.Here("token.done")
	if refused != nil {
		return Token{}, errors.Join(&TokenError{Op: "refresh the access token", Err: refused, Hint: hintDomains}, err)
	}
	return saved, err
}

const hintDomains = "run fisbridge auth login, or correct the allowed domains"

// buy refreshes at the token's own location.
func (m *tokens) buy(ctx context.Context, t Token, refresh string) (granted, error) {
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}
	return m.exchange(ctx, "refresh the access token", t.Geolocation, form)
}

// buyAgain is a second try under the same lease, which is renewed, for it would not outlast two exchanges.
func (m *tokens) buyAgain(ctx context.Context, t Token, refresh string) (granted, error) {
	if _, ok, err := m.cfg.Tokens.LockToken(ctx, m.cfg.Owner, m.lease()); err != nil || !ok {
		return granted{}, errors.Join(fmt.Errorf("the lease on the token is lost: %w", ErrTokenChanged), err)
	}
	return m.buy(ctx, t, refresh)
}

// answerLost notes an answer that did not arrive, and says so when the refresh token is refused afterwards.
func (m *tokens) answerLost(err error) error {
	var te *TokenError
	switch {
	case !errors.As(err, &te):
	case te.Status == 0 || te.Status == http.StatusOK:
		m.lost = true
	case m.lost && te.invalidGrant():
		te.Hint = "the answer to the refresh before did not arrive, and the service takes each refresh token only once: " + te.Hint
	}
	return err
}

// next is the token after a refresh: the refresh token that came with it, or the one that was used when none came.
func (m *tokens) next(t Token, used string, got granted) Token {
	now := m.cfg.Now()
	n := Token{
		Access: got.access, Refresh: got.refresh, Geolocation: got.geolocation, Scope: got.scope,
		AccessExpires: now.Add(got.life), RefreshObtained: now, Version: t.Version, Former: used,
	}
	if n.Refresh == "" || n.Refresh == used {
		n.Refresh, n.RefreshObtained, n.Former = used, t.RefreshObtained, t.Former
	}
	if n.Scope == "" {
		n.Scope = t.Scope
	}
	if n.Former == n.Refresh {
		n.Former = ""
	}
	return n
}

// save stores a token and returns it as stored. What cannot be stored is kept and not used.
func (m *tokens) save(ctx context.Context, t Token) (Token, error) {
	err := m.cfg.Tokens.SaveToken(context.WithoutCancel(ctx), t)
	if err != nil {
		if !errors.Is(err, ErrTokenChanged) {
			m.unsaved = &t
		}
		return Token{}, fmt.Errorf("store the new token: %w", err)
	}
	t.Version++
	m.cfg.Log.InfoContext(ctx, "access token renewed", "until", t.AccessExpires.UTC().Format(time.RFC3339), "at", t.Geolocation)
	return t, nil
}

func isInvalidGrant(err error) bool {
	var te *TokenError
	return errors.As(err, &te) && te.invalidGrant()
}
