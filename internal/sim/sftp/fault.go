package sftp

import (
	"path"
	"time"
)

// Op names a kind of request.
type Op string

// The kinds of requests; OpConnect and OpLogin come before any request.
const (
	OpAny         Op = ""
	OpConnect     Op = "connect"
	OpLogin       Op = "login"
	OpInit        Op = "init"
	OpOpen        Op = "open"
	OpClose       Op = "close"
	OpRead        Op = "read"
	OpWrite       Op = "write"
	OpStat        Op = "stat"
	OpLstat       Op = "lstat"
	OpFstat       Op = "fstat"
	OpSetstat     Op = "setstat"
	OpFsetstat    Op = "fsetstat"
	OpOpendir     Op = "opendir"
	OpReaddir     Op = "readdir"
	OpRemove      Op = "remove"
	OpMkdir       Op = "mkdir"
	OpRmdir       Op = "rmdir"
	OpRealpath    Op = "realpath"
	OpRename      Op = "rename"
	OpPosixRename Op = "posix-rename"
	OpExtended    Op = "extended"
	OpOther       Op = "other"
)

// Effect is what a fault does to a request.
type Effect string

const (
	DoRefuse      Effect = "refuse"      // permission denied; nothing is done
	DoUnsupported Effect = "unsupported" // operation unsupported; nothing is done
	DoFail        Effect = "fail"        // failure; nothing is done
	DoFailAfter   Effect = "fail-after"  // the work is done, the answer is failure: a disk that is full at close
	DoLose        Effect = "lose"        // answered "ok", nothing is done: a lost chunk
	DoStall       Effect = "stall"       // nothing is done, no answer comes, to this request and all later ones
	DoCut         Effect = "cut"         // the connection breaks before the work
	DoCutAfter    Effect = "cut-after"   // the work is done, the connection breaks before the answer
	DoLate        Effect = "late"        // the answer comes after Delay, other answers overtake it
	DoFailLate    Effect = "fail-late"   // as DoLate, and the answer is failure
	DoDropTail    Effect = "drop-tail"   // at close: the last Bytes bytes are gone, the answer is ok
	DoShortRead   Effect = "short-read"  // a read brings at most Bytes bytes
	DoReplace     Effect = "replace"     // a rename replaces what has the name, as some servers do
	DoEndless     Effect = "endless"     // a readdir brings a hundred names more each time, and never the end
	DoTrickle     Effect = "trickle"     // the answer comes byte by byte, one each Delay
)

// Fault is one fault: what happens to which requests.
type Fault struct {
	Op    Op     // OpAny: every kind, connect and login excepted
	Name  string // pattern of the file's name without its folder; "": all
	Nth   int    // only the n-th matching request since the fault was switched on; 0: every one
	Do    Effect
	Delay time.Duration
	Bytes int64
	// called after the work and before the answer; path below the server's root. For pulling a file away.
	Then func(path string)
}

type armedFault struct {
	Fault
	seen int
}

// Switch replaces all faults; without arguments the server behaves.
func (s *Server) Switch(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	for _, f := range faults {
		s.faults = append(s.faults, &armedFault{Fault: f})
	}
}

// match counts a request against the faults and returns the first that applies, nil mostly.
func (s *Server) match(op Op, p string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hit *Fault
	for _, f := range s.faults {
		if !f.applies(op, p) {
			continue
		}
		f.seen++
		if hit == nil && (f.Nth == 0 || f.Nth == f.seen) {
			hit = &f.Fault
		}
	}
	return hit
}

func (f *armedFault) applies(op Op, p string) bool {
	if f.Op != op && (f.Op != OpAny || op == OpConnect || op == OpLogin) {
		return false
	}
	if f.Name == "" {
		return true
	}
	ok, err := path.Match(f.Name, path.Base(p))
	return err == nil && ok
}

// Request is one line of the record: a request and how it was answered.
type Request struct {
	Op     Op
	Path   string // below the server's root
	Target string // of a rename
	Flags  uint32 // of an open
	Fault  Effect
}

// Requests is the record since the start or the last Forget.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.record...)
}

// Forget empties the record.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record = nil
}

func (s *Server) note(r Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record = append(s.record, r)
}
