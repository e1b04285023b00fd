package people

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/stops"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// NewRoute stops a route, and lets it go on.
func NewRoute(shared *frame.Frame) *cobra.Command {
	a := &room{shared}
	cmd := &cobra.Command{
		Use:   "route",
		Short: "Stop a route, and let it go on",
		Args:  frame.KnownCommand,
		RunE:  frame.Help,
	}
	cmd.AddCommand(newRouteList(a), newRouteStop(a), newRouteStart(a))
	return cmd
}

func newRouteList(a *room) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the routes, and which of them are stopped", Args: frame.WantArgs(0, 0),
		Example: "  fisbridge route list",
		RunE: a.Action(func(ctx context.Context, _ []string) error {
			return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
				routes, err := stops.Routes(ctx, w)
				if err != nil {
					return err
				}
				if a.JSON {
					return a.WriteJSON(routes)
				}
				g := &term.Grid{Heads: []string{"route", "stopped since", "by", "waits", "reason"}}
				for _, r := range routes {
					if s := r.Stopped; s != nil {
						g.Add(r.Name, wording.When(s.Since, w.Config.Schedule.Zone()), wording.Person(s.By), wording.Counted(s.Waiting, "document"), s.Reason)
					} else {
						g.Add(r.Name, "", "", "", "")
					}
				}
				g.Write(a.Stdout, a.Width())
				return nil
			})
		}),
	}
}

func newRouteStop(a *room) *cobra.Command {
	var reason string
	return frame.ReasonFlag(&cobra.Command{
		Use: "stop ROUTE", Short: "Make and send no import files of a route until it goes on", Args: frame.WantArgs(1, 1),
		Long: `From now on no import file of the route is made, and none that was made is sent, but one that is getting its name in this moment. Its documents
are fetched and locked as ever, and wait; result files are read, and Concur is told. Each run ends with exit code 3 meanwhile. It works beside a run, which
obeys before its next file.`,
		Example: `  fisbridge route stop expenses --reason "the accounts of the new workbook are wrong"`,
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return a.onRoute(ctx, "route stop", args[0], reason, stops.Halt)
		}),
	}, &reason)
}

func newRouteStart(a *room) *cobra.Command {
	var reason string
	return frame.ReasonFlag(&cobra.Command{
		Use: "start ROUTE", Short: "Let a stopped route go on", Args: frame.WantArgs(1, 1),
		Long:    `The next run makes import files of the documents that wait, and sends what was made before the stop.`,
		Example: `  fisbridge route start expenses --reason "the workbook is mended"`,
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return a.onRoute(ctx, "route start", args[0], reason, stops.Resume)
		}),
	}, &reason)
}

func (a *room) onRoute(ctx context.Context, command, name, reason string, do func(context.Context, *desk.Workspace, string, string) error) error {
	return desk.Beside(ctx, a.Place(command), func(w *desk.Workspace) error {
		if err := do(ctx, w, name, reason); err != nil {
			return err
		}
		r, _, err := stops.Of(ctx, w, name)
		switch {
		case err != nil:
			return err
		case a.JSON:
			return a.WriteJSON(r)
		case r.Stopped != nil:
			a.Say("route %s is stopped: %s wait; fisbridge route start %s --reason … lets it go on", name, wording.Counted(r.Stopped.Waiting, "document"), name)
		default:
			a.Say("route %s goes on with the next run", name)
		}
		return nil
	})
}
