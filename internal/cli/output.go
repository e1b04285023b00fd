package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/schollz/progressbar/v3"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/wording"
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
	if !a.json || a.stdout.used {
		return
	}
	e := ending{ExitCode: code, Hint: hint, Problems: problemsOf(err), Remarks: a.remarks}
	if err != nil {
		e.Error = err.Error()
	}
	if err := a.writeJSON(e); err != nil {
		a.complain(err, "")
	}
}

// writeJSON writes one value, indented, to standard output.
func (a *app) writeJSON(v any) error { return encodeJSON(a.stdout, v) }

// encodeJSON writes JSON whose values are what they are, and in which nothing can act on a terminal.
func encodeJSON(w io.Writer, v any) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if _, err := w.Write(wording.JSON(text.Bytes())); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// say writes a line of the result to standard output.
func (a *app) say(format string, args ...any) { print(a.stdout, format+"\n", args...) }

// newTable is an empty table in the style of all our tables.
func newTable(out io.Writer, heads ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(out)
	t.SetStyle(table.StyleLight)
	t.Style().Options.SeparateRows = false
	t.AppendHeader(table.Row(heads))
	return t
}

// newProgress is a bar on the terminal, or nothing at all where nobody looks. total may be -1: not known.
func (a *app) newProgress(total int, what string) *progressbar.ProgressBar {
	if a.quiet || a.json || !isTerminal(a.stderr.raw) {
		return progressbar.DefaultSilent(int64(total), what)
	}
	return progressbar.NewOptions(total, progressbar.OptionSetWriter(a.stderr.raw), progressbar.OptionSetDescription(wording.Visible(what)), progressbar.OptionClearOnFinish(),
		progressbar.OptionShowCount(), progressbar.OptionShowTotalBytes(total > 0), progressbar.OptionThrottle(50*time.Millisecond), progressbar.OptionSetElapsedTime(false), progressbar.OptionSetPredictTime(false))
}
