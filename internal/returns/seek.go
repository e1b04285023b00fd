package returns

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// Ways are in which order the document of a payment is looked for.
func (f *Format) Ways() []format.Way {
	if len(f.spec.Match) == 0 {
		return []format.Way{format.ByReference}
	}
	return f.spec.Match
}

// AnyRoute reports whether a file of the format is of all routes, and of others too.
func (f *Format) AnyRoute() bool { return f.spec.AnyRoute }

const (
	shortestWord = 8  // characters of a word of free text that may be an id of ours
	mostWords    = 50 // of one text that are looked up
)

// wordsIn are the words of a free text that may be a reference of ours: what the pattern takes, or the whole words that
// are long enough and hold a digit. Dashes, points and underscores may be part of a word, and stand between words too.
func wordsIn(pattern *regexp.Regexp, text string) (out []string) {
	add := func(word string) {
		if word != "" && len(out) < mostWords && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	if pattern != nil {
		for _, m := range pattern.FindAllStringSubmatch(text, mostWords) {
			add(m[1])
		}
		return out
	}
	inside := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	long := func(word string) bool { return len(word) >= shortestWord && strings.ContainsAny(word, "0123456789") }
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !inside(r) && !strings.ContainsRune("-._", r) }) {
		word = strings.Trim(word, "-._")
		if !long(word) {
			continue
		}
		add(word)
		for _, part := range strings.FieldsFunc(word, func(r rune) bool { return !inside(r) }) {
			if part != word && long(part) {
				add(part)
			}
		}
	}
	return out
}
