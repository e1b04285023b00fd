package mapping

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Characters that make a code another one than it looks. They come with what is copied from mails, web pages and Japanese or Arabic keyboards.

// strangeIn names the first character of a code that nobody sees, or that only looks like a digit; sure tells that no code is meant so.
func strangeIn(s string) (what string, sure bool) {
	letters := false
	digit := rune(0)
	for _, r := range s {
		switch {
		case r < unicode.MaxASCII:
			continue
		case unsees(r):
			return fmt.Sprintf("the character %U, which nobody sees", r), true
		case unicode.Is(unicode.Zs, r):
			return fmt.Sprintf("the blank %U, which is no ordinary one", r), false
		case unicode.IsDigit(r) || isFullWidth(r):
			if digit == 0 {
				digit = r
			}
		case unicode.IsLetter(r):
			letters = true
		}
	}
	if digit != 0 {
		return fmt.Sprintf("%c, which is no ordinary digit or letter (%U)", digit, digit), !letters
	}
	return "", false
}

// unsees are soft hyphens, zero-width characters and marks of direction.
func unsees(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' && r != '\r' || r >= 0xFE00 && r <= 0xFE0F
}

// isFullWidth are the wide forms of ASCII that East Asian keyboards type.
func isFullWidth(r rune) bool { return r >= 0xFF01 && r <= 0xFF5E }

// plainCode is the code with ordinary characters in place of the strange ones, as a suggestion.
func plainCode(s string) string {
	return wording.Clean(strings.Map(func(r rune) rune {
		switch {
		case unsees(r):
			return -1
		case isFullWidth(r):
			return r - 0xFEE0
		case unicode.Is(unicode.Zs, r):
			return ' '
		case r > unicode.MaxASCII && unicode.IsDigit(r):
			return '0' + digitValue(r)
		}
		return r
	}, s))
}

// digitValue is what a digit of any script counts: Unicode lists them in tens.
func digitValue(r rune) rune {
	for n := rune(0); n < 10; n++ {
		if !unicode.IsDigit(r - n - 1) {
			return n
		}
	}
	return (r - 0x1D7CE) % 10 // the mathematical digits stand without a gap
}

// noteStrange reports a code with such characters: an error where no code can be meant so, a warning where it may be a name.
func noteStrange(c cell, text, label string, found *collector) {
	what, sure := strangeIn(text)
	if what == "" {
		return
	}
	severity := findings.Warning
	if sure {
		severity = findings.Error
	}
	near := plainCode(text)
	found.add(severity, c.Place, c.show(), fmt.Sprintf("%s%q holds %s; type it again: %s", label, text, what, quoted(near)), "")
}

// quoted is a text as a formula writes it.
func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// strangeConstants looks at the codes in a formula: the constants of a field that is a code, and of every comparison and key.
func (c *compiler) strangeConstants(prog *formula.Program, f *template.Field, v cell, label string) {
	if f.Type != layout.CodeType && f.Type != layout.FlagType && len(prog.Tables()) == 0 {
		return
	}
	raw := v.show()
	for _, text := range prog.Texts() {
		noteStrange(v, text, label+": ", c.found)
	}
	if v.kind == textCell && wording.Clean(raw) != strings.TrimSpace(raw) && strings.ContainsAny(raw, "\u200b\u2060\ufeff") {
		c.found.warnf(v, "%s: there are zero-width characters in the formula; they are taken as if they were not there", label)
	}
}

// sameAsField warns of a name that is a column of this file and a field of the document, in whatever spelling: the field is meant, whatever the person
// meant. A column that holds just that field is the same thing.
func (c *compiler) sameAsField(prog *formula.Program, t *template.Record, f *template.Field, rows map[string]columnRow, v cell, label string) {
	for _, n := range prog.Names() {
		for i := range t.Fields {
			column := &t.Fields[i]
			if wording.Fold(column.Name) != wording.Fold(n.Typed) || column.Name == f.Name {
				continue
			}
			if other, _ := c.cellFor(rows, t, column.Name, column.Value); wording.Fold(other.show()) == wording.Fold(n.Field) {
				continue
			}
			if n.Typed == n.Field {
				c.found.warnf(v, "%s: %s is a field of the document and a column of this file (%s); a Value knows fields only, so it is taken for the field", label, n.Typed, column.Name)
			} else {
				c.found.warnf(v, "%s: %s is a column of this file, but a Value knows fields only: it is taken for %s; write %s if that is meant", label, n.Typed, n.Field, n.Field)
			}
			break
		}
	}
}
