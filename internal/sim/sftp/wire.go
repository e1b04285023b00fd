package sftp

import (
	"bytes"
	"encoding/binary"
	"io"
	"sync"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// wire stands between one channel and the server that does the work: it knows each request before the server sees it
// and each answer before the client does, which is where the faults are.
type wire struct {
	s    *Server
	conn ssh.Conn
	ch   ssh.Channel

	toServer   *io.PipeWriter
	fromServer *io.PipeReader
	server     *sftp.RequestServer

	mu      sync.Mutex
	pending map[int64]pending
	handles map[string]string // handle → path
	stalled bool
	bare    bool // the greeting shows no extensions
	listed  int  // answers of an endless list

	out  sync.Mutex // one answer at a time
	late sync.WaitGroup
}

// pending is a request under way.
type pending struct {
	req   Request
	fault *Fault
}

type readWriteCloser struct {
	*io.PipeReader
	w *io.PipeWriter
}

func (p readWriteCloser) Write(b []byte) (int, error) { return p.w.Write(b) }
func (p readWriteCloser) Close() error                { p.PipeReader.Close(); return p.w.Close() }

func newWire(s *Server, conn ssh.Conn, ch ssh.Channel) *wire {
	w := &wire{s: s, conn: conn, ch: ch, pending: map[int64]pending{}, handles: map[string]string{}}
	serverIn, toServer := io.Pipe()
	fromServer, serverOut := io.Pipe()
	w.toServer, w.fromServer = toServer, fromServer
	w.server = sftp.NewRequestServer(readWriteCloser{serverIn, serverOut}, s.handlers())
	return w
}

// run serves until either side ends.
func (w *wire) run() {
	var wg sync.WaitGroup
	wg.Go(func() { _ = w.server.Serve(); w.fromServer.Close() })
	wg.Go(w.answers)
	w.requests()
	w.toServer.Close()
	wg.Wait()
	w.late.Wait()
}

func (w *wire) requests() {
	for {
		p, err := readPacket(w.ch)
		if err != nil {
			return
		}
		if !w.request(p) {
			return
		}
	}
}

// request decides about one request; false ends the channel.
func (w *wire) request(p packet) bool {
	req := w.describe(p)
	fault := w.s.match(req.Op, req.Path)
	w.mu.Lock()
	stalled := w.stalled
	if fault != nil {
		req.Fault = fault.Do
		w.stalled = w.stalled || fault.Do == DoStall
	}
	w.mu.Unlock()
	w.s.note(req)
	if stalled {
		return true
	}
	if fault != nil && req.Op == OpInit && fault.Do == DoUnsupported {
		w.bare = true
	} else if fault != nil {
		switch fault.Do {
		case DoStall:
			return true
		case DoCut:
			w.conn.Close()
			return false
		case DoRefuse:
			return w.send(statusPacket(p.id(), statusPermission, "refused by the simulator"))
		case DoUnsupported:
			return w.send(statusPacket(p.id(), statusUnsupported, "not offered by the simulator"))
		case DoFail:
			return w.send(statusPacket(p.id(), statusFailure, "failed by the simulator"))
		case DoLose:
			return w.send(statusPacket(p.id(), statusOK, ""))
		case DoEndless:
			w.listed++
			return w.send(namesPacket(p.id(), w.listed, 100))
		case DoShortRead:
			if b := p.afterText(); req.Op == OpRead && len(b) >= 12 {
				want := binary.BigEndian.Uint32(b[8:])
				binary.BigEndian.PutUint32(b[8:], min(want, uint32(fault.Bytes)))
			}
		}
	}
	w.mu.Lock()
	w.pending[w.key(p)] = pending{req, fault}
	w.mu.Unlock()
	return p.write(w.toServer) == nil
}

func (w *wire) answers() {
	for {
		p, err := readPacket(w.fromServer)
		if err != nil {
			w.ch.Close()
			return
		}
		if !w.answer(p) {
			_, _ = io.Copy(io.Discard, w.fromServer) // lets the server finish what it has begun
			return
		}
	}
}

// answer decides about one answer; false ends the channel.
func (w *wire) answer(p packet) bool {
	w.mu.Lock()
	pending := w.pending[w.key(p)]
	delete(w.pending, w.key(p))
	if p.kind() == fxpHandle {
		w.handles[p.texts(1)[0]] = pending.req.Path
	}
	w.mu.Unlock()
	if p.kind() == fxpVersion && w.bare {
		p = p[:5]
	}
	f := pending.fault
	if f == nil {
		return w.send(p)
	}
	if f.Do == DoDropTail && pending.req.Op == OpClose {
		w.s.dropTail(pending.req.Path, f.Bytes)
	}
	if f.Then != nil && p.status() == statusOK {
		f.Then(pending.req.finalPath())
	}
	switch f.Do {
	case DoCutAfter:
		w.conn.Close()
		return false
	case DoFailAfter:
		p = statusPacket(p.id(), statusFailure, "failed by the simulator")
	case DoFailLate:
		w.later(statusPacket(p.id(), statusFailure, "failed by the simulator"), f.Delay)
		return true
	case DoLate:
		w.later(p, f.Delay)
		return true
	case DoTrickle:
		return w.trickle(p, f.Delay)
	}
	return w.send(p)
}

// key finds the request of an answer; the greeting has no id.
func (w *wire) key(p packet) int64 {
	if k := p.kind(); k == fxpInit || k == fxpVersion {
		return -1
	}
	return int64(p.id())
}

// finalPath is where the file is after the work.
func (r Request) finalPath() string {
	if r.Target != "" {
		return r.Target
	}
	return r.Path
}

// later sends an answer after others.
func (w *wire) later(p packet, d time.Duration) {
	w.late.Go(func() {
		select {
		case <-time.After(d):
			w.send(p)
		case <-w.s.stalled:
		}
	})
}

// trickle sends an answer byte by byte.
func (w *wire) trickle(p packet, each time.Duration) bool {
	w.out.Lock()
	defer w.out.Unlock()
	var whole bytes.Buffer
	_ = p.write(&whole) // into memory
	for _, b := range whole.Bytes() {
		if _, err := w.ch.Write([]byte{b}); err != nil {
			return false
		}
		select {
		case <-time.After(each):
		case <-w.s.stalled:
			return false
		}
	}
	return true
}

func (w *wire) send(p packet) bool {
	w.out.Lock()
	defer w.out.Unlock()
	return p.write(w.ch) == nil
}

// dropTail loses the end of a file, as a server does that acknowledged what it had not written.
func (s *Server) dropTail(p string, n int64) {
	if s.files == nil {
		return
	}
	if fi, err := s.files.root.Stat(local(p)); err == nil {
		if f, err := s.files.root.OpenFile(local(p), 1, 0); err == nil {
			_ = f.Truncate(max(fi.Size()-n, 0))
			f.Close()
		}
	}
}
