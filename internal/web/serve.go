package web

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/evidence"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/internal/words"
)

// Options are what a console is made of. All are required.
type Options struct {
	// Settings are those of the console; Database is the file of people, Certificate and Key those of TLS, all absolute.
	Settings         config.Console
	Database         string
	Certificate, Key string
	// People are those of several consoles, in the database that these share, in place of the file.
	People    *sql.DB
	Companies []*frame.Company
	// Serving and Entered: see frame.App. Both may be nil.
	Serving func(context.Context, []string) (map[string]bool, error)
	Entered func(*frame.Company)
	Now     func() time.Time
	Log     *slog.Logger
	Version string
}

// Console is a console that is ready to listen.
type Console struct {
	app      *frame.App
	server   *http.Server
	listener net.Listener
}

// New opens the database of people, reads pages and words, and takes the address. Nothing is answered yet.
func New(ctx context.Context, o Options) (*Console, error) {
	catalogue, err := words.Load()
	if err != nil {
		return nil, err
	}
	app := &frame.App{Words: catalogue, Companies: o.Companies, Now: o.Now, Log: o.Log, Version: o.Version, Settings: o.Settings, Life: ctx, Serving: o.Serving, Entered: o.Entered}
	if err := app.Prepare(); err != nil {
		return nil, err
	}
	g := &guard{app: app, hosts: map[string]bool{}}
	if u, err := url.Parse(o.Settings.PublicURL); err == nil && u.Host != "" {
		g.hosts[strings.ToLower(u.Hostname())] = true
	}
	for _, p := range o.Settings.BehindProxy {
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			ip, err := netip.ParseAddr(p)
			if err != nil {
				return nil, fmt.Errorf("console.behind_proxy: %w", err)
			}
			prefix = netip.PrefixFrom(ip, ip.BitLen())
		}
		g.proxies = append(g.proxies, prefix)
	}
	if o.People != nil {
		app.Book = signin.Served(o.People, o.Now)
	} else if app.Book, err = signin.Open(ctx, o.Database, o.Now); err != nil {
		return nil, err
	}
	c := &Console{app: app}
	c.server = &http.Server{Handler: g.handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug)}
	if c.listener, err = listen(o); err != nil {
		return nil, errors.Join(err, app.Book.Close())
	}
	return c, nil
}

// listen takes the address, with TLS where there is a certificate.
func listen(o Options) (net.Listener, error) {
	l, err := net.Listen("tcp", o.Settings.Listen)
	if err != nil {
		return nil, &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("the console cannot listen: %w", err),
			Hint: "where another program or the console of another company has this address, give this one a port of its own in console.listen or with --listen"}
	}
	if o.Certificate == "" {
		return l, nil
	}
	keeper := &certificate{cert: o.Certificate, key: o.Key}
	if _, err := keeper.get(nil); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: keeper.get, NextProtos: []string{"http/1.1"}}), nil
}

// certificate is read again when its file has changed.
type certificate struct {
	cert, key string
	mu        sync.Mutex
	read      time.Time
	have      *tls.Certificate
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.cert)
	if err == nil && c.have != nil && info.ModTime().Equal(c.read) {
		return c.have, nil
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		if c.have != nil { // one that is half written is taken the next time
			return c.have, nil
		}
		return nil, fmt.Errorf("console.certificate: %w", err)
	}
	c.have = &pair
	if info != nil {
		c.read = info.ModTime()
	}
	return c.have, nil
}

// Address is where the console is reached, as a person types it.
func (c *Console) Address() string {
	if u := c.app.Settings.PublicURL; u != "" {
		return strings.TrimSuffix(u, "/")
	}
	scheme := "http"
	if c.app.Settings.Certificate != "" {
		scheme = "https"
	}
	return scheme + "://" + c.listener.Addr().String()
}

// FirstLink is the address by which the first person comes in; empty when there is somebody already.
func (c *Console) FirstLink(ctx context.Context) (string, error) {
	nobody, err := c.app.Book.Nobody(ctx)
	if err != nil || !nobody {
		return "", err
	}
	word, err := c.app.Book.Link(ctx, "serve", signin.Person{}, signin.FirstGood)
	return c.Address() + "/link/" + word, err
}

