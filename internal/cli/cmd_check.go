package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/check"
)

func newCheck(a *app) *cobra.Command {
	var offline, probe bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check configuration, mappings, credentials, keys, folders and rights",
		Long: `check looks at everything that a run needs and tells all that is missing or wrong, each with its place and the way out, and by who
can mend it: the operator (this machine, servers, fisbridge.yaml), the administrator of Concur (the login and its rights), the integrator
(the template) and the accountants (the workbook). No document is taken over and no file is sent; Concur is asked for one ready document of each type. Only the journal may change: a
login that is due is renewed, and a journal of an older version of the program is brought up to date. With --probe it also writes,
renames and removes a small file in each drop and return folder, which is the only way to be sure of the rights there.

Exit code 4 when something is wrong, 0 when a run can begin.`,
		Example: "  fisbridge check\n  fisbridge check --offline       # without calling Concur or any server\n  fisbridge check --probe --json",
		Args:    frame.WantArgs(0, 0),
	}
	cmd.Flags().BoolVar(&offline, "offline", false, "call nobody: look at files and settings only")
	cmd.Flags().BoolVar(&probe, "probe", false, "write and remove a small file in each drop and return folder")
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error {
		return a.tellFindings(check.Run(ctx, a.Place("check"), offline, probe))
	})
	return cmd
}

// tellFindings prints them and ends with exit code 4 when one is a problem.
func (a *app) tellFindings(found []check.Finding) error {
	count := map[check.Severity]int{}
	for _, f := range found {
		count[f.Severity]++
	}
	if a.JSON {
		if err := a.WriteJSON(map[string]any{"findings": found, "problems": count[check.Problem], "warnings": count[check.Warning]}); err != nil {
			return err
		}
	} else {
		a.printFindings(found)
	}
	switch n := count[check.Problem]; {
	case n == 1:
		return desk.Invalid(errors.New("one thing is wrong"), "mend it and check again")
	case n > 1:
		return desk.Invalid(fmt.Errorf("%d things are wrong", n), "mend them and check again")
	}
	a.Remark("\neverything is in place: fisbridge run")
	return nil
}

// whoMends are the headings above what somebody can mend.
var whoMends = map[check.Who]string{
	check.Operator:      "for the operator, on this machine, at the servers and in fisbridge.yaml:",
	check.Administrator: "for the administrator of Concur, who gives the login and its rights:",
	check.Integrator:    "for the integrator, in the template:",
	check.Accountant:    "for the accountants, in the workbook:",
}

// printFindings prints what is in place, and then what is wrong, by who can mend it. Scripts that ask for quiet see
// problems only.
func (a *app) printFindings(found []check.Finding) {
	for _, who := range append([]check.Who{""}, check.Everybody()...) {
		first := true
		for _, f := range found {
			if f.Who != who || a.Quiet && f.Severity != check.Problem {
				continue
			}
			if first && who != "" {
				a.Say("\n%s", whoMends[who])
			}
			first = false
			a.Say("%s %s: %s", a.paint(f.Severity), f.Place, f.Text)
			if f.Hint != "" {
				a.Say("%-8s %s", "", "hint: "+f.Hint.String())
			}
		}
	}
}

// paint writes a severity eight letters wide, with its colour where a person looks at a terminal.
func (a *app) paint(s check.Severity) term.Own {
	text := fmt.Sprintf("%-8s", s)
	color := map[check.Severity]string{check.Fine: "32", check.Warning: "33", check.Problem: "31"}[s] // green, yellow, red
	if color == "" || !a.Colors() {
		return term.Own(text)
	}
	return term.Own("\x1b[" + color + "m" + text + "\x1b[0m")
}
