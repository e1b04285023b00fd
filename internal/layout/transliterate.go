package layout

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// transliterate finds a spelling of r in a smaller character set: the layout's own table first, then latin, then r
// without its accents and ligatures. Each rune of the answer is one that the charset has.
func (p *Plan) transliterate(r rune) (string, bool) {
	if s, ok := p.translit[r]; ok {
		return s, true
	}
	if s, ok := p.encodable(latin(r)); ok {
		return s, true
	}
	var plain []rune
	for _, part := range norm.NFKD.String(string(r)) {
		if unicode.Is(unicode.Mn, part) {
			continue
		}
		if p.charset.Size(part) > 0 {
			plain = append(plain, part)
			continue
		}
		s, ok := p.encodable(latin(part))
		if !ok {
			return "", false
		}
		plain = append(plain, []rune(s)...)
	}
	return string(plain), len(plain) > 0
}

func (p *Plan) encodable(s string) (string, bool) {
	for _, r := range s {
		if p.charset.Size(r) == 0 {
			return "", false
		}
	}
	return s, s != ""
}

// latin spells letters and signs that no decomposition takes apart. Empty: not known.
func latin(r rune) string {
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
