package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/cli/shown"
	"github.com/fisbridge/fisbridge/internal/cli/telling"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/metrics"
	"github.com/fisbridge/fisbridge/internal/web"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// hosts are the companies that one process shows and works for.
type hosts struct {
	*app
	first    *config.Config // what the others must say, too, about the console
	settings *config.Config // the same, with the address of the command line
	console  *web.Console
	numbers  *metrics.Set
	slots    chan struct{} // of passes at once
	say      sync.Mutex    // what is told of a pass is told in one piece
	dirs     []string      // of the command line
	list     []*host
}

// host is one of them.
type host struct {
	dir     string
	numbers *metrics.Numbers
	shown.Folder
}

// again is how long a company that cannot be worked for is left alone before it is tried again.
const again = time.Minute

// serveAll is serve for several companies.
func (a *app) serveAll(ctx context.Context, dirs []string, listen string) (err error) {
	all := &hosts{app: a, dirs: dirs, slots: make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))}
	if all.list, err = companiesIn(dirs); err != nil {
		return err
	}
	if err := all.agree(listen); err != nil {
		return err
	}
	log, closer, err := a.PlaceAt(all.first.Dir(), "").Log(all.settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	v := thisVersion()
	all.numbers = metrics.NewSet(metrics.Build{Version: v.Version, Commit: v.Commit, Go: v.Go})
	var companies []*web.Company
	for _, h := range all.list {
		h.numbers = all.numbers.Add(h.Short, h.Status)
		companies = append(companies, web.Closed(h.Short, "it is being opened"))
	}
	if address := all.settings.Metrics.Listen; address != "" {
		s, err := all.numbers.Listen(address, log)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		a.Remark("metrics, healthz and readyz at http://%s", s.Addr)
	}
	c := all.settings
	all.console, err = web.New(ctx, web.Options{Settings: c.ConsoleHere(), Database: c.Path(c.Console.Database), Certificate: c.Path(c.Console.Certificate), Key: c.Path(c.Console.Key),
		Companies: companies, Now: a.Now, Log: log, Version: v.Version})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, all.close()) }()
	return all.run(ctx)
}

// companiesIn finds the working folders: each folder below dirs that has a configuration, or that itself.
func companiesIn(dirs []string) (list []*host, err error) {
	add := func(dir string) error {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return err
		}
		short := wording.ShortName(filepath.Base(abs))
		h := &host{dir: abs, Folder: shown.Folder{Short: short}}
		for _, had := range list {
			if had.Short == h.Short && had.dir != h.dir {
				return desk.Usage(fmt.Errorf("%s and %s are both called %s in addresses: rename one of the folders", had.dir, h.dir, h.Short))
			} else if had.dir == h.dir {
				return nil
			}
		}
		list = append(list, h)
		return nil
	}
	for _, dir := range dirs {
		if isFile(filepath.Join(dir, config.FileName)) {
			if err := add(dir); err != nil {
				return nil, err
			}
			continue
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, desk.Usage(fmt.Errorf("--companies: %w", err))
		}
		before := len(list)
		for _, e := range entries {
			if inner := filepath.Join(dir, e.Name()); isFile(filepath.Join(inner, config.FileName)) {
				if err := add(inner); err != nil {
					return nil, err
				}
			}
		}
		if len(list) == before {
			return nil, desk.Usage(fmt.Errorf("--companies: no folder in %s has a %s: fisbridge init makes one", dir, config.FileName))
		}
	}
	return list, nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// agree reads what the companies say about the console that they share. One that cannot be read is no hindrance: it is
// shown as that.
func (all *hosts) agree(listen string) error {
	var problems config.Problems
	var unread []error
	for _, h := range all.list {
		cfg, err := config.Load(h.dir)
		switch {
		case err != nil:
			unread = append(unread, fmt.Errorf("%s: %w", h.Short, err))
		case all.settings == nil:
			all.first, all.settings = cfg, cfg
		default:
			if p := all.differs(h, cfg); p != nil {
				problems = append(problems, *p)
			}
		}
	}
	switch {
	case all.settings == nil:
		return desk.Invalid(errors.Join(unread...), "fisbridge check in each folder says what is wrong")
	case len(problems) > 0:
		return problems
	case listen != "":
		changed := *all.settings
		changed.Console.Listen = listen
		if err := all.settings.CheckConsole(changed.Console); err != nil {
			return desk.Usage(err)
		}
		all.settings = &changed
	}
	return nil
}

