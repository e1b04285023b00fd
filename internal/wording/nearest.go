package wording

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// longestGuess bounds the words for which a near one is looked up, in letters.
const longestGuess = 200

// Nearest gives the name most like the one that somebody wrote, for "did you mean"; "" when none is near. Two letters
// may differ (one in a word of three or fewer), in longer words one of three. Case, blanks, "_" and "-" do not count. A
// name that has the whole written word in it is near as well.
func Nearest(written string, names []string) string {
	want := Fold(written)
	n := utf8.RuneCountInString(want)
	if want == "" || n > longestGuess {
		return ""
	}
	best, distance := "", limit(n)+1
	part := ""
	for _, name := range names {
		have := Fold(name)
		if d := lettersApart(want, have); d < distance {
			best, distance = name, d
		}
		if n >= 4 && strings.Contains(have, want) && (part == "" || len(name) < len(part)) {
			part = name
		}
	}
	if best == "" {
		return part
	}
	return best
}

// lettersApart is how many letters differ; two letters in the wrong order count as one.
func lettersApart(a, b string) int {
	d := levenshtein.ComputeDistance(a, b)
	if d == 2 && len(a) == len(b) && sorted(a) == sorted(b) {
		return 1
	}
	return d
}

func sorted(s string) string {
	letters := []rune(s)
	slices.Sort(letters)
	return string(letters)
}

// limit is how many letters of n may differ.
func limit(n int) int {
	if n <= 3 {
		return 1
	}
	return max(2, (n+2)/3)
}
