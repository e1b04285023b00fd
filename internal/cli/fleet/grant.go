package fleet

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/web"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// withPeople opens the part of the database that has the people of the console.
func (a *room) withPeople(ctx context.Context, body func(*config.Fleet, *companies.Book, *sql.DB) error) error {
	return a.with(ctx, func(f *config.Fleet, b *companies.Book) (err error) {
		db, err := b.People(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		return body(f, b, db)
	})
}

// granted is what a machine reads of a grant.
type granted struct {
	Company string   `json:"company"`
	Name    string   `json:"name"`
	Roles   []string `json:"roles"`
	Link    string   `json:"link,omitempty"`
}

func newGrant(a *room) *cobra.Command {
	var reason string
	var roles []string
	var none, existing, link bool
	cmd := frame.ReasonFlag(&cobra.Command{
		Use:   "grant COMPANY NAME --role ROLE --reason …",
		Short: "Say as what somebody sees a company in the console",
		Long: `Gives the person the roles in the company, in place of those that he has there, and ends his sessions; --none takes all of them. Somebody who has no account yet gets one:
the link that is printed is good once, for a day, and sets the password. Administrators of a company do the same in the console for theirs.

An account that other companies have, a machine, or an account that was ended gets no role by its name alone: whoever administers the other companies can have made it and can know
its password or tokens. --existing says that you know whose it is and mean it; its sessions and the links to it that are open end.

Roles that groups of the provider of identities give (console.oidc.roles) are kept apart: this command neither gives nor takes them.

The roles: accountant, approver, operator, auditor, administrator, persons (docs/console.md). Who gave which role to whom, when and why stands in the history of sign-ins
and roles, which is append-only.`,
		Example: `  fisbridge -C node fleet grant acme ann --role accountant --role approver --reason "their bookkeeper"
  fisbridge -C node fleet grant acme ann --none --reason "left on 31 March"`,
		Args: frame.WantArgs(2, 2),
	}, &reason)
	cmd.Flags().StringArrayVar(&roles, "role", nil, "`role` in the company; may be given several times")
	cmd.Flags().BoolVar(&none, "none", false, "no role: the person sees the company no more")
	cmd.Flags().BoolVar(&existing, "existing", false, "an account of other companies is meant, a machine, or one that was ended")
	cmd.Flags().BoolVar(&link, "link", false, "print a link for an account that is there already, too: good once, for a day, it sets the password")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		if link && none {
			return desk.Usage(errors.New("--link is for somebody who sees the company, so not with --none"))
		}
		if none == (len(roles) > 0) {
			return desk.Usage(errors.New("say as what the person sees the company with --role, or --none"))
		}
		return a.withPeople(ctx, func(f *config.Fleet, b *companies.Book, db *sql.DB) error {
			c, err := b.Find(ctx, args[0])
			if err != nil {
				return err
			}
			if c.State == companies.Erased {
				return &companies.ErasedError{Company: c.Name}
			}
			g, err := web.Grant(ctx, db, a.Now, c.Name, args[1], roles, existing, link, a.Actor("fleet grant"), reason)
			var role *web.RoleError
			var other *web.ExistingError
			var account *web.AccountError
			switch {
			case errors.As(err, &account):
				return toPerson(args[1], err)
			case errors.As(err, &other):
				return &desk.Error{Code: desk.ExitFailed, Err: err, Hint: say.Plain("nothing was changed; take another name for a new account, or say with --existing that this very account is to see " + c.Name + ", after asking whose it is")}
			case errors.As(err, &role):
				return desk.Usage(err)
			case err != nil:
				return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s in %s: %w", args[1], c.Name, err), Hint: "nothing was changed; fisbridge fleet grants shows who has which role"}
			}
			return a.tellGranted(f, c.Name, g)
		})
	})
	return cmd
}

func (a *room) tellGranted(f *config.Fleet, company string, g web.Granted) error {
	out := granted{Company: company, Name: g.Name, Roles: []string{}}
	for _, r := range g.In(company) {
		out.Roles = append(out.Roles, string(r))
	}
	if g.Link != "" {
		out.Link = f.ConsoleAddress() + "/link/" + g.Link
	}
	switch {
	case a.JSON:
		return a.WriteJSON(out)
	case len(out.Roles) == 0:
		a.Say("%s sees %s no more", g.Name, company)
	case len(g.ByGroups[company]) > 0:
		a.Say("%s sees %s as %s; of that, groups of the provider of identities give %s", g.Name, company, strings.Join(out.Roles, ", "), joined(g.ByGroups[company]))
	default:
		a.Say("%s sees %s as %s", g.Name, company, strings.Join(out.Roles, ", "))
	}
	if out.Link != "" {
		a.Say("the link to the account is good once, for a day: %s", out.Link)
	}
	return nil
}

func joined[T ~string](list []T) string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return strings.Join(out, ", ")
}

// grantsShown is how many rows of the history are shown.
const grantsShown = 50

func newGrants(a *room) *cobra.Command {
	return &cobra.Command{
		Use:     "grants [COMPANY]",
		Short:   "Show who sees which company as what, and for one company what was done with its rights",
		Example: "  fisbridge -C node fleet grants\n  fisbridge -C node fleet grants acme --json",
		Args:    frame.WantArgs(0, 1),
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return a.withPeople(ctx, func(_ *config.Fleet, b *companies.Book, db *sql.DB) error {
				company := ""
				if len(args) > 0 {
					c, err := b.Find(ctx, args[0])
					if err != nil {
						return err
					}
					company = c.Name
				}
				people, history, err := web.Grants(ctx, db, company, grantsShown)
				if err != nil {
					return err
				}
				if a.JSON {
					return a.WriteJSON(map[string]any{"people": people, "history": history})
				}
				g := term.Grid{Heads: []string{"name", "shown", "company", "as"}}
				for _, p := range people {
					for _, name := range companiesOf(p) {
						if company == "" || company == name {
							g.Add(p.Name, p.Shown, name, wording.OrBlank(rolesText(p, name)))
						}
					}
				}
				g.Write(a.Stdout, a.Width())
				for i := len(history) - 1; i >= 0; i-- {
					r := history[i]
					a.Say("%s  %s %s by %s: %s", when(r.At), r.Event, r.About, wording.Person(r.Who), r.Detail)
				}
				return nil
			})
		}),
	}
}

func companiesOf(p web.Person) (out []string) {
	for name := range p.Roles {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func rolesText(p web.Person, company string) string {
	var out []string
	for _, r := range p.In(company) {
		out = append(out, string(r))
	}
	if !p.Ended.IsZero() {
		out = append(out, "ended")
	}
	return strings.Join(out, ", ")
}
