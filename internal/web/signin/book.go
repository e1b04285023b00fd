package signin

import (
	"context"
	"crypto/cipher"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the database

	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// Book is the open database of people. Its methods may be called from several goroutines.
type Book struct {
	db     *sql.DB
	begin  string // the first statement of each change, so that one after the other appends to the history
	now    func() time.Time
	hashes hasher
	known  hasher // of who has signed in with this browser: strangers who try do not hold him up

	waiting   atomic.Int64 // strangers whose password is to be looked at
	strangers strangers
	proven    proven
	sealing   sync.Mutex
	sealed    cipher.AEAD
}

// ErrNotFound says that nothing has that name, or no longer.
var ErrNotFound = errors.New("not found")

// tables are made where they are not there. Times are milliseconds since 1970, UTC.
const tables = `
CREATE TABLE IF NOT EXISTS people (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, shown TEXT NOT NULL, password TEXT NOT NULL DEFAULT '', machine INTEGER NOT NULL DEFAULT 0,
  language TEXT NOT NULL DEFAULT '', theme TEXT NOT NULL DEFAULT '', rows TEXT NOT NULL DEFAULT '', made_at INTEGER NOT NULL, ended_at INTEGER NOT NULL DEFAULT 0, last_in INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS roles (person INTEGER NOT NULL, company TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (person, company, role));
CREATE TABLE IF NOT EXISTS belonged (person INTEGER NOT NULL, company TEXT NOT NULL, PRIMARY KEY (person, company));
CREATE TABLE IF NOT EXISTS sessions (
  word TEXT PRIMARY KEY, person INTEGER NOT NULL, means TEXT NOT NULL, made_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, proved_at INTEGER NOT NULL, address TEXT NOT NULL DEFAULT '', agent TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS sessions_person ON sessions (person);
CREATE TABLE IF NOT EXISTS links (word TEXT PRIMARY KEY, person INTEGER NOT NULL, until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS devices (word TEXT PRIMARY KEY, person INTEGER NOT NULL, made_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
  id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, person INTEGER NOT NULL, label TEXT NOT NULL, made_at INTEGER NOT NULL, until INTEGER NOT NULL, used_at INTEGER NOT NULL DEFAULT 0, ended_at INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS tries (key TEXT PRIMARY KEY, count INTEGER NOT NULL, last_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS identities (issuer TEXT NOT NULL, subject TEXT NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (issuer, subject));
CREATE TABLE IF NOT EXISTS passkeys (id TEXT PRIMARY KEY, person INTEGER NOT NULL, label TEXT NOT NULL, credential TEXT NOT NULL, made_at INTEGER NOT NULL, used_at INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS keys (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS spent (word TEXT PRIMARY KEY, until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS grouped (person INTEGER NOT NULL, company TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (person, company, role));
CREATE TABLE IF NOT EXISTS history (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL, who TEXT NOT NULL, about TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS history_no_update BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER IF NOT EXISTS history_no_delete BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
`

// remembered fills belonged in a database of an older program: of the roles there are, and those that the history tells of.
const remembered = `
INSERT INTO belonged (person, company) SELECT person, company FROM (
  SELECT person, company FROM roles
  UNION SELECT p.id, SUBSTR(h.detail, 1, INSTR(h.detail, ': ') - 1) FROM history h JOIN people p ON p.name = h.about WHERE h.event IN ('invited', 'roles changed') AND INSTR(h.detail, ': ') > 1
) WHERE NOT EXISTS (SELECT 1 FROM belonged) ON CONFLICT DO NOTHING
`

// Open opens the database, and makes it when it is not there. Only its owner may read it.
func Open(ctx context.Context, path string, now func() time.Time) (*Book, error) {
	if err := ownfile.MakeFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the database of people: %w", err)
	}
	if err := errors.Join(tight(f), f.Close()); err != nil {
		return nil, err
	}
	query := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(10000)", "foreign_keys(1)"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: filepath.ToSlash(path), RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("open the database of people: %w", err)
	}
	db.SetMaxOpenConns(max(4, runtime.NumCPU()))
	if _, err := db.ExecContext(ctx, tables+remembered); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database of people %s: %w", path, err), db.Close())
	}
	return &Book{db: db, now: now, hashes: make(hasher, 2), known: make(hasher, 1)}, nil
}

