package functions

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// Criterion is a criterion of SUMIF and COUNTIF: a value that must be equal, or a text that begins with a comparison
// (">100", "<>HOTEL") or holds * (any characters) and ? (one character), as in Excel. Upper and lower case are the same. Numbers
// in it are written as the language writes them.
func Criterion(v layout.Value, in Language) func(layout.Value) bool {
	if v.Kind != layout.TextKind {
		return func(w layout.Value) bool { same, err := Equal(w, v); return err == nil && same && !w.IsEmpty() }
	}
	op, rest := "=", v.Text
	for _, o := range []string{"<=", ">=", "<>", "=", "<", ">"} {
		if after, ok := strings.CutPrefix(v.Text, o); ok {
			op, rest = o, after
			break
		}
	}
	if n, err := fis.ParseAmount(in.plainNumber(rest)); err == nil {
		return compares(op, layout.Number(n), rest)
	}
	return compares(op, layout.Text(rest), rest)
}

// compares holds cells against a value; a cell of another kind is equal to no number, but may have the same text.
func compares(op string, want layout.Value, typed string) func(layout.Value) bool {
	pattern := strings.ToLower(typed)
	equals := func(w layout.Value) bool {
		if w.Kind == layout.NumberKind && want.Kind == layout.NumberKind {
			return w.Number.Equal(want.Number)
		}
		return w.Kind == layout.TextKind && wild(pattern, strings.ToLower(w.Text)) || w.IsEmpty() && typed == ""
	}
	switch op {
	case "=":
		return equals
	case "<>":
		return func(w layout.Value) bool { return !equals(w) }
	}
	return func(w layout.Value) bool {
		if w.Kind != want.Kind {
			return false
		}
		n, err := Compare(w, want)
		return err == nil && (n < 0 && op[0] == '<' || n > 0 && op[0] == '>' || n == 0 && len(op) == 2)
	}
}

// wild holds a text against a pattern with * and ?.
func wild(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	star, mark, i, j := -1, 0, 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
