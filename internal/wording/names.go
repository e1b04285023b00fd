package wording

import (
	"strings"
	"unicode"
)

// Clean takes blanks of every kind off both ends and makes the ones inside plain, so that what looks the same is the
// same.
func Clean(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 || s[i] < ' ' {
			plain = false
			break
		}
	}
	if plain {
		return strings.Trim(s, " ")
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case isUnseen(r):
			return -1
		case r != '\n' && r != ' ' && (unicode.Is(unicode.Zs, r) || r == '\t' || r == '\r'):
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// isUnseen takes the zero-width blanks that word processors leave behind.
func isUnseen(r rune) bool { return r == '\u200b' || r == '\ufeff' || r == '\u2060' }

// Fold makes headings and names comparable: case, blanks, underscores and hyphens do not count.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || unicode.IsSpace(r) || isUnseen(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
