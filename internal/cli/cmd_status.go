package cli

import (
	"context"

	"github.com/spf13/cobra"

	clifleet "github.com/fisbridge/fisbridge/internal/cli/fleet"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
)

// usualRows is how many rows of a list status shows without --all.
const usualRows = 10

// rows is how many rows of a list are asked for; 0: all.
func rows(all bool) int { return map[bool]int{false: usualRows, true: 0}[all] }

func newStatus(a *app) *cobra.Command {
	var all, companies bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show where everything stands, and what needs a person",
		Long: `status shows on one screen: the last run, the login, the version of each mapping, documents by state, import files that are open, held documents
with their reasons, documents that wait for the ERP's answer (the oldest first; ! beyond warn_after_days), confirmations and payments that
are due or stuck, and the alarms with what to do about them. It changes nothing and works while a run is going on.

With --all-companies, in the folder of a node, it shows where each company stands that is published (docs/many.md).

Exit code 3 when something needs a person.`,
		Example: "  fisbridge status\n  fisbridge status --all\n  fisbridge status --json | jq .needs_person",
		Args:    frame.WantArgs(0, 0),
	}
	cmd.Flags().BoolVar(&all, "all", false, "whole lists, not only their first rows")
	cmd.Flags().BoolVar(&companies, "all-companies", false, "all companies that are published, in the folder of a node")
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error {
		if companies {
			return clifleet.Status(ctx, a.Frame)
		}
		return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
			s, err := w.Status(ctx, rows(all))
			if err != nil {
				return err
			}
			if a.JSON {
				err = a.WriteJSON(s)
			} else {
				statusPage{s, a.Zone()}.text(a.Stdout, a.Width())
			}
			if err == nil && len(s.NeedsPerson) > 0 {
				return desk.NeedsPerson()
			}
			return err
		})
	})
	return cmd
}
