package exchange

import (
	"net"
	"sync/atomic"
	"time"
)

// line is the TCP connection with deadlines: one for everything until the login is through, then one for each read and write,
// renewed by traffic. Keepalives make traffic on a healthy line, so that only a dead one runs into them.
type line struct {
	net.Conn
	silence atomic.Int64 // longest silence, ns; 0 while the deadline of the login holds
}

func (l *line) Read(b []byte) (int, error) {
	if d := l.silence.Load(); d > 0 && l.timed() {
		if err := l.SetReadDeadline(time.Now().Add(time.Duration(d))); err != nil {
			return 0, err
		}
	}
	return l.Conn.Read(b)
}

func (l *line) Write(b []byte) (int, error) {
	if d := l.silence.Load(); d > 0 && l.timed() {
		if err := l.SetWriteDeadline(time.Now().Add(time.Duration(d))); err != nil {
			return 0, err
		}
	}
	return l.Conn.Write(b)
}

// timed: the line through a jump host has no deadlines of its own. The line to the jump host has, and silence beyond it is seen by the session.
func (l *line) timed() bool {
	_, through := l.Conn.(*hopped)
	return !through
}

// loggedIn changes from the deadline of the login to the renewed ones.
func (l *line) loggedIn(silence time.Duration) {
	l.silence.Store(int64(silence))
	_ = l.SetDeadline(time.Now().Add(silence))
}
