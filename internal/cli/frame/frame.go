package frame

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

// Frame is what the commands of one process share: its streams, its clock and the flags that every command takes.
type Frame struct {
	Stdin  io.Reader
	Input  *term.Input // standard input, whose wait ends with an interrupt
	Stdout *term.Stream
	Stderr *term.Stream
	Now    func() time.Time
	// Actor names who acts under a command in the history; agent is the name and version of the program.
	Actor   func(command string) string
	Agent   string
	remarks []string // what was remarked while machines listen

	Dir      string // working folder
	JSON     bool
	Quiet    bool
	NoColor  bool
	zoneTold bool // that the configuration cannot be read for its zone
	LogLevel string
}

// Action is the body of a command: what it returns ends as a message and an exit code.
func (a *Frame) Action(body func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := body(cmd.Context(), args)
		if err == nil && a.Interrupted() {
			err = cmd.Context().Err() // it ended early because its input did
		}
		return desk.WithExit(err)
	}
}

// Place is the working folder for a command that acts under its name; "" is one that only looks.
func (a *Frame) Place(command string) desk.Place {
	return a.PlaceAt(a.Dir, command)
}

// PlaceAt is another working folder than that of the command line.
func (a *Frame) PlaceAt(dir, command string) desk.Place {
	p := desk.Place{Dir: dir, Now: a.Now, Log: a.newLog, Remark: func(text string) { a.Remark("%s", text) }, Agent: a.Agent}
	if command != "" {
		p.Command, p.Actor = command, a.Actor(command)
	}
	return p
}

// ShortName is the short name of a company: that of its folder.
func (a *Frame) ShortName() (string, error) {
	abs, err := filepath.Abs(a.Dir)
	return wording.ShortName(filepath.Base(abs)), err
}

// Interrupted reports whether an interrupt cut standard input short.
func (a *Frame) Interrupted() bool {
	return a.Input != nil && a.Input.Cut()
}

// Width is how many columns there are to write into.
func (a *Frame) Width() int { return a.Stdout.Width() }

// Colors reports whether output to people may be coloured.
func (a *Frame) Colors() bool {
	return !a.NoColor && os.Getenv("NO_COLOR") == "" && a.Stdout.IsTerminal()
}

// Warnings are remarks that do not end the command.
func (a *Frame) Warnings(list []string) {
	for _, text := range list {
		a.Warn("%s", text)
	}
}

// Finish tells how a command ended and returns the exit code.
func (a *Frame) Finish(ctx context.Context, err error) int {
	code, hint, err := ended(ctx, err)
	if err != nil {
		a.Complain(err, hint)
	}
	a.endJSON(code, err, hint)
	a.Stdout.End()
	a.Stderr.End()
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
			hint = own.Hint.String()
		}
		return desk.ExitInterrupted, hint, errors.New("interrupted")
	case !found: // cobra's own: unknown command, wrong arguments
		return desk.ExitUsage, "fisbridge --help shows the commands, and --help behind a command shows its flags", err
	case own.Code == desk.ExitUsage && own.Hint == "":
		return own.Code, "--help behind the command shows its flags", own.Err
	}
	return own.Code, own.Hint.String(), own.Err
}

// Complain writes an error and its hint in the form that people and scripts know. Problems of a configuration are
// errors of their own, each with its hint.
func (a *Frame) Complain(err error, hint string) {
	if problems := desk.ProblemsOf(err); len(problems) > 0 {
		for i, p := range problems {
			if i+1 < len(problems) && problems[i+1].Hint == p.Hint {
				p.Hint = "" // it is told behind the last of those that want the same
			}
			a.Complain(errors.New(p.String()), p.Hint)
		}
	} else {
		for _, line := range wording.ErrorLines(err) {
			term.Print(a.Stderr, "fisbridge: error: %s\n", term.Own(a.local(line)))
		}
	}
	if hint != "" {
		term.Print(a.Stderr, "fisbridge: hint: %s\n", a.local(hint))
	}
}

// Warn is a remark that does not end the command.
func (a *Frame) Warn(format string, args ...any) {
	if !a.Quiet {
		term.Print(a.Stderr, "fisbridge: warning: %s\n", term.Own(a.local(term.Sentence(format, args...))))
	}
}

