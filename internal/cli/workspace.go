package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// workspace is an open working folder.
type workspace struct {
	cfg    *config.Config
	j      *journal.Journal
	log    *slog.Logger
	closed []func() error
}

// open opens the working folder: configuration, log, journal. With exclusive it takes the folder's lock first.
func (a *app) open(ctx context.Context, command string, exclusive bool) (_ *workspace, err error) {
	cfg, err := config.Load(a.dir)
	if err != nil {
		return nil, err
	}
	return a.openWith(cfg, command, exclusive, func(path string) (*journal.Journal, error) {
		if err := ownfile.MakeFolder(filepath.Dir(path)); err != nil {
			return nil, err
		}
		return journal.Open(ctx, path, a.now, actor(command))
	})
}

// openBeside opens the working folder for acts that need no lock. Only when the journal is of an older program the lock is taken, so that
// its tables are not changed under a run.
func (a *app) openBeside(ctx context.Context, command string) (*workspace, error) {
	cfg, err := config.Load(a.dir)
	if err != nil {
		return nil, err
	}
	w, err := a.openWith(cfg, command, false, func(path string) (*journal.Journal, error) {
		return journal.OpenBeside(ctx, path, a.now, actor(command))
	})
	switch {
	case errors.Is(err, journal.ErrOlder):
		return a.open(ctx, command, true)
	case errors.Is(err, journal.ErrNoJournal):
		return nil, noJournal(err)
	}
	return w, err
}

// openWith opens log and journal of a working folder, with exclusive under its lock.
func (a *app) openWith(cfg *config.Config, command string, exclusive bool, open func(path string) (*journal.Journal, error)) (_ *workspace, err error) {
	w := &workspace{cfg: cfg}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	if exclusive {
		unlock, err := a.lock(cfg, command)
		if err != nil {
			return nil, err
		}
		w.closed = append(w.closed, func() error { unlock(); return nil })
	}
	var closer io.Closer
	if w.log, closer, err = a.newLog(cfg); err != nil {
		return nil, err
	}
	w.closed = append(w.closed, closer.Close)
	if w.j, err = open(cfg.Path(cfg.Journal.Path)); err != nil {
		return nil, err
	}
	w.closed = append(w.closed, w.j.Close)
	return w, nil
}

// Close closes everything in the reverse order.
func (w *workspace) Close() error {
	var errs []error
	for i := len(w.closed) - 1; i >= 0; i-- {
		errs = append(errs, w.closed[i]())
	}
	return errors.Join(errs...)
}

// bridge puts the parts of the working folder together.
func (a *app) bridge(w *workspace, progress bridge.Progress) (*bridge.Bridge, error) {
	client, err := newClient(a, w.cfg, w.j, w.log, true)
	if err != nil {
		return nil, err
	}
	return a.bridgeWith(w, client, progress)
}

func (a *app) bridgeWith(w *workspace, client *concur.Client, progress bridge.Progress) (*bridge.Bridge, error) {
	b, err := bridge.New(bridge.Options{Config: w.cfg, Journal: w.j, Service: client, Templates: templatesOf(w.cfg.Path(w.cfg.Folders.Templates)), Now: a.now, Sleep: sleep, Log: w.log, Progress: progress})
	var unusable *bridge.UnusableError
	if errors.As(err, &unusable) {
		if told := b.TellUnusable(context.Background()); told != nil {
			return nil, errors.Join(err, told)
		}
		return nil, invalid(err, "fisbridge check lists everything that is wrong")
	}
	return b, err
}

// sleep waits until d has passed or ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
