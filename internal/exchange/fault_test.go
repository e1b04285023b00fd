package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// body is content of five chunks and a bit.
var body = strings.Repeat("one line of an import file\n", 6500)

// PITFALLS 25: a failed write must not be taken for success, from a real file, for sizes around one chunk.
func TestFailedWriteIsAnError(t *testing.T) {
	faults := map[string]simsftp.Fault{
		"every write fails":  {Op: simsftp.OpWrite, Do: simsftp.DoFail},
		"tail dropped":       {Op: simsftp.OpClose, Do: simsftp.DoDropTail, Bytes: 1},
		"disk full at close": {Op: simsftp.OpClose, Do: simsftp.DoFailAfter, Nth: 1},
	}
	for name, fault := range faults {
		for _, size := range []int{1, 32768, 40000} {
			for _, sequential := range []bool{false, true} {
				t.Run(fmt.Sprint(name, " ", size, " sequential ", sequential), func(t *testing.T) {
					s, target, in := startSim(t)
					target.SequentialWrites = sequential
					file := filepath.Join(t.TempDir(), "f")
					write(t, file, body[:size])
					s.Switch(fault)
					d := openDrop(t, target)
					err := d.Upload(context.Background(), "t.part", int64(size), func() (io.ReadCloser, error) { return os.Open(file) })
					if err == nil || !retryable(err) {
						t.Errorf("upload: %v", err)
					}
					if left := names(t, in); len(left) != 0 {
						t.Errorf("left behind: %v", left)
					}
					s.Switch()
					if err := deliver(d, "f.csv", body[:size]); err != nil {
						t.Errorf("begun anew: %v", err)
					}
					if content(t, in, "f.csv") != body[:size] {
						t.Error("content differs")
					}
				})
			}
		}
	}
}

// PITFALLS 26 and 28: whatever request the connection breaks at, before or after the work, the final name is absent or whole,
// and the next run finishes with exactly one file.
func TestCutAtEveryRequest(t *testing.T) {
	for _, do := range []simsftp.Effect{simsftp.DoCut, simsftp.DoCutAfter} {
		for n := 1; ; n++ {
			s, target, in := startSim(t)
			d := openDrop(t, target)
			s.Switch(simsftp.Fault{Op: simsftp.OpAny, Nth: n, Do: do})
			err := deliver(d, "f.csv", body)
			hit := cutHappened(s)
			if b, rerr := os.ReadFile(filepath.Join(in, "f.csv")); rerr == nil && string(b) != body {
				t.Fatalf("%s at request %d: a part of the file under its final name", do, n)
			}
			if hit != (err != nil) {
				t.Errorf("%s at request %d (%s): %v", do, n, requestAt(s, do), err)
			}
			if err != nil && !retryable(err) {
				t.Errorf("%s at request %d: not retryable: %v", do, n, err)
			}
			s.Switch()
			if err != nil {
				finish(t, d, "f.csv", body)
			}
			if diff := cmp.Diff([]string{"f.csv"}, names(t, in)); diff != "" {
				t.Errorf("%s at request %d: %s", do, n, diff)
			}
			if content(t, in, "f.csv") != body {
				t.Errorf("%s at request %d: content differs", do, n)
			}
			d.Close()
			s.Close()
			if !hit {
				break
			}
		}
	}
}

// cutHappened tells whether the fault was reached.
func cutHappened(s *simsftp.Server) bool {
	return requestAt(s, simsftp.DoCut)+requestAt(s, simsftp.DoCutAfter) != ""
}

func requestAt(s *simsftp.Server, do simsftp.Effect) simsftp.Op {
	for _, r := range s.Requests() {
		if r.Fault == do {
			return r.Op
		}
	}
	return ""
}

