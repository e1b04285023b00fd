// Package events receives what Concur's event service says: that a document is ready. It owns the door: who may speak,
// how much, and how often. It answers at once, when the event is kept and never before, and hands on no more than that
// something was heard. What an event says is never believed: whoever listens asks Concur.
//
// The service calls with a client certificate of its own and a signature of which the algorithm is not described. So
// the name in the certificate is what can be verified, here or by the proxy in front of it; no certificate is pinned,
// for it changes each year.
package events

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/netutil"
)

// Options are what a receiver is made of.
type Options struct {
	// Listen is the address, Path where events are posted.
	Listen, Path string
	// Company is the only company whose events are kept.
	Company string
	// Certificate and Key are files: with them the receiver speaks TLS and asks for a client certificate of Sender,
	// signed by an authority of the file ClientCA, or of the system where it is empty. Without them a proxy does that.
	Certificate, Key, ClientCA string
	// Sender is the common name of the certificate by which the service calls.
	Sender string
	// SenderHeader is the header in which the proxy writes the subject of the client's certificate; empty: the proxy
	// lets nobody else in.
	SenderHeader string
	// PerMinute bounds how many calls are worked on.
	PerMinute int
	// Gather is how long is waited, after the first event, for more of them.
	Gather time.Duration
	Log    *slog.Logger
	Now    func() time.Time
	// Keep commits an event, and tells whether it is a new one to be looked for.
	Keep func(ctx context.Context, e Event) (fresh bool, err error)
}

// Bounds of a call. An event has less than 2 KiB.
const (
	maxBody     = 64 << 10
	maxHeader   = 32 << 10
	maxSockets  = 64
	headerTime  = 5 * time.Second
	callTime    = 10 * time.Second
	idleTime    = time.Minute
	keepTime    = 20 * time.Second // an answer is wanted within 30
	oldest      = 7 * 24 * time.Hour
	tryInAMin   = "60"
	oneMinute   = time.Minute
	closingTime = 5 * time.Second
)

// Receiver is one that listens.
type Receiver struct {
	o      Options
	server *http.Server
	done   chan error
	wake   chan struct{}
	// Addr is where it listens.
	Addr string

	mu      sync.Mutex
	window  time.Time // when the minute began of which calls are counted
	calls   int
	refused int
	timer   *time.Timer
	closed  bool
}

// Listen opens the door.
func Listen(o Options) (*Receiver, error) {
	r := &Receiver{o: o, done: make(chan error, 1), wake: make(chan struct{}, 1)}
	tlsConfig, err := o.tls()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("receive events: %w", err)
	}
	r.Addr = l.Addr().String()
	l = netutil.LimitListener(l, maxSockets)
	if tlsConfig != nil {
		l = tls.NewListener(l, tlsConfig)
	}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: headerTime, ReadTimeout: callTime, WriteTimeout: callTime + keepTime,
		IdleTimeout: idleTime, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug)}
	go func() { r.done <- r.server.Serve(l) }()
	return r, nil
}

// Check looks whether the certificates can be used, without listening.
func (o Options) Check() error {
	_, err := o.tls()
	return err
}

// tls is how the receiver speaks TLS, nil when it does not. The certificate is read for each connection: it is renewed
// while we run.
func (o Options) tls() (*tls.Config, error) {
	if o.Certificate == "" {
		return nil, nil
	}
	load := func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		c, err := tls.LoadX509KeyPair(o.Certificate, o.Key)
		return &c, err
	}
	if _, err := load(nil); err != nil {
		return nil, fmt.Errorf("receive events: events.certificate and events.key: %w", err)
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAndVerifyClientCert, GetCertificate: load}
	if o.ClientCA == "" {
		system, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("receive events: the authorities of this machine: %w; name a file: events.client_ca", err)
		}
		c.ClientCAs = system
		return c, nil
	}
	text, err := os.ReadFile(o.ClientCA)
	if err != nil {
		return nil, fmt.Errorf("receive events: events.client_ca: %w", err)
	}
	c.ClientCAs = x509.NewCertPool()
	if !c.ClientCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("receive events: events.client_ca: %s holds no certificate (PEM)", o.ClientCA)
	}
	return c, nil
}

// Wake gives a sign some time after something new was heard: many events are one sign.
func (r *Receiver) Wake() <-chan struct{} { return r.wake }

// Close shuts the door; calls that are being answered are waited for.
func (r *Receiver) Close() error {
	r.mu.Lock()
	r.closed = true
	if r.timer != nil {
		r.timer.Stop()
	}
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), closingTime)
	defer cancel()
	err := r.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = r.server.Close()
	}
	if served := <-r.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// ServeHTTP answers one call.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	status, why := r.answer(w, q)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", tryInAMin)
	}
	w.WriteHeader(status)
	if why != "" {
		r.complain(status, why, q)
		_, _ = io.WriteString(w, http.StatusText(status)+"\n") // who speaks wrongly is not told more
	}
}