// Adopt lets who administers all other companies see a company in which nobody has ever had a role; names are theirs.
// orphan: nobody can see it, for there is no such person.
func (c *Console) Adopt(ctx context.Context, company string) (names []string, orphan bool, err error) {
	if nobody, err := c.app.Book.Nobody(ctx); err != nil || nobody {
		return nil, false, err // the first link is for all of them
	}
	var others []string
	for _, co := range c.app.All() {
		if co.Short != company {
			others = append(others, co.Short)
		}
	}
	made, orphan, err := c.app.Book.Adopt(ctx, "fisbridge serve", company, others)
	for _, p := range made {
		names = append(names, p.Name)
	}
	return names, orphan, err
}

// lastWait is how long pages may take to end after the console was told to stop.
const lastWait = 10 * time.Second

// sweepEach is how often evidence packs whose time is over are taken away.
const sweepEach = 6 * time.Hour

// sweep takes them away until ctx ends.
func (c *Console) sweep(ctx context.Context) {
	every := time.NewTicker(sweepEach)
	defer every.Stop()
	for ctx.Err() == nil {
		for _, co := range c.app.All() {
			if !co.IsOpen() {
				continue
			}
			if err := evidence.Sweep(co.Desk); err != nil {
				c.app.Log.Warn("console", "company", co.Short, "error", err.Error())
			}
		}
		select {
		case <-ctx.Done():
		case <-every.C:
		}
	}
}

// Run answers until ctx ends, lets pages that are being made end, and closes the database.
func (c *Console) Run(ctx context.Context) error {
	stopped := make(chan error, 1)
	swept := make(chan struct{})
	go func() { defer close(swept); c.sweep(ctx) }()
	go func() {
		<-ctx.Done()
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWait)
		defer cancel()
		err := c.server.Shutdown(wait)
		if err != nil {
			err = c.server.Close()
		}
		stopped <- err
	}()
	err := c.server.Serve(c.listener)
	if errors.Is(err, http.ErrServerClosed) {
		err = <-stopped
		<-swept
	}
	return errors.Join(err, c.app.Book.Close())
}

// Opened puts a company, whose folder could not be opened before, into its place; a new one is shown from now on.
func (c *Console) Opened(co *frame.Company) { c.app.Replace(co) }

// Gone takes a company out of the console.
func (c *Console) Gone(short string) { c.app.Remove(short) }

// Elsewhere are runs that other processes make.
type Elsewhere = frame.Elsewhere

// LiveStep is a part of a run that goes on.
type LiveStep = frame.LiveStep

// LiveElsewhere is a company whose runs other processes make.
func LiveElsewhere(e Elsewhere) *frame.Live { return frame.LiveElsewhere(e) }

// Closed is a company whose folder cannot be opened for now; the pages tell why.
func Closed(short, why string) *frame.Company { return frame.Closed(short, why) }

// Check reconciles a company's journal and keeps the result for its pages.
func (c *Console) Check(ctx context.Context, co *frame.Company) { co.Check(ctx, c.app.Now) }

// NewCompany is a company whose working folder is opened for looking; whoever asks closes it.
func NewCompany(ctx context.Context, p desk.Place, short string) (*frame.Company, error) {
	w, err := desk.Look(ctx, p)
	if err != nil {
		return nil, err
	}
	name := w.Config.Console.Name
	if name == "" {
		name = short
	}
	return &frame.Company{Short: short, Name: name, Label: w.Config.Console.Label, Groups: w.Config.Console.OIDC.Roles, Place: p, Desk: w, Zone: w.Config.Schedule.Zone(), Live: frame.NewLive()}, nil
}

// Company is a company of the console.
type Company = frame.Company

// Close ends a console that never ran.
func (c *Console) Close() error { return errors.Join(c.listener.Close(), c.app.Book.Close()) }
