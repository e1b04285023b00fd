package layout

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// charset turns runes into the bytes of a file and back, strictly: what the encoding does not have is reported, never replaced.
// It does not change after it was made.
type charset struct {
	name   string
	utf8   bool
	ebcdic bool
	same   bool      // the ASCII characters are their own bytes
	ascii  [128]byte // the byte of each ASCII character
	single *singleByte
	multi  *multiByte
}

// singleByte holds both directions of a one-byte code page.
type singleByte struct {
	decode [256]rune // utf8.RuneError where the page has a hole
	low    [0x250]int16
	high   map[rune]byte
}

// newSingle makes a charset of a decoding table.
func newSingle(name string, decode [256]rune, ebcdic bool) *charset {
	s := &singleByte{decode: decode, high: map[rune]byte{}}
	for i := range s.low {
		s.low[i] = -1
	}
	for b := 255; b >= 0; b-- {
		switch r := decode[b]; {
		case r == utf8.RuneError:
		case int(r) < len(s.low):
			s.low[r] = int16(b)
		default:
			s.high[r] = byte(b)
		}
	}
	c := &charset{name: name, ebcdic: ebcdic, single: s, same: true}
	for i := range c.ascii {
		b := s.low[i]
		if b < 0 {
			b = 0
		}
		c.ascii[i] = byte(b)
		c.same = c.same && int(b) == i
	}
	return c
}

// lookupCharset finds an encoding by the names people use for it.
func lookupCharset(name string) (*charset, error) {
	key := strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(strings.TrimSpace(name)))
	switch key {
	case "", "utf-8", "utf8":
		c := &charset{name: "utf-8", utf8: true, same: true}
		for i := range c.ascii {
			c.ascii[i] = byte(i)
		}
		return c, nil
	case "us-ascii", "ascii":
		return newSingle("us-ascii", asciiTable(), false), nil
	}
	if page, ok := ebcdicPage(key); ok {
		table, ok := ebcdicTable(page)
		if !ok {
			return nil, fmt.Errorf("no table for EBCDIC code page %s; there are 037, 273, 500, 1047, 1140, 1141, 1148", page)
		}
		return newSingle("ebcdic-"+page, table, true), nil
	}
	return lookupText(key)
}

func asciiTable() [256]rune {
	var t [256]rune
	for i := range t {
		t[i] = utf8.RuneError
		if i < 128 {
			t[i] = rune(i)
		}
	}
	return t
}

// size is how many bytes the rune takes, 0 when the encoding does not have it.
func (c *charset) size(r rune) int {
	if r == utf8.RuneError {
		return 0
	}
	switch {
	case r < 128 && c.same:
		return 1
	case c.utf8:
		return max(utf8.RuneLen(r), 0)
	case c.single != nil:
		if _, ok := c.single.encode(r); ok {
			return 1
		}
		return 0
	}
	return c.multi.size(r)
}

func (s *singleByte) encode(r rune) (byte, bool) {
	if int(r) < len(s.low) {
		b := s.low[r]
		return byte(b), b >= 0
	}
	b, ok := s.high[r]
	return b, ok
}

// encodeFrom turns dst[from:], which is UTF-8 that the encoding holds, into the encoding.
func (c *charset) encodeFrom(dst []byte, from int) []byte {
	if c.utf8 || c.same && isASCII(dst[from:]) {
		return dst
	}
	if c.single != nil {
		return dst[:c.single.encodeInPlace(dst, from)]
	}
	text := string(dst[from:])
	dst = dst[:from]
	for _, r := range text {
		dst = c.multi.appendRune(dst, r)
	}
	return dst
}

func (s *singleByte) encodeInPlace(b []byte, from int) int {
	out := from
	for i := from; i < len(b); {
		r, n := rune(b[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(b[i:])
		}
		b[out], _ = s.encode(r)
		out++
		i += n
	}
	return out
}

// decode turns bytes of the file into text. ok is false when a byte does not belong to the encoding; the text then shows U+FFFD there.
func (c *charset) decode(b []byte) (text string, ok bool) {
	switch {
	case c.same && isASCII(b):
		return string(b), true
	case c.utf8:
		if utf8.Valid(b) {
			return string(b), true
		}
		return strings.ToValidUTF8(string(b), "\uFFFD"), false
	case c.single != nil:
		return c.single.decodeText(b)
	}
	return c.multi.decodeText(b)
}

func (s *singleByte) decodeText(b []byte) (string, bool) {
	ok := true
	out := make([]byte, 0, len(b)+len(b)/4)
	for _, x := range b {
		r := s.decode[x]
		ok = ok && r != utf8.RuneError
		out = utf8.AppendRune(out, r)
	}
	return string(out), ok
}

func isASCII(b []byte) bool {
	for _, x := range b {
		if x >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
