package people

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/web"
)

// NewPerson lists who has an account in the console, and makes links for who cannot get in.
func NewPerson(shared *frame.Frame) *cobra.Command {
	a := &room{shared}
	cmd := &cobra.Command{
		Use:   "person",
		Short: "Who has an account in the console; a new link for somebody who cannot get in",
		Args:  frame.KnownCommand,
		RunE:  frame.Help,
	}
	cmd.AddCommand(newPersonList(a), newPersonReset(a))
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
