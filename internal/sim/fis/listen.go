package fis

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// HTTPServer is a simulator that listens.
type HTTPServer struct {
	// URL is its base address, e.g. http://127.0.0.1:41234.
	URL    string
	server *http.Server
	done   chan error
}

// Listen serves a handler on a loopback address; "127.0.0.1:0" takes a free port. Other addresses are refused: a
// simulator is not for a network.
func Listen(address string, handler http.Handler) (*HTTPServer, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	if at, ok := l.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() {
		l.Close()
		return nil, fmt.Errorf("listen on %s: a simulator listens on a loopback address only", address)
	}
	s := &HTTPServer{URL: "http://" + l.Addr().String(), done: make(chan error, 1)}
	s.server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { s.done <- s.server.Serve(l) }()
	return s, nil
}

// Close stops at once: calls that are being answered are cut.
func (s *HTTPServer) Close() error {
	err := s.server.Close()
	if serr := <-s.done; !errors.Is(serr, http.ErrServerClosed) {
		err = errors.Join(err, serr)
	}
	return err
}
