package layout

import (
	"testing"
	"unicode"
)

// Every control character is one that nobody sees, and no letter is.
func TestControlCharactersAreInvisible(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		if unicode.Is(unicode.Cc, r) && !isInvisible(r) {
			t.Errorf("%U is seen", r)
		}
		if unicode.In(r, unicode.L, unicode.N, unicode.Sc) && isInvisible(r) {
			t.Errorf("%U is not seen", r)
		}
	}
}
