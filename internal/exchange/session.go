package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// session is one SSH connection with one SFTP channel. Its goroutines end with close; every wait for the server ends with the
// context, with the silence of the server, or with the connection.
type session struct {
	conn *line
	ssh  *ssh.Client
	sftp *sftp.Client
	idle time.Duration
	weak []string

	began time.Time
	heard atomic.Int64 // since began, ns: when the server last said something about files
	moved atomic.Int64 // bytes that went over the line, both ways
	calls calls        // that wait for the server
	sent  packets      // what was written to the line
	// told is what the server has said since the listing under way began; negative when there is none.
	told atomic.Int64

	dead  atomic.Bool
	mu    sync.Mutex
	cause error // why it is dead
	done  chan struct{}
	wg    sync.WaitGroup
}

// newSession opens the SFTP channel on a connection whose login is through.
func newSession(t Target, in *loggedIn) (*session, error) {
	s := &session{conn: in.conn, ssh: in.client, idle: t.IdleTimeout, began: time.Now(), done: make(chan struct{})}
	if m, ok := in.meta.(ssh.AlgorithmsConnMetadata); ok {
		s.weak = weakUsed(m.Algorithms())
	}
	ch, err := in.client.NewSession()
	if err != nil {
		return nil, err
	}
	to, err := ch.StdinPipe()
	if err != nil {
		return nil, err
	}
	from, err := ch.StdoutPipe()
	if err != nil {
		return nil, err
	}
	ch.Stderr = io.Discard
	if err := ch.RequestSubsystem("sftp"); err != nil {
		return nil, fmt.Errorf("start the sftp subsystem: %w", err)
	}
	s.told.Store(-1)
	s.sftp, err = sftp.NewClientPipe(hearing{from, s}, speaking{to, s},
		sftp.UseConcurrentWrites(!t.SequentialWrites), sftp.UseConcurrentReads(false), sftp.MaxConcurrentRequestsPerFile(t.Concurrency), packetSize(in.meta))
	if err != nil {
		return nil, fmt.Errorf("start sftp: %w", err)
	}
	return s, nil
}

// largePacket is the most data of one write that OpenSSH's server takes with everything around it (256 KiB). Fewer, larger requests cost both ends less.
const largePacket = 255 << 10

// openSSH tells servers that take large packets, whatever the protocol promises for all.
func openSSH(meta ssh.ConnMetadata) bool {
	return strings.HasPrefix(string(meta.ServerVersion()), "SSH-2.0-OpenSSH_")
}

func packetSize(meta ssh.ConnMetadata) sftp.ClientOption {
	if openSSH(meta) {
		return sftp.MaxPacketUnchecked(largePacket)
	}
	return sftp.MaxPacketChecked(chunkSize)
}

// hearing notes when something came from the server.
type hearing struct {
	r io.Reader
	s *session
}

func (h hearing) Read(b []byte) (int, error) {
	n, err := h.r.Read(b)
	h.s.touch()
	h.s.moved.Add(int64(n))
	if h.s.told.Load() >= 0 && h.s.told.Add(int64(n)) > mostListed {
		h.s.kill(errEndless)
	}
	return n, err
}

// speaking counts what is sent to the server.
type speaking struct {
	io.WriteCloser
	s *session
}

func (w speaking) Write(b []byte) (int, error) {
	n, err := w.WriteCloser.Write(b)
	w.s.moved.Add(int64(n))
	w.s.sent.wrote(b)
	return n, err
}

// What a folder may hold: more than this is no return folder, or a server that lists for ever.
const (
	mostEntries = 200_000
	mostListed  = 64 << 20 // bytes of a list
)

var errEndless = &HintError{errors.New("the folder holds too many files, or its list does not end"), "look into the folder, and ask the partner for one of its own"}

// A server must move so many bytes a second over the time of a call, once that has lasted several times the longest silence. A byte now
// and then keeps a line from being silent, and an upload from ever ending.
const (
	leastRate   = 4 << 10
	graceOfIdle = 3
	// mostOfList is how many times the longest silence a list may last.
	mostOfList = 10
)

