package xmlread

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Where a text stands decides what must not be in it.
const (
	elementText = iota
	sectionText
	attributeText
)

// ordinary are the bytes that stand for themselves everywhere.
var ordinary = func() (out [256]bool) {
	for b := ' '; b < utf8.RuneSelf; b++ {
		out[b] = b != '&' && b != '<' && b != ']'
	}
	out['\t'], out['\n'] = true, true
	return out
}()

// plain appends a text to dst as it is meant: entities are resolved, line ends are those of XML.
func plain(dst, in []byte, where int) ([]byte, error) {
	for i := 0; i < len(in); {
		from := i
		for i < len(in) && ordinary[in[i]] {
			i++
		}
		if dst = append(dst, in[from:i]...); i == len(in) {
			break
		}
		switch b := in[i]; {
		case b == '\r':
			dst = append(dst, '\n')
			if i++; i < len(in) && in[i] == '\n' {
				i++
			}
		case b == ']':
			if where == elementText && bytes.HasPrefix(in[i:], []byte("]]>")) {
				return dst, malformed("unescaped ]]> not in CDATA section")
			}
			dst = append(dst, b)
			i++
		case b == '<' && where != sectionText:
			return dst, malformed("unescaped < inside quoted string")
		case b == '&' && where != sectionText:
			r, n := entity(in[i:])
			if n == 0 {
				end := min(len(in), i+40)
				return dst, malformed("invalid character entity " + string(in[i:end]))
			}
			dst = utf8.AppendRune(dst, r)
			i += n
		case b < utf8.RuneSelf && b >= ' ':
			dst = append(dst, b)
			i++
		default:
			r, n := utf8.DecodeRune(in[i:])
			if r == utf8.RuneError && n == 1 {
				return dst, malformed("invalid UTF-8")
			}
			if !inRange(r) {
				return dst, malformed(fmt.Sprintf("illegal character code %U", r))
			}
			dst = append(dst, in[i:i+n]...)
			i += n
		}
	}
	return dst, nil
}

// inRange reports whether XML may hold a character.
func inRange(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= unicode.MaxRune
}

// entity is the character that one of the five names or a number stands for, and how long it is; 0 for others.
func entity(in []byte) (rune, int) {
	end := bytes.IndexByte(in[:min(len(in), 16)], ';')
	if end < 2 {
		return 0, 0
	}
	word := string(in[1:end])
	if word[0] != '#' {
		r, ok := map[string]rune{"lt": '<', "gt": '>', "amp": '&', "apos": '\'', "quot": '"'}[word]
		if !ok {
			return 0, 0
		}
		return r, end + 1
	}
	base, digits := 10, word[1:]
	if strings.HasPrefix(digits, "x") {
		base, digits = 16, digits[1:]
	}
	if digits == "" || digits[0] == '+' || digits[0] == '-' || strings.Contains(digits, "_") {
		return 0, 0
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > unicode.MaxRune || !inRange(rune(n)) {
		return 0, 0
	}
	return rune(n), end + 1
}
