package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the pure-Go driver, registered as "sqlite"

	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// Ledger is an open database. Its methods may be called from several goroutines.
type Ledger struct {
	write   *sql.DB // one connection: transactions begin immediate, writers queue here and not in the database
	pool    *pool   // readers
	kept    *keptWrites
	read    Reader // the pool, or the one transaction of a snapshot
	dialect Dialect
	path    string
	Now     func() time.Time
	actor   string
}

// ErrNotFound says that the journal has no such document, file or result.
var ErrNotFound = errors.New("not found in the journal")

// Open opens the database and brings it to the newest version; settle runs in it before any other process may open it.
func Open(ctx context.Context, d Dialect, path string, now func() time.Time, actor string, settle func(*Ledger) error) (*Ledger, error) {
	j, err := openWrite(d, path, now, actor)
	if err != nil {
		return nil, err
	}
	if err := j.migrate(ctx, settle); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", d.Name(path), worded(d, err)), j.Close())
	}
	return j, nil
}

// ErrOlder says that a journal's tables are those of an older program.
var ErrOlder = errors.New("it is of an older version")

// OpenBeside opens a journal to change it while a run may work on it: it makes no file and changes no tables. A file
// that is not there is ErrNoJournal, tables of an older program are ErrOlder.
func OpenBeside(ctx context.Context, d Dialect, path string, now func() time.Time, actor string) (*Ledger, error) {
	if err := d.There(path); err != nil {
		return nil, err
	}
	j, err := openWrite(d, path, now, actor)
	if err != nil {
		return nil, err
	}
	if err := j.sameVersion(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", d.Name(path), worded(d, err)), j.Close())
	}
	return j, nil
}

// openWrite opens the database as it is.
func openWrite(d Dialect, path string, now func() time.Time, actor string) (*Ledger, error) {
	if path == "" {
		return nil, errors.New("open journal: no path configured")
	}
	write, readers, err := d.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", d.Name(path), worded(d, err))
	}
	pool := newPool(readers, d)
	return &Ledger{dialect: d, write: write, pool: pool, kept: newKeptWrites(write), read: pool, path: path, Now: now, actor: actor}, nil
}

func (j *Ledger) migrate(ctx context.Context, settle func(*Ledger) error) error {
	// Two processes may open a new journal at once: one makes it, the other waits and then finds it done.
	unlock, err := Alone(ctx, j)
	if err != nil {
		return err
	}
	defer unlock()
	dialect, steps := j.dialect.Migrations()
	p, err := goose.NewProvider(dialect, j.write, steps, goose.WithSlog(Silent()))
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version: %w", err)
	}
	if current > target {
		return &newerError{current, target}
	}
	if current == target {
		return errors.Join(SealOld(ctx, j), settle(j))
	}
	if current > 0 {
		if err := BeforeUpgrade(ctx, j, current, target); err != nil {
			return err
		}
	}
	killpoint.Here("migrate.intended")
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring to version %d: %w", target, err)
	}
	killpoint.Here("migrate.done")
	if err := j.kept.forget(); err != nil { // they are about the tables of before
		return err
	}
	// Readers that have looked at the tables of before begin anew: what their connections have prepared is about those.
	j.pool.db.SetMaxIdleConns(-1)
	j.pool.db.SetMaxIdleConns(2)
	return errors.Join(SealOld(ctx, j), settle(j))
}

// Close ends all connections, and gives the lease back.
func (j *Ledger) Close() error {
	return errors.Join(j.kept.forget(), j.write.Close(), j.pool.close(), j.dialect.Release())
}

// Path is where the database lies: a file, or a part of a server.
func (j *Ledger) Path() string { return j.path }

// Name is what people call the database.
func (j *Ledger) Name() string { return j.dialect.Name(j.path) }

// Note is the file of this machine in which the newest point of the database is noted.
func (j *Ledger) Note() string { return j.dialect.Note(j.path) }

// Cluster tells which database of which server it is; zero for a file.
func (j *Ledger) Cluster(ctx context.Context) (Cluster, error) {
	return j.dialect.Cluster(ctx, j.read)
}

// As gives the same database with another actor for the history.
func (j *Ledger) As(actor string) *Ledger {
	other := *j
	other.actor = actor
	return &other
}

// ErrStale says that a document or file was not in the state from which the transition starts; nothing was changed.
var ErrStale = errors.New("the state has changed in between")

// Stamp is how times are kept: UTC, fixed width, so that text order is time order.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// Time reads a stamp; the empty one is the zero time.
func Time(s string) time.Time {
	t, _ := time.Parse("2006-01-02T15:04:05.000000Z", s)
	return t
}

