package signin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// Identity is somebody as a provider of identities knows him. He is known by issuer and subject alone: names and
// addresses change hands.
type Identity struct {
	Issuer, Subject string
	// Name and Shown are what he is called when he comes for the first time.
	Name, Shown string
	// Roles are those that his groups give him, by company; they replace those that groups gave him the last time, and no role that people gave. In
	// a company that is not named all stays as it is.
	Roles map[string][]Role
}

// ErrNoRole says that no group of his gives a role.
var ErrNoRole = errors.New("no group gives a role")

var notName = regexp.MustCompile(`[^a-z0-9._@+-]+`)

// ByIdentity is the person of an identity. Who comes for the first time is made, when a group gives him a role; nobody comes in without one, from
// groups or from people. When the roles have changed his other sessions end.
func (b *Book) ByIdentity(ctx context.Context, i Identity, address string) (Person, error) {
	some := false
	for _, roles := range i.Roles {
		some = some || len(roles) > 0
	}
	var id int64
	err := b.db.QueryRowContext(ctx, `SELECT person FROM identities WHERE issuer = $1 AND subject = $2`, i.Issuer, i.Subject).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows) && !some:
		return Person{}, errors.Join(ErrNoRole, b.Refused(ctx, "an identity without a role", i.Issuer, "subject "+i.Subject+", from "+address))
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
		return p, errors.Join(ErrRefused, b.Refused(ctx, p.Name, "", "oidc, the account is ended, from "+address))
	}
	if err := b.grouped(ctx, p, i); err != nil {
		return p, err
	}
	if p, err = b.Person(ctx, id); err != nil {
		return p, err
	}
	if len(p.Roles) == 0 { // what he had is taken from him
		return p, errors.Join(ErrNoRole, b.Refused(ctx, p.Name, i.Issuer, "no group gives a role, from "+address))
	}
	return p, nil
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

// byGroups begins who gives roles in the history where groups do. Programs that kept such roles with those of people wrote the issuer alone.
const byGroups = "groups of "

// grouped gives a person the roles of his groups, where they are others than before.
func (b *Book) grouped(ctx context.Context, p Person, i Identity) error {
	return b.in(ctx, func(t *tx) error {
		changed := false
		for company, roles := range i.Roles {
			former, err := t.formerly(p, company, i.Issuer)
			if err != nil {
				return err
			}
			was, now := slices.Clone(p.ByGroups[company]), slices.Clone(roles)
			slices.Sort(was)
			slices.Sort(now)
			if now = slices.Compact(now); slices.Equal(was, now) && !former {
				continue
			}
			changed = true
			if err := t.setGrouped(p, company, now, byGroups+i.Issuer); err != nil {
				return err
			}
		}
		if !changed {
			return nil
		}
		return t.exec(`DELETE FROM sessions WHERE person = $1`, p.ID)
	})
}

// formerly takes the roles away that an older program kept with those of people, though groups had given them.
func (t *tx) formerly(p Person, company, issuer string) (bool, error) {
	if len(p.Granted[company]) == 0 {
		return false, nil
	}
	who := ""
	err := t.QueryRowContext(t.ctx, `SELECT who FROM history WHERE event IN ('invited', 'roles changed') AND about = $1 AND substr(detail, 1, $2) = $3 AND substr(who, 1, $4) <> $5 ORDER BY seq DESC LIMIT 1`,
		p.Name, len([]rune(company))+2, company+": ", len([]rune(byGroups)), byGroups).Scan(&who)
	if errors.Is(err, sql.ErrNoRows) || err == nil && who != issuer {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("people: %w", err)
	}
	return true, t.exec(`DELETE FROM roles WHERE person = $1 AND company = $2`, p.ID, company)
}

// setGrouped keeps the roles that groups give in a company.
func (t *tx) setGrouped(p Person, company string, roles []Role, by string) error {
	if err := t.exec(`DELETE FROM grouped WHERE person = $1 AND company = $2`, p.ID, company); err != nil {
		return err
	}
	var words []string
	for _, r := range roles {
		words = append(words, string(r))
		if err := t.exec(`INSERT INTO grouped (person, company, role) VALUES ($1,$2,$3)`, p.ID, company, string(r)); err != nil {
			return err
		}
	}
	if len(words) > 0 {
		if err := t.exec(`INSERT INTO belonged (person, company) VALUES ($1,$2) ON CONFLICT DO NOTHING`, p.ID, company); err != nil {
			return err
		}
	}
	return t.tell("roles changed", by, p.Name, company+": "+wording.OrBlank(strings.Join(words, ", ")))
}
