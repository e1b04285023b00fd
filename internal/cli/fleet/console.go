package fleet

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fisbridge/fisbridge/internal/cli/shown"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/web"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// console shows what is published, on this node.
type console struct {
	*served
	web  *web.Console
	list map[string]*entry // one goroutine works with it

	mu   sync.Mutex
	seen map[string]*entry // the same, for pages
}

// entry is one company.
type entry struct {
	shown.Folder
	console *console
	shown   int64     // the version that pages see; 0: none
	tried   int64     // the one that was opened last, or could not be
	next    time.Time // when it is tried again
	working atomic.Bool
	asked   atomic.Int64 // when somebody asked for a pass, in milliseconds
	passed  atomic.Int64 // the newest pass, in milliseconds
	checked atomic.Int64 // the pass after which figures were checked
	steps   atomic.Pointer[[]companies.Step]
}

const (
	// lookEvery is how often a console asks what is published, and who works for whom.
	lookEvery = time.Second
	// tryAgain is how long a company that could not be opened is left alone.
	tryAgain = 20 * time.Second
	// begins is how long a pass that was asked for counts as begun before a node has taken it.
	begins = 10 * time.Second
)

// both runs the node and the console side by side. When one of them ends, so does the other.
func (s *served) both(ctx context.Context, settings config.Console, version string) (err error) {
	people, err := s.book.People(ctx)
	if err != nil {
		return err
	}
	both, stop := context.WithCancel(ctx)
	defer stop()
	c := &console{served: s, list: map[string]*entry{}, seen: map[string]*entry{}}
	c.web, err = web.New(ctx, web.Options{Settings: settings, People: people, Certificate: settings.Certificate, Key: settings.Key, Serving: c.serving, Entered: func(co *web.Company) { c.entered(both, co) }, Now: s.Now, Log: s.log, Version: version})
	if err != nil {
		return errors.Join(err, people.Close())
	}
	defer func() { err = errors.Join(err, c.close()) }()
	s.Remark("node %s serves the companies of %s, %s at once", s.node.Name(), s.book.Place(), counted(s.fleet.Node.AtOnce))
	s.Remark("the console is at %s", c.web.Address())
	if nobody, err := web.Nobody(ctx, people); err != nil {
		s.Warn("%s", wording.Error(err))
	} else if nobody {
		s.Remark("nobody has an account yet: fisbridge -C %s fleet grant COMPANY NAME --role administrator --reason … makes one, and a link for it", s.Dir)
	}
	var beside sync.WaitGroup
	beside.Go(func() { c.keep(both) })
	var watched error
	beside.Go(func() { defer stop(); watched = s.node.Watch(both) })
	pages := c.web.Run(both)
	stop()
	beside.Wait()
	if ctx.Err() != nil {
		s.Remark("stopped")
	}
	return errors.Join(watched, pages)
}

// serving tells pages which companies are active.
func (c *console) serving(ctx context.Context, names []string) (map[string]bool, error) {
	active, err := c.book.Serving(ctx, names)
	out := map[string]bool{}
	for name := range active {
		out[name] = true
	}
	return out, err
}

// entered has the figures of a company checked that somebody looks at, once after each pass.
func (c *console) entered(ctx context.Context, co *web.Company) {
	c.mu.Lock()
	e := c.seen[co.Short]
	c.mu.Unlock()
	if e == nil || !co.IsOpen() {
		return
	}
	if last := e.passed.Load(); e.checked.Swap(last) != last {
		go c.web.Check(ctx, co)
	}
}

// keep follows what is published until ctx ends.
func (c *console) keep(ctx context.Context) {
	for told := ""; ctx.Err() == nil; {
		list, err := c.book.List(ctx)
		if err == nil {
			c.follow(ctx, list)
			told = ""
		} else if text := wording.Error(err); ctx.Err() == nil && told != text {
			told = text
			c.log.Warn("the console does not know which companies are published; tried again soon", "error", text)
		}
		select {
		case <-ctx.Done():
		case <-time.After(lookEvery):
		}
	}
}

