package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/gofrs/flock"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	companyfolder "github.com/fisbridge/fisbridge/internal/fleet"
	"github.com/fisbridge/fisbridge/internal/fleet/node"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Watch is the node: it serves companies until ctx ends.
func Watch(ctx context.Context, shared *frame.Frame, version string) error {
	a := &room{shared}
	return a.stopped(ctx, a.node(ctx, "watch --fleet", func(f *config.Fleet, b *companies.Book, o node.Options) (err error) {
		m, err := a.measure(f, b, version, o.Log)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, m.close()) }()
		o.Passed = m.passed
		n := node.New(o)
		a.Remark("node %s serves the companies of %s, %s at once", n.Name(), b.Place(), counted(f.Node.AtOnce))
		if err := n.Watch(ctx); err != nil {
			return err
		}
		a.Remark("stopped")
		return nil
	}))
}

// stopped makes the end of a node that was told to end while it began the same as later.
func (a *room) stopped(ctx context.Context, err error) error {
	if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
		return err
	}
	a.Remark("stopped")
	return nil
}

// served is a node of which the console is a part.
type served struct {
	*room
	fleet *config.Fleet
	book  *companies.Book
	node  *node.Node
	log   *slog.Logger
}

// Serve is Watch, with the console of all companies.
func Serve(ctx context.Context, shared *frame.Frame, version, listen string) error {
	a := &room{shared}
	return a.stopped(ctx, a.node(ctx, "serve --fleet", func(f *config.Fleet, b *companies.Book, o node.Options) (err error) {
		settings, err := f.ConsoleAt(listen)
		if err != nil {
			return desk.Usage(err)
		}
		m, err := a.measure(f, b, version, o.Log)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, m.close()) }()
		o.Passed = m.passed
		s := &served{a, f, b, node.New(o), o.Log}
		return s.both(ctx, settings, version)
	}))
}

// Run makes one whole pass for each company.
func Run(ctx context.Context, shared *frame.Frame) error {
	a := &room{shared}
	return a.node(ctx, "run --fleet", func(_ *config.Fleet, _ *companies.Book, o node.Options) error {
		list, err := node.New(o).Once(ctx)
		if err != nil {
			return err
		}
		return a.tellOnce(list)
	})
}

// tellOnce prints what the passes did, and ends with the exit code of the worst.
func (a *room) tellOnce(list map[string]node.Summary) error {
	names := make([]string, 0, len(list))
	for name := range list {
		names = append(names, name)
	}
	slices.Sort(names)
	if a.JSON {
		if err := a.WriteJSON(map[string]any{"companies": list}); err != nil {
			return err
		}
	}
	failed, needs, elsewhere := 0, 0, 0
	for _, name := range names {
		s := list[name]
		text := fmt.Sprintf("%d fetched, %s, %d confirmed", s.Stored, wording.Counted(s.Dropped, "import file"), s.Confirmed)
		switch {
		case s.Exit == desk.ExitDone:
		case s.Exit == desk.ExitNeedsPerson:
			needs++
			text += "; something needs a person"
		case s.Newer:
			failed++
			text = "failed: a newer program has worked for it; use that one here, too"
		case s.Exit == desk.ExitLocked:
			elsewhere++
			text = "another one works for it"
		default:
			failed++
			text = "failed: " + s.Error
		}
		if !a.JSON && (!a.Quiet || s.Exit != desk.ExitDone) {
			a.Say("%s: %s", name, text)
		}
	}
	switch {
	case failed > 0:
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s of %d failed", counted(failed), len(list)), Hint: "the others are done; the next run goes on from there"}
	case needs > 0:
		return desk.NeedsPerson()
	}
	return nil
}

// node opens what a node works with, for itself alone.
func (a *room) node(ctx context.Context, command string, body func(*config.Fleet, *companies.Book, node.Options) error) error {
	return a.with(ctx, func(f *config.Fleet, b *companies.Book) (err error) {
		unlock, err := lockNode(f, command)
		if err != nil {
			return err
		}
		defer unlock()
		keys, err := companyfolder.Identities(f)
		if err != nil {
			return desk.Invalid(err, "fisbridge fleet init makes one in a new folder")
		}
		program, err := os.Executable()
		if err != nil {
			return err
		}
		log, closer, err := a.log(f)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, closer.Close()) }()
		return body(f, b, node.Options{Fleet: f, Book: b, Keys: keys, Program: []string{program, "-C", f.Dir(), "fleet", "pass"}, Now: a.Now, Log: log, Err: term.LogDoor(a.Stderr)})
	})
}

// log is that of the node; companies have their own.
func (a *room) log(f *config.Fleet) (*slog.Logger, io.Closer, error) {
	settings := f.Logging
	settings.File = f.Path(settings.File)
	return a.Place("").Log(&config.Config{Logging: settings})
}

// lockNode takes the folder of a node for this process alone.
func lockNode(f *config.Fleet, command string) (unlock func(), err error) {
	l := flock.New(filepath.Join(f.Dir(), desk.LockName))
	got, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the folder of the node: %w", err)
	}
	if !got {
		return nil, &desk.Error{Code: desk.ExitLocked, Err: errors.New("another node works in " + f.Dir()), Hint: say.Plain("a second node needs a folder of its own; nothing was done by " + command)}
	}
	return func() { _ = l.Unlock() }, nil
}
