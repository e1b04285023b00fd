// Package wording owns how texts that came from outside are shown and passed on: names of files, messages of an ERP,
// ids, reasons; and how people read counts, moments and ages. It guarantees that such a text is data: shown to people
// it stays on its line and cannot move a cursor, hide a word or turn the direction of the text around it (Visible);
// written for machines it keeps its value (JSON); told to Concur and kept in the history it is one line of readable
// text (Line).
package wording

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible writes a text from outside as people may see it: what cannot be seen, or acts on a terminal, stands there as
// an escape (\n, \x1b, \u202e), all else as it is. The result is one line.
func Visible(s string) string {
	if plain(s) {
		return s
	}
	var out strings.Builder
	var before rune
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&out, `\x%02x`, s[i])
		case harmless(r, before):
			out.WriteRune(r)
		default:
			out.WriteString(escape(r))
		}
		before = r
		i += n
	}
	return out.String()
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// harmless: it can be seen, or is a blank. The joiners of Persian, Indian languages and emoji stay where such letters
// stand before them.
func harmless(r, before rune) bool {
	switch r {
	case '\u200c', '\u200d':
		return before > 0x2ff && unicode.IsGraphic(before)
	case '\u2800', '\u3164', '\uffa0', '\u115f', '\u1160', '\u034f', '\u17b4', '\u17b5': // letters, marks and signs without a shape
		return false
	}
	return unicode.IsGraphic(r)
}

func escape(r rune) string {
	switch r {
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	switch {
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// Line makes one line of readable text of what came from outside: each run of blanks and control characters is one
// blank, what cannot be seen is taken out, and bytes that are no text are a question mark. Empty when nothing can be
// read.
func Line(s string) string {
	var before rune
	s = strings.Map(func(r rune) rune {
		was := before
		before = r
		switch {
		case unicode.IsControl(r), unicode.IsSpace(r), unicode.Is(unicode.Z, r):
			return ' '
		case harmless(r, was), r > 0xffff && unicode.Is(unicode.Co, r):
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "?"))
	return strings.Join(strings.Fields(s), " ")
}
