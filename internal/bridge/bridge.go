// Package bridge is the run: which step is due for which document or file, in what order, with what retry. It is the
// only package that knows the whole story; each step finds its work from the states in the journal, so that a run that
// was killed is finished by the next one.
//
// Every step that changes the world outside is an intention that is committed, an act, and an outcome that is
// committed. One bad document, file or route never stops the others: what is left is gathered and told.
package bridge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge/sending"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/golive"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// Service is the Financial Integration Service as the bridge uses it. Reading may be repeated at will. A call that
// changes something is made once; when its answer is lost it returns a *concur.CallError with Sent set, and the
// journal's intention tells the next run.
type Service interface {
	Walk(ctx context.Context, t fis.DocType, handle func(context.Context, concur.Page) error) (concur.WalkStats, error)
	Get(ctx context.Context, t fis.DocType, docID string) (fis.Envelope, bool, error)
	// Find gives the documents of a docId, or of a report, request or cash-advance id, in whatever state they are.
	Find(ctx context.Context, t fis.DocType, ref string) ([]fis.Envelope, error)
	Acknowledge(ctx context.Context, t fis.DocType, ids []string) ([]concur.Answer, error)
	// AcknowledgeAs is for documents that an earlier call may have locked for a system id which the configuration does
	// not name any more. The items of both confirmations carry theirs.
	AcknowledgeAs(ctx context.Context, t fis.DocType, systemID string, ids []string) ([]concur.Answer, error)
	ConfirmPostings(ctx context.Context, t fis.DocType, list []concur.PostingConfirmation) ([]concur.Answer, error)
	ConfirmPayments(ctx context.Context, t fis.DocType, list []concur.PaymentConfirmation) ([]concur.Answer, error)
	// Receipt fetches the image of a receipt, once; failures that say why are *concur.ReceiptError.
	Receipt(ctx context.Context, ref fis.ReceiptRef, limits concur.ReceiptLimits, w io.Writer) (concur.Receipt, error)
	KeepFresh(ctx context.Context) (bool, error)
	// Status describes the stored login without a call.
	Status(ctx context.Context) (concur.Status, error)
	// BeginRun gives the waiting time of a run anew; Pause waits, within it, as long as the failure of a call asks
	// before the same is tried again.
	BeginRun()
	Pause(ctx context.Context, err error) error
}

// Progress is told how far a step is; total is 0 when it is not known.
type Progress func(step string, done, total int)

// Options is what a bridge is made of. All but Progress, Beside and Log are required.
type Options struct {
	Config    *config.Config
	Journal   *journal.Journal
	Service   Service
	Invoices  sending.Invoices
	Templates fs.FS
	Now       func() time.Time
	Sleep     func(ctx context.Context, d time.Duration) error
	Log       *slog.Logger
	Progress  Progress
	Beside    Beside
}

// Bridge runs the routes of one configuration. Its methods are for one goroutine.
type Bridge struct {
	cfg      *config.Config
	j        *journal.Journal
	service  Service
	invoices sending.Invoices
	routes   []*route
	now      func() time.Time
	sleep    func(ctx context.Context, d time.Duration) error
	log      *slog.Logger
	progress Progress
	beside   Beside
	temp     string

	versions *golive.Versions
	openers  map[string]*seal.Opener // of result files, by target; each run reads the keys anew
	barred   map[string]time.Time    // targets that refused the login: when it may be tried again
}

// route is one flow with its plan; broken tells why it cannot be used, in whole.
type route struct {
	config.Route
	plan     *mapping.Plan
	when     *scope.Condition
	formats  []*returns.Format
	defaults returns.Defaults
	numbers  map[string]bool // the result formats that have a column for the ERP's document number
	broken   error
	conflict error  // why it must not work beside the other routes
	sealed   bool   // its result files are
	place    string // of its drop folder: the same words for the same folder
	// condition is why `when` cannot be understood: then it is not known which documents the route takes.
	condition error
	// rules say by instruction when an obligation is answered with success; none where it always is.
	rules    map[string]*scope.Condition
	findings findings.List
	choice   *golive.Choice
}

