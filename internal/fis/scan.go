package fis

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/bits"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// errSyntax says that the text is not JSON at scanner.at; malformed says why.
var errSyntax = errors.New("not JSON")

// scanner walks over JSON (RFC 8259: no byte order mark, UTF-8 only) without looking back. Half a surrogate pair, as a
// field that is cut after so many UTF-16 units leaves it of an emoji, is read as U+FFFD: whether that may stand in the
// file is for the layout to say.
type scanner struct {
	doc []byte
	at  int
}

// peek passes over blanks and gives the byte there, 0 at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.doc) && s.doc[s.at] > ' ' {
		return s.doc[s.at]
	}
	return s.blanks()
}

func (s *scanner) blanks() byte {
	for ; s.at < len(s.doc); s.at++ {
		switch c := s.doc[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// pass moves behind a byte that must come next.
func (s *scanner) pass(c byte) error {
	if s.peek() != c {
		return errSyntax
	}
	s.at++
	return nil
}

// bare are the bytes that stand for themselves in a text: printable ASCII without quote and backslash.
var bare = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// quotation passes over a text and gives what is between its quotes; escaped says that there are backslashes in it,
// which were not looked at.
func (s *scanner) quotation() (inner []byte, escaped bool, err error) {
	start, wide := s.at+1, false
	for i := plainUntil(s.doc, start); i < len(s.doc); i++ {
		c := s.doc[i]
		switch {
		case bare[c]:
		case c == '"':
			inner, s.at = s.doc[start:i], i+1
			if wide && !utf8.Valid(inner) {
				return nil, false, errSyntax
			}
			return inner, escaped, nil
		case c == '\\':
			escaped = true
			i++
		case c >= utf8.RuneSelf:
			wide = true
		default:
			return nil, false, errSyntax
		}
	}
	return nil, false, errSyntax
}

// plainUntil gives the place of the first byte from i on that is not bare, or one shortly before it; eight are looked
// at at once.
func plainUntil(doc []byte, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(doc); i += 8 {
		w := binary.LittleEndian.Uint64(doc[i:])
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		if hit := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w | w) & highs; hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	return i
}

// unquoted appends the text that comes next.
func (s *scanner) unquoted(dst []byte) ([]byte, error) {
	start := s.at
	inner, escaped, err := s.quotation()
	if err != nil {
		return dst, err
	}
	if !escaped {
		return append(dst, inner...), nil
	}
	if whole, err := jsontext.AppendUnquote(dst, s.doc[start:s.at]); err == nil {
		return whole, nil
	}
	var halved string // this library replaces the half of a character
	if json.Unmarshal(s.doc[start:s.at], &halved) != nil {
		return dst, errSyntax
	}
	return append(dst, halved...), nil
}

// scalar passes over a number, true, false or null and gives its kind and its text.
func (s *scanner) scalar() (Kind, []byte, error) {
	start := s.at
	switch s.doc[s.at] {
	case 't':
		return s.literal(Bool, "true")
	case 'f':
		return s.literal(Bool, "false")
	case 'n':
		return s.literal(0, "null")
	}
	if !s.number() {
		return 0, nil, errSyntax
	}
	return Number, s.doc[start:s.at], nil
}

func (s *scanner) literal(k Kind, word string) (Kind, []byte, error) {
	rest := s.doc[s.at:]
	if len(rest) < len(word) || string(rest[:len(word)]) != word {
		return 0, nil, errSyntax
	}
	s.at += len(word)
	return k, rest[:len(word)], nil
}

// number passes over [-] (0 | 1…9 digits) [. digits] [e [sign] digits].
func (s *scanner) number() bool {
	s.one('-', '-')
	if !s.one('0', '0') && s.digits() == 0 {
		return false
	}
	if s.one('.', '.') && s.digits() == 0 {
		return false
	}
	if s.one('e', 'E') {
		s.one('+', '-')
		return s.digits() > 0
	}
	return true
}

func (s *scanner) one(a, b byte) bool {
	if s.at < len(s.doc) && (s.doc[s.at] == a || s.doc[s.at] == b) {
		s.at++
		return true
	}
	return false
}

func (s *scanner) digits() int {
	start := s.at
	for s.at < len(s.doc) && isDigit(s.doc[s.at]) {
		s.at++
	}
	return s.at - start
}

// malformed asks the JSON library what is wrong with a text that the scanner refused, and where.
func malformed(document []byte, at int) (offset int64, err error) {
	dec := jsontext.NewDecoder(bytes.NewReader(document), jsontext.AllowDuplicateNames(true))
	for {
		kind := dec.PeekKind()
		if dec.StackDepth() == 0 && dec.InputOffset() > 0 && kind != 0 {
			return int64(at), errors.New("text after the document")
		}
		if _, err := dec.ReadToken(); err != nil {
			return syntax(err, dec.InputOffset())
		}
	}
}
