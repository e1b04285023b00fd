package journaltest

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// byHand executes statements as somebody with the database in his hands would: beside the journal, one after the other.
func byHand(j *journal.Journal, statements string, args ...any) (r sql.Result, err error) {
	for _, s := range strings.Split(statements, "; ") {
		r, err = raw(j).Exec(s, args...)
		if err != nil && strings.HasPrefix(s, "DROP TRIGGER") { // SQLite does not ask whose it is
			r, err = raw(j).Exec(s + " ON history")
		}
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// tablesOf are the names of all tables.
func tablesOf(t testing.TB, j *journal.Journal) []string {
	t.Helper()
	tables, err := ledger.List(context.Background(), j.Ledger, `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`, nil, ledger.ScanText)
	if err != nil { // SQLite has names of its own
		tables, err = ledger.List(context.Background(), j.Ledger, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`, nil, ledger.ScanText)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tables
}
