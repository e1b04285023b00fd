//go:build !unix

// Package pgtest runs PostgreSQL servers for tests; not on this system, where journals of tests are files.
package pgtest

import (
	"database/sql"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/fisbridge/fisbridge/internal/journal"
)

// At is where a test keeps its journal.
func At(_ testing.TB, path string) journal.Place { return journal.Place{Path: path} }

// Raw is the database of a journal itself.
func Raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// End ends what tests have shared: nothing.
func End() {}