func tight(f *os.File) error {
	if runtime.GOOS == "windows" {
		return nil // the folder's rights hold there
	}
	return f.Chmod(0o600)
}

// Served is the book of a fleet: in its database, where the tables are made by the steps of its schema. Several programs may work with it at once. It is closed with the book.
func Served(db *sql.DB, now func() time.Time) *Book {
	return &Book{db: db, begin: `LOCK TABLE history IN SHARE ROW EXCLUSIVE MODE`, now: now, hashes: make(hasher, 2), known: make(hasher, 1)}
}

// Close closes the database.
func (b *Book) Close() error { return b.db.Close() }

// tx is one change of the database, with its row of the history.
type tx struct {
	*sql.Tx
	ctx context.Context
	at  int64
}

// in runs fn in a transaction: all of it is committed, or nothing.
func (b *Book) in(ctx context.Context, fn func(*tx) error) error {
	t, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	change := &tx{t, ctx, b.now().UnixMilli()}
	if b.begin != "" {
		if err := change.exec(b.begin); err != nil {
			return errors.Join(err, t.Rollback())
		}
	}
	if err := fn(change); err != nil {
		return errors.Join(err, t.Rollback())
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	return nil
}

// clean is a text that every database takes: a browser may call itself anything.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func cleaned(arg any) any {
	if s, is := arg.(string); is {
		return clean(s)
	}
	return arg
}

func (t *tx) exec(query string, args ...any) error {
	for i := range args {
		args[i] = cleaned(args[i])
	}
	_, err := t.ExecContext(t.ctx, query, args...)
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	return nil
}

// Row is a row of the history of sign-ins and roles.
type Row struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	Event  string    `json:"event"`
	Who    string    `json:"who"`
	About  string    `json:"about,omitempty"`
	Detail string    `json:"detail,omitempty"`
	Hash   string    `json:"hash"`
}

// chain is the hash of a row: over the hash before and every column, each with its length.
func chain(before string, r Row) string {
	h := sha256.New()
	for _, part := range []string{before, strconv.FormatInt(r.Seq, 10), strconv.FormatInt(r.At.UnixMilli(), 10), r.Event, r.Who, r.About, r.Detail} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// tell appends to the history.
func (t *tx) tell(event, who, about, detail string) error {
	r := Row{At: time.UnixMilli(t.at), Event: event, Who: clean(who), About: clean(about), Detail: clean(detail)}
	before := ""
	err := t.QueryRowContext(t.ctx, `SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1`).Scan(&r.Seq, &before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("people: %w", err)
	}
	r.Seq++
	return t.exec(`INSERT INTO history (seq, at, event, who, about, detail, hash) VALUES ($1,$2,$3,$4,$5,$6,$7)`, r.Seq, t.at, r.Event, r.Who, r.About, r.Detail, chain(before, r))
}

// Note appends to the history what happened outside of the database: a refusal, a sign-out.
func (b *Book) Note(ctx context.Context, event, who, about, detail string) error {
	return b.in(ctx, func(t *tx) error { return t.tell(event, who, about, detail) })
}

// History gives rows, the newest first; before 0 begins at the end.
func (b *Book) History(ctx context.Context, before int64, most int) ([]Row, error) {
	if before <= 0 {
		before = 1 << 62
	}
	return b.rows(ctx, `SELECT seq, at, event, who, about, detail, hash FROM history WHERE seq < $1 ORDER BY seq DESC LIMIT $2`, before, most)
}

func (b *Book) rows(ctx context.Context, query string, args ...any) ([]Row, error) {
	return list(ctx, b.db, query, args, func(s *sql.Rows) (r Row, err error) {
		var at int64
		err = s.Scan(&r.Seq, &at, &r.Event, &r.Who, &r.About, &r.Detail, &r.Hash)
		r.At = time.UnixMilli(at)
		return r, err
	})
}

// list reads all rows of a query.
func list[T any](ctx context.Context, db interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, query string, args []any, scan func(*sql.Rows) (T, error)) (out []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("people: %w", err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
