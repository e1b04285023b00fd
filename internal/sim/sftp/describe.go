package sftp

import (
	"encoding/binary"
	"path"
)

// describe reads what a request is about.
func (w *wire) describe(p packet) Request {
	k := p.kind()
	if op := byHandle(k); op != "" {
		w.mu.Lock()
		defer w.mu.Unlock()
		return Request{Op: op, Path: w.handles[p.texts(1)[0]]}
	}
	if op := byPath(k); op != "" {
		t := p.texts(2)
		r := Request{Op: op, Path: rooted(t[0])}
		switch op {
		case OpRename:
			r.Target = rooted(t[1])
		case OpOpen:
			if b := p.afterText(); len(b) >= 4 {
				r.Flags = binary.BigEndian.Uint32(b)
			}
		}
		return r
	}
	switch k {
	case fxpInit:
		return Request{Op: OpInit}
	case fxpExtended:
		t := p.texts(3)
		if t[0] == "posix-rename@openssh.com" {
			return Request{Op: OpPosixRename, Path: rooted(t[1]), Target: rooted(t[2])}
		}
		return Request{Op: OpExtended, Path: t[0]}
	}
	return Request{Op: OpOther}
}

func rooted(p string) string { return path.Clean("/" + p) }

// byHandle names the requests about an open file, byPath those about a name; "" for others.
func byHandle(kind byte) Op {
	switch kind {
	case fxpClose:
		return OpClose
	case fxpRead:
		return OpRead
	case fxpWrite:
		return OpWrite
	case fxpFstat:
		return OpFstat
	case fxpFset:
		return OpFsetstat
	case fxpReaddir:
		return OpReaddir
	}
	return ""
}

func byPath(kind byte) Op {
	switch kind {
	case fxpOpen:
		return OpOpen
	case fxpLstat:
		return OpLstat
	case fxpStat:
		return OpStat
	case fxpSetstat:
		return OpSetstat
	case fxpOpendir:
		return OpOpendir
	case fxpRemove:
		return OpRemove
	case fxpMkdir:
		return OpMkdir
	case fxpRmdir:
		return OpRmdir
	case fxpRealpath:
		return OpRealpath
	case fxpRename:
		return OpRename
	}
	return ""
}
