package formula

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing wrong in a formula.
type Mistake struct {
	Position int    // character in the source as typed, from 1
	Length   int    // characters
	Token    string // what stands there
	Reason   string // lower case, no full stop, names the way out
	Nearest  string // the valid name most like Token, "" when none is
}

// fix is what may be written in place of a part of the formula; it is advised only when the formula is better with it.
type fix struct {
	start, end int // characters from 0
	text       string
	before     string // what stands before it in the advice: "write ", "put it in quotes: "
}

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

func mistakeAt(start, end int, token, reason, nearest string) Mistake {
	return Mistake{Position: start + 1, Length: end - start, Token: token, Reason: reason, Nearest: nearest}
}

func newCompileError(source string, mistakes []Mistake) error {
	slices.SortStableFunc(mistakes, func(a, b Mistake) int { return cmp.Compare(a.Position, b.Position) })
	return &CompileError{Source: source, Mistakes: slices.Compact(mistakes)}
}

// ErrorKind tells errors of data apart.
type ErrorKind uint8

const (
	WrongType  ErrorKind = iota // the value is of another type than the formula needs
	Blank                       // a value is needed and there is none
	NotFound                    // a lookup without a row, IFS or SWITCH without a case, FIND without a hit
	Unreadable                  // VALUE or DATEVALUE of a text that is none
	Arithmetic                  // division by zero, a date outside the calendar
	TooLarge                    // a text or number beyond the limits
)

// EvalError is why a formula has no value for this row. Reason may quote a value of the document: it is for the person
// who has to mend it, not for a log.
type EvalError struct {
	Kind     ErrorKind
	Position int    // character in the source as typed, from 1
	Function string // or operator
	Reason   string
	Table    string   // NotFound in a lookup: the sheet
	Key      []string // and the key
	Nearest  string   // and the key in the sheet most like it
}

// Error is the reason.
func (e *EvalError) Error() string { return e.Reason }

func failure(kind ErrorKind, format string, args ...any) error {
	return &EvalError{Kind: kind, Reason: fmt.Sprintf(format, args...)}
}

// clip shortens a quoted value in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
