package fleet

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/web"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newPerson(a *room) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "person",
		Short: "Accounts of a fleet's console: a new link, an account that ends, tokens of a machine",
		Long: `What is done to an account as a whole, in whichever companies it has roles (fleet grant gives and takes those). It stands in the history of sign-ins and roles with
who, when and why.`,
		Args: frame.KnownCommand,
		RunE: frame.Help,
	}
	cmd.AddCommand(newPersonReset(a), newPersonEnd(a), newPersonTokens(a))
	return cmd
}

// toPerson says what to do where the account is not what the command needs.
func toPerson(name string, err error) error {
	var other *web.AccountError
	switch {
	case errors.As(err, &other):
		return &desk.Error{Code: desk.ExitFailed, Err: err, Hint: "nothing was changed; fisbridge fleet grants shows who has an account"}
	case err != nil:
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s: %w", name, err), Hint: "nothing was changed; where somebody must administer a company, give another person that role first: fisbridge fleet grant"}
	}
	return nil
}

func newPersonReset(a *room) *cobra.Command {
	var reason string
	return frame.ReasonFlag(&cobra.Command{
		Use: "reset NAME", Short: "Make a link by which somebody sets a new password", Args: frame.WantArgs(1, 1),
		Long: `Where somebody cannot get into the console: the link is good once, for 15 minutes, and sets the password of the account, which ends its sessions. Whoever opens it is that
person in every company of the account: give it to nobody else.`,
		Example: `  fisbridge -C node fleet person reset ann --reason "forgotten, called back on her number"`,
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return a.withPeople(ctx, func(f *config.Fleet, _ *companies.Book, db *sql.DB) error {
				word, err := web.FleetReset(ctx, db, a.Now, args[0], a.Actor("fleet person"), reason)
				if err != nil {
					return toPerson(args[0], err)
				}
				link := f.ConsoleAddress() + "/link/" + word
				if a.JSON {
					return a.WriteJSON(map[string]string{"link": link})
				}
				a.Say("%s", link)
				return nil
			})
		}),
	}, &reason)
}

func newPersonEnd(a *room) *cobra.Command {
	var reason string
	return frame.ReasonFlag(&cobra.Command{
		Use: "end NAME", Short: "End an account: it signs in nowhere any more", Args: frame.WantArgs(1, 1),
		Long:    `Ends the account in all companies, with its sessions, links and tokens, at once on every node. Its name stays in histories and is not given again.`,
		Example: `  fisbridge -C node fleet person end ann --reason "left on 31 March"`,
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return a.withPeople(ctx, func(_ *config.Fleet, _ *companies.Book, db *sql.DB) error {
				p, err := web.FleetEnd(ctx, db, a.Now, args[0], a.Actor("fleet person"), reason)
				if err != nil {
					return toPerson(args[0], err)
				}
				if a.JSON {
					return a.WriteJSON(map[string]string{"ended": p.Name})
				}
				a.Say("%s has no account any more", p.Name)
				return nil
			})
		}),
	}, &reason)
}

func newPersonTokens(a *room) *cobra.Command {
	var reason string
	var end int64
	cmd := &cobra.Command{
		Use: "tokens NAME", Short: "List the tokens of a machine, or end one of them", Args: frame.WantArgs(1, 1),
		Long: `Tokens are made in the console by who administers a company of the machine; their words are shown once there and kept nowhere. --end NUMBER --reason … ends one: no node
takes it any more.`,
		Example: "  fisbridge -C node fleet person tokens robot\n  fisbridge -C node fleet person tokens robot --end 3 --reason \"it stood in a log\"",
	}
	cmd.Flags().Int64Var(&end, "end", 0, "`number` of a token that ends")
	cmd.Flags().StringVarP(&reason, "reason", "r", "", "why it ends; it goes into the history")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		if end != 0 {
			var err error
			if reason, err = wording.Reason(reason); err != nil {
				return desk.Usage(fmt.Errorf("--reason: %w", err))
			}
		}
		return a.withPeople(ctx, func(_ *config.Fleet, _ *companies.Book, db *sql.DB) error {
			list, err := web.FleetTokens(ctx, db, a.Now, args[0], end, a.Actor("fleet person"), reason)
			if err != nil {
				return toPerson(args[0], err)
			}
			if a.JSON {
				return a.WriteJSON(list)
			}
			g := term.Grid{Heads: []string{"number", "for", "made", "good until", "last used", "ended"}}
			for _, t := range list {
				g.Add(fmt.Sprint(t.ID), t.Label, day(t.Made), day(t.Until), day(t.Used), day(t.Ended))
			}
			g.Write(a.Stdout, a.Width())
			return nil
		})
	})
	return cmd
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
