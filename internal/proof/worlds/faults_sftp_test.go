package worlds

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// The SFTP server fails at each kind of request in turn, in each phase; then it behaves again and the work is finished.
// Whatever the fault was, a file is never sent twice and none is lost.
func TestSFTPFailsAtEachRequest(t *testing.T) {
	ops := []simsftp.Op{simsftp.OpConnect, simsftp.OpLogin, simsftp.OpInit, simsftp.OpOpen, simsftp.OpClose, simsftp.OpRead, simsftp.OpWrite, simsftp.OpStat, simsftp.OpFstat,
		simsftp.OpOpendir, simsftp.OpReaddir, simsftp.OpRename, simsftp.OpPosixRename}
	effects := []simsftp.Effect{simsftp.DoCut, simsftp.DoCutAfter, simsftp.DoRefuse}
	if long() {
		effects = append(effects, simsftp.DoFail, simsftp.DoFailAfter, simsftp.DoStall, simsftp.DoUnsupported)
		ops = append(ops, simsftp.OpLstat, simsftp.OpRemove, simsftp.OpMkdir, simsftp.OpRealpath)
	}
	ops = thinned(ops)
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
						w.sftp.Switch(simsftp.Fault{Op: op, Do: do, Nth: 1})
						w.sftp.Forget()
						_, _ = w.run()
						n += w.sftpFaults()
						w.sftp.Switch()
						w.idle()
					}
				}
				w.answers()
				w.pay(simerp.PayInFull)
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

// The server lies: chunks vanish, the last bytes are gone after the close, the disk is full at the close, reads come
// short, renames replace.
func TestSFTPServerLies(t *testing.T) {
	for _, f := range []simsftp.Fault{
		{Op: simsftp.OpWrite, Do: simsftp.DoLose, Nth: 1}, {Op: simsftp.OpClose, Do: simsftp.DoDropTail, Bytes: 7, Nth: 1}, {Op: simsftp.OpClose, Do: simsftp.DoFailAfter, Nth: 1},
		{Op: simsftp.OpRead, Do: simsftp.DoShortRead, Bytes: 100}, {Op: simsftp.OpRename, Do: simsftp.DoReplace}, {Op: simsftp.OpPosixRename, Do: simsftp.DoUnsupported},
		{Op: simsftp.OpSetstat, Do: simsftp.DoRefuse}, {Op: simsftp.OpFsetstat, Do: simsftp.DoRefuse}, {Op: simsftp.OpWrite, Do: simsftp.DoStall, Nth: 2},
	} {
		t.Run(fmt.Sprintf("%s %s", f.Op, f.Do), func(t *testing.T) {
			t.Parallel()
			w := begin(t, setup{})
			for _, p := range phases()[1:] {
				p.prepare(w)
				w.sftp.Switch(f)
				_, _ = w.run()
				_, _ = w.run()
				if f.Do == simsftp.DoShortRead {
					w.idle()
				}
				w.sftp.Switch()
				w.answers()
			}
			w.check()
		})
	}
}
