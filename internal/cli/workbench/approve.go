package workbench

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newMappingApprove(a *bench) *cobra.Command {
	return a.decision("approve", "Approve the change of a mapping that waits: the next run puts it in force",
		`approve lets the change of a mapping that waits go live with the next run. NAME is a route or a mapping file. With approval: other in
fisbridge.yaml nobody approves what he asked for himself: who acts is the account of the system, whoever stands behind sudo.

It is for the change as it was asked for. When another version went live since, or the template was changed, it must be proposed again. Look at it
first with fisbridge mapping versions NAME, and with --change say which one you saw.`,
		`  fisbridge mapping approve acme --reason "checked with the controller"`, changes.Approve)
}

func newMappingReject(a *bench) *cobra.Command {
	return a.decision("reject", "Reject the change of a mapping that waits, or take back one's own",
		`reject ends the change of a mapping that waits, for approval or for the next run. NAME is a route or a mapping file. The workbook stays in the
journal; what lies in the folder of the mappings is left as it is.`,
		`  fisbridge mapping reject acme --reason "account 640107 is closed"`, changes.Reject)
}

// decision is a command that decides about the change that waits.
func (a *bench) decision(verb, short, long, example string, do func(ctx context.Context, w *desk.Workspace, mapping string, number int64, reason string) (changes.Change, error)) *cobra.Command {
	var reason string
	var number int64
	cmd := frame.ReasonFlag(&cobra.Command{
		Use: verb + " NAME", Short: short, Long: long, Example: example, Args: frame.WantArgs(1, 1),
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return desk.Beside(ctx, a.Place("mapping "+verb), func(w *desk.Workspace) error {
				mapping, err := changes.Named(w.Config, args[0])
				if err != nil {
					return err
				}
				c, err := do(ctx, w, mapping, number, reason)
				if err != nil {
					return err
				}
				if a.JSON {
					return a.WriteJSON(c)
				}
				a.Say("change %d of %s is %s%s", c.ID, c.Mapping, c.State, wording.Either(c.State == changes.Approved, ": it goes live with the next run", ""))
				return nil
			})
		}),
	}, &reason)
	cmd.Flags().Int64Var(&number, "change", 0, "the `number` of the change that you looked at; another one is refused")
	return cmd
}

func newMappingVersions(a *bench) *cobra.Command {
	return &cobra.Command{
		Use:   "versions NAME",
		Short: "List the versions of a mapping and the changes that were asked for",
		Long: `versions lists the versions of a mapping that were in force, with their hashes, and the changes that were asked for: by whom and why, what they
would change, who decided. NAME is a route or a mapping file.`,
		Example: `  fisbridge mapping versions acme`,
		Args:    frame.WantArgs(1, 1),
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
				mapping, err := changes.Named(w.Config, args[0])
				if err != nil {
					return err
				}
				l, err := changes.LifeOf(ctx, w, mapping)
				if err != nil {
					return err
				}
				if a.JSON {
					return a.WriteJSON(l)
				}
				a.tellLife(l, changes.RuleWords(w.Config))
				return nil
			})
		}),
	}
}

func (a *bench) tellLife(l changes.Life, rule string) {
	a.Say("%s: %s", l.Mapping, rule)
	lines := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 10, Zone: a.Zone()}
	zone := a.Zone()
	for _, c := range l.Changes {
		a.Say("")
		tellChange(lines, c, zone)
	}
	for _, v := range l.Versions {
		a.Say("")
		lines.Put(v.Since.In(zone).Format(time.DateOnly), "%s %s for route %s: version %s%s", v.Since.In(zone).Format("15:04 MST"), wording.Either(v.InForce(), "in force", "was in force"), v.Route, wording.Short(v.Hash),
			wording.Either(v.Change > 0, fmt.Sprintf(", by change %d", v.Change), ""))
		lines.Put("", "%s%s", v.Actor, wording.Either(v.Author != "", ", saved by "+v.Author, ""))
	}
	for _, v := range l.InFolder {
		a.Say("")
		lines.Put("in folder", "what lies at %s is not used for route %s", l.Mapping, v.Route)
		for _, p := range v.Problems {
			lines.Put("", "%s", p)
		}
	}
}

func tellChange(l term.Lines, c changes.Change, zone *time.Location) {
	l.Put(c.Since.In(zone).Format(time.DateOnly), "%s change %d %s: %s, version %s", c.Since.In(zone).Format("15:04 MST"), c.ID, c.State, c.Name, wording.Short(c.Hash))
	l.Put("", "%s by %s: %s", c.Origin, changes.Person(c.AskedBy), c.Reason)
	for _, e := range c.Effects {
		l.Put("", "route %s: %s", e.Route, e.Sentence)
	}
	if c.DecidedBy != "" {
		l.Put("", "%s by %s: %s%s", wording.Either(c.State == changes.Rejected, "rejected", "approved"), changes.Person(c.DecidedBy), c.Decision, wording.Either(c.FourEyes == "none", " (nobody else had to agree)", ""))
	}
}