// Alone waits for other processes that open the journal or write its note.
func Alone(ctx context.Context, j *Ledger) (unlock func(), err error) {
	return j.dialect.Alone(ctx, j.path)
}

// Reader is what queries need: the pool of connections, or one transaction.
type Reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// ErrNoJournal says that there is no journal yet: nothing has run in the working folder.
var ErrNoJournal = errors.New("there is no journal yet")

// OpenRead opens a journal for looking only: nothing is written, nothing is migrated, no lock of ours is needed, and
// every method that would change something fails. A journal that is not there is ErrNoJournal. Alone: no process works
// on it, as on a backup, and nothing is left beside it.
func OpenRead(ctx context.Context, d Dialect, path string, now func() time.Time, alone bool) (*Ledger, error) {
	if err := d.There(path); err != nil {
		return nil, err
	}
	db, err := d.OpenToRead(path, alone)
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", d.Name(path), worded(d, err))
	}
	pool := newPool(db, d)
	j := &Ledger{dialect: d, write: db, pool: pool, kept: newKeptWrites(db), read: pool, path: path, Now: now}
	if err := j.sameVersion(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", d.Name(path), worded(d, err)), db.Close())
	}
	return j, nil
}

// sameVersion refuses a journal whose tables are not the ones that this program knows.
func (j *Ledger) sameVersion(ctx context.Context) error {
	var have int64
	if err := QueryRow(ctx, j, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&have); err != nil {
		return fmt.Errorf("read the version: %w", err)
	}
	want, err := NewestVersion(j.dialect)
	switch {
	case err != nil:
		return err
	case have > want:
		return &newerError{have, want}
	case have < want:
		return &olderError{have, want}
	}
	sealed, err := Count(ctx, j, `SELECT COUNT(*) FROM meta WHERE name = 'sealed'`)
	if err == nil && sealed == 0 { // the sums are not filled yet: everything would seem to be empty
		err = &olderError{have: have}
	}
	return err
}

// olderError is ErrOlder with the versions; want is 0 where the way to the version has not ended.
type olderError struct{ have, want int64 }

func (e *olderError) Error() string {
	if e.want == 0 {
		return fmt.Sprintf("it was not brought to version %d to the end; `fisbridge check` or the next run does it", e.have)
	}
	return fmt.Sprintf("version %d is older than this program's (%d); `fisbridge check` or the next run brings it up to date", e.have, e.want)
}

// Is tells that it is ErrOlder.
func (e *olderError) Is(target error) bool { return target == ErrOlder }

// ErrNewer says that a journal's tables are those of a newer program.
var ErrNewer = errors.New("it is of a newer version")

// newerError is ErrNewer with the versions.
type newerError struct{ have, want int64 }

func (e *newerError) Error() string {
	return fmt.Sprintf("version %d is newer than this program knows (%d); use the newer program", e.have, e.want)
}

// Is tells that it is ErrNewer.
func (e *newerError) Is(target error) bool { return target == ErrNewer }

// NewestVersion is the number of the last migration.
func NewestVersion(d Dialect) (newest int64, err error) {
	_, steps := d.Migrations()
	entries, err := fs.Glob(steps, "*.sql")
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		number, _, _ := strings.Cut(e, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("migration %s: %w", e, err)
		}
		newest = max(newest, n)
	}
	return newest, nil
}

// Snapshot runs fn with a database whose readings all show the same instant, whatever others commit meanwhile.
func Snapshot(ctx context.Context, j *Ledger, fn func(*Ledger) error) error {
	t, err := j.dialect.BeginSnapshot(ctx, j.pool.db)
	if err != nil {
		return fmt.Errorf("journal: begin to read: %w", err)
	}
	defer t.Rollback() //nolint:errcheck // it has only read
	frozen := *j
	frozen.read = t
	return fn(&frozen)
}

// SeqOf finds the history row with a hash: 0 when there is none.
func (j *Ledger) SeqOf(ctx context.Context, hash string) (seq int64, err error) {
	err = QueryRow(ctx, j, `SELECT seq FROM history WHERE hash = $1 ORDER BY seq LIMIT 1`, hash).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, err
}

// Intact asks the database itself whether its pages are whole.
func (j *Ledger) Intact(ctx context.Context) error {
	if err := j.dialect.Intact(ctx, j.read); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// List reads all rows of a query.
func List[T any](ctx context.Context, j *Ledger, query string, args []any, scan func(*sql.Rows) (T, error)) ([]T, error) {
	rows, err := QueryRows(ctx, j, query, args...)
	if err != nil {
		return nil, fmt.Errorf("journal: read: %w", err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("journal: read: %w", err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
