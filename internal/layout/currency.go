package layout

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitCurrency takes the currency off one end of an amount: a code of three capital letters, or a sign such as € or $.
// A minus may stand before a sign that comes first: -€12.50.
func splitCurrency(s string) (number, currency string, ok bool) {
	minus := ""
	if rest, found := strings.CutPrefix(s, "-"); found {
		minus, s = "-", TrimBlanks(rest)
	}
	n := currencyAt(s)
	if n > 0 {
		return minus + TrimBlanks(s[n:]), s[:n], true
	}
	if n = currencyBefore(s); n > 0 {
		return minus + TrimBlanks(s[:len(s)-n]), s[len(s)-n:], true
	}
	return "", "", false
}

// currencyAt is how many bytes of currency a text begins with, 0 for none.
func currencyAt(s string) int {
	if r, n := utf8.DecodeRuneInString(s); unicode.Is(unicode.Sc, r) {
		return n
	}
	if len(s) > 3 && isCurrencyCode(s[:3]) && !isCapital(s[3]) {
		return 3
	}
	return 0
}

// currencyBefore is how many bytes of currency a text ends with, 0 for none.
func currencyBefore(s string) int {
	if r, n := utf8.DecodeLastRuneInString(s); unicode.Is(unicode.Sc, r) {
		return n
	}
	if at := len(s) - 3; at > 0 && isCurrencyCode(s[at:]) && !isCapital(s[at-1]) {
		return 3
	}
	return 0
}

func isCurrencyCode(s string) bool { return isCapital(s[0]) && isCapital(s[1]) && isCapital(s[2]) }

func isCapital(b byte) bool { return b >= 'A' && b <= 'Z' }
