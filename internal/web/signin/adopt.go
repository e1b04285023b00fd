package signin

import (
	"context"
	"fmt"
	"slices"
)

// Adopt makes who administers each of the other companies of a console an administrator of one in which nobody has ever
// had a role, and gives these people: a company whose folder was made later would be reached by nobody. Roles that a
// group gives count for nothing here, for the company says itself what groups are in it. Nobody's sessions end.
// orphan: nobody has ever had a role in it, also after this.
func (b *Book) Adopt(ctx context.Context, by, company string, others []string) (made []Person, orphan bool, err error) {
	all, err := b.People(ctx)
	if err != nil {
		return nil, false, err
	}
	err = b.in(ctx, func(t *tx) error {
		var n int
		if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM belonged WHERE company = $1`, company).Scan(&n); err != nil {
			return fmt.Errorf("people: %w", err)
		}
		if n > 0 {
			return nil
		}
		for _, p := range all {
			if p.Machine || !p.Ended.IsZero() || !p.administers(others) {
				continue
			}
			if err := t.roles(by, p.ID, p.Name, company, []Role{Administrator}, "roles changed"); err != nil {
				return err
			}
			if err := t.tell("reason", by, p.Name, company+": the company is new, and this is an administrator of all others"); err != nil {
				return err
			}
			made = append(made, p)
		}
		orphan = len(made) == 0
		return nil
	})
	return made, orphan, err
}

// administers: he was made an administrator of each of the companies; of none is not enough.
func (p Person) administers(companies []string) bool {
	for _, c := range companies {
		if !slices.Contains(p.Granted[c], Administrator) {
			return false
		}
	}
	return len(companies) > 0
}
