package term

import (
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/tables"
)

// CutAfter shortens a text to so many letters.
func CutAfter(text []rune, most int) string {
	if len(text) > most {
		return string(text[:most-1]) + "…"
	}
	return string(text)
}

// Fitted shortens texts, the longest columns first, until the table fits; the last column breaks into lines by itself.
func Fitted(heads []string, rows [][]tables.Cell, width int) [][]string {
	out := make([][]string, len(rows))
	wide, least := make([]int, len(heads)), make([]int, len(heads))
	for i, h := range heads {
		wide[i], least[i] = utf8.RuneCountInString(h), utf8.RuneCountInString(h)
	}
	for i, row := range rows {
		for j, c := range row {
			text := strings.ReplaceAll(c.String(), "\n", " ")
			out[i] = append(out[i], text)
			wide[j] = max(wide[j], utf8.RuneCountInString(text))
			if !c.IsText() {
				least[j] = max(least[j], utf8.RuneCountInString(text))
			}
		}
	}
	last := len(heads) - 1
	shrink(wide, least, width-3*len(heads)-1, last)
	for _, row := range out {
		for j := range row {
			if j != last {
				row[j] = CutAfter([]rune(row[j]), wide[j])
			}
		}
	}
	return out
}

// roomForLast is what the last column gets at least: it breaks into lines.
const roomForLast = 30

// shrink takes from the widest column as long as the table is too wide.
func shrink(wide, least []int, width, last int) {
	wide[last] = min(wide[last], roomForLast)
	for {
		total, widest := 0, -1
		for i, w := range wide {
			total += w
			if i != last && w > max(least[i], 8) && (widest < 0 || w > wide[widest]) {
				widest = i
			}
		}
		if total <= width || widest < 0 {
			return
		}
		wide[widest]--
	}
}
