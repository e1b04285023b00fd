package exchange

import (
	"context"
	"errors"
	"testing"
	"time"

	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// PITFALLS 30: a server that stops answering ends in an error by itself, at whatever point, and nothing keeps running.
func TestServerStopsAnswering(t *testing.T) {
	points := map[string]simsftp.Fault{
		"when dialled": {Op: simsftp.OpConnect}, "at login": {Op: simsftp.OpLogin}, "at the greeting": {Op: simsftp.OpInit},
		"at create": {Op: simsftp.OpOpen, Nth: 1}, "in the middle of a write": {Op: simsftp.OpWrite, Nth: 3},
		"at close": {Op: simsftp.OpClose, Nth: 1}, "at the rename": {Op: simsftp.OpRename},
	}
	for name, fault := range points {
		t.Run(name, func(t *testing.T) {
			s, target, in := startSim(t)
			target.ConnectTimeout, target.IdleTimeout, target.Keepalive = 300*time.Millisecond, 200*time.Millisecond, 50*time.Millisecond
			fault.Do = simsftp.DoStall
			s.Switch(fault)
			d := openDrop(t, target)
			err := deliver(d, "f.csv", body)
			if !errors.Is(err, ErrConnection) || !retryable(err) {
				t.Errorf("stalled server: %v", err)
			}
			for _, n := range names(t, in) {
				if n == "f.csv" {
					t.Error("final name appeared")
				}
			}
			d.Close()
			s.Close()
			noGoroutines(t)
		})
	}
}

// The end of the context closes the connection, whatever is under way.
func TestContextEndsEverything(t *testing.T) {
	for _, op := range []simsftp.Op{simsftp.OpConnect, simsftp.OpLogin, simsftp.OpWrite, simsftp.OpRename} {
		t.Run(string(op), func(t *testing.T) {
			s, target, _ := startSim(t)
			s.Switch(simsftp.Fault{Op: op, Do: simsftp.DoStall})
			d := openDrop(t, target)
			ctx, cancel := context.WithCancel(context.Background())
			timer := time.AfterFunc(50*time.Millisecond, cancel)
			defer timer.Stop()
			size, open := text(body)
			err := d.Upload(ctx, "t.part", size, open)
			if err == nil {
				err = d.Publish(ctx, "t.part", "f.csv")
			}
			if !errors.Is(err, context.Canceled) || retryable(err) {
				t.Errorf("cancelled: %v", err)
			}
			d.Close()
			s.Close()
			noGoroutines(t)
		})
	}
}

// A connection that was lost while nothing was going on is made anew by the next call, without an error.
func TestConnectsAnew(t *testing.T) {
	s, target, _ := startSim(t)
	d := openDrop(t, target)
	if err := deliver(d, "a.csv", "a"); err != nil {
		t.Fatal(err)
	}
	s.Break()
	for d.(*dropper).pl.alive() {
		time.Sleep(time.Millisecond)
	}
	if err := deliver(d, "b.csv", "b"); err != nil {
		t.Fatal(err)
	}
}

// A healthy line on which nothing happens for longer than the limits stays open: keepalives are its traffic.
func TestIdleConnectionStays(t *testing.T) {
	s, target, _ := startSim(t)
	target.IdleTimeout, target.Keepalive = 60*time.Millisecond, 20*time.Millisecond
	d := openDrop(t, target)
	if err := deliver(d, "a.csv", "a"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	if err := deliver(d, "b.csv", "b"); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Attempts()); n != 1 {
		t.Errorf("%d logins for one connection", n)
	}
}
