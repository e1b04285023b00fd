package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// AccountError is an account that there is not, or that is not of the kind that is asked for.
type AccountError struct {
	Name, What string
}

// Error says what is wrong with it.
func (e *AccountError) Error() string { return fmt.Sprintf(e.What, e.Name) }

// account is the one with a name, which has not ended; a machine where machine says so.
func account(ctx context.Context, b *signin.Book, name string, machine bool) (signin.Person, error) {
	p, err := b.Called(ctx, name)
	switch {
	case errors.Is(err, signin.ErrNotFound):
		return p, &AccountError{name, "nobody is called %q"}
	case err != nil:
		return p, err
	case !p.Ended.IsZero():
		return p, &AccountError{p.Name, "the account %s was ended"}
	case p.Machine && !machine:
		return p, &AccountError{p.Name, "%s is a machine: there is no password to be set"}
	case !p.Machine && machine:
		return p, &AccountError{p.Name, "%s is no machine: it has no tokens"}
	}
	return p, nil
}

// reset makes the word of a link by which somebody sets a new password; the history tells who made it, and why.
func reset(ctx context.Context, b *signin.Book, p signin.Person, by, reason string, good time.Duration) (string, error) {
	if err := b.Note(ctx, "reset on the machine", by, p.Name, reason); err != nil {
		return "", err
	}
	return b.Link(ctx, by, p, good)
}

// FleetReset is the word of a new link for somebody of a fleet.
func FleetReset(ctx context.Context, db *sql.DB, now func() time.Time, name, by, reason string) (string, error) {
	b := signin.Served(db, now)
	p, err := account(ctx, b, name, false)
	if err != nil {
		return "", err
	}
	return reset(ctx, b, p, by, reason, signin.FirstGood)
}

// FleetEnd ends an account of a fleet, a person's or a machine's.
func FleetEnd(ctx context.Context, db *sql.DB, now func() time.Time, name, by, reason string) (Person, error) {
	b := signin.Served(db, now)
	p, err := account(ctx, b, name, false)
	var other *AccountError
	if errors.As(err, &other) && p.Machine && p.Ended.IsZero() {
		err = nil
	}
	if err != nil {
		return p, err
	}
	return p, b.End(ctx, signin.Person{Name: by}, p.ID, reason)
}

// FleetTokens are the tokens of a machine of a fleet, one of which is ended before where end is not 0.
func FleetTokens(ctx context.Context, db *sql.DB, now func() time.Time, name string, end int64, by, reason string) ([]signin.Token, error) {
	b := signin.Served(db, now)
	p, err := account(ctx, b, name, true)
	if err != nil {
		return nil, err
	}
	list, err := b.Tokens(ctx, p.ID)
	if err != nil || end == 0 {
		return list, err
	}
	i := slices.IndexFunc(list, func(t signin.Token) bool { return t.ID == end && t.Ended.IsZero() })
	if i < 0 {
		return nil, &AccountError{p.Name, fmt.Sprintf("%%s has no token %d that is good", end)}
	}
	if err := b.Note(ctx, "reason", by, p.Name, reason); err != nil {
		return nil, err
	}
	if err := b.EndToken(ctx, by, p, end); err != nil {
		return nil, err
	}
	return b.Tokens(ctx, p.ID)
}
