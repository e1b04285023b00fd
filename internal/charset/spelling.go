package charset

import "unicode"

// Spelling spells letters and signs that no decomposition takes apart with those that most character sets have. Empty:
// not known.
func Spelling(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'ẞ':
		return "SS"
	case 'Æ', 'Ǽ':
		return "AE"
	case 'æ', 'ǽ':
		return "ae"
	case 'Œ':
		return "OE"
	case 'œ':
		return "oe"
	case 'Ø', 'Ǿ':
		return "O"
	case 'ø', 'ǿ':
		return "o"
	case 'Ł':
		return "L"
	case 'ł':
		return "l"
	case 'Đ', 'Ð':
		return "D"
	case 'đ', 'ð':
		return "d"
	case 'Þ':
		return "TH"
	case 'þ':
		return "th"
	case 'Ħ':
		return "H"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ĸ':
		return "k"
	case 'Ŋ':
		return "N"
	case 'ŋ':
		return "n"
	case 'Ŧ':
		return "T"
	case 'ŧ':
		return "t"
	case 'Ə':
		return "E"
	case 'ə':
		return "e"
	}
	return punctuation(r)
}

// punctuation spells punctuation and currency signs.
func punctuation(r rune) string {
	switch r {
	case '‘', '’', '‚', '‛', '′', 'ʼ', '`', '´':
		return "'"
	case '“', '”', '„', '‟', '″', '«', '»':
		return `"`
	case '‹':
		return "<"
	case '›':
		return ">"
	case '‐', '‑', '‒', '–', '—', '―', '−', '\u00AD':
		return "-"
	case '…':
		return "..."
	case '•', '·':
		return "*"
	case '⁄':
		return "/"
	case '×':
		return "x"
	case '€':
		return "EUR"
	case '£':
		return "GBP"
	case '¥':
		return "JPY"
	case '©':
		return "(c)"
	case '®':
		return "(r)"
	case '〜':
		return "～" // wave dash: Shift JIS as the world uses it has the full-width tilde only
	case '～':
		return "~"
	}
	if unicode.Is(unicode.Zs, r) {
		return " "
	}
	return ""
}
