package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/bridge"
	clifleet "github.com/fisbridge/fisbridge/internal/cli/fleet"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/telling"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/notify"
	"github.com/fisbridge/fisbridge/internal/web"
)

func newServe(a *app) *cobra.Command {
	var listen string
	var companies []string
	var fleet bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Stay like watch, and show the console in the browser",
		Long: `watch and the console in one process: passes run by the schedule and whenever a return folder stirs, and people look
and act in the browser (docs/console.md). It listens on this machine alone, at console.listen of the configuration; elsewhere only with a
certificate, or behind a proxy.

With --companies it shows and works for several companies: each folder below DIR that has a fisbridge.yaml, or DIR itself where
it has one. They share one console, so what their configurations say about it must be the same: console.listen, public_url, database and
the rest, but name and label. A company whose folder cannot be opened does not stop the others; it is tried again each minute.
A folder that is made later is taken without a restart.

With --fleet, in the folder of a node, it is watch --fleet with one console for all companies that are published. Every node may show it: people, sessions and rights lie
in the database (fisbridge fleet grant).

Where nobody has an account yet it prints a link on standard error, which is good once and for 15 minutes: who opens it becomes
administrator and lets the others in. An interrupt or SIGTERM ends it cleanly at the next boundary of a step.`,
		Example: "  fisbridge -C bridge serve\n  fisbridge -C bridge serve --listen 127.0.0.1:8000\n  fisbridge serve --companies /var/lib/fisbridge\n  fisbridge -C node serve --fleet",
		Args:    frame.WantArgs(0, 0),
	}
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error {
		switch {
		case fleet && len(companies) > 0:
			return desk.Usage(errors.New("--fleet serves what is published, and --companies folders: give one of them"))
		case fleet:
			return clifleet.Serve(ctx, a.Frame, thisVersion().Version, listen)
		case len(companies) == 0:
			return a.serve(ctx, listen)
		}
		if cmd.Flags().Changed("dir") {
			return desk.Usage(errors.New("-C names the one folder of a company, and --companies several: give one of them"))
		}
		return a.serveAll(ctx, companies, listen)
	})
	cmd.Flags().StringArrayVar(&companies, "companies", nil, "`folder` with a working folder for each company; may be given several times")
	cmd.Flags().BoolVar(&fleet, "fleet", false, "all companies that are published, in the folder of a node")
	cmd.Flags().StringVar(&listen, "listen", "", "`host:port` to listen at, in place of console.listen")
	return cmd
}

func (a *app) serve(ctx context.Context, listen string) (err error) {
	m := a.newMeter()
	w, err := desk.Open(ctx, m.counted(a.Place("serve")), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close(), w.Close()) }()
	if err := m.listen(ctx, a, w); err != nil {
		return err
	}
	short, err := a.ShortName()
	if err != nil {
		return err
	}
	co, err := web.NewCompany(ctx, a.Place(""), short)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, co.Desk.Close()) }()
	settings := w.Config.ConsoleHere()
	if listen != "" {
		settings.Listen = listen
		if err := w.Config.CheckConsole(settings); err != nil {
			return desk.Usage(err)
		}
	}
	t, err := telling.NewTeller(a.Frame, w)
	if err != nil {
		return err
	}
	b, err := w.BridgeBeside(co.Live.Progress, bridge.Beside{Now: co.Live.Asked(), Pass: co.Live.Pass, Began: func() { t.Begin(ctx) }, Step: co.Live.Step})
	if err != nil {
		return err
	}
	c, err := web.New(ctx, web.Options{Settings: settings, Database: w.Config.Path(settings.Database), Certificate: w.Config.Path(settings.Certificate), Key: w.Config.Path(settings.Key),
		Companies: []*web.Company{co}, Now: a.Now, Log: w.Log(), Version: thisVersion().Version})
	if err != nil {
		return err
	}
	defer t.Start(ctx)()
	return w.Working(ctx, func(ctx context.Context) error { return a.serveBoth(ctx, c, co, b, m, t) })
}

// serveBoth runs console and bridge side by side. When one of them ends, so does the other.
func (a *app) serveBoth(ctx context.Context, c *web.Console, co *web.Company, b *bridge.Bridge, m *meter, t *notify.Teller) error {
	both, stop := context.WithCancel(ctx)
	defer stop()
	link, err := c.FirstLink(ctx)
	if err != nil {
		return errors.Join(err, c.Close())
	}
	a.Remark("the console is at %s", c.Address())
	if link != "" { // also where --quiet asks for silence: without it nobody comes in
		term.Print(a.Stderr, "fisbridge: nobody has an account yet; whoever opens this link within 15 minutes becomes administrator:\n%s\n", link)
	}
	pages := make(chan error, 1)
	go func() {
		defer stop()
		pages <- c.Run(both)
	}()
	go c.Check(both, co)
	err = b.Watch(both, func(s *bridge.Summary) {
		if s.Run == 0 {
			return // nothing happened
		}
		m.passed(s)
		a.tellPass(s)
		passed(ctx, t, s)
		go c.Check(both, co)
	})
	ended(ctx, t)
	stop()
	served := <-pages
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		a.Remark("stopped")
		return served
	}
	return errors.Join(desk.RestoredHint(err), served)
}

// tellPass prints what a pass of a daemon did.
func (a *app) tellPass(s *bridge.Summary) {
	if told := a.tellSummary(s); told != nil {
		var own *desk.Error
		if errors.As(told, &own) && own.Err != nil {
			a.Complain(own.Err, own.Hint.String())
		}
	}
}
