//go:build unix

package journaltest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver, registered as "pgx"; no shipped code uses it
	"github.com/pressly/goose/v3"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/migrations"
	"github.com/fisbridge/fisbridge/internal/journal/sqlite"
)

// onPostgres is PostgreSQL as far as the tests of the journal need it: a schema for each journal, named by its path. A
// file lies in the path for what looks at files, such as where a journal lives.
type onPostgres struct {
	sqlite.Dialect // how processes wait for each other, and whether there is a journal
	url            string
}

func (p onPostgres) schema(path string) string {
	sum := sha256.Sum256([]byte(path))
	return "j" + hex.EncodeToString(sum[:10])
}

func (p onPostgres) connect(path string) (*sql.DB, error) {
	return sql.Open("pgx", p.url+"&search_path="+p.schema(path))
}

// Migrations are those of SQLite, but where testdata has other words for a step.
func (p onPostgres) Migrations() (goose.Dialect, fs.FS) {
	steps := fstest.MapFS{}
	names, _ := fs.Glob(migrations.Files, "*.sql")
	for _, name := range names {
		text, err := os.ReadFile("testdata/postgres/" + name)
		if err != nil {
			text, _ = fs.ReadFile(migrations.Files, name)
		}
		steps[name] = &fstest.MapFile{Data: bytes.ReplaceAll(text, []byte(" WITHOUT ROWID"), nil)}
	}
	return goose.DialectPostgres, steps
}

func (p onPostgres) Open(path string) (write, readers *sql.DB, err error) {
	if err := os.WriteFile(path, []byte(p.schema(path)), 0o600); err != nil {
		return nil, nil, err
	}
	if write, err = p.connect(path); err != nil {
		return nil, nil, err
	}
	if _, err := write.Exec(`CREATE SCHEMA IF NOT EXISTS ` + p.schema(path)); err != nil && !strings.Contains(err.Error(), "23505") { // another one has made it just now
		return nil, nil, errors.Join(err, write.Close())
	}
	readers, err = p.connect(path)
	write.SetMaxOpenConns(4)
	readers.SetMaxOpenConns(4)
	return write, readers, err
}

func (p onPostgres) OpenToRead(path string, _ bool) (*sql.DB, error) {
	return sql.Open("pgx", p.url+"&default_transaction_read_only=on&search_path="+p.schema(path))
}

// Begin takes the history for itself: nobody else appends to it before the end.
func (p onPostgres) Begin(ctx context.Context, write *sql.DB) (*sql.Tx, error) {
	t, err := write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	if _, err := t.ExecContext(ctx, `LOCK TABLE history IN EXCLUSIVE MODE`); err != nil {
		return nil, errors.Join(err, t.Rollback())
	}
	return t, nil
}

func (p onPostgres) Statement(ctx context.Context) context.Context { return ctx }

func (p onPostgres) BeginSnapshot(ctx context.Context, readers *sql.DB) (*sql.Tx, error) {
	return readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
}

func (p onPostgres) Places(rows, columns int) string {
	all := make([]string, rows)
	for r := range all {
		row := make([]string, columns)
		for c := range row {
			row[c] = fmt.Sprintf("$%d", r*columns+c+1)
		}
		all[r] = "(" + strings.Join(row, ",") + ")"
	}
	return strings.Join(all, ",")
}

func (p onPostgres) Trouble(error) ledger.Trouble { return ledger.NoTrouble }

func (p onPostgres) Copy(context.Context, *sql.DB, string) (*sql.DB, error) {
	return nil, errors.New("PostgreSQL has its own backups")
}

func (p onPostgres) EmptyLog(context.Context, *sql.DB) error     { return nil }
func (p onPostgres) Intact(context.Context, ledger.Reader) error { return nil }
func (p onPostgres) Suffer(*sql.DB, string, string) error        { return nil }

// There is one set of SQL: what the tests of the journal execute on SQLite is understood by PostgreSQL too, after the
// same migrations.
func TestPostgreSQLUnderstandsEveryStatement(t *testing.T) {
	url := postgres(t)
	if url == "" {
		return
	}
	ctx := context.Background()
	statements := everHeard()
	if whole := flag.Lookup("test.run").Value.String() == ""; whole && len(statements) < 300 {
		t.Fatalf("%d statements heard: the test listens in the wrong place", len(statements))
	}
	j, err := journal.Database{Dialect: listening{onPostgres{url: url}}}.Open(ctx, t.TempDir()+"/journal.db", (&clock{time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC)}).now, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	n := 0
	for _, s := range statements {
		if ofSQLite(s) {
			continue
		}
		n++
		p, err := raw(j).PrepareContext(ctx, s)
		if err != nil {
			t.Errorf("%v:\n\t%s", err, s)
			continue
		}
		_ = p.Close()
	}
	t.Logf("%d statements", n)
}

// ofSQLite: the statement has places without numbers, as the dialect of SQLite makes them, or it is one of migrations,
// which were made on PostgreSQL before, or it looks into SQLite itself.
func ofSQLite(s string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return !slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE"}, word) ||
		slices.ContainsFunc([]string{"(?,", "goose_db_version", "sqlite_", "INSTR("}, func(part string) bool { return strings.Contains(s, part) })
}

// The suite passes on PostgreSQL as it does on SQLite, but for what is about the file of SQLite.
func TestPostgreSQL(t *testing.T) {
	if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "1" && flag.Lookup("test.run").Value.String() == "" { // it takes a minute
		return
	}
	if url := postgres(t); url != "" {
		Run(t, journal.Database{Dialect: onPostgres{url: url}})
	}
}
