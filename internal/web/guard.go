package web

import (
	"cmp"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/web/api"
	"github.com/fisbridge/fisbridge/internal/web/door"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// policy lets a page have nothing but what the console itself serves.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// mostForm bounds what a form may hold.
const mostForm = 1 << 20

// guard is the door that every request goes through.
type guard struct {
	app     *frame.App
	hosts   map[string]bool // nil: any name of this machine
	proxies []netip.Prefix
}

// beginning is as much of an address as a row of a history needs. The word of a link is a way in, so it is left out, however
// the address is spelt.
func beginning(path string) string {
	const most, link = 200, "/link/"
	if strings.Contains(strings.ToLower(path), link) {
		return link + "…"
	}
	if len(path) <= most {
		return path
	}
	return strings.ToValidUTF8(path[:most], "") + "…"
}

func (g *guard) headers(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if r.TLS != nil || strings.HasPrefix(g.app.Settings.PublicURL, "https:") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// handler is the whole console.
func (g *guard) handler() http.Handler { return g.handlerOf(addresses()) }

func (g *guard) handlerOf(table []address) http.Handler {
	mux := http.NewServeMux()
	for _, a := range table {
		mux.HandleFunc(a.Method+" "+a.Pattern, func(w http.ResponseWriter, r *http.Request) { g.answer(w, r, a) })
	}
	mux.HandleFunc("GET /static/", g.app.Static)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		api := strings.HasPrefix(r.URL.Path, "/api/") // machines are answered in JSON also where nothing is
		g.answer(w, r, address{API: api, Right: signin.Anybody, Do: func(*frame.Req) (frame.Answer, error) { return nil, frame.NotFound() }})
	})
	forged := http.NewCrossOriginProtection()
	if u := g.app.Settings.PublicURL; u != "" {
		_ = forged.AddTrustedOrigin(strings.TrimSuffix(u, "/")) // the configuration was checked
	}
	forged.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := g.app.Book.Refused(r.Context(), "somebody", "", "a form of another site, to "+beginning(r.URL.Path)+" from "+g.caller(r)); err != nil {
			g.app.Log.Error("console", "error", err.Error())
		}
		http.Error(w, "fisbridge: this form comes from another site, so nothing was done", http.StatusForbidden)
	}))
	inner := forged.Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.headers(w, r)
		if r.URL.Path == "/healthz" { // whoever watches over processes knows them by their own address
			mux.ServeHTTP(w, r)
			return
		}
		if !g.shielded(r) {
			http.Error(w, "fisbridge: the console is behind a proxy; call it there", http.StatusForbidden)
			return
		}
		if !g.known(r) {
			http.Error(w, "fisbridge: this is not the address of the console", http.StatusMisdirectedRequest)
			return
		}
		inner.ServeHTTP(w, r)
	})
}