// finish is what the next run does: look first, then act.
func finish(t *testing.T, d Drop, final, content string) {
	t.Helper()
	ctx, temp := context.Background(), d.TempName(final, "1a")
	found, err := Find(ctx, d, temp, final)
	if err != nil {
		t.Fatal(err)
	}
	switch found {
	case FoundFinal:
		return
	case FoundTemp, FoundGone: // without a journal it is not known that the upload was complete: begin it anew
		if err := upload(d, temp, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Publish(ctx, temp, final); err != nil {
		t.Fatal(err)
	}
}

// PITFALLS 28: the answer to the rename is lost.
func TestLostAnswerOfTheRename(t *testing.T) {
	s, target, in := startSim(t)
	d := openDrop(t, target)
	s.Switch(simsftp.Fault{Op: simsftp.OpRename, Do: simsftp.DoCutAfter, Nth: 1})
	err := deliver(d, "f.csv", body)
	if !errors.Is(err, ErrConnection) {
		t.Fatalf("lost answer: %v", err)
	}
	temp := d.TempName("f.csv", "1a")
	if f, err := Find(context.Background(), d, temp, "f.csv"); err != nil || f != FoundFinal {
		t.Errorf("found %v %v", f, err)
	}
	if err := d.Publish(context.Background(), temp, "f.csv"); err != nil {
		t.Errorf("publish again: %v", err)
	}
	if diff := cmp.Diff([]string{"f.csv"}, names(t, in)); diff != "" {
		t.Error(diff)
	}
}

// PITFALLS 27: an existing final name, on servers with and without posix-rename, and on one whose rename replaces.
func TestExistingFinalName(t *testing.T) {
	servers := map[string][]simsftp.Fault{
		"with posix-rename":    nil,
		"without posix-rename": {{Op: simsftp.OpInit, Do: simsftp.DoUnsupported}},
		"rename replaces":      {{Op: simsftp.OpRename, Do: simsftp.DoReplace}},
	}
	for name, faults := range servers {
		t.Run(name, func(t *testing.T) {
			s, target, in := startSim(t)
			s.Switch(faults...)
			d := openDrop(t, target)
			put(t, in, "f.csv", "somebody else's")
			err := deliver(d, "f.csv", body)
			if taken := new(NameTakenError); !errors.As(err, &taken) || taken.Other != int64(len("somebody else's")) {
				t.Errorf("other content: %v", err)
			}
			if content(t, in, "f.csv") != "somebody else's" {
				t.Error("it was replaced")
			}
			put(t, in, "f.csv", body)
			if err := deliver(d, "f.csv", body); err != nil {
				t.Errorf("same content: %v", err)
			}
			for _, r := range s.Requests() {
				if r.Op == simsftp.OpPosixRename {
					t.Error("posix-rename was used, which replaces")
				}
			}
		})
	}
}

// A server that only has posix-rename is served when it has been seen that the name is free.
func TestOnlyPosixRename(t *testing.T) {
	s, target, in := startSim(t)
	s.Switch(simsftp.Fault{Op: simsftp.OpRename, Do: simsftp.DoUnsupported})
	if err := deliver(openDrop(t, target), "f.csv", body); err != nil {
		t.Fatal(err)
	}
	if content(t, in, "f.csv") != body {
		t.Error("content differs")
	}
}

// PITFALLS 29: the partner takes the file in the instant after the rename.
func TestTakenAwayAtOnce(t *testing.T) {
	s, target, in := startSim(t)
	d := openDrop(t, target)
	var taken string
	s.Switch(simsftp.Fault{Op: simsftp.OpRename, Then: func(p string) {
		taken = content(t, filepath.Dir(in), p)
		os.Remove(filepath.Join(filepath.Dir(in), p))
	}})
	if err := deliver(d, "f.csv", body); err != nil {
		t.Fatalf("renamed and taken is delivered: %v", err)
	}
	if taken != body {
		t.Error("what was taken is not whole")
	}
	if f, err := Find(context.Background(), d, d.TempName("f.csv", "1a"), "f.csv"); err != nil || f != FoundGone {
		t.Errorf("afterwards: %v %v", f, err)
	}
}

// PITFALLS 29: servers that refuse what is not indispensable.
func TestServersThatRefuse(t *testing.T) {
	some := [][]simsftp.Op{
		{simsftp.OpSetstat, simsftp.OpFsetstat}, {simsftp.OpStat}, {simsftp.OpLstat}, {simsftp.OpFstat}, {simsftp.OpOpendir}, {simsftp.OpReaddir},
		{simsftp.OpRemove, simsftp.OpRmdir}, {simsftp.OpRealpath}, {simsftp.OpPosixRename}, {simsftp.OpExtended}, {simsftp.OpMkdir}, {simsftp.OpRead},
		{simsftp.OpStat, simsftp.OpLstat, simsftp.OpFstat}, {simsftp.OpStat, simsftp.OpFstat, simsftp.OpOpendir},
		{simsftp.OpStat, simsftp.OpOpendir, simsftp.OpRead, simsftp.OpRemove, simsftp.OpRmdir, simsftp.OpPosixRename},
	}
	for _, ops := range some {
		for _, how := range []simsftp.Effect{simsftp.DoRefuse, simsftp.DoUnsupported, simsftp.DoFail} {
			t.Run(fmt.Sprint(ops, how), func(t *testing.T) {
				s, target, in := startSim(t)
				var faults []simsftp.Fault
				for _, op := range ops {
					faults = append(faults, simsftp.Fault{Op: op, Do: how})
				}
				s.Switch(faults...)
				d := openDrop(t, target)
				if err := deliver(d, "f.csv", body); err != nil {
					t.Fatal(err)
				}
				if content(t, in, "f.csv") != body {
					t.Error("content differs")
				}
				if diff := cmp.Diff([]string{"f.csv"}, names(t, in)); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// A drop box that proves nothing is refused with a way out, and served when the target says so.
func TestServerThatProvesNothing(t *testing.T) {
	s, target, in := startSim(t)
	s.Switch(simsftp.Fault{Op: simsftp.OpStat, Do: simsftp.DoRefuse}, simsftp.Fault{Op: simsftp.OpFstat, Do: simsftp.DoRefuse},
		simsftp.Fault{Op: simsftp.OpOpendir, Do: simsftp.DoRefuse}, simsftp.Fault{Op: simsftp.OpRead, Do: simsftp.DoRefuse})
	err := deliver(openDrop(t, target), "f.csv", body)
	if !errors.Is(err, ErrCannotVerify) || !strings.Contains(Hint(err), "verify: none") || retryable(err) {
		t.Errorf("unproved upload: %v (%s)", err, Hint(err))
	}
	if left := names(t, in); len(left) != 0 {
		t.Errorf("left behind %v", left)
	}
	target.Verify = VerifyNone
	if err := deliver(openDrop(t, target), "f.csv", body); err != nil {
		t.Errorf("with verify: none: %v", err)
	}
}

// Where nothing may be removed, a failed upload is written over from its beginning.
func TestNothingMayBeRemoved(t *testing.T) {
	s, target, in := startSim(t)
	d := openDrop(t, target)
	refuse := []simsftp.Fault{{Op: simsftp.OpRemove, Do: simsftp.DoRefuse}, {Op: simsftp.OpRmdir, Do: simsftp.DoRefuse}}
	s.Switch(append(refuse, simsftp.Fault{Op: simsftp.OpWrite, Do: simsftp.DoFail, Nth: 3})...)
	if err := deliver(d, "f.csv", body+body); err == nil {
		t.Fatal("failed write went unnoticed")
	}
	s.Switch(refuse...)
	if err := deliver(d, "f.csv", body); err != nil {
		t.Fatal(err)
	}
	if content(t, in, "f.csv") != body {
		t.Error("content differs")
	}
}

// PITFALLS 29: check names the right that is missing.
func TestCheckNamesTheMissingRight(t *testing.T) {
	want := map[simsftp.Op]string{
		simsftp.OpOpen: "create", simsftp.OpRename: "rename", simsftp.OpRemove: "remove", simsftp.OpRead: "read", simsftp.OpOpendir: "list", simsftp.OpStat: "stat",
	}
	for op, right := range want {
		s, target, _ := startSim(t)
		target.Probe = true
		s.Switch(simsftp.Fault{Op: op, Do: simsftp.DoRefuse}, simsftp.Fault{Op: simsftp.OpRmdir, Do: simsftp.DoRefuse})
		var missing []string
		for _, f := range openDrop(t, target).Check(context.Background()) {
			if f.Severity != OK {
				missing = append(missing, f.Right)
			}
		}
		if len(missing) == 0 || !strings.HasPrefix(missing[0], right) {
			t.Errorf("%s refused: check names %v", op, missing)
		}
	}
}

// PITFALLS 35: with parallel writes, a lost or late failing chunk must not become a file with a hole.
func TestParallelWrites(t *testing.T) {
	delay := 30 * time.Millisecond
	cases := map[string]struct {
		fault  simsftp.Fault
		verify string
		whole  bool
	}{
		"last chunk lost":            {simsftp.Fault{Op: simsftp.OpWrite, Do: simsftp.DoLose, Nth: 6}, VerifySize, false},
		"middle chunk lost":          {simsftp.Fault{Op: simsftp.OpWrite, Do: simsftp.DoLose, Nth: 2}, VerifyHash, false},
		"chunk fails late":           {simsftp.Fault{Op: simsftp.OpWrite, Do: simsftp.DoFailLate, Nth: 2, Delay: delay}, VerifySize, false},
		"answers out of order":       {simsftp.Fault{Op: simsftp.OpWrite, Do: simsftp.DoLate, Nth: 2, Delay: delay}, VerifySize, true},
		"answers out of order, hash": {simsftp.Fault{Op: simsftp.OpWrite, Do: simsftp.DoLate, Nth: 1, Delay: delay}, VerifyHash, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s, target, in := startSim(t)
			target.Verify = c.verify
			s.Switch(c.fault)
			d := openDrop(t, target)
			err := deliver(d, "f.csv", body)
			if c.whole != (err == nil) {
				t.Errorf("deliver: %v", err)
			}
			if !c.whole && len(names(t, in)) != 0 {
				t.Errorf("left behind %v", names(t, in))
			}
			s.Switch()
			if err := deliver(d, "f.csv", body); err != nil {
				t.Fatal(err)
			}
			if content(t, in, "f.csv") != body {
				t.Error("content differs")
			}
		})
	}
}
