package paper

import (
	"math"
	"strings"
	"unicode"
)

// Heights in points.
const (
	lineHeight = 12.9
	HeadHeight = 21
	mostHeight = 400
)

// Height is that of a row with so many lines of text, in points.
func Height(lines int) float64 { return math.Min(mostHeight, float64(lines)*lineHeight+2.5) }

// WrappedLines is how many lines a text takes in a column.
func WrappedLines(s string, width float64) int {
	n := 0
	for _, line := range strings.Split(s, "\n") {
		n++
		used := 0.0
		for i, word := range strings.Fields(line) {
			size := TextWidth(word)
			if i > 0 && used+0.5+size <= width {
				used += 0.5 + size
				continue
			}
			if i > 0 {
				n++
			}
			broken := math.Floor(size / width) // a word that is wider than the column is broken
			n += int(broken)
			used = size - broken*width
		}
	}
	return n
}

// TextWidth is the width of a text in the unit of column widths, the width of a digit. It is a little more than the
// truth.
func TextWidth(s string) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("iljtfrI.,:;'!|()[]-/ ", r):
			w += 0.52
		case strings.ContainsRune("mwMW@%", r):
			w += 1.55
		case unicode.IsUpper(r), r > 0x2000:
			w += 1.25
		default:
			w += 0.96
		}
	}
	return w
}
