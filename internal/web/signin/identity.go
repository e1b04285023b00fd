package signin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Identity is somebody as a provider of identities knows him. He is known by issuer and subject alone: names and
// addresses change hands.
type Identity struct {
	Issuer, Subject string
	// Name and Shown are what he is called when he comes for the first time.
	Name, Shown string
	// Roles are those that his groups give him, by company; they replace those of the last time.
	Roles map[string][]Role
	// Kept are companies in which he keeps the roles that he has.
	Kept []string
}

// ErrNoRole says that no group of his gives a role.
var ErrNoRole = errors.New("no group gives a role")

var notName = regexp.MustCompile(`[^a-z0-9._@+-]+`)

// ByIdentity is the person of an identity. Who comes for the first time is made; nobody comes in without a role. When
// the roles have changed his other sessions end.
func (b *Book) ByIdentity(ctx context.Context, i Identity, address string) (Person, error) {
	some := false
	for _, roles := range i.Roles {
		some = some || len(roles) > 0
	}
	var id int64
	err := b.db.QueryRowContext(ctx, `SELECT person FROM identities WHERE issuer = $1 AND subject = $2`, i.Issuer, i.Subject).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows) && !some:
		return Person{}, errors.Join(ErrNoRole, b.Note(ctx, "refused", "an identity without a role", i.Issuer, "subject "+i.Subject+", from "+address))
	case errors.Is(err, sql.ErrNoRows):
		if id, err = b.newcomer(ctx, i); err != nil {
			return Person{}, err
		}
	case err != nil:
		return Person{}, fmt.Errorf("people: %w", err)
	}
	p, err := b.Person(ctx, id)
	if err != nil {
		return p, err
	}
	if !p.Ended.IsZero() {
		return p, errors.Join(ErrRefused, b.Note(ctx, "refused", p.Name, "", "oidc, the account is ended, from "+address))
	}
	if err := b.grouped(ctx, p, i); err != nil {
		return p, err
	}
	for _, company := range i.Kept {
		some = some || len(p.In(company)) > 0
	}
	if !some { // what he had is taken from him
		return p, errors.Join(ErrNoRole, b.Note(ctx, "refused", p.Name, i.Issuer, "no group gives a role, from "+address))
	}
	return b.Person(ctx, id)
}

// newcomer makes the person of an identity that comes for the first time. A name that is taken gets a number: it is
// somebody else's.
func (b *Book) newcomer(ctx context.Context, i Identity) (id int64, err error) {
	name := strings.Trim(notName.ReplaceAllString(foldName(i.Name), "-"), "._@+-")
	if len(name) < 2 {
		name = "person-" + name
	}
	name = name[:min(len(name), 50)]
	err = b.in(ctx, func(t *tx) error {
		free := name
		for n := 2; ; n++ {
			taken := 0
			if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM people WHERE name = $1`, free).Scan(&taken); err != nil {
				return fmt.Errorf("people: %w", err)
			}
			if taken == 0 {
				break
			}
			free = fmt.Sprintf("%s-%d", name, n)
		}
		shown := i.Shown
		if shown == "" {
			shown = free
		}
		if id, err = t.made(free, shown, false); err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO identities (issuer, subject, person) VALUES ($1,$2,$3)`, i.Issuer, i.Subject, id); err != nil {
			return err
		}
		return t.tell("came for the first time", free, i.Issuer, "subject "+i.Subject)
	})
	return id, err
}

// grouped gives a person the roles of his groups, where they are others than before.
func (b *Book) grouped(ctx context.Context, p Person, i Identity) error {
	changed := false
	for company, roles := range i.Roles {
		was := append([]Role{}, p.In(company)...)
		now := append([]Role{}, roles...)
		slices.Sort(was)
		slices.Sort(now)
		changed = changed || !slices.Equal(was, slices.Compact(now))
	}
	if !changed {
		return nil
	}
	return b.in(ctx, func(t *tx) error {
		for company, roles := range i.Roles {
			if err := t.roles(i.Issuer, p.ID, p.Name, company, roles, "roles changed"); err != nil {
				return err
			}
		}
		return t.exec(`DELETE FROM sessions WHERE person = $1`, p.ID)
	})
}
