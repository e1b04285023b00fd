package sim

import (
	"encoding/binary"
	"path"
)

// describe reads what a request is about.
func (w *sftpWire) describe(p sftpPacket) SFTPRequest {
	k := p.kind()
	if op := byHandle(k); op != "" {
		w.mu.Lock()
		defer w.mu.Unlock()
		return SFTPRequest{Op: op, Path: w.handles[p.texts(1)[0]]}
	}
	if op := byPath(k); op != "" {
		t := p.texts(2)
		r := SFTPRequest{Op: op, Path: rooted(t[0])}
		switch op {
		case SFTPRename:
			r.Target = rooted(t[1])
		case SFTPOpen:
			if b := p.afterText(); len(b) >= 4 {
				r.Flags = binary.BigEndian.Uint32(b)
			}
		}
		return r
	}
	switch k {
	case fxpInit:
		return SFTPRequest{Op: SFTPInit}
	case fxpExtended:
		t := p.texts(3)
		if t[0] == "posix-rename@openssh.com" {
			return SFTPRequest{Op: SFTPPosixRename, Path: rooted(t[1]), Target: rooted(t[2])}
		}
		return SFTPRequest{Op: SFTPExtended, Path: t[0]}
	}
	return SFTPRequest{Op: SFTPOther}
}

func rooted(p string) string { return path.Clean("/" + p) }

// byHandle names the requests about an open file, byPath those about a name; "" for others.
func byHandle(kind byte) SFTPOp {
	switch kind {
	case fxpClose:
		return SFTPClose
	case fxpRead:
		return SFTPRead
	case fxpWrite:
		return SFTPWrite
	case fxpFstat:
		return SFTPFstat
	case fxpFset:
		return SFTPFsetstat
	case fxpReaddir:
		return SFTPReaddir
	}
	return ""
}

func byPath(kind byte) SFTPOp {
	switch kind {
	case fxpOpen:
		return SFTPOpen
	case fxpLstat:
		return SFTPLstat
	case fxpStat:
		return SFTPStat
	case fxpSetstat:
		return SFTPSetstat
	case fxpOpendir:
		return SFTPOpendir
	case fxpRemove:
		return SFTPRemove
	case fxpMkdir:
		return SFTPMkdir
	case fxpRmdir:
		return SFTPRmdir
	case fxpRealpath:
		return SFTPRealpath
	case fxpRename:
		return SFTPRename
	}
	return ""
}
