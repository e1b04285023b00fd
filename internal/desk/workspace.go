package desk

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/moved"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/concur/invoicepay"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Place says which working folder is opened, by whom, and who hears what happens there.
type Place struct {
	Dir string
	// Command is what is done, for the note in the lock; Actor is who does it, as the history names him: "fisbridge
	// hold by ann".
	Command, Actor string
	Now            func() time.Time
	// Log opens the log of the folder; nil: nothing is logged.
	Log func(*config.Config) (*slog.Logger, io.Closer, error)
	// Remark is told in one line what a person who waits may want to know, as that Concur is asked again in a minute;
	// nil: nobody waits.
	Remark func(text string)
	// Agent is the program's name and version, as Concur sees it.
	Agent string
	// Calls is told of each call to Concur; see concur.Config.Observed. nil: nobody counts.
	Calls func(op string, status int, took time.Duration)
	// Bound makes a configuration keep to what it is given; nil: nobody bounds it.
	Bound func(*config.Config)
	// Claim and Version are those of a node of a fleet that has claimed the company; 0: none has.
	Claim, Version int64
}

// Workspace is an open working folder.
type Workspace struct {
	place   Place
	Config  *config.Config
	Journal *journal.Journal
	log     *slog.Logger
	closed  []func() error
}

// Open opens the working folder: configuration, log, journal. With exclusive it takes the folder's lock first.
func Open(ctx context.Context, p Place, exclusive bool) (_ *Workspace, err error) {
	cfg, err := config.Load(p.Dir)
	if err != nil {
		return nil, err
	}
	return openWith(p, cfg, exclusive, func(at journal.Place) (*journal.Journal, error) {
		if err := folderOf(at); err != nil {
			return nil, err
		}
		if exclusive {
			at.Holder, at.Claim, at.Version = holderOf(cfg), p.Claim, p.Version
		}
		j, err := at.Open(ctx, p.Now, p.Actor)
		return j, takenElsewhere(err)
	})
}

// openBeside opens the working folder for acts that need no lock. Only when the journal is of an older program the lock
// is taken, so that its tables are not changed under a run.
func openBeside(ctx context.Context, p Place) (*Workspace, error) {
	cfg, err := config.Load(p.Dir)
	if err != nil {
		return nil, err
	}
	w, err := openWith(p, cfg, false, func(at journal.Place) (*journal.Journal, error) {
		return at.OpenBeside(ctx, p.Now, p.Actor)
	})
	switch {
	case errors.Is(err, ledger.ErrOlder):
		return Open(ctx, p, true)
	case errors.Is(err, ledger.ErrNoJournal):
		return nil, noJournal(err)
	}
	return w, takenElsewhere(err)
}

// IsNewer reports whether a journal was not opened because a newer program has brought it to a newer version.
func IsNewer(err error) bool { return errors.Is(err, ledger.ErrNewer) }

// openWith opens log and journal of a working folder, with exclusive under its lock.
func openWith(p Place, cfg *config.Config, exclusive bool, open func(journal.Place) (*journal.Journal, error)) (_ *Workspace, err error) {
	if p.Bound != nil {
		p.Bound(cfg)
	}
	w := &Workspace{place: p, Config: cfg, log: slog.New(slog.DiscardHandler)}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	if exclusive {
		unlock, err := lock(p, cfg)
		if err != nil {
			return nil, err
		}
		w.closed = append(w.closed, func() error { unlock(); return nil })
	}
	if p.Log != nil {
		var closer io.Closer
		if w.log, closer, err = p.Log(cfg); err != nil {
			return nil, err
		}
		w.closed = append(w.closed, closer.Close)
	}
	if w.Journal, err = open(JournalPlace(cfg)); err != nil {
		return nil, err
	}
	w.closed = append(w.closed, w.Journal.Close)
	return w, nil
}

// Look opens the working folder for what changes nothing: without its lock, so that it works while a run holds it, and
// without a log.
func Look(ctx context.Context, p Place) (*Workspace, error) {
	cfg, err := config.Load(p.Dir)
	if err != nil {
		return nil, err
	}
	j, err := JournalPlace(cfg).OpenRead(ctx, p.Now)
	if errors.Is(err, ledger.ErrNoJournal) {
		return nil, noJournal(err)
	}
	if err != nil {
		return nil, err
	}
	return &Workspace{place: p, Config: cfg, Journal: j, log: slog.New(slog.DiscardHandler), closed: []func() error{j.Close}}, nil
}

// noJournal is told where nothing has run yet.
func noJournal(err error) error {
	return &Error{Code: ExitFailed, Err: err, Hint: "nothing has run in this folder; fisbridge check says what is missing, then fisbridge auth login and fisbridge run"}
}