// follow shows those that are active and no other ones.
func (c *console) follow(ctx context.Context, list []companies.Company) {
	active := map[string]bool{}
	var opening errgroup.Group // a folder that takes long to open, such as one with a large workbook, keeps no other one waiting
	opening.SetLimit(c.fleet.Node.AtOnce)
	for _, co := range list {
		if co.State != companies.Active {
			continue
		}
		active[co.Name] = true
		if e := c.entry(co); e.due(co) {
			opening.Go(func() error { c.open(ctx, e, co); return nil })
		}
	}
	_ = opening.Wait() // each tells its own trouble
	for name, e := range c.list {
		if active[name] {
			continue
		}
		c.web.Gone(name)
		e.shown, e.tried = 0, 0
		e.Leave()
		if e.Sweep(); e.Idle() {
			delete(c.list, name)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = maps.Clone(c.list)
}

// entry is that of a company, with who works for it now.
func (c *console) entry(co companies.Company) *entry {
	e := c.list[co.Name]
	if e == nil {
		e = &entry{Folder: shown.Folder{Short: co.Name}, console: c}
		c.list[co.Name] = e
	}
	e.working.Store(co.Owner != "")
	e.steps.Store(&co.Steps)
	if co.Owner != "" {
		e.asked.Store(0)
	}
	return e
}

// due tells whether another version is published than pages see, and it is time to open that one.
func (e *entry) due(co companies.Company) bool {
	last := co.SummaryAt.UnixMilli()
	passed := e.passed.Swap(last) != last
	return e.shown != co.Version && (e.tried != co.Version || passed || !time.Now().Before(e.next))
}

// open shows a company as it is published now. Where its new version cannot be opened yet, as while a pass works with the one before, that one is shown.
func (c *console) open(ctx context.Context, e *entry, co companies.Company) {
	e.tried, e.next = co.Version, time.Now().Add(tryAgain)
	dir, err := c.node.Lay(ctx, co.Name, co.Version)
	if err == nil {
		err = e.Look(ctx, c.place(dir, co.Name), strconv.FormatInt(co.Version, 10), func(opened *web.Company) {
			opened.Live = web.LiveElsewhere(e)
			c.web.Opened(opened)
		})
	}
	switch {
	case err == nil:
		e.shown = co.Version
	case e.Company() == nil:
		c.web.Opened(web.Closed(co.Name, wording.Error(err)))
	}
}

// place is a company's folder on this node.
func (c *console) place(dir, company string) desk.Place {
	p := c.PlaceAt(dir, "")
	p.Bound = c.fleet.Bound
	p.Remark = nil
	log := p.Log
	p.Log = func(cfg *config.Config) (*slog.Logger, io.Closer, error) {
		l, closer, err := log(cfg)
		if err != nil {
			return nil, nil, err
		}
		return l.With("company", company), closer, nil
	}
	return p
}

// Ask has a node make a whole pass.
func (e *entry) Ask() bool {
	asked := e.do("asked for", func(ctx context.Context) (bool, error) { return e.console.book.Ask(ctx, e.Short) })
	if asked {
		e.asked.Store(time.Now().UnixMilli())
	}
	return asked
}

// Stop takes the company away from the node that works for it.
func (e *entry) Stop() bool {
	e.asked.Store(0)
	return e.do("stopped", func(ctx context.Context) (bool, error) {
		return e.console.book.Stop(ctx, e.Short, e.console.fleet.Node.ReturnsEvery)
	})
}

func (e *entry) do(what string, act func(context.Context) (bool, error)) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	done, err := act(ctx)
	if err != nil {
		e.console.log.Warn("a pass could not be "+what, "company", e.Short, "error", err.Error())
	}
	return done && err == nil
}

// Going reports whether a node works for the company, or is about to.
func (e *entry) Going() bool {
	return e.working.Load() || time.Since(time.UnixMilli(e.asked.Load())) < begins
}

// Steps are those of the pass that goes on, on whatever node.
func (e *entry) Steps() (out []web.LiveStep) {
	if told := e.steps.Load(); told != nil {
		for _, s := range *told {
			out = append(out, web.LiveStep{Name: s.Name, Began: s.Began, Done: s.Done, Total: s.Total})
		}
	}
	return out
}

func (c *console) close() error {
	var errs []error
	for _, e := range c.list {
		errs = append(errs, e.Folder.Close())
	}
	return errors.Join(errs...)
}
