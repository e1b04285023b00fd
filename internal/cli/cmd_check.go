package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// severity is how much a finding of check matters.
type severity string

const (
	fine    severity = "ok"
	note    severity = "note"
	warning severity = "warning"
	problem severity = "problem"
)

// finding is one thing that check looked at.
type finding struct {
	Severity severity `json:"severity"`
	// Place is where a person mends it: a key, a sheet and cell, a host and folder.
	Place string `json:"place"`
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
}

func newCheck(a *app) *cobra.Command {
	var offline, probe bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check configuration, mappings, credentials, keys, folders and rights",
		Long: `check looks at everything that a run needs and tells all that is missing or wrong, each with its place and the way out.
No document is taken over and no file is sent; Concur is asked for one ready document of each type. Only the journal may change: a
login that is due is renewed, and a journal of an older version of the program is brought up to date. With --probe it also writes,
renames and removes a small file in each drop and return folder, which is the only way to be sure of the rights there.

Exit code 4 when something is wrong, 0 when a run can begin.`,
		Example: "  fisbridge check\n  fisbridge check --offline       # without calling Concur or any server\n  fisbridge check --probe --json",
		Args:    frame.WantArgs(0, 0),
	}
	cmd.Flags().BoolVar(&offline, "offline", false, "call nobody: look at files and settings only")
	cmd.Flags().BoolVar(&probe, "probe", false, "write and remove a small file in each drop and return folder")
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error {
		return a.tellFindings(a.check(ctx, offline, probe))
	})
	return cmd
}

// check gathers the findings, in the order in which a person would mend them.
func (a *app) check(ctx context.Context, offline, probe bool) []finding {
	cfg, err := config.Load(a.Dir)
	if err != nil {
		return configFindings(err)
	}
	c := &checker{app: a, cfg: cfg}
	c.add(fine, config.FileName, wording.Counted(len(cfg.Routes), "route")+", "+wording.Counted(len(cfg.Targets), "target"), "")
	c.folders()
	c.journal(ctx)
	c.mappings(ctx)
	c.secrets()
	c.rights()
	c.login(ctx, offline)
	c.targets(ctx, offline, probe)
	return c.found
}

// configFindings are the problems of a configuration that cannot be read any further.
func configFindings(err error) []finding {
	var problems config.Problems
	if !errors.As(err, &problems) {
		hint := ""
		if errors.Is(err, config.ErrNoConfig) {
			hint = desk.NoConfig
		}
		return []finding{{problem, config.FileName, err.Error(), hint}}
	}
	var found []finding
	for _, p := range problems {
		place := p.File
		if p.Line > 0 {
			place = fmt.Sprintf("%s:%d", p.File, p.Line)
		}
		found = append(found, finding{problem, place, problemText(p), p.Hint})
	}
	return found
}

// problemText is a problem without its place.
func problemText(p config.Problem) string {
	p.File, p.Line = "", 0
	return p.String()[2:]
}

// tellFindings prints them and ends with exit code 4 when one is a problem.
func (a *app) tellFindings(found []finding) error {
	count := map[severity]int{}
	for _, f := range found {
		count[f.Severity]++
		if a.JSON || a.Quiet && f.Severity != problem {
			continue
		}
		a.Say("%s %s: %s", a.paint(f.Severity), f.Place, f.Text)
		if f.Hint != "" {
			a.Say("%-8s %s", "", "hint: "+f.Hint)
		}
	}
	if a.JSON {
		if err := a.WriteJSON(map[string]any{"findings": found, "problems": count[problem], "warnings": count[warning]}); err != nil {
			return err
		}
	}
	switch n := count[problem]; {
	case n == 1:
		return desk.Invalid(errors.New("one thing is wrong"), "mend it and check again")
	case n > 1:
		return desk.Invalid(fmt.Errorf("%d things are wrong", n), "mend them and check again")
	}
	a.Remark("\neverything is in place: fisbridge run")
	return nil
}

// paint writes a severity eight letters wide, with its colour where a person looks at a terminal.
func (a *app) paint(s severity) term.Own {
	text := fmt.Sprintf("%-8s", s)
	color := map[severity]string{fine: "32", warning: "33", problem: "31"}[s] // green, yellow, red
	if color == "" || !a.Colors() {
		return term.Own(text)
	}
	return term.Own("\x1b[" + color + "m" + text + "\x1b[0m")
}
