package formula

import (
	"unicode"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// TypedAt is the place of a character of a formula in the text as it was typed: what was cleaned away in front of it
// counts.
func TypedAt(typed, source string, position int) int {
	raw, want := []rune(typed), []rune(source)
	if wording.Clean(typed) != source {
		return position
	}
	i := 0
	for j := 0; j < position && j < len(want); i++ {
		if i >= len(raw) {
			return position
		}
		if raw[i] == want[j] || j > 0 && want[j] == ' ' && unicode.IsSpace(raw[i]) {
			j++
		}
	}
	return i
}
