package fis

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// recorder keeps what was read from a point on, so that a document can be taken out byte for byte after it was
// recognised.
type recorder struct {
	r       io.Reader
	buf     []byte
	base    int64 // offset of buf[0] in what was read through the recorder
	skipped int64 // bytes before that: the byte order mark
	err     error // first error of r other than io.EOF
}

func (r *recorder) Read(p []byte) (int, error) {
	if r.tooLong() {
		return 0, ErrTooLarge
	}
	n, err := r.r.Read(p)
	r.buf = append(r.buf, p[:n]...)
	if err != nil && err != io.EOF && r.err == nil {
		r.err = err
	}
	return n, err
}

// tooLong reports whether more is kept than a document may have. Envelopes and texts within texts get room on top.
func (r *recorder) tooLong() bool { return len(r.buf) > 2*MaxDocumentBytes }

// keepFrom forgets everything before the offset.
func (r *recorder) keepFrom(offset int64) {
	n := copy(r.buf, r.buf[min(offset-r.base, int64(len(r.buf))):])
	r.buf, r.base = r.buf[:n], offset
	if cap(r.buf) > 4<<20 && n < 64<<10 { // after a huge document
		r.buf = append(make([]byte, 0, 64<<10), r.buf...)
	}
}

// slice is what was read between two offsets; valid until the next call of keepFrom or Read.
func (r *recorder) slice(from, to int64) []byte { return r.buf[from-r.base : to-r.base] }

// skipMark steps over a UTF-8 byte order mark, and knows by the first bytes what is no plain text: UTF-16, with its
// mark or without, and archives.
func (r *recorder) skipMark(in *bufio.Reader) error {
	head, _ := in.Peek(4)
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")), bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return errors.New("the file is compressed; unpack it first")
	case len(head) >= 2 && (head[0] == 0) != (head[1] == 0):
		return errors.New("the text is UTF-16; save it as UTF-8")
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		n, _ := in.Discard(3)
		r.skipped = int64(n)
	case len(head) >= 2 && (string(head[:2]) == "\xff\xfe" || string(head[:2]) == "\xfe\xff"):
		return errors.New("the text is UTF-16; save it as UTF-8")
	}
	return nil
}
