package charset

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// lookupText finds the encodings of x/text. IANA's names come first: for htmlindex iso-8859-1 is windows-1252.
func lookupText(key string) (*Charset, error) {
	enc, err := ianaindex.IANA.Encoding(ianaName(key))
	if err != nil || enc == nil {
		enc, err = htmlindex.Get(key)
	}
	if err != nil || enc == nil {
		return nil, fmt.Errorf("unknown encoding; there are %s and their relatives", strings.Join(Known(), ", "))
	}
	if page, ok := enc.(*charmap.Charmap); ok {
		return newSingle(key, strictTable(page), false), nil
	}
	if strings.HasPrefix(key, "utf-16") || strings.HasPrefix(key, "utf-32") || strings.HasPrefix(key, "iso-2022") || key == "hz-gb-2312" ||
		enc == encoding.Replacement {
		return nil, fmt.Errorf("this encoding is not supported; have the file written as utf-8")
	}
	return newMulti(key, enc), nil
}

// ianaName undoes the short names that people use.
func ianaName(key string) string {
	switch key {
	case "ansi", "cp1252", "1252":
		return "windows-1252"
	case "latin1", "latin-1":
		return "iso-8859-1"
	case "latin9", "latin-9":
		return "iso-8859-15"
	case "sjis", "shift-jis":
		return "shift_jis"
	}
	if page, ok := strings.CutPrefix(key, "cp"); ok {
		if len(page) == 4 && strings.HasPrefix(page, "125") {
			return "windows-" + page
		}
		return "ibm" + page
	}
	if rest, ok := strings.CutPrefix(key, "iso8859-"); ok {
		return "iso-8859-" + rest
	}
	return key
}

// Known are the names that messages offer; there are more.
func Known() []string {
	return []string{"utf-8", "us-ascii", "iso-8859-1", "iso-8859-2", "iso-8859-15", "windows-1250", "windows-1251", "windows-1252", "ibm850", "ibm852",
		"shift_jis", "gbk", "gb18030", "big5", "euc-jp", "euc-kr", "ebcdic-037", "ebcdic-273", "ebcdic-500", "ebcdic-1047", "ebcdic-1140",
		"ebcdic-1141", "ebcdic-1148"}
}

// strictTable takes the C1 controls away that WHATWG puts into the holes of the Windows pages.
func strictTable(page *charmap.Charmap) [256]rune {
	t := charmapTable(page)
	windows := strings.HasPrefix(page.String(), "Windows")
	for b := 0x80; windows && b < 0xA0; b++ {
		if t[b] == rune(b) {
			t[b] = utf8.RuneError
		}
	}
	return t
}

// multiByte holds an East Asian encoding: the BMP as a table, the rest asked for one by one.
type multiByte struct {
	enc   encoding.Encoding
	table []uint32 // bytes of each rune of the BMP, first byte highest, 0 when the encoding does not have it
}

func newMulti(name string, enc encoding.Encoding) *Charset {
	m := &multiByte{enc: enc, table: make([]uint32, 0x10000)}
	c := &Charset{Name: name, multi: m, Same: true}
	encoder, decoder := enc.NewEncoder(), enc.NewDecoder()
	for r := rune(1); r < 0x10000; r++ {
		if r >= 0xD800 && r < 0xE000 || r == utf8.RuneError {
			continue
		}
		if b, ok := encodeOne(encoder, decoder, r); ok {
			m.table[r] = pack(b)
		}
	}
	for i := range c.ASCII {
		c.ASCII[i] = byte(i)
		c.Same = c.Same && (i == 0 || m.table[i] == uint32(i))
	}
	return c
}

// encodeOne takes only what comes back as the same rune: Shift JIS would write a yen sign as a backslash.
func encodeOne(encoder *encoding.Encoder, decoder *encoding.Decoder, r rune) ([]byte, bool) {
	b, err := encoder.Bytes([]byte(string(r)))
	if err != nil || len(b) == 0 || len(b) > 4 {
		return nil, false
	}
	back, err := decoder.Bytes(b)
	return b, err == nil && string(back) == string(r)
}

func pack(b []byte) uint32 {
	var v uint32
	for _, x := range b {
		v = v<<8 | uint32(x)
	}
	return v
}

func (m *multiByte) bytes(r rune) uint32 {
	if r >= 0 && int(r) < len(m.table) {
		return m.table[r]
	}
	if b, ok := encodeOne(m.enc.NewEncoder(), m.enc.NewDecoder(), r); ok {
		return pack(b)
	}
	return 0
}

func (m *multiByte) size(r rune) int {
	n := 0
	for v := m.bytes(r); v > 0; v >>= 8 {
		n++
	}
	return n
}

func (m *multiByte) appendRune(dst []byte, r rune) []byte {
	v := m.bytes(r)
	for shift := 24; shift >= 0; shift -= 8 {
		if b := byte(v >> shift); b != 0 || v>>shift > 0 {
			dst = append(dst, b)
		}
	}
	return dst
}

func (m *multiByte) decodeText(b []byte) (string, bool) {
	out, err := m.enc.NewDecoder().Bytes(b)
	text := string(out)
	return text, err == nil && !strings.ContainsRune(text, utf8.RuneError)
}
