package sim

import (
	"bytes"
	"encoding/binary"
	"io"
	"sync"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// sftpWire stands between one channel and the server that does the work: it knows each request before the server sees it and
// each answer before the client does, which is where the faults are.
type sftpWire struct {
	s    *SFTPServer
	conn ssh.Conn
	ch   ssh.Channel

	toServer   *io.PipeWriter
	fromServer *io.PipeReader
	server     *sftp.RequestServer

	mu      sync.Mutex
	pending map[int64]sftpPending
	handles map[string]string // handle → path
	stalled bool
	bare    bool // the greeting shows no extensions
	listed  int  // answers of an endless list

	out  sync.Mutex // one answer at a time
	late sync.WaitGroup
}

// sftpPending is a request under way.
type sftpPending struct {
	req   SFTPRequest
	fault *SFTPFault
}

type readWriteCloser struct {
	*io.PipeReader
	w *io.PipeWriter
}

func (p readWriteCloser) Write(b []byte) (int, error) { return p.w.Write(b) }
func (p readWriteCloser) Close() error                { p.PipeReader.Close(); return p.w.Close() }

func newSFTPWire(s *SFTPServer, conn ssh.Conn, ch ssh.Channel) *sftpWire {
	w := &sftpWire{s: s, conn: conn, ch: ch, pending: map[int64]sftpPending{}, handles: map[string]string{}}
	serverIn, toServer := io.Pipe()
	fromServer, serverOut := io.Pipe()
	w.toServer, w.fromServer = toServer, fromServer
	w.server = sftp.NewRequestServer(readWriteCloser{serverIn, serverOut}, s.handlers())
	return w
}

// run serves until either side ends.
func (w *sftpWire) run() {
	var wg sync.WaitGroup
	wg.Go(func() { _ = w.server.Serve(); w.fromServer.Close() })
	wg.Go(w.answers)
	w.requests()
	w.toServer.Close()
	wg.Wait()
	w.late.Wait()
}

func (w *sftpWire) requests() {
	for {
		p, err := readSFTPPacket(w.ch)
		if err != nil {
			return
		}
		if !w.request(p) {
			return
		}
	}
}

// request decides about one request; false ends the channel.
func (w *sftpWire) request(p sftpPacket) bool {
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
	if fault != nil && req.Op == SFTPInit && fault.Do == DoUnsupported {
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
			if b := p.afterText(); req.Op == SFTPRead && len(b) >= 12 {
				want := binary.BigEndian.Uint32(b[8:])
				binary.BigEndian.PutUint32(b[8:], min(want, uint32(fault.Bytes)))
			}
		}
	}
	w.mu.Lock()
	w.pending[w.key(p)] = sftpPending{req, fault}
	w.mu.Unlock()
	return p.write(w.toServer) == nil
}

func (w *sftpWire) answers() {
	for {
		p, err := readSFTPPacket(w.fromServer)
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
func (w *sftpWire) answer(p sftpPacket) bool {
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
	if f.Do == DoDropTail && pending.req.Op == SFTPClose {
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
func (w *sftpWire) key(p sftpPacket) int64 {
	if k := p.kind(); k == fxpInit || k == fxpVersion {
		return -1
	}
	return int64(p.id())
}

// finalPath is where the file is after the work.
func (r SFTPRequest) finalPath() string {
	if r.Target != "" {
		return r.Target
	}
	return r.Path
}

// later sends an answer after others.
func (w *sftpWire) later(p sftpPacket, d time.Duration) {
	w.late.Go(func() {
		select {
		case <-time.After(d):
			w.send(p)
		case <-w.s.stalled:
		}
	})
}

// trickle sends an answer byte by byte.
func (w *sftpWire) trickle(p sftpPacket, each time.Duration) bool {
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

func (w *sftpWire) send(p sftpPacket) bool {
	w.out.Lock()
	defer w.out.Unlock()
	return p.write(w.ch) == nil
}

// dropTail loses the end of a file, as a server does that acknowledged what it had not written.
func (s *SFTPServer) dropTail(p string, n int64) {
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
