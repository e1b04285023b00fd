package cli

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

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
	var own *desk.Error
	switch found := errors.As(err, &own); {
	case err == nil:
		return desk.ExitDone, "", nil
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		hint := "the next run goes on from here"
		if found && own.Code == desk.ExitInterrupted {
			hint = own.Hint
		}
		return desk.ExitInterrupted, hint, errors.New("interrupted")
	case !found: // cobra's own: unknown command, wrong arguments
		return desk.ExitUsage, "fisbridge --help shows the commands, and --help behind a command shows its flags", err
	case own.Code == desk.ExitUsage && own.Hint == "":
		return own.Code, "--help behind the command shows its flags", own.Err
	}
	return own.Code, own.Hint, own.Err
}

// complain writes an error and its hint in the form that people and scripts know. Problems of a configuration are errors of
// their own, each with its hint.
func (a *app) complain(err error, hint string) {
	if problems := desk.ProblemsOf(err); len(problems) > 0 {
		for _, p := range problems {
			a.complain(errors.New(p.String()), p.Hint)
		}
	} else {
		for _, line := range wording.ErrorLines(err) {
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
