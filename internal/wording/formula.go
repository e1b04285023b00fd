package wording

import "unicode"

// StartsFormula reports whether a spreadsheet would run the text that stands in a cell. It looks as a spreadsheet does:
// at what follows blanks of every kind and characters that nobody sees, and at the full-width forms and the typographic
// minus, which Excel and LibreOffice take for = + - @ as well.
func StartsFormula(s string) bool {
	for _, r := range s {
		switch r {
		case '=', '+', '-', '@', '\t', '\r',
			'＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫', '⁼', '₌', '−':
			return true
		}
		if !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Cc, r) {
			return false
		}
	}
	return false
}