// Looking runs body on the working folder, opened for looking.
func Looking(ctx context.Context, p Place, body func(*Workspace) error) (err error) {
	w, err := Look(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return body(w)
}

// Beside opens the folder for what a person settles, also while a run works in it: the lock is for runs, and each act
// is one transaction that looks again at the state it starts from.
func Beside(ctx context.Context, p Place, body func(*Workspace) error) (err error) {
	w, err := openBeside(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := moved.AtHome(ctx, w.Config, w.Journal); err != nil { // as exclusively
		return RestoredHint(err)
	}
	return overtaken(body(w))
}

// Exclusively opens the folder under its lock for what must not work beside a run.
func Exclusively(ctx context.Context, p Place, body func(*Workspace) error) (err error) {
	w, err := Open(ctx, p, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := moved.AtHome(ctx, w.Config, w.Journal); err != nil { // what a person would settle may be settled elsewhere, or since
		return RestoredHint(err)
	}
	return w.Working(ctx, func(context.Context) error { return body(w) })
}

// overtaken words the refusal of an act whose ground somebody else or a run has changed in the moment between the look and the act: it has moved, as what was seen too
// early.
func overtaken(err error) error {
	var own *Error
	if !errors.Is(err, ledger.ErrStale) || errors.As(err, &own) {
		return err
	}
	return &Error{Code: ExitFailed, Err: err, Hint: "somebody else or a run was at it in the same moment, and this did nothing: look with fisbridge show, then give the command again if it still applies",
		Why: &Why{Code: CodeMoved, Values: map[string]string{}}}
}

// Snapshot shows one instant of the working folder to body, whatever a run does meanwhile.
func (w *Workspace) Snapshot(ctx context.Context, body func(*Workspace) error) error {
	return w.Journal.Snapshot(ctx, func(j *journal.Journal) error {
		frozen := *w
		frozen.Journal, frozen.closed = j, nil
		return body(&frozen)
	})
}

// Close closes everything in the reverse order.
func (w *Workspace) Close() error {
	var errs []error
	for i := len(w.closed) - 1; i >= 0; i-- {
		errs = append(errs, w.closed[i]())
	}
	return errors.Join(errs...)
}

// JournalPath is where the journal lies, for people.
func (w *Workspace) JournalPath() string { return w.Journal.Name() }

// LanguageOf is the language of the people of the working folder in a place; English where its configuration cannot be
// read.
func LanguageOf(dir string) string {
	cfg, err := config.Load(dir)
	if err != nil {
		return config.Languages()[0]
	}
	return cfg.Language
}

// RouteNames are the routes of the working folder in a place; none where its configuration cannot be read.
func RouteNames(dir string) []string {
	cfg, err := config.Load(dir)
	if err != nil {
		return nil
	}
	names := make([]string, len(cfg.Routes))
	for i, r := range cfg.Routes {
		names[i] = r.Name
	}
	return names
}

func (w *Workspace) now() time.Time { return w.place.Now() }

// Bridge puts the parts of the working folder together.
func (w *Workspace) Bridge(progress bridge.Progress) (*bridge.Bridge, error) {
	client, err := w.Client(true)
	if err != nil {
		return nil, err
	}
	return w.bridgeWith(client, progress)
}

// BridgeBeside is Bridge with somebody in the same process who takes part.
func (w *Workspace) BridgeBeside(progress bridge.Progress, beside bridge.Beside) (*bridge.Bridge, error) {
	client, err := w.Client(true)
	if err != nil {
		return nil, err
	}
	return w.bridgeOf(client, progress, beside)
}

// Log is the log of the folder.
func (w *Workspace) Log() *slog.Logger { return w.log }

func (w *Workspace) bridgeWith(client *concur.Client, progress bridge.Progress) (*bridge.Bridge, error) {
	return w.bridgeOf(client, progress, bridge.Beside{})
}

func (w *Workspace) bridgeOf(client *concur.Client, progress bridge.Progress, beside bridge.Beside) (*bridge.Bridge, error) {
	b, err := bridge.New(bridge.Options{Config: w.Config, Journal: w.Journal, Service: client, Invoices: &invoicepay.Client{Core: client}, Templates: w.Templates(), Now: w.place.Now, Sleep: sleep, Log: w.log, Progress: progress, Beside: beside})
	var unusable *bridge.UnusableError
	if errors.As(err, &unusable) {
		if told := b.TellUnusable(context.Background()); told != nil {
			return nil, errors.Join(err, told)
		}
		return nil, Invalid(err, "fisbridge check lists everything that is wrong")
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

// Now is the moment, by the clock of the place.
func (w *Workspace) Now() time.Time { return w.place.Now() }

// Actor is who acts, as the history names him.
func (w *Workspace) Actor() string { return w.place.Actor }
