package cli

import (
	"github.com/schollz/progressbar/v3"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
)

// ending is what a machine reads of a command that wrote nothing else: one that failed, or that only did something.
type ending struct {
	ExitCode int             `json:"exit_code"`
	Error    string          `json:"error,omitempty"`
	Hint     string          `json:"hint,omitempty"`
	Problems config.Problems `json:"problems,omitempty"`
	Remarks  []string        `json:"remarks,omitempty"`
}

// endJSON ends a command for machines, so that standard output is JSON whatever happened.
func (a *app) endJSON(code int, err error, hint string) {
	if !a.json || a.stdout.Used() {
		return
	}
	e := ending{ExitCode: code, Hint: hint, Problems: desk.ProblemsOf(err), Remarks: a.remarks}
	if err != nil {
		e.Error = err.Error()
	}
	if err := a.writeJSON(e); err != nil {
		a.complain(err, "")
	}
}

// writeJSON writes one value, indented, to standard output.
func (a *app) writeJSON(v any) error { return term.WriteJSON(a.stdout, v) }

// say writes a line of the result to standard output.
func (a *app) say(format string, args ...any) { term.Print(a.stdout, format+"\n", args...) }

// newProgress is a bar on the terminal, or nothing at all where nobody looks. total may be -1: not known.
func (a *app) newProgress(total int, what string) *progressbar.ProgressBar {
	return a.stderr.Progress(total, what, a.quiet || a.json)
}
