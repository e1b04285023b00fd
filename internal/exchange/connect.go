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
	alg, err := algorithms(t.LegacyAlgorithms)
	if err != nil {
		return nil, err
	}
	keys, err := newHostKeys(t, alg.HostKeys)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, t.ConnectTimeout, fmt.Errorf("%w: no answer within %s", ErrConnection, t.ConnectTimeout))
	defer cancel()
	var first error
	for try := keys.known(); ; {
		s, err := connectOnce(ctx, t, alg, keys, try)
		if err == nil {
			warnWeak(log, t, s)
			return s, nil
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

// connectOnce makes one attempt with the given host key algorithms.
func connectOnce(ctx context.Context, t Target, alg ssh.Algorithms, keys *hostKeys, hostKeyAlgorithms []string) (_ *session, err error) {
	l, err := newLogin(t, alg.PublicKeyAuths)
	if err != nil {
		return nil, err
	}
	defer l.close()
	var keyErr error
	cfg := &ssh.ClientConfig{
		Config:            ssh.Config{KeyExchanges: alg.KeyExchanges, Ciphers: alg.Ciphers, MACs: alg.MACs},
		User:              t.User,
		Auth:              l.methods,
		HostKeyAlgorithms: hostKeyAlgorithms,
		HostKeyCallback: func(host string, remote net.Addr, key ssh.PublicKey) error {
			keyErr = keys.check(host, remote, key)
			return keyErr
		},
	}
	tcp, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.Address())
	if err != nil {
		return nil, ended(ctx, fmt.Errorf("%w: %w", ErrConnection, err))
	}
	conn := &line{Conn: tcp}
	stop := whenDone(ctx, func() { tcp.Close() })
	defer stop()
	defer func() {
		if err != nil {
			tcp.Close()
		}
	}()
	if until, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(until)
	}
	sc, channels, requests, err := ssh.NewClientConn(conn, t.Address(), cfg)
	switch {
	case keyErr != nil:
		return nil, keyErr
	case err != nil && strings.Contains(err.Error(), "unable to authenticate"):
		return nil, l.refused(t.User, err)
	case err != nil && errors.As(err, new(*ssh.AlgorithmNegotiationError)):
		return nil, err
	case err != nil:
		return nil, ended(ctx, fmt.Errorf("%w: %w", ErrConnection, err))
	}
	s, err := newSession(t, conn, ssh.NewClient(sc, channels, requests), sc)
	if err != nil {
		sc.Close()
		return nil, ended(ctx, fmt.Errorf("%w: %w", ErrConnection, err))
	}
	if !stop() { // ctx ended in this very moment
		s.close()
		return nil, ended(ctx, ErrConnection)
	}
	conn.loggedIn(t.IdleTimeout + t.Keepalive)
	s.start(t.Keepalive)
	return s, nil
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
