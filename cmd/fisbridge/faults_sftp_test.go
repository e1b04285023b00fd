package main

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/fisbridge/fisbridge/internal/sim"
)

// The SFTP server fails at each kind of request in turn, in each phase; then it behaves again and the work is finished. Whatever the fault
// was, a file is never sent twice and none is lost.
func TestSFTPFailsAtEachRequest(t *testing.T) {
	ops := []sim.SFTPOp{sim.SFTPConnect, sim.SFTPLogin, sim.SFTPInit, sim.SFTPOpen, sim.SFTPClose, sim.SFTPRead, sim.SFTPWrite, sim.SFTPStat, sim.SFTPFstat,
		sim.SFTPOpendir, sim.SFTPReaddir, sim.SFTPRename, sim.SFTPPosixRename}
	effects := []sim.SFTPEffect{sim.DoCut, sim.DoCutAfter, sim.DoRefuse}
	if long() {
		effects = append(effects, sim.DoFail, sim.DoFailAfter, sim.DoStall, sim.DoUnsupported)
		ops = append(ops, sim.SFTPLstat, sim.SFTPRemove, sim.SFTPMkdir, sim.SFTPRealpath)
	}
	var struck atomic.Int64
	t.Run("fault", func(t *testing.T) {
		for _, op := range ops {
			t.Run(string(op), func(t *testing.T) {
				t.Parallel()
				w := begin(t, setup{files: 5})
				n := 0
				for _, p := range phases()[1:] {
					for _, do := range effects {
						w.offerMore()
						p.prepare(w)
						w.sftp.Switch(sim.SFTPFault{Op: op, Do: do, Nth: 1})
						w.sftp.Forget()
						_, _ = w.run()
						n += w.sftpFaults()
						w.sftp.Switch()
						w.idle()
					}
				}
				w.answers()
				w.pay(sim.PayInFull)
				w.idle()
				struck.Add(int64(n))
				w.check()
			})
		}
	})
	if t.Logf("%d faults", struck.Load()); struck.Load() < int64(3*len(ops)) {
		t.Error("too few requests were struck")
	}
}

// offerMore adds one sample that the world does not have yet, so that the next pass has something to deliver.
func (w *world) offerMore() {
	w.t.Helper()
	for _, name := range journalSamples(w.t) {
		if name > "56" || slices.ContainsFunc(w.input, func(k *known) bool { return k.sample == name+".json" }) {
			continue
		}
		w.offer(name)
		return
	}
}

func (w *world) sftpFaults() (n int) {
	for _, r := range w.sftp.Requests() {
		if r.Fault != "" {
			n++
		}
	}
	return n
}

// The server lies: chunks vanish, the last bytes are gone after the close, the disk is full at the close, reads come short, renames replace.
func TestSFTPServerLies(t *testing.T) {
	for _, f := range []sim.SFTPFault{
		{Op: sim.SFTPWrite, Do: sim.DoLose, Nth: 1}, {Op: sim.SFTPClose, Do: sim.DoDropTail, Bytes: 7, Nth: 1}, {Op: sim.SFTPClose, Do: sim.DoFailAfter, Nth: 1},
		{Op: sim.SFTPRead, Do: sim.DoShortRead, Bytes: 100}, {Op: sim.SFTPRename, Do: sim.DoReplace}, {Op: sim.SFTPPosixRename, Do: sim.DoUnsupported},
		{Op: sim.SFTPSetstat, Do: sim.DoRefuse}, {Op: sim.SFTPFsetstat, Do: sim.DoRefuse}, {Op: sim.SFTPWrite, Do: sim.DoStall, Nth: 2},
	} {
		t.Run(fmt.Sprintf("%s %s", f.Op, f.Do), func(t *testing.T) {
			t.Parallel()
			w := begin(t, setup{})
			for _, p := range phases()[1:] {
				p.prepare(w)
				w.sftp.Switch(f)
				_, _ = w.run()
				_, _ = w.run()
				if f.Do == sim.DoShortRead {
					w.idle()
				}
				w.sftp.Switch()
				w.answers()
			}
			w.check()
		})
	}
}
