package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/bridge"
	clifleet "github.com/fisbridge/fisbridge/internal/cli/fleet"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/pages"
	"github.com/fisbridge/fisbridge/internal/cli/telling"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newRun(a *app) *cobra.Command {
	var fleet bool
	cmd := &cobra.Command{
		Use:   "run",
		Short: "One pass over everything: fetch, acknowledge, render, drop, collect, confirm",
		Long: `One pass over everything, for a nightly scheduler. It does what can be done and tells what is left; what a
run that was killed left half-done is finished by the next one. Nothing is sent or booked twice.

With --fleet, in the folder of a node, it is one such pass for each company that is published (docs/many.md).`,
		Example: `  fisbridge -C bridge run                # cron: 15 2 * * *  fisbridge -C /srv/bridge run
  fisbridge -C bridge run --json         # the summary for a monitoring system`,
		Args: frame.WantArgs(0, 0),
	}
	cmd.Flags().BoolVar(&fleet, "fleet", false, "for all companies that are published, in the folder of a node")
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error {
		if fleet {
			return clifleet.Run(ctx, a.Frame)
		}
		return a.run(ctx)
	})
	return cmd
}

func (a *app) run(ctx context.Context) (err error) {
	w, err := desk.Open(ctx, a.Place("run"), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	bars := a.NewBars()
	b, err := w.Bridge(bars.Step)
	if err != nil {
		return err
	}
	t, err := telling.NewTeller(a.Frame, w)
	if err != nil {
		return err
	}
	var s *bridge.Summary
	err = w.Working(ctx, func(ctx context.Context) (err error) {
		t.Begin(ctx)
		s, err = b.Run(ctx)
		return err
	})
	bars.End()
	if err == nil {
		err = a.tellSummary(s)
		telling.RunEnded(ctx, t, s, nil)
		return err
	}
	telling.RunEnded(ctx, t, nil, err)
	return desk.RestoredHint(err)
}

// tellSummary prints what a run did and ends with its exit code.
func (a *app) tellSummary(s *bridge.Summary) error {
	if a.JSON {
		if err := a.WriteJSON(s); err != nil {
			return err
		}
	} else if !a.Quiet {
		out := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 9, Zone: a.Zone()}
		for _, l := range pages.SummaryLines(s) {
			out.Put(l.Label, "%s", l.Text)
		}
	}
	for _, n := range s.Notes {
		if !strings.HasPrefix(n, "look: ") { // those are told below
			a.Warn("%s", n)
		}
	}
	a.tellNeeds(s.Needs)
	switch s.Exit {
	case bridge.ExitFailed:
		return &desk.Error{Code: desk.ExitFailed, Err: s.Err(), Hint: say.Plain(failedHint(s.Err()))}
	case bridge.ExitNeedsPerson:
		return desk.NeedsPerson()
	}
	return nil
}

// mostTold is how many things of a kind a run names; status lists them all.
const mostTold = 5

// tellNeeds names what needs a person, so that nobody has to guess why a run ended with exit code 3: for quiet
// schedulers, too.
func (a *app) tellNeeds(needs desk.Needs) {
	if a.JSON || needs.Total == 0 {
		return
	}
	for _, code := range needs.Kinds() {
		told := 0
		for _, n := range needs.First {
			if n.Code != code || told == mostTold && code != desk.NeedAlarm {
				continue
			}
			told++
			term.Print(a.Stderr, "fisbridge: warning: %s\n", n.Message)
			if n.Remedy != "" && code != desk.NeedHeld && code != desk.NeedOverdue {
				term.Print(a.Stderr, "fisbridge: hint: %s\n", n.Remedy)
			}
		}
		if more := needs.Counts[code] - told; more > 0 {
			term.Print(a.Stderr, "fisbridge: warning: %s more\n", wording.Counted(more, string(code)))
		}
	}
	term.Print(a.Stderr, "fisbridge: hint: fisbridge status shows everything that needs a person, and what to do\n")
}

// failedHint is what to do about a run that failed, before what is true of all of them.
func failedHint(err error) string {
	const always = "the next run goes on from here; nothing is done twice"
	if hint := desk.WayOut(err); hint != "" {
		return hint + "; " + always
	}
	return always
}
