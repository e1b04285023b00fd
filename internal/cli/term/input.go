package term

import (
	"context"
	"io"
	"os"
	"sync/atomic"

	"golang.org/x/term"
)

// Input is standard input whose wait ends with the context: otherwise the first Ctrl-C would do nothing while a command
// waits for somebody to type. A read that is given up goes on until the process ends, which follows at once; what it
// reads is thrown away.
type Input struct {
	ctx   context.Context
	from  io.Reader
	ended atomic.Bool
}

// NewInput is standard input, whose wait ends with ctx.
func NewInput(ctx context.Context, from io.Reader) *Input {
	return &Input{ctx: ctx, from: from}
}

// Cut reports whether the context ended a read.
func (r *Input) Cut() bool { return r.ended.Load() }

type portion struct {
	n   int
	err error
}

// Read reads into a buffer of its own, so that a read that was given up changes nothing of the caller's.
func (r *Input) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		r.ended.Store(true)
		return 0, err
	}
	if _, is := r.from.(*os.File); !is {
		return r.from.Read(p) // it never waits for anybody
	}
	own, done := make([]byte, len(p)), make(chan portion, 1)
	go func() {
		n, err := r.from.Read(own)
		done <- portion{n, err}
	}()
	select {
	case got := <-done:
		copy(p, own[:got.n])
		return got.n, got.err
	case <-r.ctx.Done():
		r.ended.Store(true)
		return 0, r.ctx.Err()
	}
}

// AskSecret asks a person at a terminal for a text that is not shown. When ctx ends before it is typed, the terminal
// shows again what is typed.
func AskSecret(ctx context.Context, out *Stream, f *os.File, question string) ([]byte, error) {
	terminal := int(f.Fd())
	before, err := term.GetState(terminal)
	if err != nil {
		return nil, err
	}
	Print(out, "%s", question)
	defer Print(out, "\n")
	type answer struct {
		text []byte
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(terminal)
		done <- answer{text, err}
	}()
	select {
	case got := <-done:
		return got.text, got.err
	case <-ctx.Done():
		if err := term.Restore(terminal, before); err != nil {
			return nil, err
		}
		return nil, ctx.Err()
	}
}
