// Package fleet owns the commands of a fleet: companies that are published into one database, and nodes that serve them.
//
// Each works in the folder of a node, where fleet.yaml lies.
package fleet

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	companyfolder "github.com/fisbridge/fisbridge/internal/fleet"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/journal/postgres"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// room has the commands of this package as its methods.
type room struct{ *frame.Frame }

// New is the command fleet.
func New(shared *frame.Frame) *cobra.Command {
	a := &room{shared}
	cmd := &cobra.Command{
		Use:   "fleet",
		Short: "Many companies in one database, served by several nodes",
		Long: `A company is a working folder. fleet publish checks it and puts what it is made of into the database, as a version with who, when and why;
secrets are sealed for the nodes' keys. Nodes (fisbridge watch --fleet) serve the companies that are published, each company by one node at a time.

These commands work in the folder of a node, where fleet.yaml lies (fisbridge fleet init makes one; docs/many.md).`,
		Args: frame.KnownCommand,
		RunE: frame.Help,
	}
	cmd.AddCommand(newInit(a), newPublish(a), newList(a), newDisable(a), newEnable(a), newRevert(a), newErase(a), newGrant(a), newGrants(a), newPerson(a), newPass(a))
	return cmd
}

// noFleet is what to do in a folder that is no node's.
const noFleet = "go to the folder of the node or name it with -C; fisbridge fleet init makes a new one"

// load reads fleet.yaml.
func (a *room) load() (*config.Fleet, error) {
	f, err := config.LoadFleet(a.Dir)
	if errors.Is(err, config.ErrNoFleet) {
		return nil, desk.Invalid(err, noFleet)
	}
	return f, err
}

// with opens the database of the companies.
func (a *room) with(ctx context.Context, body func(*config.Fleet, *companies.Book) error) error {
	f, err := a.load()
	if err != nil {
		return err
	}
	return withBook(ctx, f, func(b *companies.Book) error { return body(f, b) })
}

func withBook(ctx context.Context, f *config.Fleet, body func(*companies.Book) error) (err error) {
	b, err := companies.Open(ctx, postgres.Server{URL: f.URL(), Password: f.Database.Password.In(f.Path)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	return told(body(b))
}

// told gives the refusals of the database their exit codes and ways out.
func told(err error) error {
	var own *desk.Error
	var none *companies.NotFoundError
	var taken *companies.TakenError
	var other *companies.OtherError
	var erased *companies.ErasedError
	var refused *companyfolder.RefusedError
	switch {
	case err == nil, errors.As(err, &own):
		return err
	case errors.As(err, &none):
		hint := "fisbridge fleet list shows those that were"
		if near := wording.Nearest(none.Company, none.Known); near != "" {
			hint = "did you mean " + near + "?"
		}
		return &desk.Error{Code: desk.ExitFailed, Err: none, Hint: say.Plain(hint)}
	case errors.As(err, &taken):
		return desk.Invalid(err, "give one of the two another concur.system_id or other document types; nothing was published")
	case errors.As(err, &other):
		return desk.Invalid(err, "another company needs a schema of its own (journal.schema); nothing was published")
	case errors.As(err, &erased):
		return &desk.Error{Code: desk.ExitFailed, Err: err, Hint: "take another journal.schema for a new company"}
	case errors.As(err, &refused):
		return desk.Invalid(err, "publish the company again")
	case errors.Is(err, companies.ErrNoVersionBefore):
		return &desk.Error{Code: desk.ExitFailed, Err: err, Hint: "fisbridge fleet list COMPANY shows its versions; --to N takes one of them"}
	}
	return err
}

// who acts, as the database keeps it.
func who(a *room, command, reason string) companies.Who {
	return companies.Who{Actor: a.Actor(command), Reason: reason}
}