// listing begins a list, whose length is bounded; the function that it returns ends it.
func (s *session) listing() func() {
	s.told.Store(0)
	return func() { s.told.Store(-1) }
}

// tooSlow says that the call under way moves too little.
func (s *session) tooSlow(now time.Duration) error {
	first := s.calls.first()
	took := now - first.since
	if s.told.Load() >= 0 && took > mostOfList*s.idle {
		return errEndless
	}
	if n := s.moved.Load() - first.moved; took > graceOfIdle*s.idle && float64(n) < leastRate*took.Seconds() {
		return fmt.Errorf("the server is too slow: %d bytes in %s", n, took.Round(time.Millisecond))
	}
	return nil
}

func (s *session) touch() { s.heard.Store(int64(time.Since(s.began))) }

// start begins keepalive and watchdog, and notices an end that nobody asked for, so that the next call connects anew.
func (s *session) start(keepalive time.Duration) {
	s.wg.Go(func() { s.kill(s.ssh.Wait()) })
	s.wg.Go(func() { s.kill(s.sftp.Wait()) })
	s.wg.Go(func() {
		tick := time.NewTicker(keepalive)
		defer tick.Stop()
		for {
			select {
			case <-s.done:
				return
			case <-tick.C:
				if _, _, err := s.ssh.SendRequest("keepalive@openssh.com", true, nil); err != nil {
					s.kill(err)
					return
				}
			}
		}
	})
	s.wg.Go(func() {
		tick := time.NewTicker(max(s.idle/8, time.Millisecond))
		defer tick.Stop()
		for {
			select {
			case <-s.done:
				return
			case <-tick.C:
				now := time.Since(s.began)
				if s.calls.none() {
					continue
				}
				err := s.tooSlow(now)
				if now-time.Duration(s.heard.Load()) > s.idle {
					err = fmt.Errorf("no answer from the server for %s", s.idle)
				}
				if err != nil {
					s.kill(err)
					return
				}
			}
		}
	})
}

// whenDone runs f when ctx ends. The function that it returns takes that back, or waits until f has run: nothing is left behind. It tells
// whether f did not run.
func whenDone(ctx context.Context, f func()) (stop func() bool) {
	ran := make(chan struct{})
	take := context.AfterFunc(ctx, func() {
		defer close(ran)
		f()
	})
	return sync.OnceValue(func() bool {
		if take() {
			return true
		}
		<-ran
		return false
	})
}

// kill ends the connection; the first cause stays.
func (s *session) kill(cause error) {
	s.mu.Lock()
	if s.cause == nil && cause != nil {
		s.cause = cause
	}
	s.mu.Unlock()
	s.dead.Store(true)
	s.conn.Close()
}

// guard runs one exchange with the server. It returns when f does, which is when the server answered, or when the connection
// is ended by ctx or by the silence of the server. Errors come back classified.
func (s *session) guard(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.dead.Load() {
		return s.lost(nil)
	}
	stop := whenDone(ctx, func() { s.kill(context.Cause(ctx)) })
	defer stop()
	if s.calls.none() { // a call beside others that wait says nothing of the server
		s.touch()
	}
	end := s.calls.begin(call{time.Since(s.began), s.moved.Load()})
	err := f()
	end()
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if own := new(ownError); errors.As(err, &own) {
		return own.err
	}
	if answer, ok := answered(err); ok {
		return answer
	}
	s.kill(err)
	return s.lost(err)
}

// lost says that the connection is gone and why.
func (s *session) lost(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cause != nil {
		err = s.cause
	}
	if err == nil {
		return ErrConnection
	}
	return fmt.Errorf("%w: %w", ErrConnection, err)
}

// close ends everything and returns when the last goroutine did.
func (s *session) close() {
	if !s.dead.Load() {
		bounded, cancel := context.WithTimeout(context.Background(), guardTime)
		stop := whenDone(bounded, func() { s.conn.Close() })
		s.sftp.Close()
		stop()
		cancel()
	}
	s.dead.Store(true)
	s.ssh.Close()
	s.conn.Close()
	close(s.done)
	s.wg.Wait()
}

// ownError is an error of our side of a copy, which says nothing about the connection.
type ownError struct{ err error }

func (e *ownError) Error() string { return e.err.Error() }
