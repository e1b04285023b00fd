package layout

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/charset"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"golang.org/x/text/unicode/norm"
)

// appendText appends a text or code to dst as UTF-8 that the charset holds, cleaned, and cut to the field's width. The
// order is: invisible characters, NFC, case, clean, transliterate, guard, cut. reason is why it cannot be written.
func (p *Plan) appendText(dst []byte, c *Cell, s string, seen *Notes) (out []byte, reason say.Text) {
	start := len(dst)
	if c.isPlain(s) {
		dst = append(dst, s...)
	} else {
		w := textWriter{plan: p, cell: c, out: dst}
		if reason := w.write(s); reason != "" {
			return dst[:start], reason
		}
		dst = w.out
		if w.replaced {
			seen.note(c.Record, c.Index, Replaced)
		}
		if w.cleaned {
			seen.note(c.Record, c.Index, Cleaned)
		}
		if c.Collapse {
			dst = collapse(dst, start)
		}
	}
	if len(dst) == start {
		return dst, ""
	}
	if c.NotStart != "" && strings.ContainsRune(c.NotStart, firstRune(dst[start:])) {
		return dst[:start], say.F("begins with %q, which this field must not", firstRune(dst[start:]))
	}
	if c.guard != guardOff && !isWordByte(dst[start]) && wording.StartsFormula(string(dst[start:])) {
		seen.note(c.Record, c.Index, Flagged)
		if c.guard == guardPeople {
			dst = append(dst, 0)
			copy(dst[start+1:], dst[start:])
			dst[start] = '\''
		}
	}
	return p.fit(dst, start, c, seen)
}

// isPlain reports whether s can be taken byte for byte: ASCII without anything that must be looked at.
func (c *Cell) isPlain(s string) bool {
	if c.Collapse {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !c.plain[s[i]] {
			return false
		}
	}
	return true
}

// isWordByte is a byte that begins most texts, and no formula.
func isWordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

// textWriter cleans one text.
type textWriter struct {
	plan              *Plan
	cell              *Cell
	out               []byte
	replaced, cleaned bool
}

func (w *textWriter) write(s string) say.Text {
	if !utf8.ValidString(s) {
		return "is not valid text (broken UTF-8)"
	}
	s = norm.NFC.String(w.seen(s))
	for i, r := range s {
		if r == '\n' && i > 0 && s[i-1] == '\r' && !w.cell.keepBreaks {
			continue // CR LF is one break
		}
		if reason := w.rune(r); reason != "" {
			return reason
		}
	}
	return ""
}

// seen is a text without what nobody sees, for that may stand between a letter and its accent. Codes keep it, and are
// refused.
func (w *textWriter) seen(s string) string {
	unseen := func(r rune) bool { return isInvisible(r) && !isBreak(r) }
	if w.cell.Type == CodeType || !strings.ContainsFunc(s, unseen) {
		return s
	}
	w.cleaned = true
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, s)
}

func (w *textWriter) rune(r rune) say.Text {
	if r < utf8.RuneSelf && w.cell.plain != nil && w.cell.plain[r] {
		w.out = append(w.out, byte(r))
		return ""
	}
	switch {
	case (r == '\n' || r == '\r') && w.cell.keepBreaks:
		w.out = append(w.out, byte(r))
		return ""
	case isBreak(r):
		return w.forbidden(r, " ")
	case isInvisible(r):
		return w.forbidden(r, "")
	}
	switch w.cell.letters {
	case upperCase:
		if r == 'ß' {
			w.out = append(w.out, "SS"...)
			return ""
		}
		r = unicode.ToUpper(r)
	case lowerCase:
		r = unicode.ToLower(r)
	}
	if s, ok := w.cell.replace[r]; ok {
		w.out = append(w.out, s...)
		w.cleaned = true
		return ""
	}
	if w.plan.charset.Size(r) > 0 {
		return w.put(r)
	}
	return w.unmappable(r)
}

// put writes a rune that the charset has, if the file may have it too.
func (w *textWriter) put(r rune) say.Text {
	if !strings.ContainsRune(w.cell.Forbidden, r) {
		w.out = utf8.AppendRune(w.out, r)
		return ""
	}
	if s, ok := w.cell.replace[r]; ok {
		w.out = append(w.out, s...)
		w.cleaned = true
		return ""
	}
	if w.cell.failForbidden {
		return say.F("holds the character %q, which this file must not hold", r)
	}
	return w.forbidden(r, " ")
}