// differs is what a company says about the console that the first one does not; nil: they agree.
func (all *hosts) differs(h *host, cfg *config.Config) *config.Problem {
	key, says, instead := cfg.ConsoleDiffers(all.first)
	if key == "" {
		return nil
	}
	way := fmt.Sprintf("write the same as %s does, %s", filepath.Base(all.first.Dir()), wording.OrBlank(instead))
	if key == "console.database" {
		way = "name one file for all of them, such as console.database: ../console.db in each"
	}
	return &config.Problem{File: filepath.Join(h.dir, config.FileName), Field: key, Value: says, Reason: "is another one than that of the company whose console it shares", Hint: way}
}

// run runs the console and all companies until ctx ends or the console does.
func (all *hosts) run(ctx context.Context) error {
	both, stop := context.WithCancel(ctx)
	defer stop()
	link, err := all.console.FirstLink(ctx)
	if err != nil {
		return errors.Join(err, all.console.Close())
	}
	all.Remark("the console is at %s (%s)", all.console.Address(), wording.Either(len(all.list) == 1, "1 company", fmt.Sprintf("%d companies", len(all.list))))
	if link != "" { // also where --quiet asks for silence: without it nobody comes in
		term.Print(all.Stderr, "fisbridge: nobody has an account yet; whoever opens this link within 15 minutes becomes administrator of all companies:\n%s\n", link)
	}
	for _, h := range all.list {
		all.adopt(ctx, h)
	}
	var working sync.WaitGroup
	for _, h := range all.list {
		working.Go(func() { all.keep(both, h) })
	}
	working.Go(func() { all.lookForNew(both, &working) })
	served := all.console.Run(both)
	stop()
	working.Wait()
	if ctx.Err() != nil {
		all.Remark("stopped")
	}
	return served
}

// looks is how often new folders are looked for.
const looks = 10 * time.Second

// lookForNew works for companies whose folders are made later, until ctx ends. A folder that is not ready, or does not agree
// about the console, is told once and looked at again.
func (all *hosts) lookForNew(ctx context.Context, working *sync.WaitGroup) {
	told := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(looks):
		}
		list, err := companiesIn(all.dirs)
		for _, h := range list {
			known := slices.ContainsFunc(all.list, func(had *host) bool { return had.dir == h.dir })
			if cfg, wrong := config.Load(h.dir); !known && wrong != nil {
				err = errors.Join(err, fmt.Errorf("%s: %w", h.Short, wrong))
			} else if !known {
				if p := all.differs(h, cfg); p != nil {
					err = errors.Join(err, config.Problems{*p})
					continue
				}
				h.numbers = all.numbers.Add(h.Short, h.Status)
				all.console.Opened(web.Closed(h.Short, "it is being opened"))
				all.list = append(all.list, h)
				all.Remark("company %s is new: it is shown and worked for from now on", h.Short)
				all.adopt(ctx, h)
				working.Go(func() { all.keep(ctx, h) })
			}
		}
		text, hint := "", ""
		if err != nil {
			text, hint = trouble(err)
		}
		if text != told && text != "" {
			all.say.Lock()
			all.Complain(errors.New(text), hint)
			all.say.Unlock()
		}
		told = text
	}
}

// adopt gives a company in which nobody has ever had a role to who administers all others, and says so.
func (all *hosts) adopt(ctx context.Context, h *host) {
	names, orphan, err := all.console.Adopt(ctx, h.Short)
	switch {
	case err != nil:
		all.Complain(fmt.Errorf("%s: %w", h.Short, err), "")
	case orphan:
		all.Complain(fmt.Errorf("company %s is seen by nobody: nobody administers all other companies", h.Short), fmt.Sprintf(`fisbridge -C %s person grant NAME --role administrator --reason "…" gives somebody a role in it`, h.dir))
	case len(names) > 0:
		all.Remark("company %s: administrators of all other companies are now administrators of it: %s", h.Short, strings.Join(names, ", "))
	}
}

// close closes what pages were made of.
func (all *hosts) close() error {
	var errs []error
	for _, h := range all.list {
		errs = append(errs, h.Folder.Close())
	}
	return errors.Join(errs...)
}

