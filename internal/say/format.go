package say

import (
	"strconv"
	"strings"
	"unicode"
)

// verb is a verb of a format.
type verb struct {
	start, end int
	flags      string
	letter     rune
	arg        int // from 0; -1: %%
}

// verbsOf are the verbs of a format: %s, %[2]q, %%.
func verbsOf(format string) (out []verb) {
	next := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		v := verb{start: i, arg: next}
		i++
		if i < len(format) && format[i] == '[' {
			n, after, ok := strings.Cut(format[i+1:], "]")
			if at, err := strconv.Atoi(n); ok && err == nil {
				v.arg = at - 1
				i = len(format) - len(after)
			}
		}
		begin := i
		for i < len(format) && strings.IndexByte("+-# 0123456789.", format[i]) >= 0 {
			i++
		}
		if i >= len(format) {
			break
		}
		v.flags, v.letter, v.end = format[begin:i], rune(format[i]), i+1
		if v.letter == '%' {
			v.arg = -1
		} else {
			next = v.arg + 1
		}
		out = append(out, v)
	}
	return out
}

// Piece is a part of a format: a text, or a verb with the number of its value, from 0.
type Piece struct {
	Text string
	Verb rune
	Arg  int
}

// Pieces takes a format apart.
func Pieces(format string) (out []Piece) {
	last, text := 0, ""
	for _, v := range verbsOf(format) {
		text += format[last:v.start]
		last = v.end
		if v.arg < 0 {
			text += "%"
			continue
		}
		out = append(out, Piece{Text: text}, Piece{Verb: v.letter, Arg: v.arg})
		text = ""
	}
	return append(out, Piece{Text: text + format[last:]})
}

// wordless formats are nothing but values and marks.
func wordless(format string) bool {
	last := 0
	for _, v := range verbsOf(format) {
		if strings.ContainsFunc(format[last:v.start], unicode.IsLetter) {
			return false
		}
		last = v.end
	}
	return !strings.ContainsFunc(format[last:], unicode.IsLetter)
}

// Wordless reports whether an id has nothing in it that could be said otherwise.
func Wordless(format string) bool { return !strings.HasPrefix(format, counted) && wordless(format) }

// Verbs lists the verbs of a format in the order of their values: a sentence of another language has the same.
func Verbs(format string) string {
	list := map[int]rune{}
	most := -1
	for _, v := range verbsOf(format) {
		if v.arg >= 0 {
			list[v.arg] = v.letter
			most = max(most, v.arg)
		}
	}
	var out strings.Builder
	for i := range most + 1 {
		letter, ok := list[i]
		switch {
		case !ok:
			letter = '?'
		case strings.ContainsRune("vw", letter):
			letter = 's'
		}
		out.WriteRune(letter)
	}
	return out.String()
}
