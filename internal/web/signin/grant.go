package signin

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// ExistingError refuses roles in a company for an account that is not the company's: others may have it in their hands.
type ExistingError struct {
	Name    string
	Machine bool
	Ended   bool
	// Companies are those in which it has or had a role.
	Companies []string
}

// Error says what the account is, and whose.
func (e *ExistingError) Error() string {
	what := "has an account already"
	switch {
	case e.Machine && e.Ended:
		what = "is a machine that was ended"
	case e.Machine:
		what = "is a machine"
	case e.Ended:
		what = "has an account that was ended"
	}
	if len(e.Companies) == 0 {
		return fmt.Sprintf("%s %s", e.Name, what)
	}
	return fmt.Sprintf("%s %s, of the companies %s, whose administrators can have it in their hands", e.Name, what, strings.Join(e.Companies, ", "))
}

// Grant is SetRoles by whoever looks after a fleet. An account that is no person of the company yet (it belonged to other
// companies only), a machine, or one that was ended gets roles only where existing says that this very account is meant;
// then the links to it that are open die as well as its sessions.
func (b *Book) Grant(ctx context.Context, by string, id int64, company string, roles []Role, existing bool, reason string) error {
	return b.in(ctx, func(t *tx) error {
		p := Person{ID: id, Roles: map[string][]Role{}}
		var ended int64
		if err := t.QueryRowContext(ctx, `SELECT name, machine, ended_at FROM people WHERE id = $1`, id).Scan(&p.Name, &p.Machine, &ended); err != nil {
			return fmt.Errorf("people: %w", err)
		}
		companies, err := t.words(`SELECT company FROM belonged WHERE person = $1 ORDER BY company`, id)
		if err != nil {
			return err
		}
		has, err := t.words(`SELECT role FROM roles WHERE person = $1 AND company = $2 UNION SELECT role FROM grouped WHERE person = $1 AND company = $2`, id, company)
		if err != nil {
			return err
		}
		for _, r := range has {
			p.Roles[company] = append(p.Roles[company], Role(r))
		}
		foreign := p.Machine || ended > 0 || len(companies) > 0 && !slices.Contains(companies, company)
		if foreign && len(roles) > 0 {
			if !existing {
				return &ExistingError{p.Name, p.Machine, ended > 0, companies}
			}
			if err := t.exec(`DELETE FROM links WHERE person = $1`, id); err != nil {
				return err
			}
		}
		return t.setRoles(by, p, company, roles, reason)
	})
}

// words are the texts of a query's one column.
func (t *tx) words(query string, args ...any) ([]string, error) {
	return list(t.ctx, t, query, args, func(rows *sql.Rows) (s string, err error) { err = rows.Scan(&s); return s, err })
}
