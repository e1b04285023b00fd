// Package journal is the database of fisbridge: states now, and an append-only history of how they came to be.
//
// It guarantees what DESIGN calls the promises of the journal, as far as a database can: a payload is committed before its
// acknowledgement is sent; each step that changes the world outside is an intention, then an act, then an outcome, each in a
// transaction of its own; an import file's bytes, number and totals are fixed in the transaction that puts documents into it; a
// document is in at most one import file that was not withdrawn. One method is one transition is one transaction with one time.
// SQL stays in this package and is written for SQLite and PostgreSQL alike.
package journal

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the pure-Go driver, registered as "sqlite"

	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Journal is an open database. Its methods may be called from several goroutines.
type Journal struct {
	write *sql.DB // one connection: transactions begin immediate, writers queue here and not in the database
	pool  *sql.DB // readers
	read  reader  // the pool, or the one transaction of a snapshot
	path  string
	now   func() time.Time
	actor string
}

// ErrNotFound says that the journal has no such document, file or result.
var ErrNotFound = errors.New("not found in the journal")

// Open opens the SQLite file, makes it when it is not there, and brings it to the newest version. The actor names who acts in
// history rows ("fisbridge run", a person). Network paths are refused: SQLite's locks do not hold there.
func Open(ctx context.Context, path string, now func() time.Time, actor string) (*Journal, error) {
	j, err := openWrite(path, now, actor)
	if err != nil {
		return nil, err
	}
	if err = j.migrate(ctx); err == nil {
		err = j.fill(ctx)
	}
	if err != nil {
		j.Close()
		return nil, fmt.Errorf("open journal %s: %w", path, worded(err))
	}
	return j, nil
}

// ErrOlder says that a journal's tables are those of an older program.
var ErrOlder = errors.New("it is of an older version")

// OpenBeside opens a journal to change it while a run may work on it: it makes no file and changes no tables. A file that is not there is
// ErrNoJournal, tables of an older program are ErrOlder.
func OpenBeside(ctx context.Context, path string, now func() time.Time, actor string) (*Journal, error) {
	if err := isThere(path); err != nil {
		return nil, err
	}
	j, err := openWrite(path, now, actor)
	if err != nil {
		return nil, err
	}
	if err := j.sameVersion(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", path, err), j.Close())
	}
	return j, nil
}

// openWrite opens the database as it is.
func openWrite(path string, now func() time.Time, actor string) (*Journal, error) {
	if path == "" {
		return nil, errors.New("open journal: no path configured")
	}
	if onNetwork(path) {
		return nil, fmt.Errorf("open journal %s: the path is on a network drive, where the database's locks do not hold; use a local disk", path)
	}
	j := &Journal{path: path, now: now, actor: actor}
	err := ownfile.Ensure(path) // what the database makes beside it gets its rights from it
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	if j.write, err = sql.Open("sqlite", dsn(path, "_txlock=immediate&_pragma=secure_delete(1)&_pragma=cache_size(-16000)")); err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	j.write.SetMaxOpenConns(1)
	if j.pool, err = sql.Open("sqlite", dsn(path, "_pragma=query_only(1)&_pragma=cache_size(-4000)")); err != nil {
		j.write.Close()
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	j.pool.SetMaxOpenConns(max(4, runtime.NumCPU()))
	j.read = j.pool
	return j, nil
}

// dsn asks for what PITFALLS of SQLite ask for: WAL, every commit on disk before it returns, patience instead of busy errors.
func dsn(path, extra string) string {
	return "file:" + uriPath(path) + "?_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_time_format=sqlite&" + extra
}

// uriPath is a path as a part of an address, in which some characters have a meaning.
func uriPath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
}

func onNetwork(path string) bool {
	return strings.HasPrefix(path, `\\`) || strings.HasPrefix(path, "//") || networkFS(path)
}

func (j *Journal) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	// Two processes may open a new journal at once: one makes it, the other waits and then finds it done.
	unlock, err := j.alone(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	p, err := goose.NewProvider(goose.DialectSQLite3, j.write, files, goose.WithSlog(discardLogger()))
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version: %w", err)
	}
	if current > target {
		return fmt.Errorf("version %d is newer than this program knows (%d); use the newer program", current, target)
	}
	if current == target {
		return errors.Join(j.sealOld(ctx), j.settleIn(ctx))
	}
	if current > 0 {
		if err := j.beforeUpgrade(ctx, current, target); err != nil {
			return err
		}
	}
	killpoint.Here("migrate.intended")
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring to version %d: %w", target, err)
	}
	killpoint.Here("migrate.done")
	return errors.Join(j.sealOld(ctx), j.settleIn(ctx))
}

// Close ends all connections.
func (j *Journal) Close() error { return errors.Join(j.write.Close(), j.pool.Close()) }

// Path is where the database lies.
func (j *Journal) Path() string { return j.path }

// As gives the same journal with another actor for the history.
func (j *Journal) As(actor string) *Journal {
	other := *j
	other.actor = actor
	return &other
}

// ErrStale says that a document or file was not in the state from which the transition starts; nothing was changed.
var ErrStale = errors.New("the state has changed in between")

// stamp is how times are kept: UTC, fixed width, so that text order is time order.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// Time reads a stamp; the empty one is the zero time.
func Time(s string) time.Time {
	t, _ := time.Parse("2006-01-02T15:04:05.000000Z", s)
	return t
}
