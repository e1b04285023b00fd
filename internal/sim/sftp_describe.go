package sim

import (
	"encoding/binary"
	"path"
)

// describe reads what a request is about.
func (w *sftpWire) describe(p sftpPacket) SFTPRequest {
	byPath := map[byte]SFTPOp{
		fxpOpen: SFTPOpen, fxpLstat: SFTPLstat, fxpStat: SFTPStat, fxpSetstat: SFTPSetstat, fxpOpendir: SFTPOpendir,
		fxpRemove: SFTPRemove, fxpMkdir: SFTPMkdir, fxpRmdir: SFTPRmdir, fxpRealpath: SFTPRealpath, fxpRename: SFTPRename,
	}
	byHandle := map[byte]SFTPOp{
		fxpClose: SFTPClose, fxpRead: SFTPRead, fxpWrite: SFTPWrite, fxpFstat: SFTPFstat, fxpFset: SFTPFsetstat, fxpReaddir: SFTPReaddir,
	}
	k := p.kind()
	if op, ok := byHandle[k]; ok {
		w.mu.Lock()
		defer w.mu.Unlock()
		return SFTPRequest{Op: op, Path: w.handles[p.texts(1)[0]]}
	}
	if op, ok := byPath[k]; ok {
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