// New loads the mappings of all routes. A route whose mapping is not valid is kept as broken: its documents stay in the
// queue and the run says so. Only a configuration without any usable route is an error.
func New(o Options) (*Bridge, error) {
	b := &Bridge{cfg: o.Config, j: o.Journal, service: o.Service, invoices: o.Invoices, now: o.Now, sleep: o.Sleep, log: o.Log,
		progress: o.Progress, beside: o.Beside, temp: o.Config.Path(o.Config.Folders.Temp)}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if b.progress == nil {
		b.progress = func(string, int, int) {}
	}
	b.versions = Versions(o.Config, o.Journal, o.Templates, o.Now, b.log)
	var broken []error
	for _, rc := range o.Config.Routes {
		r := b.loadRoute(rc)
		if r.broken != nil {
			broken = append(broken, r.broken)
		}
		b.routes = append(b.routes, r)
	}
	b.settleFlows()
	if len(broken) == len(b.routes) {
		return b, &UnusableError{Err: errors.Join(broken...)}
	}
	return b, nil
}

// UnusableError says that no route can be used: configuration or mappings are not valid.
type UnusableError struct{ Err error }

// Error tells the cause of each route.
func (e *UnusableError) Error() string { return "no route can be used: " + e.Err.Error() }

// Unwrap gives the causes.
func (e *UnusableError) Unwrap() error { return e.Err }

// loadRoute chooses the version of the mapping; nothing is written until a run begins.
func (b *Bridge) loadRoute(rc config.Route) *route {
	c, err := b.versions.Choose(context.Background(), b.mappingOf(rc), nil)
	if err != nil {
		r := &route{Route: rc, sealed: b.seals(rc), broken: fmt.Errorf("route %s: %w", rc.Name, err)}
		r.compileWhen()
		return r
	}
	return b.routeOf(rc, c)
}

// routeOf is a route with its mapping, ready to be used or broken.
func (b *Bridge) routeOf(rc config.Route, c *golive.Choice) *route {
	r := &route{Route: rc, sealed: b.seals(rc), choice: c, findings: c.Findings}
	r.compileWhen()
	switch {
	case c.Plan == nil && r.condition != nil:
		r.broken = fmt.Errorf("route %s: %w; when: %w", rc.Name, c.Findings.Err(), r.condition)
		return r
	case c.Plan == nil:
		r.broken = fmt.Errorf("route %s: %w", rc.Name, c.Findings.Err())
		return r
	case r.condition != nil:
		r.broken = fmt.Errorf("route %s: when: %w", rc.Name, r.condition)
		return r
	}
	plan := c.Plan
	r.plan = plan
	r.defaults = returns.Defaults{Company: plan.Setting("company")}
	r.numbers = map[string]bool{}
	for _, f := range plan.Results() {
		compiled, err := returns.Compile(f)
		if err != nil {
			r.broken = fmt.Errorf("route %s: results: %w", rc.Name, err)
			return r
		}
		r.formats = append(r.formats, compiled)
		for _, c := range f.Columns {
			r.numbers[f.Name] = r.numbers[f.Name] || c.Role == format.RoleNumber
		}
	}
	return r
}

// compileWhen makes the condition ready, also of a route that cannot be used: it decides which documents stay in Concur
// for it.
func (r *route) compileWhen() {
	if r.When != "" {
		r.when, r.condition = scope.CompileCondition(r.When)
	}
	r.rules = map[string]*scope.Condition{}
	for asks, i := range r.Instructions {
		if i.SuccessWhen == "" {
			continue
		}
		rule, err := scope.CompileCondition(i.SuccessWhen)
		if err != nil {
			r.condition = errors.Join(r.condition, fmt.Errorf("instructions.%s.success_when: %w", asks, err))
			continue
		}
		r.rules[asks] = rule
	}
}

// usable are the routes that can be used.
func (b *Bridge) usable() []*route {
	var out []*route
	for _, r := range b.routes {
		if r.broken == nil {
			out = append(out, r)
		}
	}
	return out
}

func (b *Bridge) route(name string) *route {
	for _, r := range b.routes {
		if r.Name == name {
			return r
		}
	}
	return nil
}
