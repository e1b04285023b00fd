package frame

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/desk/todo"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// away is why nothing runs in a company for now.
type away struct {
	mu  sync.RWMutex
	why string
}

// Closed is a company whose working folder could not be opened yet: who has a role in it is told why.
func Closed(short, why string) *Company {
	co := &Company{Short: short, Name: short, Zone: time.UTC, Live: NewLive(), closed: true}
	co.Halted(why)
	return co
}

// Halted tells why nothing runs in the company for now; empty: it runs.
func (co *Company) Halted(why string) {
	co.away.mu.Lock()
	defer co.away.mu.Unlock()
	co.away.why = why
}

// Away is why nothing runs in the company for now; empty: it runs.
func (co *Company) Away() string {
	co.away.mu.RLock()
	defer co.away.mu.RUnlock()
	return co.away.why
}

// NotOpen is the answer for a company whose folder is not open; nil where it is.
func (co *Company) NotOpen() error {
	if !co.closed {
		return nil
	}
	return &Fault{Status: http.StatusServiceUnavailable, Code: "closed", Text: say.Text(co.Away())}
}

// IsOpen reports whether the company's folder is open.
func (co *Company) IsOpen() bool { return !co.closed }

// All are the companies as they are now.
func (a *App) All() []*Company {
	a.swap.RLock()
	defer a.swap.RUnlock()
	return a.Companies
}

// Replace puts a company in the place of the one with the same short name, whose folder was closed; a new one comes last.
func (a *App) Replace(co *Company) {
	a.swap.Lock()
	defer a.swap.Unlock()
	list := slices.Clone(a.Companies) // pages that are being made keep theirs
	if i := slices.IndexFunc(list, func(c *Company) bool { return c.Short == co.Short }); i >= 0 {
		list[i] = co
	} else {
		list = append(list, co)
	}
	a.Companies = list
}

// Remove takes a company out of the console.
func (a *App) Remove(short string) {
	a.swap.Lock()
	defer a.swap.Unlock()
	a.Companies = slices.DeleteFunc(slices.Clone(a.Companies), func(c *Company) bool { return c.Short == short })
}

// Serves reports whether a company is served just now.
func (a *App) Serves(ctx context.Context, short string) (bool, error) {
	if a.Serving == nil {
		return true, nil
	}
	now, err := a.Serving(ctx, []string{short})
	return now[short], err
}

// Still reports whether who asks may go on looking at the company: what lasts longer than a page asks again.
func (q *Req) Still() (bool, error) {
	s, err := q.App.Book.Look(q.Ctx(), q.Word)
	if errors.Is(err, signin.ErrNotFound) {
		return false, nil
	}
	if err != nil || !slices.Equal(s.Person.In(q.Co.Short), q.Roles()) {
		return false, err
	}
	return q.App.Serves(q.Ctx(), q.Co.Short)
}

// Glance is what the list of all companies says of one.
type Glance struct {
	Needs    int
	Equation *today.Equation
	Run      *reading.Run
	// Failure is why nothing can be said.
	Failure error
}

// glance keeps the newest one, as long as nothing happens.
type glance struct {
	mu   sync.Mutex
	head int64
	at   time.Time
	last Glance
}

// glanceGood is how long one serves though nothing has happened: what is overdue grows with time alone.
const glanceGood = time.Minute

// Glance looks at the company: what needs a person, this month's equation and its newest run.
func (co *Company) Glance(ctx context.Context, now time.Time) Glance {
	g := &co.glance
	g.mu.Lock()
	defer g.mu.Unlock()
	head, _, err := reading.Head(ctx, co.Desk)
	if err == nil && head == g.head && now.Sub(g.at) < glanceGood && now.After(g.at) && g.last.Failure == nil {
		return g.last
	}
	next := Glance{Failure: err}
	if err == nil {
		next.Failure = co.Desk.Snapshot(ctx, func(w *desk.Workspace) error { return next.read(ctx, co, w, now) })
	}
	g.head, g.at, g.last = head, now, next
	return next
}

func (g *Glance) read(ctx context.Context, co *Company, w *desk.Workspace, now time.Time) error {
	head, _, err := reading.Head(ctx, w)
	if err != nil {
		return err
	}
	needs, err := todo.Needs(ctx, w, now, 1)
	if err != nil {
		return err
	}
	g.Needs = needs.Total
	at := now.In(co.Zone)
	if g.Equation, err = co.Equation(ctx, w, head, desk.Selection{Since: time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, co.Zone)}); err != nil {
		return err
	}
	runs, err := reading.Runs(ctx, w, time.Time{}, time.Time{}, 1)
	if len(runs) > 0 {
		g.Run = &runs[0]
	}
	return err
}
