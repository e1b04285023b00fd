package cli

import (
	"context"
	"errors"
	"log/slog"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
)

// look opens the working folder for commands that change nothing: without its lock, so that they work while a run holds it, and
// without a log of their own.
func (a *app) look(ctx context.Context) (*workspace, error) {
	cfg, err := config.Load(a.dir)
	if err != nil {
		return nil, err
	}
	j, err := journal.OpenRead(ctx, cfg.Path(cfg.Journal.Path), a.now)
	if errors.Is(err, journal.ErrNoJournal) {
		return nil, noJournal(err)
	}
	if err != nil {
		return nil, err
	}
	return &workspace{cfg: cfg, j: j, log: slog.New(slog.DiscardHandler), closed: []func() error{j.Close}}, nil
}

// noJournal is told where nothing has run yet.
func noJournal(err error) error {
	return &Error{Code: ExitFailed, Err: err, Hint: "nothing has run in this folder; fisbridge check says what is missing, then fisbridge auth login and fisbridge run"}
}

// looking runs body on the working folder, opened for looking.
func (a *app) looking(ctx context.Context, body func(*workspace) error) (err error) {
	w, err := a.look(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return body(w)
}
