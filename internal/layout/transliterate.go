package layout

import (
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/fisbridge/fisbridge/internal/charset"
)

// transliterate finds a spelling of r in a smaller character set: the layout's own table first, then charset.Spelling, then r
// without its accents and ligatures. Each rune of the answer is one that the charset has.
func (p *Plan) transliterate(r rune) (string, bool) {
	if s, ok := p.translit[r]; ok {
		return s, true
	}
	if s, ok := p.encodable(charset.Spelling(r)); ok {
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
		s, ok := p.encodable(charset.Spelling(part))
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
