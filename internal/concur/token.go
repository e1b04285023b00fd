package concur

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Token is what the service issued last, as it is stored. It prints without its secrets.
type Token struct {
	// Access is the bearer token of calls, Refresh the token that buys the next one.
	Access, Refresh string
	// Geolocation is the base address of all calls and refreshes while the token is in use.
	Geolocation string
	Scope       string
	// AccessExpires is when Access ends by our clock.
	AccessExpires time.Time
	// RefreshObtained is when Refresh was first issued to us; it lives six months from then.
	RefreshObtained time.Time
	// Version counts the stored tokens, 0 before the first; see TokenStore.SaveToken.
	Version int64
	// Former is the refresh token before the last rotation, kept for one try when Refresh is refused.
	Former string
}

// Format hides the secrets of the token under every verb.
func (t Token) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "token{version %d, at %s, access until %s}", t.Version, t.Geolocation, t.AccessExpires.UTC().Format(time.RFC3339))
}

// LogValue hides the secrets of the token in structured logs.
func (t Token) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(t)) }

// MarshalJSON refuses: a token is stored field by field, on purpose, and never as a part of something else.
func (t Token) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a token is not written as JSON")
}

// ErrNoToken says that nobody has logged in yet.
var ErrNoToken = errors.New("nobody has logged in to Concur yet")

// ErrTokenChanged says that the stored token is not the one that was to be replaced.
var ErrTokenChanged = errors.New("the stored token was changed by another process")

// TokenStore keeps the token where all processes of one company see it. The journal implements it.
type TokenStore interface {
	// LoadToken returns the token stored last, or ErrNoToken.
	LoadToken(ctx context.Context) (Token, error)
	// SaveToken stores t durably as version t.Version+1 when the stored version is t.Version (0: none is stored yet),
	// in one transaction; otherwise it stores nothing and returns an error that wraps ErrTokenChanged.
	SaveToken(ctx context.Context, t Token) error
	// LockToken takes the lease on refreshing for owner until ttl has passed or unlock is called, or renews owner's
	// own. ok is false when somebody else holds it; that is no error. A process that died leaves a lease that ends by
	// itself.
	LockToken(ctx context.Context, owner string, ttl time.Duration) (unlock func(), ok bool, err error)
}

// refreshLife is how long a refresh token lives, in months; warnBefore is when we begin to say so.
const (
	refreshLifeMonths = 6
	warnBefore        = 60 * 24 * time.Hour
	refreshEarly      = 5 * time.Minute
	idleRefresh       = 7 * 24 * time.Hour
)

// Status is what people may know about the stored token.
type Status struct {
	LoggedIn       bool      `json:"logged_in"`
	Geolocation    string    `json:"geolocation,omitempty"`
	Scope          string    `json:"scope,omitempty"`
	AccessExpires  time.Time `json:"access_expires,omitzero"`
	RefreshIssued  time.Time `json:"refresh_issued,omitzero"`
	RefreshExpires time.Time `json:"refresh_expires,omitzero"`
	// DaysLeft is how many whole days the refresh token has; negative when it is over.
	DaysLeft int `json:"days_left"`
	// Refused is when Concur refused the login last; zero: it was not, or somebody has logged in since.
	Refused time.Time `json:"refused_at,omitzero"`
	// Warning is set from 60 days before the end, when the token is over or refused, and when there is none.
	Warning string `json:"warning,omitempty"`
}

// WithRefusal is the status of a login that Concur refused at a moment; way is what to do.
func (s Status) WithRefusal(at time.Time, way string) Status {
	s.Refused = at
	s.Warning = "Concur refused the login on " + at.UTC().Format("2006-01-02 15:04") + " UTC: " + way
	return s
}

// pressing is how many days before the login ends it needs a person, not only a warning.
const pressing = 14

// Pressing tells that somebody must log in: nobody has, or the login ends soon, is over or refused.
func (s Status) Pressing() bool {
	return !s.LoggedIn || !s.Refused.IsZero() || s.Warning != "" && s.DaysLeft <= pressing
}

// StatusOf describes a token at a moment.
func StatusOf(t Token, now time.Time) Status {
	s := Status{
		LoggedIn: t.Refresh != "", Geolocation: t.Geolocation, Scope: t.Scope,
		AccessExpires: t.AccessExpires, RefreshIssued: t.RefreshObtained,
	}
	if !s.LoggedIn {
		s.Warning = "not logged in: have an administrator make a company request token and run fisbridge auth login"
		return s
	}
	s.RefreshExpires = t.RefreshObtained.AddDate(0, refreshLifeMonths, 0)
	left := s.RefreshExpires.Sub(now)
	s.DaysLeft = int(left / (24 * time.Hour))
	day := s.RefreshExpires.Format("2006-01-02")
	switch {
	case left <= 0:
		s.DaysLeft = min(s.DaysLeft, -1)
		s.Warning = "the refresh token ended on " + day + ": run fisbridge auth login with a new company request token"
	case left <= warnBefore:
		s.Warning = fmt.Sprintf("the refresh token ends on %s, in %d days: run fisbridge auth login with a new company request token before", day, s.DaysLeft)
	}
	return s
}
