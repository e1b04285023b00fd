package charset

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Named is UTF-16, which is only read: by its byte order mark, or in the order that is named. Files in it are
// decoded to UTF-8 before anything else is done with them, so that it has lines and characters as UTF-8 has.
func utf16Named(key string) (*Charset, bool) {
	switch key {
	case "utf-16", "utf16", "utf-16le", "utf16le", "utf-16be", "utf16be":
	default:
		return nil, false
	}
	c := &Charset{Name: key, UTF8: true, Same: true, UTF16: "mark"}
	for i := range c.ASCII {
		c.ASCII[i] = byte(i)
	}
	switch key[len(key)-2:] {
	case "le", "be":
		c.UTF16 = key[len(key)-2:]
	}
	return c, true
}

// Reader decodes a whole file to UTF-8. What is no UTF-16 becomes a byte that is no UTF-8, and is found where the text
// is decoded.
func (c *Charset) Reader(in io.Reader) io.Reader {
	if c.UTF16 == "" {
		return in
	}
	return &wide{in: bufio.NewReaderSize(in, 64<<10), order: binary.LittleEndian, mark: c.UTF16 == "mark", big: c.UTF16 == "be"}
}

// wide reads UTF-16.
type wide struct {
	in        *bufio.Reader
	order     binary.ByteOrder
	mark, big bool // the order is told by the mark, or is this one
	begun     bool
	out       []byte
	err       error
}

// ErrNoMark says that a file has no byte order mark.
var ErrNoMark = errors.New("the file is to be UTF-16 and has no byte order mark; say which it is: `encoding: utf-16le` or `utf-16be`")

func (w *wide) begin() error {
	w.begun = true
	head, _ := w.in.Peek(2)
	little, big := string(head) == "\xFF\xFE", string(head) == "\xFE\xFF"
	if w.mark && !little && !big && len(head) > 0 {
		return ErrNoMark
	}
	if w.big || w.mark && big {
		w.order = binary.BigEndian
	}
	if little && w.order == binary.LittleEndian || big && w.order == binary.BigEndian {
		_, _ = w.in.Discard(2)
	}
	return nil
}

func (w *wide) Read(p []byte) (int, error) {
	if !w.begun {
		w.err = w.begin()
	}
	for len(w.out) < len(p) && w.err == nil {
		w.one()
	}
	n := copy(p, w.out)
	w.out = w.out[:copy(w.out, w.out[n:])]
	if n == 0 && len(p) > 0 {
		return 0, w.err
	}
	return n, nil
}

// one decodes the next character.
func (w *wide) one() {
	b, err := w.in.Peek(2)
	if len(b) < 2 {
		if w.err = err; len(b) == 1 {
			w.out = append(w.out, 0xFF)
			_, _ = w.in.Discard(1)
		}
		return
	}
	u := rune(w.order.Uint16(b))
	_, _ = w.in.Discard(2)
	if !utf16.IsSurrogate(u) {
		w.out = utf8.AppendRune(w.out, u)
		return
	}
	if b, _ = w.in.Peek(2); len(b) == 2 {
		if r := utf16.DecodeRune(u, rune(w.order.Uint16(b))); r != utf8.RuneError {
			_, _ = w.in.Discard(2)
			w.out = utf8.AppendRune(w.out, r)
			return
		}
	}
	w.out = append(w.out, 0xFF)
}
