package metrics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/net/netutil"
)

// mostSockets bounds who may ask at once; most are one scraper and a probe.
const mostSockets = 32

// Server answers machines.
type Server struct {
	server *http.Server
	done   chan error
	// Addr is where it listens.
	Addr string
}

// Listen takes the address and answers at it, until Close.
func (n *Numbers) Listen(address string, log *slog.Logger) (*Server, error) {
	return n.set.Listen(address, log)
}

// Listen takes the address and answers at it, until Close.
func (t *Set) Listen(address string, log *slog.Logger) (*Server, error) {
	return listen(address, answers(t.registry, t.ready), log)
}

func listen(address string, handler http.Handler, log *slog.Logger) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("metrics.listen: %w", err)
	}
	s := &Server{done: make(chan error, 1), Addr: l.Addr().String()}
	s.server = &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	go func() { s.done <- s.server.Serve(netutil.LimitListener(l, mostSockets)) }()
	return s, nil
}

func answers(registry *prometheus.Registry, ready http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { tell(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", ready)
	return mux
}

// ready says whether the journal can be worked with, or that of one of several companies: what one of them lacks must
// not take the others away, and journal_readable tells which. Causes are told in one line, without paths and names: the
// log and fisbridge status say more.
func (t *Set) ready(w http.ResponseWriter, _ *http.Request) {
	t.mu.Lock()
	places := slices.Clone(t.places)
	t.mu.Unlock()
	said := "no journal is open"
	for _, p := range places {
		now, err := p.standing.status()
		switch {
		case err != nil:
			said = "the journal cannot be read; fisbridge status says why"
		case now.Restored != nil:
			said = "the journal is not where it lives, or older than it was; fisbridge status says the way out"
		default:
			tell(w, http.StatusOK, "ready")
			return
		}
	}
	tell(w, http.StatusServiceUnavailable, said)
}

func tell(w http.ResponseWriter, status int, line string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line+"\n")
}

// Close stops answering.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := s.server.Shutdown(ctx)
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