// complain logs a call that was turned away, at most some in each minute.
func (r *Receiver) complain(status int, why string, q *http.Request) {
	r.mu.Lock()
	r.refused++
	told := r.refused
	r.mu.Unlock()
	if told <= 20 {
		r.o.Log.Warn("a call to the receiver of events was not taken", "status", status, "reason", why, "from", q.RemoteAddr)
	}
}

// answer decides about a call. The service repeats what is answered by 401, 403, 429 and 5xx, and nothing else: a call
// that may be its own and cannot be kept just now gets one of these.
func (r *Receiver) answer(w http.ResponseWriter, q *http.Request) (status int, why string) {
	if !r.takes() {
		return http.StatusTooManyRequests, "more calls in a minute than events.per_minute"
	}
	if q.URL.Path != r.o.Path {
		return http.StatusNotFound, fmt.Sprintf("no such path: %.80q", q.URL.Path)
	}
	if q.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return http.StatusMethodNotAllowed, fmt.Sprintf("method %.20q", q.Method)
	}
	if name, ok := r.sender(q); !ok {
		return http.StatusForbidden, fmt.Sprintf("the caller is %.120q, not %q (events.sender)", name, r.o.Sender)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, q.Body, maxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return http.StatusRequestEntityTooLarge, "the body is larger than 64 KiB"
	}
	if err != nil {
		return http.StatusServiceUnavailable, "the body did not arrive whole"
	}
	e, err := parse(body)
	var other *otherError
	switch {
	case errors.As(err, &other): // subscribed to more than we listen to: nothing to be repeated
		r.o.Log.Info("an event that is not listened to", "event", other.what)
		return http.StatusNoContent, ""
	case err != nil:
		return http.StatusBadRequest, err.Error()
	case !strings.EqualFold(e.Company, r.o.Company):
		r.o.Log.Warn("an event of another company is not kept", "company", fmt.Sprintf("%.80q", e.Company))
		return http.StatusNoContent, ""
	case !e.Ready.IsZero() && e.Ready.Before(r.o.Now().Add(-oldest)): // the service keeps them for three days
		r.o.Log.Warn("an event is too old to be kept", "event", e.ID, "from", e.Ready)
		return http.StatusNoContent, ""
	}
	return r.keep(q.Context(), e)
}

func (r *Receiver) keep(ctx context.Context, e Event) (status int, why string) {
	ctx, cancel := context.WithTimeout(ctx, keepTime)
	defer cancel()
	fresh, err := r.o.Keep(ctx, e)
	if err != nil {
		return http.StatusServiceUnavailable, "it could not be kept: " + err.Error()
	}
	if fresh {
		r.o.Log.Info("event heard", "event", e.ID, "type", e.DocType, "ref", e.Ref, "correlation", e.Correlation)
		r.Ring(r.o.Gather)
	}
	return http.StatusNoContent, ""
}

// Ring gives a sign after a while, one for all that comes meanwhile.
func (r *Receiver) Ring(after time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || r.timer != nil {
		return
	}
	r.timer = time.AfterFunc(after, func() {
		r.mu.Lock()
		r.timer = nil
		r.mu.Unlock()
		select {
		case r.wake <- struct{}{}:
		default: // one is waiting already
		}
	})
}

// takes counts the calls of a minute.
func (r *Receiver) takes() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.o.Now(); now.Sub(r.window) >= oneMinute || now.Before(r.window) {
		r.window, r.calls, r.refused = now, 0, 0
	}
	r.calls++
	return r.calls <= r.o.PerMinute
}

// sender is the name by which the caller is known, and whether it is the right one.
func (r *Receiver) sender(q *http.Request) (name string, ok bool) {
	if r.o.Certificate != "" {
		if q.TLS == nil || len(q.TLS.PeerCertificates) == 0 {
			return "", false
		}
		name = q.TLS.PeerCertificates[0].Subject.CommonName
		return name, strings.EqualFold(name, r.o.Sender)
	}
	if r.o.SenderHeader == "" {
		return "", true
	}
	values := q.Header.Values(r.o.SenderHeader)
	if len(values) != 1 {
		return strings.Join(values, " | "), false // a second one may be the caller's own
	}
	return values[0], commonName(values[0], r.o.Sender)
}

// commonName reports whether a subject has one common name and it is this one: "CN=a,O=b", "/O=b/CN=a", or the name
// alone.
func commonName(subject, want string) bool {
	subject = strings.TrimSpace(subject)
	if strings.EqualFold(subject, want) {
		return true
	}
	if strings.ContainsAny(subject, `\"`) {
		return false // a quoted part may hold a name that is none
	}
	found, names := false, 0
	for _, part := range strings.FieldsFunc(subject, func(c rune) bool { return c == ',' || c == '/' || c == '+' || c == ';' }) {
		key, value, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(key), "CN") {
			names++
			found = strings.EqualFold(strings.TrimSpace(value), want)
		}
	}
	return found && names == 1
}
