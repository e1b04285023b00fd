package sim

import (
	"path"
	"time"
)

// SFTPOp names a kind of request.
type SFTPOp string

// The kinds of requests; SFTPConnect and SFTPLogin come before any request.
const (
	SFTPAny         SFTPOp = ""
	SFTPConnect     SFTPOp = "connect"
	SFTPLogin       SFTPOp = "login"
	SFTPInit        SFTPOp = "init"
	SFTPOpen        SFTPOp = "open"
	SFTPClose       SFTPOp = "close"
	SFTPRead        SFTPOp = "read"
	SFTPWrite       SFTPOp = "write"
	SFTPStat        SFTPOp = "stat"
	SFTPLstat       SFTPOp = "lstat"
	SFTPFstat       SFTPOp = "fstat"
	SFTPSetstat     SFTPOp = "setstat"
	SFTPFsetstat    SFTPOp = "fsetstat"
	SFTPOpendir     SFTPOp = "opendir"
	SFTPReaddir     SFTPOp = "readdir"
	SFTPRemove      SFTPOp = "remove"
	SFTPMkdir       SFTPOp = "mkdir"
	SFTPRmdir       SFTPOp = "rmdir"
	SFTPRealpath    SFTPOp = "realpath"
	SFTPRename      SFTPOp = "rename"
	SFTPPosixRename SFTPOp = "posix-rename"
	SFTPExtended    SFTPOp = "extended"
	SFTPOther       SFTPOp = "other"
)

// SFTPEffect is what a fault does to a request.
type SFTPEffect string

const (
	DoRefuse      SFTPEffect = "refuse"      // permission denied; nothing is done
	DoUnsupported SFTPEffect = "unsupported" // operation unsupported; nothing is done
	DoFail        SFTPEffect = "fail"        // failure; nothing is done
	DoFailAfter   SFTPEffect = "fail-after"  // the work is done, the answer is failure: a disk that is full at close
	DoLose        SFTPEffect = "lose"        // answered "ok", nothing is done: a lost chunk
	DoStall       SFTPEffect = "stall"       // nothing is done, no answer comes, to this request and all later ones
	DoCut         SFTPEffect = "cut"         // the connection breaks before the work
	DoCutAfter    SFTPEffect = "cut-after"   // the work is done, the connection breaks before the answer
	DoLate        SFTPEffect = "late"        // the answer comes after Delay, other answers overtake it
	DoFailLate    SFTPEffect = "fail-late"   // as DoLate, and the answer is failure
	DoDropTail    SFTPEffect = "drop-tail"   // at close: the last Bytes bytes are gone, the answer is ok
	DoShortRead   SFTPEffect = "short-read"  // a read brings at most Bytes bytes
	DoReplace     SFTPEffect = "replace"     // a rename replaces what has the name, as some servers do
	DoEndless     SFTPEffect = "endless"     // a readdir brings a hundred names more each time, and never the end
	DoTrickle     SFTPEffect = "trickle"     // the answer comes byte by byte, one each Delay
)

// SFTPFault is one fault: what happens to which requests.
type SFTPFault struct {
	Op    SFTPOp // SFTPAny: every kind, connect and login excepted
	Name  string // pattern of the file's name without its folder; "": all
	Nth   int    // only the n-th matching request since the fault was switched on; 0: every one
	Do    SFTPEffect
	Delay time.Duration
	Bytes int64
	Then  func(path string) // called after the work and before the answer; path below the server's root. For pulling a file away.
}

type sftpFault struct {
	SFTPFault
	seen int
}

// Switch replaces all faults; without arguments the server behaves.
func (s *SFTPServer) Switch(faults ...SFTPFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	for _, f := range faults {
		s.faults = append(s.faults, &sftpFault{SFTPFault: f})
	}
}

// match counts a request against the faults and returns the first that applies, nil mostly.
func (s *SFTPServer) match(op SFTPOp, p string) *SFTPFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hit *SFTPFault
	for _, f := range s.faults {
		if !f.applies(op, p) {
			continue
		}
		f.seen++
		if hit == nil && (f.Nth == 0 || f.Nth == f.seen) {
			hit = &f.SFTPFault
		}
	}
	return hit
}

func (f *sftpFault) applies(op SFTPOp, p string) bool {
	if f.Op != op && (f.Op != SFTPAny || op == SFTPConnect || op == SFTPLogin) {
		return false
	}
	if f.Name == "" {
		return true
	}
	ok, err := path.Match(f.Name, path.Base(p))
	return err == nil && ok
}

// SFTPRequest is one line of the record: a request and how it was answered.
type SFTPRequest struct {
	Op     SFTPOp
	Path   string // below the server's root
	Target string // of a rename
	Flags  uint32 // of an open
	Fault  SFTPEffect
}

// Requests is the record since the start or the last Forget.
func (s *SFTPServer) Requests() []SFTPRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]SFTPRequest(nil), s.record...)
}

// Forget empties the record.
func (s *SFTPServer) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record = nil
}

func (s *SFTPServer) note(r SFTPRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record = append(s.record, r)
}
