package cli

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/mapping"
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

// Error is how a command ends when it does not end well: an exit code, what happened, and what to do about it.
type Error struct {
	Code int
	Err  error // nil: the command has told everything itself
	Hint string
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

// usage is a command line that is not understood.
func usage(err error) error { return &Error{Code: ExitUsage, Err: err} }

// invalid is a configuration or mapping that cannot be used.
func invalid(err error, hint string) error { return &Error{Code: ExitInvalid, Err: err, Hint: hint} }

// needsPerson ends a command that did its work and told what is left.
func needsPerson() error { return &Error{Code: ExitNeedsPerson} }

// failed gives the errors of a command body their exit code and hint. Those that have one keep it.
func failed(err error) error {
	var own *Error
	var problems config.Problems
	var findings *mapping.FindingsError
	switch {
	case err == nil, errors.As(err, &own):
		return err
	case errors.Is(err, config.ErrNoConfig):
		return invalid(err, noConfig)
	case errors.As(err, &problems):
		return invalid(err, "")
	case errors.As(err, &findings):
		return invalid(err, findingsHint(findings))
	}
	return &Error{Code: ExitFailed, Err: err, Hint: wayOut(err)}
}

// findingsHint is the way out of a mapping that cannot be used: mend its cells, or its template, where it was found at all.
func findingsHint(e *mapping.FindingsError) string {
	for _, f := range e.Findings {
		switch {
		case f.Cell == "":
		case path.Base(f.File) == "template.yaml":
			return "correct the template, and see with fisbridge mapping check that nothing else is wrong"
		default:
			return "correct the cells, and see with fisbridge mapping check " + f.File + " that nothing else is wrong"
		}
	}
	return ""
}

// finish tells how a command ended and returns the exit code.
func (a *app) finish(ctx context.Context, err error) int {
	code, hint, err := ended(ctx, err)
	if err != nil {
		a.complain(err, hint)
	}
	a.endJSON(code, err, hint)
	a.stdout.End()
	a.stderr.End()
	return code
}

// ended is how a command ended: its exit code, and the error that is still to be told, with its hint.
func ended(ctx context.Context, err error) (code int, hint string, tell error) {
	var own *Error
	switch found := errors.As(err, &own); {
	case err == nil:
		return ExitDone, "", nil
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		hint := "the next run goes on from here"
		if found && own.Code == ExitInterrupted {
			hint = own.Hint
		}
		return ExitInterrupted, hint, errors.New("interrupted")
	case !found: // cobra's own: unknown command, wrong arguments
		return ExitUsage, "fisbridge --help shows the commands, and --help behind a command shows its flags", err
	case own.Code == ExitUsage && own.Hint == "":
		return own.Code, "--help behind the command shows its flags", own.Err
	}
	return own.Code, own.Hint, own.Err
}

// complain writes an error and its hint in the form that people and scripts know. Problems of a configuration are errors of
// their own, each with its hint.
func (a *app) complain(err error, hint string) {
	if problems := problemsOf(err); len(problems) > 0 {
		for _, p := range problems {
			a.complain(errors.New(p.String()), p.Hint)
		}
	} else {
		for _, line := range term.ErrorLines(err) {
			term.Print(a.stderr, "fisbridge: error: %s\n", term.Own(line))
		}
	}
	if hint != "" {
		term.Print(a.stderr, "fisbridge: hint: %s\n", hint)
	}
}

// warn is a remark that does not end the command.
func (a *app) warn(format string, args ...any) {
	if !a.quiet {
		term.Print(a.stderr, "fisbridge: warning: "+format+"\n", args...)
	}
}

// remark tells a person what happens; scripts ask for quiet, and machines read it at the end.
func (a *app) remark(format string, args ...any) {
	switch {
	case a.json:
		a.remarks = append(a.remarks, term.Sentence(format, args...))
	case !a.quiet:
		term.Print(a.stderr, format+"\n", args...)
	}
}
