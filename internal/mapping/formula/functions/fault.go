package functions

import (
	"github.com/fisbridge/fisbridge/internal/say"
)

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
	Reason   say.Text
	Table    string   // NotFound in a lookup: the sheet
	Key      []string // and the key
	Nearest  string   // and the key in the sheet most like it
}

// Error is the reason.
func (e *EvalError) Error() string { return e.Reason.String() }

// Said is the reason as a sentence.
func (e *EvalError) Said() say.Text { return e.Reason }

// Failure is an error whose place the formula puts in.
func Failure(kind ErrorKind, format string, args ...any) error {
	return &EvalError{Kind: kind, Reason: say.F(format, args...)}
}

// Clip shortens a quoted value in a message.
func Clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

func failure(kind ErrorKind, format string, args ...any) error { return Failure(kind, format, args...) }

func clip(s string) string { return Clip(s) }
