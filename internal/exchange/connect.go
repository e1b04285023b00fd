package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// connect opens a session: dial, handshake, host key, login and SFTP greeting within the connect timeout, all of it ended
// by ctx. A changed or unknown key, a refused login and a bad key file are errors of their own types.
func connect(ctx context.Context, t Target, log *slog.Logger) (s *session, err error) {
	defer func() {
		if err != nil {
			err = &connectError{t.Address(), err}
		}
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, t.ConnectTimeout, fmt.Errorf("%w: no answer within %s", ErrConnection, t.ConnectTimeout))
	defer cancel()
	in, err := login(ctx, t, log)
	if err != nil {
		return nil, err
	}
	s, err = newSession(t, in)
	if err != nil {
		in.settle()
		in.close()
		return nil, ended(ctx, fmt.Errorf("%w: %w", ErrConnection, err))
	}
	if !in.settle() { // ctx ended in this very moment
		s.close()
		return nil, ended(ctx, ErrConnection)
	}
	in.conn.loggedIn(t.IdleTimeout + t.Keepalive)
	warnWeak(log, t, s)
	s.start(t.Keepalive)
	return s, nil
}

// loggedIn is a connection whose login is through. Until settle is called, the end of the context closes it; settle tells whether it did not.
type loggedIn struct {
	conn   *line
	client *ssh.Client
	meta   ssh.ConnMetadata
	settle func() bool
}

// close ends the connection and returns when nothing of it runs any more.
func (l *loggedIn) close() {
	l.conn.Close()
	l.client.Close()
	_ = l.client.Wait()
}

// login dials, proves the host key and logs in.
func login(ctx context.Context, t Target, log *slog.Logger) (*loggedIn, error) {
	alg, err := algorithms(t.LegacyAlgorithms)
	if err != nil {
		return nil, err
	}
	keys, err := newHostKeys(t, alg.HostKeys)
	if err != nil {
		return nil, err
	}
	var first error
	for try := keys.known(); ; {
		in, err := loginOnce(ctx, t, alg, keys, try, log)
		if err == nil {
			return in, nil
		}
		if first != nil && noHostKey(err) {
			return nil, first // there was no key left to try
		}
		next, again := keys.next(try, err)
		if !again {
			return nil, negotiation(err)
		}
		if !noHostKey(err) && first == nil {
			first = err
		}
		try = next
	}
}

// loginOnce makes one attempt with the given host key algorithms.
func loginOnce(ctx context.Context, t Target, alg ssh.Algorithms, keys *hostKeys, hostKeyAlgorithms []string, log *slog.Logger) (_ *loggedIn, err error) {
	w, err := newWaysIn(t, alg.PublicKeyAuths)
	if err != nil {
		return nil, err
	}
	defer w.close()
	var keyErr error
	cfg := &ssh.ClientConfig{
		Config:            ssh.Config{KeyExchanges: alg.KeyExchanges, Ciphers: alg.Ciphers, MACs: alg.MACs},
		User:              t.User,
		Auth:              w.methods,
		HostKeyAlgorithms: hostKeyAlgorithms,
		HostKeyCallback: func(host string, remote net.Addr, key ssh.PublicKey) error {
			keyErr = keys.check(host, remote, key)
			return keyErr
		},
	}
	wire, err := dial(ctx, t, log)
	if err != nil {
		return nil, err
	}
	conn := &line{Conn: wire}
	settle := whenDone(ctx, func() { conn.Close() })
	defer func() {
		if err != nil {
			settle()
			conn.Close()
		}
	}()
	if until, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(until)
	}
	sc, channels, requests, err := ssh.NewClientConn(conn, t.Address(), cfg)
	switch {
	case keyErr != nil:
		return nil, keyErr
	case err != nil && (w.asked != nil || strings.Contains(err.Error(), "unable to authenticate")):
		return nil, w.refused(t.User, err)
	case err != nil && errors.As(err, new(*ssh.AlgorithmNegotiationError)):
		return nil, err
	case err != nil:
		return nil, ended(ctx, fmt.Errorf("%w: %w", ErrConnection, err))
	}
	return &loggedIn{conn: conn, client: ssh.NewClient(sc, channels, requests), meta: sc, settle: settle}, nil
}

// ended puts the end of the context in front of the errors that it caused.
func ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// connectError says that there is no connection. Its causes can be asked for, but never what they would mean for a remote file:
// a key file that does not exist must not read as an import file that is not there.
type connectError struct {
	address string
	err     error
}

func (e *connectError) Error() string { return "connect to " + e.address + ": " + e.err.Error() }

func (e *connectError) As(target any) bool { return errors.As(e.err, target) }

func (e *connectError) Is(target error) bool {
	return target != fs.ErrNotExist && target != fs.ErrExist && target != fs.ErrPermission && errors.Is(e.err, target)
}

// warnWeak warns at each connection whose target allows weak algorithms, and says whether they were used.
func warnWeak(log *slog.Logger, t Target, s *session) {
	if len(t.LegacyAlgorithms) > 0 {
		log.Warn("weak SSH algorithms are allowed for this target", "place", t.Place(), "allowed", t.LegacyAlgorithms, "used", s.weak)
	}
}

// guardTime bounds what is done for cleanliness only.
const guardTime = 2 * time.Second
