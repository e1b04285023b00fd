package returns

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// An answer that names an import file by its number mostly gives back the whole word that we wrote: CNQR000001. The
// letters in it are as much of the name as the number is, for each feeder of an ERP has a number 1.

// notLiteral finds what of a pattern is no text that it looks for: names and flags of groups, classes, escapes.
var notLiteral = regexp.MustCompile(`\(\?P?<[a-z_]+>|\(\?[a-zA-Z]*:?|\[[^\]]*\]|\\[pP]\{[^}]*\}|\\[a-zA-Z]`)

// unasked is a word in capitals; empty where a pattern asks for it, for then it is the answer's own and not ours.
func unasked(word, pattern string) string {
	word = strings.ToUpper(word)
	if strings.Contains(strings.ToUpper(notLiteral.ReplaceAllString(pattern, "\x00")), word) {
		return ""
	}
	return word
}

// around is what stands right before and behind the number of an import file in a field that names it. text is what the
// column's pattern has taken of whole.
func (c *column) around(whole, text string) (before, after string) {
	digits := len(text)
	for digits > 0 && '0' <= text[digits-1] && text[digits-1] <= '9' {
		digits--
	}
	if c.role == format.RoleFileName || digits == len(text) {
		return "", "" // a name is compared whole; a word without a number is a mistake already
	}
	if c.pattern == nil { // the whole field: our batch
		return strings.ToUpper(strings.TrimRightFunc(text[:digits], mark)), ""
	}
	at := c.pattern.FindStringSubmatchIndex(whole)
	if at == nil || at[2] < 0 {
		return "", ""
	}
	rest := whole[at[3]:]
	before = wordBefore(strings.TrimRight(whole[:at[2]]+text[:digits], "-_./"))
	after = rest[:len(rest)-len(strings.TrimLeftFunc(rest, unicode.IsLetter))]
	return unasked(before, c.pattern.String()), unasked(after, c.pattern.String())
}

// wordBefore is the run of letters and digits at the end of a text; empty where there is no letter in it.
func wordBefore(text string) string {
	word := text[len(strings.TrimRightFunc(text, func(r rune) bool { return !mark(r) })):]
	if strings.IndexFunc(word, unicode.IsLetter) < 0 {
		return ""
	}
	return word
}

func mark(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
