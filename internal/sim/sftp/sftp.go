// Package sftp is an SFTP server to try everything against: a folder for one account, on this machine only. It owns the
// connections and the record of requests; it never reaches outside its folder. A Fault says what happens to which
// requests, down to the connection that breaks between the work and its answer. Users import it as simsftp.
package sftp

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// Config describes an SFTP server on a folder, for one account. The zero value of each field means its default.
type Config struct {
	Root      string          // the folder served as /; login folder too
	Listen    string          // "127.0.0.1:0"; other than loopback addresses are refused
	User      string          // "erp"
	Password  string          // none: no password login
	Keys      []ssh.PublicKey // keys that may log in
	HostKeys  []ssh.Signer    // an ed25519 key made at start
	Interlude bool            // ask for the password by keyboard-interactive instead
	// Ask is the whole talk of a keyboard-interactive login, the only one then that the server offers beside keys; an
	// error refuses it.
	Ask      func(ask ssh.KeyboardInteractiveChallenge) error
	SSH      ssh.Config // algorithms, for old servers
	Handlers func() sftp.Handlers
	Log      *slog.Logger // nothing when nil
}

// Server is an SFTP server with faults to be switched on. It keeps a record of all requests, and is strict in that it
// serves nothing outside its folder and only to loopback addresses. Safe for several goroutines.
type Server struct {
	cfg    Config
	ssh    *ssh.ServerConfig
	listen net.Listener
	files  *folder
	log    *slog.Logger

	mu       sync.Mutex
	faults   []*armedFault
	record   []Request
	attempts []string
	conns    map[net.Conn]bool
	stalled  chan struct{} // closed when stalls end
	closed   bool
	wg       sync.WaitGroup
}

// Start starts a server. The caller closes it.
func Start(cfg Config) (*Server, error) {
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if cfg.User == "" {
		cfg.User = "erp"
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if len(cfg.HostKeys) == 0 {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		signer, err := ssh.NewSignerFromKey(key)
		if err != nil {
			return nil, err
		}
		cfg.HostKeys = []ssh.Signer{signer}
	}
	if err := loopback(cfg.Listen); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, log: cfg.Log, conns: map[net.Conn]bool{}, stalled: make(chan struct{})}
	if cfg.Handlers == nil {
		root, err := os.OpenRoot(cfg.Root)
		if err != nil {
			return nil, fmt.Errorf("serve %s: %w", cfg.Root, err)
		}
		s.files = &folder{root: root}
	}
	s.ssh = s.serverConfig()
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		s.closeFiles()
		return nil, err
	}
	s.listen = l
	s.wg.Go(s.accept)
	return s, nil
}

func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("listen on %s: the simulator serves loopback addresses only", address)
	}
	return nil
}

// Addr is host:port; Host and Port are its halves.
func (s *Server) Addr() string { return s.listen.Addr().String() }
func (s *Server) Host() string { h, _, _ := net.SplitHostPort(s.Addr()); return h }
func (s *Server) Port() int {
	_, p, _ := net.SplitHostPort(s.Addr())
	n, _ := strconv.Atoi(p)
	return n
}

// User is the account.
func (s *Server) User() string { return s.cfg.User }

// Fingerprints are those of the host keys, SHA256:….
func (s *Server) Fingerprints() []string {
	var out []string
	for _, k := range s.cfg.HostKeys {
		out = append(out, ssh.FingerprintSHA256(k.PublicKey()))
	}
	return out
}

// KnownHosts is the text of a known_hosts file with all host keys.
func (s *Server) KnownHosts() string {
	var b strings.Builder
	for _, k := range s.cfg.HostKeys {
		fmt.Fprintf(&b, "[%s]:%d %s", s.Host(), s.Port(), ssh.MarshalAuthorizedKey(k.PublicKey()))
	}
	return b.String()
}

// Attempts lists the login attempts so far: "password", "key SHA256:…", "keyboard-interactive".
func (s *Server) Attempts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.attempts...)
}

// Connections counts the open ones.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Break breaks all connections, as a lost line does.
func (s *Server) Break() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.Close()
	}
}

// Close ends all connections and stalls and returns when the last goroutine did.
func (s *Server) Close() error {
	s.mu.Lock()
	already := s.closed
	s.closed = true
	if !already {
		close(s.stalled)
	}
	s.mu.Unlock()
	err := s.listen.Close()
	s.Break()
	s.wg.Wait()
	if already {
		return nil
	}
	return errors.Join(err, s.closeFiles())
}

func (s *Server) closeFiles() error {
	if s.files == nil {
		return nil
	}
	return s.files.root.Close()
}

func (s *Server) accept() {
	for {
		c, err := s.listen.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			c.Close()
			return
		}
		s.conns[c] = true
		s.mu.Unlock()
		s.wg.Go(func() {
			defer func() {
				c.Close()
				s.mu.Lock()
				delete(s.conns, c)
				s.mu.Unlock()
			}()
			s.serve(c)
		})
	}
}

// serve is one connection: handshake, then its channels.
func (s *Server) serve(c net.Conn) {
	if f := s.match(OpConnect, ""); f != nil {
		switch f.Do {
		case DoStall:
			_, _ = io.Copy(io.Discard, c) // reads, never answers
			return
		default:
			return
		}
	}
	conn, channels, requests, err := ssh.NewServerConn(c, s.ssh)
	if err != nil {
		s.log.Debug("sftp login failed", "error", err)
		return
	}
	defer conn.Close()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { ssh.DiscardRequests(requests) })
	for nc := range channels {
		if nc.ChannelType() != "session" {
			_ = nc.Reject(ssh.UnknownChannelType, "only sessions")
			continue
		}
		ch, reqs, err := nc.Accept()
		if err != nil {
			return
		}
		wg.Go(func() { s.session(conn, ch, reqs) })
	}
}

// session waits for the sftp subsystem and serves it.
func (s *Server) session(conn ssh.Conn, ch ssh.Channel, reqs <-chan *ssh.Request) {
	defer ch.Close()
	for r := range reqs {
		ok := r.Type == "subsystem" && string(r.Payload) == "\x00\x00\x00\x04sftp"
		if r.WantReply {
			_ = r.Reply(ok, nil)
		}
		if !ok {
			continue
		}
		var wg sync.WaitGroup
		wg.Go(func() { ssh.DiscardRequests(reqs) })
		newWire(s, conn, ch).run()
		ch.Close()
		wg.Wait()
		return
	}
}

// handlers serve the folder, or what the configuration brings.
func (s *Server) handlers() sftp.Handlers {
	if s.cfg.Handlers != nil {
		return s.cfg.Handlers()
	}
	h := handlers{s.files, s}
	return sftp.Handlers{FileGet: h, FilePut: h, FileCmd: h, FileList: h}
}

// HostKey is the first host key.
func (s *Server) HostKey() ssh.PublicKey { return s.cfg.HostKeys[0].PublicKey() }
