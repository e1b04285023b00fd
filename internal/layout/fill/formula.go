package fill

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// pointer finds what a formula is made of as far as it matters here: texts and what stands in square brackets, which are
// let through, and cells or ranges, perhaps with their sheet.
var pointer = regexp.MustCompile(`"(?:[^"]|"")*"|\[[^\]]*\]|((?:'(?:[^']|'')*'|[\p{L}_][\p{L}\p{N}_.]*)!)?(\$?[A-Za-z]{1,3})(\$?)([0-9]{1,7})(?::(\$?[A-Za-z]{1,3})(\$?)([0-9]{1,7}))?`)

// reference is a cell or a range in a formula: columns with their $, rows apart.
type reference struct {
	sheet              string // as people see it; empty: that of the formula
	left, right        string
	topFix, bottomFix  string
	top, bottom        int
	isRange            bool
	written, sheetText string
}

// String is the reference as a formula has it.
func (r reference) String() string {
	s := r.sheetText + r.left + r.topFix + strconv.Itoa(r.top)
	if r.isRange {
		s += ":" + r.right + r.bottomFix + strconv.Itoa(r.bottom)
	}
	return s
}

func (r reference) area() (xlsx.Area, bool) {
	return xlsx.ParseArea(r.left + strconv.Itoa(r.top) + ":" + r.right + strconv.Itoa(r.bottom))
}

// eachReference puts what change makes of each reference in its place.
func eachReference(formula string, change func(reference) reference) string {
	var b strings.Builder
	done := 0
	for _, m := range pointer.FindAllStringSubmatchIndex(formula, -1) {
		if m[4] < 0 || partOfWord(formula, m[0], m[1]) {
			continue
		}
		part := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return formula[m[2*n]:m[2*n+1]]
		}
		r := reference{sheetText: part(1), left: part(2), topFix: part(3), right: part(5), bottomFix: part(6), isRange: part(5) != "", written: part(0)}
		r.top, _ = strconv.Atoi(part(4))
		if r.isRange {
			r.bottom, _ = strconv.Atoi(part(7))
		} else {
			r.right, r.bottom = r.left, r.top
		}
		r.sheet = strings.TrimSuffix(r.sheetText, "!")
		if quoted, ok := strings.CutPrefix(r.sheet, "'"); ok {
			r.sheet = strings.ReplaceAll(strings.TrimSuffix(quoted, "'"), "''", "'")
		}
		b.WriteString(formula[done:m[0]])
		b.WriteString(change(r).String())
		done = m[1]
	}
	return b.String() + formula[done:]
}

// partOfWord reports whether something is no reference, although it looks like one: a part of a name (TAX2024), of a
// function (LOG10), of another workbook or of sheets from one to another.
func partOfWord(formula string, from, to int) bool {
	word := func(c byte) bool {
		return c == '_' || c == '.' || c == '\\' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
	}
	if from > 0 && (word(formula[from-1]) || strings.ContainsRune("]!':$", rune(formula[from-1]))) {
		return true
	}
	return to < len(formula) && (word(formula[to]) || strings.ContainsRune("(![", rune(formula[to])))
}

// shifted is a formula as it stands so many rows further down.
func shifted(formula string, rows int) string {
	if rows == 0 {
		return formula
	}
	return eachReference(formula, func(r reference) reference {
		if r.topFix == "" {
			r.top += rows
		}
		if r.bottomFix == "" {
			r.bottom += rows
		}
		return r
	})
}
