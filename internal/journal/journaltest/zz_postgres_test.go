//go:build unix

package journaltest

import (
	"context"
	"database/sql"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/postgres"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// onPostgres is PostgreSQL with a schema for each journal, named by the path that a test gives it.
type onPostgres struct{ *dialect }

type dialect = postgres.Dialect

func postgresAt(server *pgtest.Server) onPostgres {
	return onPostgres{&dialect{Server: postgres.Server{URL: server.URL, Password: secret.Text(pgtest.Password)}}}
}

func (p onPostgres) Name(path string) string { return path }
func (p onPostgres) Note(path string) string { return path + ".head" }

func (p onPostgres) Open(path string) (write, readers *sql.DB, err error) {
	if write, readers, err = p.dialect.Open(pgtest.SchemaOf(path)); err == nil {
		write.SetMaxOpenConns(4) // tests look and tamper with it while they walk
	}
	return write, readers, err
}

func (p onPostgres) There(path string) error { return p.dialect.There(pgtest.SchemaOf(path)) }

func (p onPostgres) OpenToRead(path string, alone bool) (*sql.DB, error) {
	return p.dialect.OpenToRead(pgtest.SchemaOf(path), alone)
}

func (p onPostgres) Alone(ctx context.Context, path string) (func(), error) {
	return p.dialect.Alone(ctx, pgtest.SchemaOf(path))
}

// There is one set of SQL: what the tests of the journal execute on SQLite is understood by PostgreSQL too, after the
// same migrations.
func TestPostgreSQLUnderstandsEveryStatement(t *testing.T) {
	server := pgtest.Start(t)
	if server == nil {
		return
	}
	ctx := context.Background()
	statements := everHeard()
	if whole := flag.Lookup("test.run").Value.String() == ""; whole && len(statements) < 300 {
		t.Fatalf("%d statements heard: the test listens in the wrong place", len(statements))
	}
	j, err := journal.Database{Dialect: listening{postgresAt(server)}}.Open(ctx, t.TempDir()+"/journal.db", (&clock{time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC)}).now, "test")
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
		s = strings.Replace(s, " OR FAIL ", " ", 1) // SQLite's own wording of it
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
	if server := pgtest.Start(t); server != nil {
		Run(t, journal.Database{Dialect: postgresAt(server)})
	}
}
