package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/bridge"
	clifleet "github.com/fisbridge/fisbridge/internal/cli/fleet"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/telling"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/notify"
)

func newWatch(a *app) *cobra.Command {
	var fleet bool
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Stay: run by the schedule, and whenever a return folder stirs",
		Long: `The daemon form. Full passes run by schedule.runs of the configuration (a time that was missed while the
machine was down is run by schedule.missed); result files are taken as soon as they stand still. An interrupt, SIGTERM, or the
closing of its terminal (SIGHUP) ends it cleanly at the next boundary of a step. Workbooks and templates are read anew before each
pass; after a change of fisbridge.yaml start it again.

With --fleet, in the folder of a node, it serves the companies that are published into the database, side by side with other nodes: each company by its own schedule, by
one node at a time, in a process of its own (docs/many.md).`,
		Example: "  fisbridge -C bridge watch\n  fisbridge -C node watch --fleet",
		Args:    frame.WantArgs(0, 0),
	}
	cmd.Flags().BoolVar(&fleet, "fleet", false, "serve all companies that are published, in the folder of a node")
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error {
		if fleet {
			return clifleet.Watch(ctx, a.Frame, thisVersion().Version)
		}
		return a.watch(ctx)
	})
	return cmd
}

func (a *app) watch(ctx context.Context) (err error) {
	m := a.newMeter()
	w, err := desk.Open(ctx, m.counted(a.Place("watch")), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close(), w.Close()) }()
	if err := m.listen(ctx, a, w); err != nil {
		return err
	}
	t, err := telling.NewTeller(a.Frame, w)
	if err != nil {
		return err
	}
	b, err := w.BridgeBeside(nil, bridge.Beside{Began: func() { t.Begin(ctx) }})
	if err != nil {
		return err
	}
	defer t.Start(ctx)()
	a.Remark("watching; schedule: %v", w.Config.Schedule.Runs)
	err = w.Working(ctx, func(ctx context.Context) error {
		return b.Watch(ctx, func(s *bridge.Summary) {
			if s.Run == 0 {
				return // nothing happened
			}
			m.passed(s)
			a.tellPass(s)
			passed(ctx, t, s)
		})
	})
	ended(ctx, t)
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		a.Remark("stopped")
		return nil // an interrupt is how a daemon is meant to end
	}
	return desk.RestoredHint(err)
}

// passed tells people of a pass of a daemon: the heartbeat of runs over everything, and whoever waits for news.
func passed(ctx context.Context, t *notify.Teller, s *bridge.Summary) {
	if s.Full {
		t.End(ctx, s.Exit, telling.RunText(s))
	}
	t.Wake()
}

// ended tells the heartbeat of a run that was cut short by the end of the daemon.
func ended(ctx context.Context, t *notify.Teller) {
	if t.Going() {
		telling.RunEnded(ctx, t, nil, context.Canceled)
	}
}