// forbidden puts something in the place of a character; a code is refused, for it must arrive as it is.
func (w *textWriter) forbidden(r rune, instead string) say.Text {
	if w.cell.Type == CodeType {
		return say.F("is a code with the character %q, which this file cannot hold; codes are never changed", r)
	}
	w.out = append(w.out, instead...)
	w.cleaned = true
	return ""
}

func (w *textWriter) unmappable(r rune) say.Text {
	p := w.plan
	if p.unmappable == unmappableReference && r != utf8.RuneError {
		w.out = utf8.AppendRune(w.out, r)
		return ""
	}
	if r == utf8.RuneError && (w.cell.Type == CodeType || p.unmappable == unmappableFail || p.unmappable == unmappableTable) {
		return "holds \uFFFD, the mark of a character that was lost before it came here; SUBSTITUTE(…; \"\uFFFD\"; \"?\") as its Value puts another in its place"
	}
	if w.cell.Type == CodeType {
		return say.F("is a code with the character %q, which %s does not have; codes are never changed", r, p.charset.Name)
	}
	if p.unmappable == unmappableTable || p.unmappable == unmappableTableOrReplace {
		if s, ok := p.transliterate(r); ok {
			w.replaced = true
			for _, part := range w.cell.letters.apply(s) {
				if reason := w.put(part); reason != "" {
					return reason
				}
			}
			return ""
		}
	}
	if p.unmappable == unmappableReplace || p.unmappable == unmappableTableOrReplace {
		w.replaced = true
		w.out = append(w.out, p.replacement...)
		return ""
	}
	way := "set `unmappable: table` or `replace` to allow a replacement"
	if p.unmappable == unmappableTable {
		way = "and no table has a spelling for it; add one to `transliterate`, or set `unmappable: table-or-replace`"
	}
	return say.F("holds the character %q, which %s does not have; %s", r, p.charset.Name, way)
}

// isBreak is a tab or a line break of any kind.
func isBreak(r rune) bool {
	return r >= '\t' && r <= '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

// isInvisible is a control or format character that no file needs: C0, C1, zero width, direction marks, and
// what is no character.
func isInvisible(r rune) bool {
	return r < 0x20 || r >= 0x7F && r < 0xA0 || r == 0x200B || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069 || r == 0xFEFF ||
		r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF
}

// collapse makes runs of blanks in b[start:] one blank and takes them from both ends.
func collapse(b []byte, start int) []byte {
	out := start
	for i := start; i < len(b); i++ {
		if b[i] == ' ' && (out == start || b[out-1] == ' ') {
			continue
		}
		b[out] = b[i]
		out++
	}
	if out > start && b[out-1] == ' ' {
		out--
	}
	return b[:out]
}

// fit checks the width of dst[start:] and cuts a text where the field says so, at a character.
func (p *Plan) fit(dst []byte, start int, c *Cell, seen *Notes) ([]byte, say.Text) {
	if c.Width == 0 || len(dst)-start <= c.Width && (!c.inBytes || !p.charset.Wide()) {
		return dst, ""
	}
	used := 0
	for i := start; i < len(dst); {
		r, n := utf8.DecodeRune(dst[i:])
		used += c.measure(p.charset, r)
		if used > c.Width {
			if !c.cut {
				return dst[:start], c.tooLong(p, dst[start:])
			}
			seen.note(c.Record, c.Index, Cut)
			return trimDangling(dst, start, i), ""
		}
		i += n
	}
	return dst, ""
}

// trimDangling cuts at end, and takes a joiner or variation mark away that would stand alone there.
func trimDangling(dst []byte, start, end int) []byte {
	for end > start {
		r, n := utf8.DecodeLastRune(dst[start:end])
		if r != 0x200D && (r < 0xFE00 || r > 0xFE0F) {
			break
		}
		end -= n
	}
	return dst[:end]
}

func (c *Cell) measure(cs *charset.Charset, r rune) int {
	if c.inBytes {
		return cs.Size(r)
	}
	return 1
}

func (c *Cell) tooLong(p *Plan, text []byte) say.Text {
	n, unit := 0, "characters"
	if c.inBytes {
		unit = "bytes"
	}
	for _, r := range string(text) {
		n += c.measure(p.charset, r)
	}
	return say.F("has %d %s, the field holds %d", n, say.Text(unit), c.Width)
}

func firstRune(b []byte) rune {
	r, _ := utf8.DecodeRune(b)
	return r
}
