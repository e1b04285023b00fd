package people

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/web"
)

// NewPerson lists who has an account in the console, and makes links for who cannot get in.
func NewPerson(shared *frame.Frame) *cobra.Command {
	a := &room{shared}
	cmd := &cobra.Command{
		Use:   "person",
		Short: "Who has an account in the console; roles in a company; a new link for somebody who cannot get in",
		Args:  frame.KnownCommand,
		RunE:  frame.Help,
	}
	cmd.AddCommand(newPersonList(a), newPersonGrant(a), newPersonReset(a))
	return cmd
}

func newPersonList(a *room) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List who has an account in the console, with roles", Args: frame.WantArgs(0, 0),
		Example: "  fisbridge person list",
		RunE: a.Action(func(ctx context.Context, _ []string) error {
			return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
				people, err := web.People(ctx, w, a.Now)
				if err != nil {
					return err
				}
				if a.JSON {
					return a.WriteJSON(people)
				}
				g := &term.Grid{Heads: []string{"name", "shown", "roles", "last sign-in"}}
				for _, p := range people {
					g.Add(p.Name, p.Shown, rolesText(p), dayOrNone(p.LastIn))
				}
				g.Write(a.Stdout, a.Width())
				return nil
			})
		}),
	}
}

func rolesText(p web.Person) string {
	var out []string
	for company, roles := range p.Roles {
		for _, r := range roles {
			out = append(out, company+": "+string(r))
		}
	}
	if !p.Ended.IsZero() {
		out = append(out, "ended")
	}
	return strings.Join(out, ", ")
}

func dayOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// granted is what a machine reads of a grant.
type granted struct {
	Company string   `json:"company"`
	Name    string   `json:"name"`
	Roles   []string `json:"roles"`
	Link    string   `json:"link,omitempty"`
}

func newPersonGrant(a *room) *cobra.Command {
	var reason string
	var roles []string
	var none, existing bool
	cmd := frame.ReasonFlag(&cobra.Command{
		Use: "grant NAME --role ROLE --reason …", Short: "Say as what somebody sees the company of this folder in the console", Args: frame.WantArgs(1, 1),
		Long: `Where no administrator of the company is at hand, as in one whose folder was made later: gives the person the roles in the company of this folder, in place of
those that he has there, and ends his sessions; --none takes all of them. Somebody who has no account yet gets one: the link that is printed is good once, for a day, and sets the
password. It works while serve runs, and stands in the history of sign-ins and roles, with the account of the operating system and the reason.

An account that only other companies of the console have, a machine, or an account that was ended gets no role by its name alone: administrators of other companies can have
it in their hands. --existing says that you know whose it is and mean it.

The roles: accountant, approver, operator, auditor, administrator, persons (docs/console.md).`,
		Example: `  fisbridge -C companies/acme person grant aiko --role administrator --existing --reason "she looks after the new company"
  fisbridge -C companies/acme person grant ann --none --reason "left on 31 March"`,
	}, &reason)
	cmd.Flags().StringArrayVar(&roles, "role", nil, "`role` in the company; may be given several times")
	cmd.Flags().BoolVar(&none, "none", false, "no role: the person sees the company no more")
	cmd.Flags().BoolVar(&existing, "existing", false, "an account of other companies is meant, a machine, or one that was ended")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		if none == (len(roles) > 0) {
			return desk.Usage(errors.New("say as what the person sees the company with --role, or --none"))
		}
		company, err := a.ShortName()
		if err != nil {
			return err
		}
		return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
			g, err := web.GrantHere(ctx, w, a.Now, company, args[0], roles, existing, a.Actor("person"), reason)
			var role *web.RoleError
			var other *web.ExistingError
			var own *desk.Error
			switch {
			case errors.As(err, &own):
				return err
			case errors.As(err, &role):
				return desk.Usage(err)
			case errors.As(err, &other):
				return &desk.Error{Code: desk.ExitFailed, Err: err, Hint: say.Plain("nothing was changed; take another name for a new account, or say with --existing that this very account is to see " + company)}
			case err != nil:
				return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s in %s: %w", args[0], company, err), Hint: "nothing was changed; fisbridge person list shows who has which role"}
			}
			return a.tellGranted(company, g)
		})
	})
	return cmd
}

func (a *room) tellGranted(company string, g web.Granted) error {
	out := granted{Company: company, Name: g.Name, Roles: []string{}, Link: g.Link}
	for _, r := range g.In(company) {
		out.Roles = append(out.Roles, string(r))
	}
	if a.JSON {
		return a.WriteJSON(out)
	}
	if len(out.Roles) == 0 {
		a.Say("%s sees %s no more", g.Name, company)
	} else {
		a.Say("%s sees %s as %s", g.Name, company, strings.Join(out.Roles, ", "))
	}
	if out.Link != "" {
		a.Say("the link to the account is good once, for a day: %s", out.Link)
	}
	return nil
}

func newPersonReset(a *room) *cobra.Command {
	var reason string
	return frame.ReasonFlag(&cobra.Command{
		Use: "reset NAME", Short: "Make a link by which somebody sets a new password", Args: frame.WantArgs(1, 1),
		Long: `Where somebody cannot get into the console and no administrator is at hand: the link is good once, for 15 minutes, and
that it was made stands in the history of sign-ins, with the account of the operating system and the reason. It works while serve runs.`,
		Example: `  fisbridge person reset aiko --reason "forgotten, called back on her number"`,
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
				link, err := web.ResetPerson(ctx, w, a.Now, args[0], a.Actor("person"), reason)
				if err != nil {
					return err
				}
				if a.JSON {
					return a.WriteJSON(map[string]string{"link": link})
				}
				a.Say("%s", link)
				return nil
			})
		}),
	}, &reason)
}
