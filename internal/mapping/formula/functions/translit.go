package functions

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// translit writes letters in ASCII where there is a usual way; what has none is left for the layout's own rule to
// decide.
func translit(a, language layout.Value) (layout.Value, error) {
	german := strings.EqualFold(language.Text, "de")
	if language.Text != "" && !german {
		return a, failure(Arithmetic, `the language is "de" or left out, not %q`, clip(language.Text))
	}
	if isASCII(a.Text) {
		return a, nil
	}
	var b strings.Builder
	for _, r := range norm.NFC.String(a.Text) {
		if s, ok := germanLetter(r); german && ok {
			b.WriteString(s)
			continue
		}
		writeLatin(&b, r)
	}
	if err := Limited(b.Len()); err != nil {
		return a, err
	}
	return layout.Text(b.String()), nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// writeLatin writes a letter without its marks, or the letter itself when nothing Latin is left of it.
func writeLatin(b *strings.Builder, r rune) {
	if r < 0x80 {
		b.WriteRune(r)
		return
	}
	if s := specialLetter(r); s != "" {
		b.WriteString(s)
		return
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(string(r)))
	if plain == "" || !isASCII(plain) {
		b.WriteRune(r)
		return
	}
	b.WriteString(plain)
}

func germanLetter(r rune) (string, bool) {
	switch r {
	case 'ä':
		return "ae", true
	case 'ö':
		return "oe", true
	case 'ü':
		return "ue", true
	case 'Ä':
		return "Ae", true
	case 'Ö':
		return "Oe", true
	case 'Ü':
		return "Ue", true
	}
	return "", false
}

// specialLetter covers the letters that Unicode does not take apart.
func specialLetter(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'ẞ':
		return "SS"
	case 'æ':
		return "ae"
	case 'Æ':
		return "AE"
	case 'œ':
		return "oe"
	case 'Œ':
		return "OE"
	case 'ø':
		return "o"
	case 'Ø':
		return "O"
	case 'ł':
		return "l"
	case 'Ł':
		return "L"
	case 'đ', 'ð':
		return "d"
	case 'Đ', 'Ð':
		return "D"
	case 'þ':
		return "th"
	case 'Þ':
		return "Th"
	case 'ħ':
		return "h"
	case 'Ħ':
		return "H"
	case 'ı':
		return "i"
	case '‘', '’', '‚', '‛':
		return "'"
	case '“', '”', '„', '«', '»':
		return `"`
	case '–', '—', '−', '‐', '‑':
		return "-"
	case '€':
		return "EUR"
	}
	return ""
}
