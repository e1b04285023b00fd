package wording

import (
	"fmt"
	"strings"
	"unicode"
)

// Characters that make a code another one than it looks. They come with what is copied from mails, web pages and
// Japanese or Arabic keyboards.

// Strange names the first character of a code that nobody sees, or that only looks like a digit; sure tells that no
// code is meant so.
func Strange(s string) (what string, sure bool) {
	letters := false
	digit := rune(0)
	for _, r := range s {
		switch {
		case r < unicode.MaxASCII:
			continue
		case unsees(r):
			return fmt.Sprintf("the character %U, which nobody sees", r), true
		case unicode.Is(unicode.Zs, r):
			return fmt.Sprintf("the blank %U, which is no ordinary one", r), false
		case unicode.IsDigit(r) || isFullWidth(r):
			if digit == 0 {
				digit = r
			}
		case unicode.IsLetter(r):
			letters = true
		}
	}
	if digit != 0 {
		return fmt.Sprintf("%c, which is no ordinary digit or letter (%U)", digit, digit), !letters
	}
	return "", false
}

// unsees are soft hyphens, zero-width characters and marks of direction.
func unsees(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' && r != '\r' ||
		r >= 0xFE00 && r <= 0xFE0F
}

// isFullWidth are the wide forms of ASCII that East Asian keyboards type.
func isFullWidth(r rune) bool { return r >= 0xFF01 && r <= 0xFF5E }

// PlainCode is the code with ordinary characters in place of the strange ones, as a suggestion.
func PlainCode(s string) string {
	return Clean(strings.Map(func(r rune) rune {
		switch {
		case unsees(r):
			return -1
		case isFullWidth(r):
			return r - 0xFEE0
		case unicode.Is(unicode.Zs, r):
			return ' '
		case r > unicode.MaxASCII && unicode.IsDigit(r):
			return '0' + digitValue(r)
		}
		return r
	}, s))
}

// digitValue is what a digit of any script counts: Unicode lists them in tens.
func digitValue(r rune) rune {
	for n := rune(0); n < 10; n++ {
		if !unicode.IsDigit(r - n - 1) {
			return n
		}
	}
	return (r - 0x1D7CE) % 10 // the mathematical digits stand without a gap
}
