package journal

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// postgresLinked: the tests run on PostgreSQL.
var postgresLinked bool

// byHand executes statements as somebody with the database in his hands would: beside the journal, one after the other.
func byHand(j *Journal, statements string, args ...any) (r sql.Result, err error) {
	for _, s := range strings.Split(statements, "; ") {
		if postgresLinked && strings.HasPrefix(s, "DROP TRIGGER") {
			s += " ON history"
		}
		if r, err = raw(j).Exec(s, args...); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// tablesOf are the names of all tables.
func tablesOf(t testing.TB, j *Journal) []string {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if postgresLinked {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
	}
	tables, err := ledger.List(context.Background(), j.Ledger, query, nil, ledger.ScanText)
	if err != nil {
		t.Fatal(err)
	}
	return tables
}
