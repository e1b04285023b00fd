package formula

import (
	"regexp"

	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

var (
	constantText  = regexp.MustCompile(`"[^"]*"|'[^']*'`)
	calledName    = regexp.MustCompile(`[\p{L}_][\p{L}\p{N}._]*\(`)
	commas        = regexp.MustCompile(`,`)
	decimalCommas = regexp.MustCompile(`[0-9],[0-9]`)
	decimalPoints = regexp.MustCompile(`[0-9]\.[0-9]`)
	semicolons    = regexp.MustCompile(`;`)
)

// writtenIn is the language of a formula that can only have been written in one Excel whose decimal mark is a comma,
// though nobody said so: every function has its name in that language (or none of its own there), one at least is no
// English one, values are separated by ;, and every comma stands between two digits, and no point does. Whatever is less
// clear stays a mistake: the comma of SUMME(1,2) may be either.
func writtenIn(source string) functions.Language {
	source = constantText.ReplaceAllString(source, `""`)
	found := commas.FindAllString(source, -1)
	if len(found) == 0 || !semicolons.MatchString(source) || decimalPoints.MatchString(source) ||
		len(found) != len(decimalCommas.FindAllString(source, -1)) {
		return functions.AnyLanguage
	}
	language := functions.AnyLanguage
	for _, l := range functions.Languages()[1:] {
		if !allIn(l, calledName.FindAllString(source, -1)) {
			continue
		}
		if language != functions.AnyLanguage {
			return functions.AnyLanguage // SI is French and Spanish
		}
		language = l
	}
	return language
}

// allIn says that all functions have their names in the language, one at least a name of its own.
func allIn(l functions.Language, called []string) bool {
	abroad := false
	for _, name := range called {
		name = name[:len(name)-1]
		english := functionName(name)
		switch {
		case functions.InLanguage(name, l):
			abroad = true
		case catalogueByName()[english] == nil || functions.HasName(english, l):
			return false
		}
	}
	return abroad
}

// unsureCommas marks commas between two digits where nobody said how numbers are written, and a function has a name of
// Excels whose decimal mark is a comma: SUMME(x*0,19) would be 19.
func (s *scanner) unsureCommas() {
	if s.in != functions.AnyLanguage {
		return
	}
	abroad := false
	for i := range s.tokens {
		name := functionName(s.tokens[i].text)
		abroad = abroad || s.tokens[i].kind == functionToken && catalogueByName()[name] == nil &&
			functions.EnglishName(name) != ""
	}
	for i := 1; abroad && i+1 < len(s.tokens); i++ {
		before, t, after := &s.tokens[i-1], &s.tokens[i], &s.tokens[i+1]
		t.unsure = t.text == "," && before.kind == numberToken && before.end == t.start &&
			after.kind == numberToken && t.end == after.start
	}
}
