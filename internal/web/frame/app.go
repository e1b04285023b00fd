package frame

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words"
)

//go:embed templates/*.html static/*
var files embed.FS

// App is the console of an installation.
type App struct {
	Book  *signin.Book
	Words *words.Catalogue
	// Companies are all companies of the installation, by their short names.
	Companies []*Company
	Now       func() time.Time
	Log       *slog.Logger
	// Serving tells which of the companies are served just now, as the database that several consoles share has it; nil: all that there are. Entered is told
	// which one somebody looks at; nil: nobody wants to know.
	Serving func(context.Context, []string) (map[string]bool, error)
	Entered func(*Company)
	// Life ends when the console does: what goes on beside pages stops with it.
	Life context.Context
	// Version is that of the program, Settings those of the console.
	Version  string
	Settings config.Console

	swap   sync.RWMutex // of Companies
	pages  *template.Template
	static map[string]asset
	css    string
	script string
}

// Company is a company of the installation: its working folder, opened for looking.
type Company struct {
	// Short stands in addresses, Name is what people call it.
	Short, Name string
	Label       string
	// Groups are the roles that each group of the provider of identities has in this company.
	Groups map[string][]string
	// Place opens the folder for acts; whoever acts puts his name into it.
	Place desk.Place
	// Desk is the folder, opened for looking for as long as the console runs.
	Desk *desk.Workspace
	Zone *time.Location
	Live *Live
	// Checked is the newest reconciliation of everything.
	Checked Checked

	closed bool
	away   away
	glance glance
	kept   kept
	sums   sums
	proofs proofs
	packs  packs
}

// Checked keeps the newest result of a check that takes longer than a page may.
type Checked struct {
	mu      sync.Mutex
	at      time.Time
	ties    []desk.Tie
	failure error
	busy    bool
}

// Tie is the newest result, and when it was; zero when there is none yet.
func (c *Checked) Latest() (at time.Time, ties []desk.Tie, busy bool, failure error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at, c.ties, c.busy, c.failure
}

// Check reconciles the whole journal, unless that is under way.
func (co *Company) Check(ctx context.Context, now func() time.Time) {
	c := &co.Checked
	c.mu.Lock()
	if c.busy {
		c.mu.Unlock()
		return
	}
	c.busy = true
	c.mu.Unlock()
	r, err := co.Desk.Reconcile(ctx, desk.Selection{}, nil)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy, c.failure = false, err
	if err == nil {
		c.at, c.ties = now(), r.Ties
	}
}

// asset is a file that pages name by its hash, so that it may be kept for good.
type asset struct {
	body []byte
	kind string
}

// Prepare reads templates and files.
func (a *App) Prepare() error {
	a.static = map[string]asset{}
	var err error
	if a.css, err = a.keep("console.css", "text/css; charset=utf-8"); err != nil {
		return err
	}
	if a.script, err = a.keep("console.js", "text/javascript; charset=utf-8"); err != nil {
		return err
	}
	a.pages, err = template.New("").Funcs(template.FuncMap{"pairs": pairs, "time": stamped}).ParseFS(files, "templates/*.html")
	return err
}

// stamped is the moment of a row of the history.
func stamped(at string) (time.Time, error) { return time.Parse(time.RFC3339Nano, at) }

// pairs makes a map for a template that takes several values.
func pairs(list ...any) (map[string]any, error) {
	out := map[string]any{}
	for i := 0; i+1 < len(list); i += 2 {
		name, is := list[i].(string)
		if !is {
			return nil, fmt.Errorf("pairs: %v is no name", list[i])
		}
		out[name] = list[i+1]
	}
	return out, nil
}

func (a *App) keep(name, kind string) (string, error) {
	b, err := files.ReadFile("static/" + name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	base, ending, _ := strings.Cut(name, ".")
	path := "/static/" + base + "." + hex.EncodeToString(sum[:6]) + "." + ending
	a.static[path] = asset{b, kind}
	return path, nil
}

// Static answers for files.
func (a *App) Static(w http.ResponseWriter, r *http.Request) {
	f, ok := a.static[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(f.body) // whoever asked may be gone
}

// Company is the one with a short name; nil when there is none.
func (a *App) Company(short string) *Company {
	for _, c := range a.All() {
		if c.Short == short {
			return c
		}
	}
	return nil
}

// sums keeps what periods add up to, as long as nothing happens.
type sums struct {
	mu   sync.Mutex
	head int64
	kept map[desk.Selection]*today.Equation
}

// mostKept bounds how many periods are kept.
const mostKept = 200

// Equation adds up a period as it stands at a row of the history.
func (co *Company) Equation(ctx context.Context, w *desk.Workspace, head int64, sel desk.Selection) (*today.Equation, error) {
	s := &co.sums
	s.mu.Lock()
	if s.kept == nil || s.head != head || len(s.kept) > mostKept {
		if s.head > head { // an older instant than others have seen: keep theirs
			s.mu.Unlock()
			return today.Read(ctx, w, sel)
		}
		s.head, s.kept = head, map[desk.Selection]*today.Equation{}
	}
	e := s.kept[sel]
	s.mu.Unlock()
	if e != nil {
		return e, nil
	}
	e, err := today.Read(ctx, w, sel)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.head == head {
			s.kept[sel] = e
		}
	}
	return e, err
}

// Proof is what verify found, and when.
type Proof struct {
	At      time.Time
	Took    time.Duration
	Rows    int64
	Hash    string
	Failure string
}

// proofs keeps the newest one.
type proofs struct {
	mu   sync.Mutex
	last *Proof
	busy bool
}

// Proof is the newest one, and whether another one is being made.
func (co *Company) Proof() (*Proof, bool) {
	co.proofs.mu.Lock()
	defer co.proofs.mu.Unlock()
	return co.proofs.last, co.proofs.busy
}

// Verify walks the whole history, unless that is under way.
func (co *Company) Verify(ctx context.Context, now func() time.Time) {
	p := &co.proofs
	p.mu.Lock()
	if p.busy {
		p.mu.Unlock()
		return
	}
	p.busy = true
	p.mu.Unlock()
	begun := now()
	v, err := co.Desk.Verify(ctx, "")
	done := &Proof{At: begun, Took: now().Sub(begun), Rows: v.Rows, Hash: v.LastHash}
	if err == nil {
		err = v.Broken()
	}
	if err != nil {
		done.Failure = wording.Error(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy, p.last = false, done
}

// Public is the address under which people reach the console.
func (a *App) Public(r *http.Request) string {
	if a.Settings.PublicURL != "" {
		return strings.TrimSuffix(a.Settings.PublicURL, "/")
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host
}
