package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/net/proxy"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// dial opens the way to the target's server: straight, by a SOCKS proxy, or by a jump host, which is itself reached in
// one of these ways. Closing the connection closes all of the way.
func dial(ctx context.Context, t Target, log *slog.Logger) (net.Conn, error) {
	switch {
	case t.Jump != nil:
		return dialByJump(ctx, t, log)
	case t.Proxy != "":
		return dialByProxy(ctx, t)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.Address())
	if err != nil {
		return nil, ended(ctx, fmt.Errorf("%w: %w", ErrConnection, err))
	}
	return conn, nil
}

// dialByJump logs in at the jump host and has it open a connection to the server, through which everything goes: the
// jump host sees nothing but encrypted bytes, and the server's key is proved as without it.
func dialByJump(ctx context.Context, t Target, log *slog.Logger) (net.Conn, error) {
	jump := t.Jump.WithDefaults()
	via, err := login(ctx, jump, log)
	if err != nil {
		return nil, &hopError{"jump host " + jump.Address(), err}
	}
	conn, err := via.client.DialContext(ctx, "tcp", t.Address())
	if !via.settle() && err == nil {
		err = ErrConnection
	}
	if err == nil {
		via.conn.loggedIn(t.IdleTimeout + t.Keepalive) // the keepalives of the connection through it are traffic on it
		return &hopped{Conn: conn, via: via}, nil
	}
	via.close()
	var refused *ssh.OpenChannelError
	if !errors.As(err, &refused) {
		return nil, ended(ctx, &hopError{"jump host " + jump.Address(), fmt.Errorf("%w: %w", ErrConnection, err)})
	}
	err = fmt.Errorf("the jump host %s opens no connection to %s: %s", jump.Address(), t.Address(), wording.Visible(refused.Message))
	if refused.Reason == ssh.ConnectionFailed {
		return nil, &HintError{fmt.Errorf("%w: %w", ErrConnection, err), "see whether host and port are right as the jump host sees them, and whether its firewall lets it through"}
	}
	return nil, &HintError{fmt.Errorf("%w: %w", errForbidden, err), "ask those who run the jump host to allow " + jump.User + " to forward to " + t.Address() + " (AllowTcpForwarding, PermitOpen)"}
}

// errForbidden marks a way that is closed to us: nothing changes by trying again.
var errForbidden = errors.New("the way is closed")

// hopped is a connection that goes through a jump host. Its deadlines are those of the line to the jump host.
type hopped struct {
	net.Conn
	via *loggedIn
}

// Close ends the line to the jump host: nothing is waited for that a dead one would never answer.
func (h *hopped) Close() error {
	err := h.via.conn.Close()
	h.via.close()
	return err
}

// dialByProxy has a SOCKS5 proxy open the connection; the proxy looks the name up.
func dialByProxy(ctx context.Context, t Target) (net.Conn, error) {
	u, err := parseProxy(t.Proxy)
	if err != nil {
		return nil, err
	}
	var auth *proxy.Auth
	if t.ProxyUser != "" {
		password, err := t.ProxyPassword.Reveal()
		if err != nil {
			return nil, fmt.Errorf("password of the proxy: %w", err)
		}
		auth = &proxy.Auth{User: t.ProxyUser, Password: password}
	}
	dialer, err := proxy.SOCKS5("tcp", u.Host, auth, &net.Dialer{})
	if err != nil {
		return nil, err
	}
	conn, err := dialer.(proxy.ContextDialer).DialContext(ctx, "tcp", t.Address())
	if err == nil {
		return conn, nil
	}
	failed := &hopError{"proxy " + u.Host, fmt.Errorf("%w: %w", ErrConnection, err)}
	switch text := err.Error(); {
	case strings.Contains(text, "no acceptable authentication"), strings.Contains(text, "username/password authentication failed"):
		return nil, &HintError{&hopError{"proxy " + u.Host, fmt.Errorf("%w: %w", ErrLogin, err)}, "compare proxy_user and proxy_password with what those who run the proxy gave out"}
	case strings.Contains(text, "not allowed by ruleset"):
		return nil, &HintError{failed, "ask those who run the proxy to allow " + t.Address()}
	}
	return nil, ended(ctx, failed)
}

// CheckProxy says what is wrong with the address of a proxy; nil for none and for a good one.
func CheckProxy(text string) *FieldError {
	var field *FieldError
	if text != "" {
		_, err := parseProxy(text)
		errors.As(err, &field)
	}
	return field
}

// parseProxy takes the address of a proxy apart.
func parseProxy(text string) (*url.URL, error) {
	bad := func(reason string) error { return &FieldError{"proxy", "", reason} }
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "": // the text may hold a password
		return nil, bad("is no address such as socks5://proxy.example.com:1080")
	case u.User != nil:
		return nil, bad("holds a user; give proxy_user and proxy_password")
	case u.Scheme != "socks5" && u.Scheme != "socks5h":
		return nil, bad("is of kind " + u.Scheme + "; only socks5 is supported")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, bad("has more than host and port")
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), "1080")
	}
	return u, nil
}

// hopError says on which part of the way there is no connection.
type hopError struct {
	hop string
	err error
}

func (e *hopError) Error() string { return e.hop + ": " + e.err.Error() }
func (e *hopError) Unwrap() error { return e.err }
