// Package charset knows the encodings of ERPs' files: UTF-8, code pages of one byte, EBCDIC, East Asian ones. Strictly:
// what an encoding does not have is reported to the caller, never replaced.
package charset

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Charset turns runes into the bytes of a file and back, strictly: what the encoding does not have is reported, never
// replaced. It does not change after it was made.
type Charset struct {
	Name   string
	UTF8   bool
	EBCDIC bool
	UTF16  string    // mark, le, be: the file is decoded by Reader first; empty: it is not UTF-16
	Same   bool      // the ASCII characters are their own bytes
	ASCII  [128]byte // the byte of each ASCII character
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
func newSingle(name string, decode [256]rune, ebcdic bool) *Charset {
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
	c := &Charset{Name: name, EBCDIC: ebcdic, single: s, Same: true}
	for i := range c.ASCII {
		b := s.low[i]
		if b < 0 {
			b = 0
		}
		c.ASCII[i] = byte(b)
		c.Same = c.Same && int(b) == i
	}
	return c
}

// Lookup finds an encoding by the names people use for it.
func Lookup(name string) (*Charset, error) {
	key := strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(strings.TrimSpace(name)))
	switch key {
	case "", "utf-8", "utf8":
		c := &Charset{Name: "utf-8", UTF8: true, Same: true}
		for i := range c.ASCII {
			c.ASCII[i] = byte(i)
		}
		return c, nil
	case "us-ascii", "ascii":
		return newSingle("us-ascii", asciiTable(), false), nil
	}
	if c, ok := utf16Named(key); ok {
		return c, nil
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

// Size is how many bytes the rune takes, 0 when the encoding does not have it.
func (c *Charset) Size(r rune) int {
	if r == utf8.RuneError {
		return 0
	}
	switch {
	case r < 128 && c.Same:
		return 1
	case c.UTF8:
		return max(utf8.RuneLen(r), 0)
	case c.single != nil:
		if _, ok := c.single.encode(r); ok {
			return 1
		}
		return 0
	}
	return c.multi.size(r)
}

// Wide reports whether the encoding has characters of several bytes that UTF-8 spells in another number of them.
func (c *Charset) Wide() bool { return c.multi != nil }

// Width is how many bytes UTF-8 text takes in the encoding.
func (c *Charset) Width(text []byte) int {
	if c.UTF8 || c.Same && isASCII(text) {
		return len(text)
	}
	n := 0
	for _, r := range string(text) {
		n += c.Size(r)
	}
	return n
}

func (s *singleByte) encode(r rune) (byte, bool) {
	if int(r) < len(s.low) {
		b := s.low[r]
		return byte(b), b >= 0
	}
	b, ok := s.high[r]
	return b, ok
}

// EncodeFrom turns dst[from:], which is UTF-8 that the encoding holds, into the encoding.
func (c *Charset) EncodeFrom(dst []byte, from int) []byte {
	if c.UTF8 || c.Same && isASCII(dst[from:]) {
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

// Decode turns bytes of the file into text. ok is false when a byte does not belong to the encoding; the text then
// shows U+FFFD there.
func (c *Charset) Decode(b []byte) (text string, ok bool) {
	switch {
	case c.IsText(b):
		return string(b), true
	case c.UTF8:
		return strings.ToValidUTF8(string(b), "\uFFFD"), false
	case c.single != nil:
		return c.single.decodeText(b)
	}
	return c.multi.decodeText(b)
}

// IsText reports whether bytes of the file are the text that they stand for, as it is.
func (c *Charset) IsText(b []byte) bool { return c.Same && isASCII(b) || c.UTF8 && utf8.Valid(b) }

// Show is bytes of the file as text for people; what is no text of the encoding becomes U+FFFD.
func (c *Charset) Show(b []byte) string {
	if text, ok := c.Decode(b); ok {
		return text
	}
	var out strings.Builder
	for i := range b {
		if text, ok := c.Decode(b[i : i+1]); ok {
			out.WriteString(text)
		} else {
			out.WriteRune('\uFFFD')
		}
	}
	return out.String()
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
	for ; len(b) >= 8; b = b[8:] { // eight at once
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, x := range b {
		if x >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
