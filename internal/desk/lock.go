package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/say"
)

// LockName is the file whose lock says that a run works in the folder. The lock belongs to the process: a killed run
// leaves none.
const LockName = ".fisbridge.lock"

// lock takes the working folder for this process alone. Somebody else's lock is exit code 5.
func lock(p Place, cfg *config.Config) (unlock func(), err error) {
	path := filepath.Join(cfg.Dir(), LockName)
	l := flock.New(path)
	got, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the working folder: %w", err)
	}
	if !got {
		return nil, &Error{Code: ExitLocked, Err: say.Errorf("another fisbridge works in %s%s", cfg.Dir(), holder(path)), Hint: "wait for it to end; nothing was done"}
	}
	note := fmt.Sprintf("process %d: fisbridge %s, since %s\n", os.Getpid(), p.Command, p.Now().Format("2006-01-02 15:04:05"))
	_ = os.WriteFile(path, []byte(note), 0o600) // only a help for people; the lock is what counts
	return func() { _ = l.Unlock() }, nil
}

// holder is what the lock's owner wrote about itself.
func holder(path string) string {
	text, err := os.ReadFile(path)
	if err != nil || len(text) == 0 || len(text) > 200 {
		return ""
	}
	return " (" + strings.TrimSpace(string(text)) + ")"
}

// holderOf names this working folder on this machine, for others who would work for the same company.
func holderOf(cfg *config.Config) string {
	host, err := os.Hostname()
	if err != nil {
		host = "a machine without a name"
	}
	return host + ":" + cfg.Dir()
}

// takenElsewhere is exit code 5 where another node works for the company, and tells where nobody may.
func takenElsewhere(err error) error {
	var taken *ledger.TakenError
	var closed *ledger.ClosedError
	switch {
	case errors.Is(err, ledger.ErrClaimOver):
		return &Error{Code: ExitLocked, Err: ledger.ErrClaimOver, Hint: "another pass works for it, another version is in force, or nobody is to work for it any more; nothing was done"}
	case errors.As(err, &closed) && closed.Erased:
		return &Error{Code: ExitFailed, Err: closed, Hint: "nothing was done; a new company takes another journal.schema"}
	case errors.As(err, &closed):
		return &Error{Code: ExitFailed, Err: closed, Hint: say.F("nothing was done; in the folder of a node: fisbridge fleet enable %s --reason …", closed.Company)}
	case !errors.As(err, &taken):
		return err
	}
	return &Error{Code: ExitLocked, Err: taken, Hint: "wait for it to end, or for a minute where its machine is gone; nothing was done"}
}

// Working runs body while this program works for the company. When another node takes over, the context ends, nothing is written any more, and
// it is exit code 5.
func (w *Workspace) Working(ctx context.Context, body func(context.Context) error) error {
	held, stop := w.Journal.Held(ctx)
	defer stop()
	err := body(held)
	if errors.Is(err, ledger.ErrLost) || w.Journal.Gone() {
		return &Error{Code: ExitLocked, Err: ledger.ErrLost, Hint: "this one stood still for too long, or its line to the database was cut; nothing is lost, and the other one goes on"}
	}
	return err
}
