package desk

import (
	"errors"
	"fmt"
	"path"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Exit codes. They are documented in the help and in docs/operators.md; scripts depend on them.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitNeedsPerson = 3
	ExitInvalid     = 4
	ExitLocked      = 5
	ExitInterrupted = 130
)

// ErrNotFound is something that the journal does not have.
var ErrNotFound = ledger.ErrNotFound

// Error is how a command ends when it does not end well: an exit code, what happened, and what to do about it.
type Error struct {
	Code int
	Err  error // nil: the command has told everything itself
	Hint say.Text
	// Why is the reason of a refusal as a code with values; nil where there is only the sentence.
	Why *Why
}

// Error is what happened.
func (e *Error) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Usage is a command line that is not understood.
func Usage(err error) error { return &Error{Code: ExitUsage, Err: err} }

// Invalid is a configuration or mapping that cannot be used.
func Invalid(err error, hint say.Text) error { return &Error{Code: ExitInvalid, Err: err, Hint: hint} }

// NeedsPerson ends a command that did its work and told what is left.
func NeedsPerson() error { return &Error{Code: ExitNeedsPerson} }

// WithExit gives the errors of a command body their exit code and hint. Those that have one keep it.
func WithExit(err error) error {
	var own *Error
	var problems config.Problems
	var findings *findings.ListError
	switch {
	case err == nil, errors.As(err, &own):
		return err
	case errors.Is(err, config.ErrNoConfig):
		return Invalid(err, NoConfig)
	case errors.As(err, &problems):
		return Invalid(err, "")
	case errors.As(err, &findings):
		return Invalid(err, findingsHint(findings))
	}
	return &Error{Code: ExitFailed, Err: err, Hint: say.Text(WayOut(err))}
}

// findingsHint is the way out of a mapping that cannot be used: mend its cells, or its template, where it was found at
// all.
func findingsHint(e *findings.ListError) say.Text {
	for _, f := range e.Findings {
		switch {
		case f.Cell == "":
		case path.Base(f.File) == "template.yaml":
			return "correct the template, and see with fisbridge mapping check that nothing else is wrong"
		default:
			return say.F("correct the cells, and see with fisbridge mapping check %s that nothing else is wrong", f.File)
		}
	}
	return ""
}