// known reports whether the host that is asked for is ours.
func (g *guard) known(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if g.hosts[strings.ToLower(host)] {
		return true
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// shielded: a call that TLS does not shield here comes from the proxy that does, or from this machine.
func (g *guard) shielded(r *http.Request) bool {
	if r.TLS != nil || len(g.proxies) == 0 {
		return true
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && (from.Addr().Unmap().IsLoopback() || g.proxy(from.Addr().String()))
}

// caller is the address from which a call comes, as far as the proxies in front are believed.
func (g *guard) caller(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(chain) - 1; i >= 0 && g.proxy(host); i-- {
		if next := strings.TrimSpace(chain[i]); next != "" {
			if _, err := netip.ParseAddr(next); err != nil {
				break
			}
			host = next
		}
	}
	return host
}

func (g *guard) proxy(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, p := range g.proxies {
		if p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

// answer finds out who asks, asks for the right, and answers.
func (g *guard) answer(w http.ResponseWriter, r *http.Request, a address) {
	q := &frame.Req{App: g.app, R: r, Now: g.app.Now(), Zone: time.UTC, Address: g.caller(r)}
	q.Lang = g.app.Words.Of("", r.Header.Get("Accept-Language"))
	write := q.Answer
	if a.API {
		write = func(w http.ResponseWriter, answer frame.Answer, err error) { api.Write(q, w, answer, err) }
	}
	defer func() { // a mistake of ours is told with a number, and stands in the log: it must not look like a line that was cut
		if p := recover(); p != nil && p != http.ErrAbortHandler { //nolint:errorlint // net/http's own
			write(w, nil, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	if err := g.read(w, r, a); err != nil {
		write(w, nil, err)
		return
	}
	if err := g.who(q, a); err != nil {
		write(w, nil, err)
		return
	}
	answer, err := g.enter(q, a)
	if answer == nil && err == nil {
		answer, err = a.Do(q)
	}
	write(w, answer, err)
}

// read takes the form, within bounds.
func (g *guard) read(w http.ResponseWriter, r *http.Request, a address) error {
	if a.Upload { // it is read when it is known that who asks may send one
		r.Body = http.MaxBytesReader(w, r.Body, mostUpload)
		return nil
	}
	if r.Method != http.MethodPost || a.API {
		return nil
	}
	if a.Raw {
		r.Body = http.MaxBytesReader(w, r.Body, mostForm)
		return nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.ContentLength != 0 || kind != "" && kind != "application/x-www-form-urlencoded" {
		return &frame.Fault{Status: http.StatusUnsupportedMediaType, Code: "media"}
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	var large *http.MaxBytesError
	switch err := r.ParseForm(); {
	case errors.As(err, &large):
		return &frame.Fault{Status: http.StatusRequestEntityTooLarge, Code: "large"}
	case err != nil:
		return frame.Wrong("")
	}
	return nil
}

// mostUpload bounds a form with a workbook.
const mostUpload = 24 << 20

// who finds out who asks: by a token for machines, by the cookie for people.
func (g *guard) who(q *frame.Req, a address) error {
	ctx := q.Ctx()
	if word, is := strings.CutPrefix(q.R.Header.Get("Authorization"), "Bearer "); is && a.API {
		s, err := g.app.Book.ByTokenWord(ctx, word)
		if errors.Is(err, signin.ErrNotFound) {
			return nil
		}
		q.Who = s
		return err
	}
	c, err := q.R.Cookie(door.SessionCookie)
	if err != nil {
		return nil //nolint:nilerr // nobody is signed in
	}
	s, err := g.app.Book.Session(ctx, c.Value)
	if errors.Is(err, signin.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	q.Who, q.Word = s, c.Value
	q.Lang = g.app.Words.Of(s.Person.Language, q.R.Header.Get("Accept-Language"))
	return nil
}

// enter lets somebody in who has the right; else it gives the answer that he gets instead.
func (g *guard) enter(q *frame.Req, a address) (frame.Answer, error) {
	short := q.R.PathValue("company")
	if a.Right == signin.Anybody {
		return nil, nil
	}
	if q.Who == nil {
		switch {
		case a.API:
			return nil, &frame.Fault{Status: http.StatusUnauthorized, Code: "unknown"}
		case q.R.Method == http.MethodPost:
			return door.Ended(q)
		}
		return frame.To{Address: "/signin?next=" + url.QueryEscape(q.R.URL.RequestURI())}, nil
	}
	if short == "" {
		q.Zone = q.CommonZone()
		return nil, nil
	}
	co := g.app.Company(short)
	if co == nil || len(q.Who.Person.In(short)) == 0 {
		return nil, frame.NotFound()
	}
	if is, err := g.app.Serves(q.Ctx(), short); err != nil || !is {
		return nil, cmp.Or(err, error(frame.NotFound()))
	}
	if g.app.Entered != nil {
		g.app.Entered(co)
	}
	q.Co, q.Desk, q.Zone = co, co.Desk, co.Zone
	if q.May(string(a.Right)) {
		return nil, co.NotOpen()
	}
	g.note(q.R, "refused", q.Who.Person.Name, q.R.Method+" "+beginning(q.R.URL.Path)+" wants the right "+string(a.Right))
	f := &frame.Fault{Status: http.StatusForbidden, Code: "forbidden"}
	for _, r := range signin.Holders(a.Right) {
		f.Holders = append(f.Holders, string(r))
	}
	return nil, f
}

// note tells a refusal in the history of sign-ins.
func (g *guard) note(r *http.Request, event, who, detail string) {
	if err := g.app.Book.Note(r.Context(), event, who, "", detail); err != nil {
		g.app.Log.Error("console", "error", err.Error())
	}
}
