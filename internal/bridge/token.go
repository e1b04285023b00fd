package bridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// Tokens is the journal as the FIS client's token store, for one company.
func Tokens(j *journal.Journal, company string) concur.TokenStore { return tokens{j, company} }

type tokens struct {
	j       *journal.Journal
	company string
}

// LoadToken implements concur.TokenStore.
func (s tokens) LoadToken(ctx context.Context) (concur.Token, error) {
	r, err := s.j.Token(ctx, s.company)
	if errors.Is(err, journal.ErrNotFound) {
		return concur.Token{}, concur.ErrNoToken
	}
	return concur.Token{Access: r.Access, Refresh: r.Refresh, Former: r.Former, Geolocation: r.Geolocation, Scope: r.Scope,
		AccessExpires: r.AccessExpires, RefreshObtained: r.RefreshObtained, Version: r.Version}, err
}

// SaveToken implements concur.TokenStore.
func (s tokens) SaveToken(ctx context.Context, t concur.Token) error {
	killpoint.Here("token.acted")
	err := s.j.SaveToken(ctx, s.company, journal.TokenRow{Access: t.Access, Refresh: t.Refresh, Former: t.Former, Geolocation: t.Geolocation, Scope: t.Scope,
		AccessExpires: t.AccessExpires, RefreshObtained: t.RefreshObtained, Version: t.Version})
	if errors.Is(err, journal.ErrStale) {
		return fmt.Errorf("%w", concur.ErrTokenChanged)
	}
	killpoint.Here("token.done")
	return err
}

// LockToken implements concur.TokenStore.
func (s tokens) LockToken(ctx context.Context, owner string, ttl time.Duration) (func(), bool, error) {
	unlock, ok, err := s.j.LockToken(ctx, s.company, owner, ttl)
	if ok {
		killpoint.Here("token.intended")
	}
	return unlock, ok, err
}
