package worlds

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// Kills at random moments, by the clock instead of by a name: between any two instructions, in the middle of a call, a
// transaction or an upload. The seed is printed; FISBRIDGE_KILL_SEED repeats one.
func TestKillAtRandomMoments(t *testing.T) {
	skipShort(t)
	worlds, perPhase := 6, 4
	if long() {
		worlds, perPhase = 40, 6
	}
	first := seedOfTheDay()
	if long() {
		first = uint64(time.Now().UnixNano())
	}
	if text := os.Getenv("FISBRIDGE_KILL_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("FISBRIDGE_KILL_SEED: %v", err)
		}
		first, worlds = n, 1
	}
	documents := append(smallSet(), "02-cash-several-entries", "12-foreign-receipt", "24-mixed-payers", "37-advance-with-return", "41-yen-tokyo", "48-invoice-tax")
	t.Run("seed", func(t *testing.T) {
		for i := range worlds {
			seed := first + uint64(i)
			t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(seed, 7))
				set := setup{documents: documents, whole: random.IntN(3) == 0, behaviour: simfis.Behaviour{Frozen: random.IntN(2) == 0}}
				if random.IntN(2) == 0 {
					set.faults.Take = simerp.TakeAtOnce
				}
				set.openssh = i%2 == 0 && hasOpenSSH()
				w := prepare(t, set)
				w.killedLife(random, perPhase)
				w.check()
				t.Logf("%d kills", w.kills)
			})
		}
	})
}

// killedLife leads a world through its phases and kills some processes of each at random moments.
func (w *world) killedLife(random *rand.Rand, perPhase int) {
	w.t.Helper()
	w.login()
	for _, p := range phases()[1:] {
		p.prepare(w)
		for range perPhase {
			// most of the work of a pass lies between 20 and 150 milliseconds after its start
			w.killAfter(time.Duration(20+random.IntN(130))*time.Millisecond, "run")
			if random.IntN(3) == 0 {
				w.answer()
			}
		}
		w.answers()
	}
}

// killAfter starts a process and kills it, unless it is over before.
func (w *world) killAfter(d time.Duration, args ...string) {
	w.t.Helper()
	cmd, out, errs := w.start(nil, "", args...)
	w.must(cmd.Start())
	timer := time.AfterFunc(d, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	if e := w.wait(cmd, out, errs); e.killed {
		w.kills++
	}
}

// The ERP takes the file away in the instant after the rename, before the program has its answer; the program is killed
// around that moment, or the connection breaks. It must not send the file again, and must ask a person to look until
// the ERP's answer comes.
func TestERPTakesTheFileAtOnce(t *testing.T) {
	for _, name := range []string{"rename.acted", "rename.intended", "connection cut after the rename", "connection cut before the rename"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := begin(t, setup{faults: simerp.Faults{Take: simerp.TakeAtOnce, Silent: true}, files: 100})
			do := map[string]simsftp.Effect{"connection cut after the rename": simsftp.DoCutAfter, "connection cut before the rename": simsftp.DoCut}[name]
			take := func(string) { _, _ = w.erp.Poll() }
			w.sftp.Switch(simsftp.Fault{Op: simsftp.OpRename, Nth: 1, Do: do, Then: take}, simsftp.Fault{Op: simsftp.OpPosixRename, Nth: 1, Do: do, Then: take})
			if do == "" {
				if _, e := w.run("FISBRIDGE_KILL_AT=" + name); !e.killed {
					t.Fatalf("the process was not killed: %s", e)
				}
			} else if s, e := w.run(); e.code != 1 {
				t.Errorf("a broken connection must end with 1: %s (%v)", e, s.Problems)
			}
			s := w.idle()
			gone := name == "rename.acted" || do == simsftp.DoCutAfter
			if got := fmt.Sprint(s.alarmsOf()); gone && (got != "[unverified]" || s.Exit != 3) {
				t.Errorf("the file is gone from both names: want the alarm unverified and exit code 3, got %s and %d", got, s.Exit)
			} else if !gone && got != "[]" {
				t.Errorf("the file was not renamed before: no alarm wanted, got %s", got)
			}
			w.erp.SetFaults(simerp.Faults{Take: simerp.TakeAtOnce})
			if s = w.answers(); len(s.Alarms) > 0 {
				t.Errorf("the ERP has answered the file, and the alarm is still open: %v", s.Alarms)
			}
			w.pay(simerp.PayInFull)
			w.idle()
			w.check()
		})
	}
}

// A machine whose clock jumps: days ahead, then back, between any two processes, one of which is killed.
func TestClockJumps(t *testing.T) {
	for _, at := range []string{"token.intended", "token.acted", "acknowledge.acted", "number.intended", "rename.acted", "collect.done", "confirm.acted", "pay.acted"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			w := begin(t, setup{})
			w.fis.ExpireAccess()
			jumps := []time.Duration{72 * time.Hour, -96 * time.Hour, 48 * time.Hour}
			for i, p := range phases()[1:] {
				p.prepare(w)
				w.clock += jumps[i]
				_, e := w.run("FISBRIDGE_KILL_AT=" + at)
				if e.killed {
					w.kills++
				}
				w.clock -= 120 * time.Hour // before anything that was done
				w.idle()
				w.clock += 240 * time.Hour
				w.idle()
			}
			if w.kills == 0 {
				t.Error("no process was killed")
			}
			w.check()
		})
	}
}
