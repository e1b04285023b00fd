// Package logins owns the login to Concur as the journal keeps it: sealed, for one company, changed by one process at a
// time. It is the token store of the client.
package logins

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// Keys gives the key that seals tokens. With make it may be made where there is none; else a missing one is an error.
type Keys func(make bool) (tokens.TokenKey, error)

// Tokens is the journal as the FIS client's token store, for one company.
func Tokens(j *journal.Journal, company string, keys Keys) concur.TokenStore {
	return tokenStore{j: j, company: company, keys: keys}
}

// LoginTokens is the same for a login, which replaces a token that nobody can open any more.
func LoginTokens(j *journal.Journal, company string, keys Keys) concur.TokenStore {
	return tokenStore{j: j, company: company, keys: keys, anew: true}
}

type tokenStore struct {
	j       *journal.Journal
	company string
	keys    Keys
	anew    bool // what cannot be opened is about to be replaced
}

// LoadToken implements concur.TokenStore. A token that an older version has stored without a seal gets one.
func (s tokenStore) LoadToken(ctx context.Context) (concur.Token, error) {
	r, err := s.j.Token(ctx, s.company)
	if errors.Is(err, ledger.ErrNotFound) {
		return concur.Token{}, concur.ErrNoToken
	}
	if err != nil {
		return concur.Token{}, err
	}
	opened, err := s.open(ctx, r)
	if err != nil && s.anew {
		return concur.Token{Version: r.Version}, nil
	}
	if err != nil {
		return concur.Token{}, &concur.TokenError{Op: "open the stored login", Err: err,
			Hint: "put the key back (concur.token_key): it lies neither in the journal nor in a backup; when it is lost: fisbridge auth login"}
	}
	return concur.Token{Access: opened.Access, Refresh: opened.Refresh, Former: opened.Former,
		Geolocation: r.Geolocation, Scope: r.Scope,
		AccessExpires: r.AccessExpires, RefreshObtained: r.RefreshObtained, Version: r.Version}, nil
}

func (s tokenStore) open(ctx context.Context, r tokens.TokenRow) (tokens.TokenRow, error) {
	key, err := s.keys(!r.Sealed())
	if err != nil {
		return r, err
	}
	opened, err := r.Open(s.company, key)
	if err != nil || !r.Plain() {
		return opened, err
	}
	if err := s.j.SealToken(ctx, s.company, r, key); err != nil && !errors.Is(err, ledger.ErrStale) {
		return r, err
	}
	return opened, nil
}

// SaveToken implements concur.TokenStore.
func (s tokenStore) SaveToken(ctx context.Context, t concur.Token) error {
	killpoint.Here("token.acted")
	key, err := s.keys(t.Version == 0 || s.anew)
	if err != nil {
		return err
	}
	err = s.j.SaveToken(ctx, s.company,
		tokens.TokenRow{Access: t.Access, Refresh: t.Refresh, Former: t.Former, Geolocation: t.Geolocation,
			Scope:         t.Scope,
			AccessExpires: t.AccessExpires, RefreshObtained: t.RefreshObtained, Version: t.Version}, key)
	if errors.Is(err, ledger.ErrStale) {
		return fmt.Errorf("%w", concur.ErrTokenChanged)
	}
	killpoint.Here("token.done")
	return err
}

// LockToken implements concur.TokenStore.
func (s tokenStore) LockToken(ctx context.Context, owner string, ttl time.Duration) (func(), bool, error) {
	unlock, ok, err := s.j.LockToken(ctx, s.company, owner, ttl)
	if ok {
		killpoint.Here("token.intended")
	}
	return unlock, ok, err
}
