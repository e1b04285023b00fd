package wording

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON makes JSON safe to look at: what cannot be seen stands in it as \uXXXX, which every reader takes for the same
// character. Values stay as they are. In valid JSON such characters stand inside of strings only, so the result is
// valid too.
func JSON(text []byte) []byte {
	safe := true
	for _, b := range text {
		if b < ' ' && b != '\n' || b >= 0x7f {
			safe = false
			break
		}
	}
	if safe {
		return text
	}
	var out bytes.Buffer
	out.Grow(len(text) + 16)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == '\n', r == '\t', r == '\r': // between the values
			out.WriteRune(r)
		case r == utf8.RuneError && n == 1:
			out.WriteString(`\ufffd`)
		case harmless(r, 0):
			out.WriteRune(r)
		case r > 0xffff:
			a, b := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, a, b)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		i += n
	}
	return out.Bytes()
}
