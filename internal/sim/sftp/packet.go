package sftp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Packet types of SFTP version 3.
const (
	fxpInit, fxpVersion                      = 1, 2
	fxpOpen, fxpClose, fxpRead, fxpWrite     = 3, 4, 5, 6
	fxpLstat, fxpFstat, fxpSetstat, fxpFset  = 7, 8, 9, 10
	fxpOpendir, fxpReaddir, fxpRemove        = 11, 12, 13
	fxpMkdir, fxpRmdir, fxpRealpath, fxpStat = 14, 15, 16, 17
	fxpRename, fxpExtended                   = 18, 200
	fxpStatus, fxpHandle, fxpName            = 101, 102, 104
	statusOK, statusPermission               = 0, 3
	statusFailure, statusUnsupported         = 4, 8
	maxPacket                                = 1 << 20
)

// packet is one packet without its length.
type packet []byte

var errPacket = errors.New("malformed packet")

func readPacket(r io.Reader) (packet, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n == 0 || n > maxPacket {
		return nil, errPacket
	}
	p := make(packet, n)
	_, err := io.ReadFull(r, p)
	return p, err
}

func (p packet) write(w io.Writer) error {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(p)), uint32(len(p)))
	_, err := w.Write(append(b, p...))
	return err
}

func (p packet) kind() byte { return p[0] }

func (p packet) id() uint32 {
	if len(p) < 5 {
		return 0
	}
	return binary.BigEndian.Uint32(p[1:])
}

// texts returns the first n strings after the id.
func (p packet) texts(n int) []string {
	out := make([]string, n)
	rest := p[min(5, len(p)):]
	for i := range out {
		if len(rest) < 4 {
			break
		}
		l := binary.BigEndian.Uint32(rest)
		if uint64(l) > uint64(len(rest)-4) {
			break
		}
		out[i], rest = string(rest[4:4+l]), rest[4+l:]
	}
	return out
}

// number reads the 32-bit number at an offset after the first string.
func (p packet) afterText() packet {
	t := p.texts(1)[0]
	return p[min(5+4+len(t), len(p)):]
}

func statusPacket(id, code uint32, text string) packet {
	b := binary.BigEndian.AppendUint32([]byte{fxpStatus}, id)
	b = binary.BigEndian.AppendUint32(b, code)
	b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
	b = append(b, text...)
	return binary.BigEndian.AppendUint32(b, 0)
}

// namesPacket answers a readdir with so many files of names that nobody has; number makes them new.
func namesPacket(id uint32, number, files int) packet {
	b := binary.BigEndian.AppendUint32([]byte{fxpName}, id)
	b = binary.BigEndian.AppendUint32(b, uint32(files))
	for i := range files {
		name := fmt.Sprintf("endless-%d-%d-%s.csv", number, i, strings.Repeat("x", 100))
		b = binary.BigEndian.AppendUint32(b, uint32(len(name)))
		b = append(b, name...)
		b = binary.BigEndian.AppendUint32(b, 0) // no long name
		b = binary.BigEndian.AppendUint32(b, 4) // permissions
		b = binary.BigEndian.AppendUint32(b, 0o100644)
	}
	return b
}

// status is the code of a status packet, -1 of others.
func (p packet) status() int64 {
	if p.kind() != fxpStatus || len(p) < 9 {
		return -1
	}
	return int64(binary.BigEndian.Uint32(p[5:]))
}
