package workbench

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/findings"
)

func newMappingAccept(a *bench) *cobra.Command {
	var reason string
	return frame.ReasonFlag(&cobra.Command{
		Use:   "accept ROUTE",
		Short: "Let a changed mapping go live although it holds or changes more than its edits say",
		Long: `A changed mapping does not go live by itself when it would newly hold more than a tenth of last month's documents, or change what nobody said it
would: a column whose Value, settings and lookup rows are as they were, lines that are new or gone, LOOKUPs that ask other columns, or more
than half of a lookup sheet. The former version stays in force, and each run says so.

accept says that all of this is meant. It is for the workbook as it lies there now: edited again, it must be accepted again. Errors and failed
tests cannot be accepted. The next run puts the workbook in force.`,
		Example: `  fisbridge mapping diff live mappings/acme.xlsx --from-journal 30d
  fisbridge mapping accept expenses --reason "new chart of accounts from April, ticket 4711"`,
		Args: frame.WantArgs(1, 1),
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return desk.Exclusively(ctx, a.Place("mapping accept"), func(w *desk.Workspace) error {
				found, err := w.AcceptMapping(ctx, args[0], strings.TrimSpace(reason))
				if err != nil {
					return err
				}
				a.tellAccepted(args[0], found)
				return nil
			})
		}),
	}, &reason)
}

// tellAccepted names what was accepted.
func (a *bench) tellAccepted(route string, found findings.List) {
	a.Say("accepted for route %s; the next run puts the workbook in force:", route)
	for _, f := range found {
		a.Say("  %s", findingText(f))
	}
}
