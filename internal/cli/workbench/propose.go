package workbench

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newMappingPropose(a *bench) *cobra.Command {
	var reason, mapping string
	cmd := frame.ReasonFlag(&cobra.Command{
		Use:   "propose FILE",
		Short: "Ask for a changed mapping to go live: what is wrong with it, what it would change",
		Long: `propose checks the workbook, tells everything that is wrong by sheet and cell, and what would have come out differently for the documents of
the last month. One without errors is kept in the journal and asked for. FILE may lie anywhere: its name says which mapping it is for ("acme.xlsx",
or "acme 8f31986e.xlsx" as it was taken), else --for does. It may be the workbook in the folder of the mappings itself.

With approval: other in fisbridge.yaml somebody else approves it. With approval: none it goes live with the next run; when it changes more than its
edits say, it waits until somebody has approved that, too. The run writes it to the place of the mapping. Who asks is the account of the system.

Exit code 4 when the workbook has errors, 3 when it waits for approval.`,
		Example: `  fisbridge mapping propose ~/acme.xlsx --reason "new chart of accounts from April, ticket 4711"
  fisbridge mapping propose new.xlsx --for acme --reason "taxis to 640107"`,
		Args: frame.WantArgs(1, 1),
		RunE: a.Action(func(ctx context.Context, args []string) error { return a.propose(ctx, args[0], mapping, reason) }),
	}, &reason)
	cmd.Flags().StringVar(&mapping, "for", "", "the `mapping` or route that it is for, where its name does not say so")
	return cmd
}

func (a *bench) propose(ctx context.Context, file, name, reason string) error {
	body, err := readMapping(file)
	if err != nil {
		return err
	}
	return desk.Beside(ctx, a.Place("mapping propose"), func(w *desk.Workspace) error {
		mapping, err := changes.MappingFor(w.Config, file)
		if name != "" {
			mapping, err = changes.Named(w.Config, name)
		}
		if err != nil {
			return err
		}
		if lock := workshop.OpenElsewhere(file); lock != "" {
			a.Warn("%s is open in Excel or LibreOffice (%s): this is its last saved state", file, lock)
		}
		o, err := changes.Propose(ctx, w, mapping, file, body, reason)
		return a.tellOutcome(o, err)
	})
}

func readMapping(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, desk.Invalid(fmt.Errorf("%s: there is no such file", file), "name the workbook as it lies there, from where you are")
	}
	if info.IsDir() || info.Size() > changes.MaxBytes {
		return nil, desk.Invalid(fmt.Errorf("%s is no mapping, or larger than %d MiB", file, changes.MaxBytes>>20), "name one .xlsx workbook or .yaml file")
	}
	return os.ReadFile(file)
}

func newMappingRevert(a *bench) *cobra.Command {
	var reason, to string
	cmd := frame.ReasonFlag(&cobra.Command{
		Use:   "revert NAME --to VERSION",
		Short: "Ask for a former version of a mapping to go live again",
		Long: `revert is propose with the workbook of a version that was in force before: it tells what would change, and goes the same way. NAME is a
route or a mapping file; VERSION is its hash, or at least 8 characters of it, as fisbridge mapping versions NAME lists them.`,
		Example: `  fisbridge mapping revert acme --to 8f31986e --reason "the new accounts come only in May"`,
		Args:    frame.WantArgs(1, 1),
		RunE: a.Action(func(ctx context.Context, args []string) error {
			if to == "" {
				return desk.Usage(fmt.Errorf("say with --to which version: fisbridge mapping versions %s lists them", args[0]))
			}
			return desk.Beside(ctx, a.Place("mapping revert"), func(w *desk.Workspace) error {
				mapping, err := changes.Named(w.Config, args[0])
				if err != nil {
					return err
				}
				o, err := changes.Revert(ctx, w, mapping, to, reason)
				return a.tellOutcome(o, err)
			})
		}),
	}, &reason)
	cmd.Flags().StringVar(&to, "to", "", "the hash of the `version`, or its beginning (required)")
	return cmd
}

// tellOutcome tells what was found and what became of it.
func (a *bench) tellOutcome(o changes.Outcome, err error) error {
	if o.Trial != nil && a.JSON {
		if werr := a.WriteJSON(o); werr != nil {
			return werr
		}
	}
	if o.Trial != nil && !a.JSON {
		a.tellChecked(&workshop.Report{File: o.Name, Findings: o.Findings})
		for _, e := range o.Effects {
			a.tellEffect(e)
		}
	}
	switch {
	case err != nil:
		return err
	case !o.Usable():
		return &desk.Error{Code: desk.ExitInvalid}
	case o.Change == nil:
		a.Remark("%s says what the version in force says: there is nothing to ask for", o.Name)
		return nil
	}
	return a.tellAsked(o)
}

func (a *bench) tellAsked(o changes.Outcome) error {
	c := o.Change
	if c.State == changes.Approved {
		a.Remark("change %d of %s: goes live with the next run", c.ID, c.Mapping)
		return nil
	}
	a.Remark(`change %d of %s: waits for approval: fisbridge mapping approve %s --reason "…"`, c.ID, c.Mapping, c.Routes[0])
	return desk.NeedsPerson()
}

// tellEffect tells what a change would do to the documents of a route.
func (a *bench) tellEffect(e changes.Effect) {
	a.Say("  route %s: %s", e.Route, e.Sentence)
	if a.Quiet {
		return
	}
	for _, c := range e.Columns {
		a.Say("    %s: %s of %s", c.Column, wording.Counted(c.Lines, "line"), wording.Counted(c.Documents, "document"))
	}
	if e.WouldHold+e.WouldGo > 0 {
		a.Say("    would be held: %d; would not be held any more: %d", e.WouldHold, e.WouldGo)
	}
	for i, text := range e.Cells {
		if i == usualCells {
			a.Say("    and %s more", wording.Counted(len(e.Cells)-i, "cell"))
			break
		}
		a.Say("    %s", text)
	}
	for _, f := range e.Doubts {
		a.Say("    asks for a second look: %s", findingText(f))
	}
}

// usualCells is how many changed cells are named.
const usualCells = 20
