package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
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
	path := cfg.Path(cfg.Journal.Path)
	if err := ownfile.MakeFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if w.j, err = journal.Open(ctx, path, a.now, actor(command)); err != nil {
		return nil, err
	}
	w.closed = append(w.closed, w.j.Close)
	return w, nil
}

// actor names who acts in the history: the command and the login name, where there is one.
func actor(command string) string {
	for _, name := range []string{"SUDO_USER", "USER", "USERNAME"} {
		if user := os.Getenv(name); user != "" {
			return "fisbridge " + command + " by " + user
		}
	}
	return "fisbridge " + command
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
