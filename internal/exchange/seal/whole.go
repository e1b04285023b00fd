package seal

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// Whole tells whether the end of a sealed file is there, by the lengths that its packets tell, or by the last line
// where it is text. It says nothing about what is inside, and that a file which is not sealed is whole. Errors are
// those of reading.
func Whole(sealed io.Reader) (bool, error) {
	in := bufio.NewReaderSize(sealed, 64<<10)
	head, err := in.Peek(256)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return false, err
	case !Sealed(head):
		return true, nil
	case head[0]&0x80 == 0:
		return endsWithLine(in)
	}
	for {
		err := skipPacket(in)
		switch {
		case errors.Is(err, errEnd):
			return true, nil
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return false, nil
		case err != nil:
			return false, err
		}
	}
}

// endsWithLine looks for the last line of a message that is text.
func endsWithLine(in io.Reader) (bool, error) {
	const keep = 1024
	var tail []byte
	buf := make([]byte, 64<<10)
	for {
		n, err := in.Read(buf)
		if tail = append(tail, buf[:n]...); len(tail) > keep {
			tail = append([]byte(nil), tail[len(tail)-keep:]...)
		}
		if errors.Is(err, io.EOF) {
			return bytes.Contains(tail, []byte("-----END PGP MESSAGE-----")), nil
		}
		if err != nil {
			return false, err
		}
	}
}

// errEnd is the end of a file between two packets.
var errEnd = errors.New("end")

// skipPacket skips one packet (RFC 9580, section 4.2); io.EOF when it ends too early.
func skipPacket(in *bufio.Reader) error {
	tag, err := in.ReadByte()
	if errors.Is(err, io.EOF) {
		return errEnd
	}
	if err != nil {
		return err
	}
	if tag&0x80 == 0 { // something else behind the message
		return errEnd
	}
	if tag&0x40 == 0 {
		return skipOld(in, tag)
	}
	for {
		n, more, err := newLength(in)
		if err != nil {
			return err
		}
		if err := skip(in, n); err != nil || !more {
			return err
		}
	}
}

// skipOld skips a packet whose tag tells how long its length is.
func skipOld(in *bufio.Reader, tag byte) error {
	if tag&3 == 3 { // to the end of the file, wherever that is
		_, err := io.Copy(io.Discard, in)
		return err
	}
	n, err := number(in, 1<<(tag&3))
	if err != nil {
		return err
	}
	return skip(in, n)
}

// newLength reads a length; more: it is that of a part, and another follows.
func newLength(in *bufio.Reader) (n int64, more bool, err error) {
	b, err := in.ReadByte()
	switch {
	case err != nil:
		return 0, false, err
	case b < 192:
		return int64(b), false, nil
	case b < 224:
		second, err := in.ReadByte()
		return int64(b-192)<<8 + int64(second) + 192, false, err
	case b < 255:
		return 1 << (b & 0x1f), true, nil
	}
	n, err = number(in, 4)
	return n, false, err
}

func number(in *bufio.Reader, bytes int) (n int64, err error) {
	for range bytes {
		b, err := in.ReadByte()
		if err != nil {
			return 0, err
		}
		n = n<<8 | int64(b)
	}
	return n, nil
}

func skip(in io.Reader, n int64) error {
	_, err := io.CopyN(io.Discard, in, n)
	return err
}
