// Package sqlite is the journal in one SQLite file: what PITFALLS say about it stands here. WAL, every commit on disk
// before it returns, transactions that write begin immediate, one writer, and no network drives, where its locks do not
// hold.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the pure-Go driver, registered as "sqlite"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/migrations"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// Dialect is SQLite.
type Dialect struct{}

var _ ledger.Dialect = Dialect{}

// Text is kept as it is, whatever bytes it has.
func (Dialect) Text(text string) string { return text }

// Migrations are those that package migrations holds.
func (Dialect) Migrations() (goose.Dialect, fs.FS) { return goose.DialectSQLite3, migrations.SQLite() }

// Name is the path of the file.
func (Dialect) Name(path string) string { return path }

// Note lies beside the file.
func (Dialect) Note(path string) string { return path + ".head" }

// Cluster: there is none.
func (Dialect) Cluster(context.Context, ledger.Reader) (ledger.Cluster, error) {
	return ledger.Cluster{}, nil
}

// Lost: a file has no lease; the lock of the working folder is enough for one machine.
func (Dialect) Lost() <-chan struct{} { return nil }

// Release has nothing to give back.
func (Dialect) Release() error { return nil }

// Tables are those of the file.
func (Dialect) Tables(ctx context.Context, r ledger.Reader) ([]string, error) {
	return ledger.Names(ctx, r, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
}

// Keeps statements: what is asked for each of thousands of documents is parsed once.
func (Dialect) Keeps() bool { return true }

// Unguarded makes a statement fail where it stands: to be able to take back what it has done so far, SQLite keeps a copy of each page that it changes.
func (Dialect) Unguarded(query string) string {
	for _, verb := range [...]string{"INSERT", "UPDATE"} {
		if rest, ok := strings.CutPrefix(query, verb+" "); ok {
			return verb + " OR FAIL " + rest
		}
	}
	return query
}

// Open opens the file, or makes it. The writers of a process queue at its one connection and not in the database.
func (Dialect) Open(path string) (write, readers *sql.DB, err error) {
	if onNetwork(path) {
		return nil, nil, errors.New("the path is on a network drive, where the database's locks do not hold; use a local disk")
	}
	if err := ownfile.Ensure(path); err != nil { // what the database makes beside it gets its rights from it
		return nil, nil, err
	}
	// The cache takes twice that much memory: a page of 4 KiB and what is known of it lie in 8 KiB. A cache three times as large is no faster.
	if write, err = sql.Open("sqlite", dsn(path, "_txlock=immediate&_pragma=secure_delete(1)&_pragma=cache_size(-16000)&_pragma=temp_store(2)")); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	if readers, err = sql.Open("sqlite", dsn(path, "_pragma=query_only(1)&_pragma=cache_size(-4000)")); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	readers.SetMaxOpenConns(max(4, runtime.NumCPU()))
	return write, readers, nil
}

// There looks for the file; an empty one is just being made.
func (Dialect) There(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return fmt.Errorf("open journal %s: %w", path, ledger.ErrNoJournal)
	}
	if err != nil {
		return fmt.Errorf("open journal: %w", err)
	}
	return nil
}

// OpenToRead opens the file for looking; alone, without its log.
func (Dialect) OpenToRead(path string, alone bool) (*sql.DB, error) {
	mode := "mode=ro"
	if alone {
		mode += "&immutable=1"
	}
	return sql.Open("sqlite", "file:"+uriPath(path)+"?"+mode+"&_pragma=busy_timeout(30000)&_pragma=query_only(1)&_pragma=cache_size(-16000)")
}

// Alone locks a file beside the database.
func (Dialect) Alone(ctx context.Context, path string) (unlock func(), err error) {
	if err := ownfile.Ensure(path + ".opening"); err != nil {
		return nil, err
	}
	lock := flock.New(path + ".opening")
	if _, err := lock.TryLockContext(ctx, 10*time.Millisecond); err != nil {
		return nil, fmt.Errorf("wait for another process that opens it: %w", err)
	}
	return func() { _ = lock.Close() }, nil
}

// Begin begins immediate: it waits here until it is the only one that writes.
func (Dialect) Begin(ctx context.Context, write *sql.DB) (*sql.Tx, error) {
	return write.BeginTx(ctx, nil)
}

// Statement is not watched: the transaction has the database for itself, and waits for nobody. Watching takes two goroutines for each statement, longer than
// most statements do.
func (Dialect) Statement(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// BeginSnapshot is a transaction that reads: with the log it sees one instant.
func (Dialect) BeginSnapshot(ctx context.Context, readers *sql.DB) (*sql.Tx, error) {
	return readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
}

// Places writes `(?, …), (?, …)`. Without numbers, for SQLite looks each numbered one up by its name, which takes
// longer than the insert.
func (Dialect) Places(rows, columns int) string {
	row := "(" + strings.Repeat("?,", columns-1) + "?)"
	return strings.Repeat(row+",", rows-1) + row
}

// Copy writes the copy without a log, so that it is one file.
func (Dialect) Copy(ctx context.Context, write *sql.DB, path string) (*sql.DB, error) {
	if err := ownfile.Ensure(path); err != nil {
		return nil, err
	}
	if _, err := write.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
		return nil, err
	}
	return sql.Open("sqlite", "file:"+uriPath(path)+"?_pragma=journal_mode(DELETE)&_pragma=synchronous(FULL)")
}

// EmptyLog empties the write-ahead log. Free pages are zeroed by secure_delete already; while another process reads,
// the log is emptied by a later commit.
func (Dialect) EmptyLog(ctx context.Context, write *sql.DB) error {
	var busy, frames, done int
	return write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &done)
}

// Intact looks at every page.
func (Dialect) Intact(ctx context.Context, r ledger.Reader) error {
	var answer string
	if err := r.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&answer); err != nil {
		return fmt.Errorf("check the database: %w", err)
	}
	if answer != "ok" {
		return fmt.Errorf("the database is damaged: %s", answer)
	}
	return nil
}

// dsn asks for WAL, every commit on disk before it returns, patience instead of busy errors.
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