// Remark tells a person what happens; scripts ask for quiet, and machines read it at the end.
func (a *Frame) Remark(format string, args ...any) {
	switch {
	case a.JSON:
		a.remarks = append(a.remarks, term.Sentence(format, args...))
	case !a.Quiet:
		term.Print(a.Stderr, "%s\n", term.Own(a.local(term.Sentence(format, args...))))
	}
}

// local is a sentence with its moments in the zone of the company, where there is one.
func (a *Frame) local(sentence string) string {
	if !strings.Contains(sentence, " UTC") {
		return sentence
	}
	zone, err := config.Zone(a.Dir)
	if err != nil {
		return sentence
	}
	return wording.Local(sentence, zone)
}

// newLog opens the structured log as configured: standard error or a file that is appended to. The caller closes it.
func (a *Frame) newLog(cfg *config.Config) (*slog.Logger, io.Closer, error) {
	level, err := a.level(cfg.Logging.Level)
	if err != nil {
		return nil, nil, err
	}
	out, closer := a.Stderr.Log(), io.Closer(io.NopCloser(nil))
	if path := cfg.Path(cfg.Logging.File); path != "" {
		if err := ownfile.MakeFolder(filepath.Dir(path)); err != nil {
			return nil, nil, fmt.Errorf("make the folder of the log: %w", err)
		}
		f, err := ownfile.Append(path)
		if err != nil {
			return nil, nil, fmt.Errorf("open the log: %w", err)
		}
		out, closer = term.LogDoor(f), f
	}
	options := &slog.HandlerOptions{Level: level}
	if cfg.Logging.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, options)), closer, nil
	}
	return slog.New(slog.NewTextHandler(out, options)), closer, nil
}

// level is the flag's level, or the configured one.
func (a *Frame) level(configured string) (slog.Level, error) {
	text := configured
	if a.LogLevel != "" {
		text = a.LogLevel
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(text)); err != nil {
		return level, desk.Usage(fmt.Errorf("--log-level: %q is not one of debug, info, warn, error", text))
	}
	return level, nil
}

// ending is what a machine reads of a command that wrote nothing else: one that failed, or that only did something.
type ending struct {
	ExitCode int             `json:"exit_code"`
	Error    string          `json:"error,omitempty"`
	Hint     string          `json:"hint,omitempty"`
	Problems config.Problems `json:"problems,omitempty"`
	Remarks  []string        `json:"remarks,omitempty"`
}

// endJSON ends a command for machines, so that standard output is JSON whatever happened.
func (a *Frame) endJSON(code int, err error, hint string) {
	if !a.JSON || a.Stdout.Used() {
		return
	}
	e := ending{ExitCode: code, Hint: hint, Problems: desk.ProblemsOf(err), Remarks: a.remarks}
	if err != nil {
		e.Error = err.Error()
	}
	if err := a.WriteJSON(e); err != nil {
		a.Complain(err, "")
	}
}

// WriteJSON writes one value, indented, to standard output.
func (a *Frame) WriteJSON(v any) error { return term.WriteJSON(a.Stdout, v) }

// Say writes a line of the result to standard output.
func (a *Frame) Say(format string, args ...any) {
	term.Print(a.Stdout, "%s\n", term.Own(a.local(term.Sentence(format, args...))))
}

// NewProgress is a bar on the terminal, or nothing at all where nobody looks. total may be -1: not known.
func (a *Frame) NewProgress(total int, what string) *progressbar.ProgressBar {
	return a.Stderr.Progress(total, what, a.Quiet || a.JSON)
}

// Zone is the time zone of the company: schedule.timezone of the working folder, on every machine, whatever the zone of
// the process. Without a working folder it is UTC, the default of the schedule. A configuration that cannot be read is
// told, for a day in a file may then be another one.
func (a *Frame) Zone() *time.Location {
	zone, err := config.Zone(a.Dir)
	switch {
	case err == nil:
		return zone
	case !errors.Is(err, config.ErrNoConfig) && !a.zoneTold:
		a.zoneTold = true
		a.Remark("%s cannot be read, so days are those of UTC: fisbridge check says what is wrong with it", config.FileName)
	}
	return time.UTC
}
