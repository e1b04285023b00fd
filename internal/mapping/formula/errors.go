package formula

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
)

// Mistake is one thing wrong in a formula.
type Mistake struct {
	Position int      // character in the source as typed, from 1
	Length   int      // characters
	Token    string   // what stands there
	Reason   say.Text // lower case, no full stop, names the way out
	Nearest  string   // the valid name most like Token, "" when none is
}

// fix is what may be written in place of a part of the formula; it is advised only when the formula is better with it.
type fix struct {
	start, end int // characters from 0
	text       string
	before     string // what stands before it in the advice: "write ", "put it in quotes: "
}

// advice tells to write it.
func (f fix) advice() say.Text { return say.F(f.before+"%s", f.text) }

// quote writes a text constant: a quote inside is doubled, as in Excel.
func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// CompileError is every mistake of one formula, by position.
type CompileError struct {
	Source   string
	Mistakes []Mistake
}

// Error is all mistakes in one line.
func (e *CompileError) Error() string {
	parts := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		parts[i] = fmt.Sprintf("character %d: %s", m.Position, m.Reason)
	}
	return strings.Join(parts, "; ")
}

func mistakeAt(start, end int, token string, reason say.Text, nearest string) Mistake {
	return Mistake{Position: start + 1, Length: end - start, Token: token, Reason: reason, Nearest: nearest}
}

func newCompileError(source string, mistakes []Mistake) error {
	slices.SortStableFunc(mistakes, func(a, b Mistake) int { return cmp.Compare(a.Position, b.Position) })
	return &CompileError{Source: source, Mistakes: slices.Compact(mistakes)}
}