// keep works for a company until ctx ends. What stops it is told, to its people, too, and tried again.
func (all *hosts) keep(ctx context.Context, h *host) {
	for told := ""; ctx.Err() == nil; {
		err := all.work(ctx, h)
		if ctx.Err() != nil {
			return
		}
		text, hint := trouble(err)
		if co := h.Company(); co != nil {
			co.Halted(text)
		} else {
			all.console.Opened(web.Closed(h.Short, text))
		}
		if told != text { // once, and not each minute
			told = text
			all.say.Lock()
			all.Complain(fmt.Errorf("%s: %s", h.Short, text), hint)
			all.say.Unlock()
		}
		select {
		case <-ctx.Done():
		case <-time.After(again):
		}
	}
}

// trouble is why a company cannot be worked for, in a line, and the way out.
func trouble(err error) (text, hint string) {
	var own *desk.Error
	switch problems := desk.ProblemsOf(err); {
	case err == nil:
		return "it ended", ""
	case len(problems) > 1:
		return fmt.Sprintf("%s; and %d more", problems[0], len(problems)-1), "fisbridge check in its folder says all of it"
	case len(problems) == 1:
		return problems[0].String(), problems[0].Hint
	case errors.As(err, &own) && own.Err != nil:
		return wording.Error(own.Err), own.Hint.String()
	}
	return wording.Error(err), ""
}

// place is the company's folder.
func (all *hosts) place(h *host, command string) desk.Place {
	p := all.PlaceAt(h.dir, command)
	p.Calls = h.numbers.Called
	p.Remark = func(text string) { all.Remark("%s: %s", h.Short, text) }
	log := p.Log
	p.Log = func(cfg *config.Config) (*slog.Logger, io.Closer, error) {
		l, closer, err := log(cfg)
		if err != nil {
			return nil, nil, err
		}
		return l.With("company", h.Short), closer, nil
	}
	return p
}

// look opens the folder for pages, where it is not, or its configuration is another one by now.
func (all *hosts) look(ctx context.Context, h *host) error {
	written, err := os.ReadFile(filepath.Join(h.dir, config.FileName))
	if err != nil {
		return err
	}
	return h.Look(ctx, all.place(h, ""), string(written), all.console.Opened)
}

// work works for a company as watch does.
func (all *hosts) work(ctx context.Context, h *host) (err error) {
	cfg, err := config.Load(h.dir)
	if err != nil {
		return err
	}
	if p := all.differs(h, cfg); p != nil {
		return config.Problems{*p}
	}
	_ = all.look(ctx, h) // where it cannot be yet, as before its first run, what follows says why or makes it so
	w, err := desk.Open(ctx, all.place(h, "serve"), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := all.look(ctx, h); err != nil {
		return err
	}
	co := h.Company()
	t, err := telling.TellerOf(all.Frame, w, h.Short)
	if err != nil {
		return err
	}
	pass := func(ctx context.Context) (context.Context, func()) {
		select {
		case all.slots <- struct{}{}:
		case <-ctx.Done():
			return ctx, func() {}
		}
		own, end := co.Live.Pass(ctx)
		return own, func() { end(); <-all.slots }
	}
	b, err := w.BridgeBeside(co.Live.Progress, bridge.Beside{Now: co.Live.Asked(), Pass: pass, Began: func() { t.Begin(ctx) }, Step: co.Live.Step})
	if err != nil {
		return err
	}
	defer t.Start(ctx)()
	co.Halted("")
	err = w.Working(ctx, func(ctx context.Context) error {
		go all.console.Check(ctx, co)
		return b.Watch(ctx, func(s *bridge.Summary) {
			if s.Run == 0 {
				return // nothing happened
			}
			h.numbers.Passed(s)
			all.tell(h, s)
			passed(ctx, t, s)
			go all.console.Check(ctx, co)
		})
	})
	ended(ctx, t)
	return desk.RestoredHint(err)
}

// tell prints what a pass for a company did.
func (all *hosts) tell(h *host, s *bridge.Summary) {
	all.say.Lock()
	defer all.say.Unlock()
	if all.JSON {
		_ = all.WriteJSON(struct { // nobody reads any more when it fails
			Company string          `json:"company"`
			Run     *bridge.Summary `json:"run"`
		}{h.Short, s})
		return
	}
	if !all.Quiet || s.Needs.Total > 0 || s.Exit != bridge.ExitDone {
		term.Print(all.Stdout, "%s:\n", h.Short)
	}
	all.tellPass(s)
}
